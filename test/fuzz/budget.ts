/** How much is tried: a fixed, small budget and a fixed seed in `npm test`, and what the environment says in `npm run fuzz`. */

import type fc from "fast-check";

export const isLong = process.env.npm_lifecycle_event === "fuzz";
const seconds = Number(process.env.MVSIM_FUZZ_SECONDS ?? 300);
/** Fixed in `npm test`, so that it says the same each time. */
export const seed = Number(process.env.MVSIM_FUZZ_SEED ?? (isLong ? Date.now() % 2 ** 31 : 1));
/** A saved file to run instead of searching. */
export const input = process.env.MVSIM_FUZZ_INPUT;
/** Requests in `npm run fuzz`, over all that send some. */
const allRequests = Number(process.env.MVSIM_FUZZ_REQUESTS ?? 1_000_000);
/** Where failing inputs are saved. */
export const folder = "build/fuzz";

/** For what is bounded by time. @param runs in `npm test` */
export function budget(runs: number): fc.Parameters<unknown> {
  if (!isLong) return { numRuns: runs, seed };
  // An interrupted run is none that failed.
  return { numRuns: 1_000_000_000, seed, interruptAfterTimeLimit: (seconds * 1000) / 3 };
}

export const timeout = (isLong ? seconds : 60) * 1000 + 30_000;

/** For what is bounded by a number of requests. @param share of those of the long suite @param short in `npm test` */
export function requestBudget(share: number, short: number): { readonly wanted: number; readonly timeout: number } {
  const wanted = isLong ? allRequests * share : short;
  return { wanted, timeout: 60_000 + wanted * 10 };
}
