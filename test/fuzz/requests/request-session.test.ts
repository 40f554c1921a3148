/** The checks of requests can fail, and what fails can be had again. */

import { describe, expect, it } from "vitest";
import { checkOfFile, checks, FailureKeeper } from "../failing-inputs.ts";
import { type FuzzRequest, readInput, writeInput } from "./fuzz-request.ts";
import { createFuzzedService, type FuzzedService, planted } from "./fuzzed-service.ts";
import { runSession } from "./request-session.ts";

const request: FuzzRequest = { method: "GET", target: "/v1/Configs/~key.0~", headers: [], body: "", as: "account" };

/** A service that answers the first request otherwise than it should. */
function wrong(answer: (right: Response, fuzzed: FuzzedService) => Response | Promise<Response>): FuzzedService {
  const fuzzed = createFuzzedService();
  let isFirst = true;
  return {
    ...fuzzed,
    service: {
      ...fuzzed.service,
      async fetch(...parameters) {
        const right = await fuzzed.service.fetch(...parameters);
        if (!isFirst) return right;
        isFirst = false;
        return answer(right, fuzzed);
      },
    },
  };
}

async function changed(right: Response, change: (text: string) => string): Promise<Response> {
  return new Response(change(await right.text()), { status: right.status, headers: right.headers });
}

function withoutCacheControl(right: Response): Promise<Response> {
  right.headers.delete("cache-control");
  return changed(right, (text) => text);
}

function reporting(right: Response, { reported }: FuzzedService): Response {
  reported.push(new Error("inside"));
  return right;
}

describe("a session of requests", () => {
  it("passes where all answers are right", async () => {
    await runSession(createFuzzedService(), [request, { ...request, method: "DELETE" }, request], new Map());
  });

  it.each<[string, Parameters<typeof wrong>[0], RegExp]>([
    ["a failure", () => new Response("{}", { status: 500 }), /^500/],
    ["what is not described", (right) => changed(right, (text) => text.replace('"value"', '"worth"')), /worth/],
    ["another status than in the body", () => Response.json({ code: 1, status: 1 }, { status: 404 }), /^404/],
    ["a secret", (right) => changed(right, (text) => text.replace('"v"', `"${planted}"`)), /a secret is told/],
    ["an answer that a cache may keep", withoutCacheControl, /no-store/],
    ["a failure inside", reporting, /failed inside/],
  ])("finds %s", async (_name, answer, message) => {
    await expect(runSession(wrong(answer), [request], new Map())).rejects.toThrow(message);
  });

  it("finds what no request may put into the store", async () => {
    const fuzzed = createFuzzedService();
    const invalid = { ...fuzzed, findInvalid: async () => [...(await fuzzed.findInvalid()), "Key must not be empty"] };
    await expect(runSession(invalid, [request], new Map())).rejects.toThrow("Key must not be empty");
  });

  it("is saved as JSON, with the bytes of its bodies, and checked again by the file's name", async () => {
    const requests = [request, { ...request, method: "POST", body: Uint8Array.of(0, 255) }];
    const content = Buffer.from(writeInput(requests));
    expect(readInput(content.toString())).toEqual(requests);
    expect(checkOfFile("build/fuzz/requests-0123.json")).toBe("requests");
    expect(checkOfFile("build/fuzz/connections-0123.json")).toBe("connections");
    const summary = await new FailureKeeper(1).check("requests", content);
    expect(summary).toBe("GET /v1/Configs/{Key}: 200\nPOST /v1/Configs/{Key}: 415");
    const pipeline = [{ kind: "pipeline", requests, chunkBytes: 1, cuts: [40] }];
    expect(await checks.connections(Buffer.from(writeInput(pipeline)))).toBe(summary);
  });
});
