/**
 * Whether the service can serve. Anyone may ask over HTTP, so the answer is a category and no more; the log says the
 * rest, once for each time that the service stops being ready.
 */

import { jsonResponse } from "./rest/text-response.ts";

export type Readiness = "ready" | "storeFailed" | "storeTimeout";

export interface ReadinessPorts {
  /** Rejects when the store can't serve. */
  readonly check: () => Promise<void>;
  readonly reportError: (error: unknown) => void;
}

/** For so long an answer stands: a question that costs the asker nothing must not become load on the store. */
const freshMilliseconds = 1000;
const checkTimeoutMilliseconds = 5000;

export function createReadiness({ check, reportError }: ReadinessPorts): () => Promise<Readiness> {
  let last: { readonly answer: Promise<Readiness>; readonly askedAt: number } | undefined;
  let wasReady = true;

  async function ask(): Promise<Readiness> {
    const problem = await problemOf(check());
    if (problem !== undefined && wasReady) reportError(problem);
    wasReady = problem === undefined;
    if (problem === undefined) return "ready";
    return problem instanceof StoreTimeout ? "storeTimeout" : "storeFailed";
  }

  return () => {
    const now = performance.now();
    if (!last || now - last.askedAt > freshMilliseconds) last = { answer: ask(), askedAt: now };
    return last.answer;
  };
}

class StoreTimeout extends Error {
  override readonly name = "StoreTimeout";
}

async function problemOf(check: Promise<void>): Promise<unknown> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise((_, reject) => {
    const message = `The store has not answered its check within ${checkTimeoutMilliseconds} ms`;
    timer = setTimeout(() => reject(new StoreTimeout(message)), checkTimeoutMilliseconds);
  });
  try {
    await Promise.race([check, timeout]);
    return undefined;
  } catch (error) {
    return error ?? new Error("The store's check failed");
  } finally {
    clearTimeout(timer);
  }
}

export function liveResponse(): Response {
  return jsonResponse({ status: "live" });
}

/** 200 when it is ready, else 503. @param readiness `closing`: the server takes its last requests */
export function readinessResponse(readiness: Readiness | "closing"): Response {
  if (readiness === "ready") return jsonResponse({ status: "ready" });
  return jsonResponse({ status: "notReady", reason: readiness }, 503, { "retry-after": "1" });
}
