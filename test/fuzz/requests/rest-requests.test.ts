/**
 * Sessions of requests that are made from the API's description, right and nearly right, and of requests of any kind:
 * handed to the service as a server does. `rest-bytes.test.ts` sends them over sockets.
 */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyRequest } from "../../sim/configs/rest/any-request.ts";
import { folder, input, isLong, requestBudget, seed } from "../budget.ts";
import { FailureKeeper } from "../failing-inputs.ts";
import { HeapGrowth } from "../heap-growth.ts";
import { describedOperations, describedRequest } from "./described-requests.ts";
import { type FuzzRequest, writeInput } from "./fuzz-request.ts";
import { createFuzzedService, deviceSid } from "./fuzzed-service.ts";
import { type Reached, runSession } from "./request-session.ts";

const { wanted, timeout } = requestBudget(0.85, 5000);
const batch = 100;

const wild: fc.Arbitrary<FuzzRequest> = anyRequest(deviceSid, "~etag.0~").map(
  ({ method, path, query, headers, body }) => {
    return { method, target: path + query, headers: Object.entries(headers), body, as: "account" };
  },
);
/** The others are the server's. */
const operations = describedOperations.filter(({ isOpen }) => !isOpen);
const session = fc.array(fc.oneof({ arbitrary: describedRequest(operations), weight: 4 }, wild), {
  minLength: 1,
  maxLength: 30,
  size: "max",
});

describe.runIf(input === undefined)("the REST API", () => {
  it("answers any request as described, and keeps nothing of it", { timeout }, async () => {
    const fuzzed = createFuzzedService();
    const growth = new HeapGrowth(2000);
    const reached: Reached = new Map();
    const keeper = new FailureKeeper(seed);
    const property = fc.asyncProperty(session, async (requests) => {
      const run = () => runSession(fuzzed, requests, reached);
      await keeper.attempt("requests", run, { content: () => Buffer.from(writeInput(requests)) });
      await growth.add(requests.length);
    });
    const begin = performance.now();
    await keeper.keep(folder, async () => {
      for (let round = 0; growth.count < wanted; round++) {
        await fc.assert(property, { seed: seed + round, numRuns: batch });
      }
    });
    expect(await growth.findGrowth()).toBeNull();
    const perSecond = growth.count / ((performance.now() - begin) / 1000);
    if (isLong)
      console.log(`${growth.count} requests, ${Math.round(perSecond)} a second, ${await growth.measure()} bytes each`);
    const good = [...reached]
      .filter(([, statuses]) => [...statuses].some((status) => status < 300))
      .map(([name]) => name);
    expect(good).toEqual(expect.arrayContaining(operations.map(({ name }) => name)));
  });
});
