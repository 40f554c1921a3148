/** Revisions of entries: each write gives the entry another, so that a condition can tell whether somebody wrote. */

import { randomBytes } from "node:crypto";

/** 16 random hex digits. */
export function newRevision(): string {
  return randomBytes(8).toString("hex");
}
