/** Options of a test as people write them. */

import { SimulatorError } from "../../host/index.ts";
import { readDuration } from "../duration.ts";
import { readSeed } from "../seed.ts";

/** `500ms`, `30s`, `2m`; or a number of microseconds. */
export type Duration = string | number;

/** @throws SimulatorError ERR_MVSIM_INVALID_TIME */
export function microsecondsOf(duration: Duration): number {
  if (typeof duration === "number") return duration;
  const read = readDuration(duration);
  if (typeof read === "number") return read;
  throw new SimulatorError("ERR_MVSIM_INVALID_TIME", `${JSON.stringify(duration)} is no duration. ${read}`);
}

/** @param text `MVSIM_SEED`, with which a run that failed is repeated @throws SimulatorError ERR_MVSIM_INVALID_SEED */
export function seedOf(text: string | undefined): number {
  if (text === undefined || text === "") return 1;
  const seed = readSeed(text);
  if (seed !== undefined) return seed;
  throw new SimulatorError("ERR_MVSIM_INVALID_SEED", `MVSIM_SEED=${text}: a seed is a whole number up to 4294967295.`);
}
