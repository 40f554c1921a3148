/** Requests and damaged bytes on real connections: one behind the other, in any pieces, as another reader might read them. */

import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { folder, input, isLong, requestBudget, seed } from "../budget.ts";
import { FailureKeeper } from "../failing-inputs.ts";
import { HeapGrowth } from "../heap-growth.ts";
import { ambiguous, anyDamaged, anyPipeline, writeRequest } from "./any-connections.ts";
import { runConnections, serveFuzzed } from "./check-requests.ts";
import { describedOperations, describedRequest } from "./described-requests.ts";
import { writeInput } from "./fuzz-request.ts";
import { authorization } from "./fuzzed-service.ts";
import type { Reached } from "./request-session.ts";

const { wanted, timeout } = requestBudget(0.15, 2500);
const batch = 50;

/** Who waits for logs is answered late. */
const request = describedRequest(describedOperations, ["Wait"]);
/** Its answer may be lost among the damaged ones, and with it the account. */
const withoutAuthToken = describedOperations.filter(({ path }) => path !== "/mvsim/AuthToken");
const bytes = describedRequest(withoutAuthToken, ["Wait"]).map((each) =>
  writeRequest({ ...each, headers: [...each.headers, ["authorization", authorization]] }),
);
const connections = fc.array(fc.oneof(anyPipeline(request), anyDamaged(bytes), ambiguous), {
  minLength: 1,
  maxLength: 6,
  size: "max",
});

describe.runIf(input === undefined)("a server", () => {
  it("answers any bytes on a connection or ends it, and keeps nothing of it", { timeout }, async () => {
    const target = await serveFuzzed();
    onTestFinished(() => target.server.close());
    const growth = new HeapGrowth(1000);
    const reached: Reached = new Map();
    const keeper = new FailureKeeper(seed);
    const property = fc.asyncProperty(connections, async (all) => {
      const run = () => runConnections(target, all, reached);
      await growth.add(await keeper.attempt("connections", run, { content: () => Buffer.from(writeInput(all)) }));
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
    const open = describedOperations.filter(({ isOpen }) => isOpen);
    expect(good).toEqual(expect.arrayContaining(open.map(({ name }) => name)));
    for (const status of [101, 200, 400, 401, 404, 405, 417, 426, 431])
      expect(reached.get("damaged")).toContain(status);
  });
});
