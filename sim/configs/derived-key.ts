/** Keys that are derived from a store's master key, one for each purpose: who has one learns nothing of the others. */

import { hkdfSync } from "node:crypto";

export const masterKeyBytes = 32;

/** @returns 32 bytes */
export function deriveKey(masterKey: Uint8Array, purpose: string): Buffer {
  return Buffer.from(hkdfSync("sha256", masterKey, "", `microvisor-sim ${purpose} v1`, 32));
}
