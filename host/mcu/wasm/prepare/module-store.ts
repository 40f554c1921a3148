/**
 * Prepared modules that outlive the process: the platform keeps them as bytes, here is what the bytes say. A prepared
 * module holds nothing of a machine, so that any process of the same version may take it.
 *
 * An entry is a SHA-256 of all that follows, the length of the facts (32 bits, little-endian), the facts as JSON, and
 * the binary. One that is damaged or missing is prepared anew, and one that can't be kept is not: neither is an error.
 */

import { hexOfBytes } from "../../../data/hex.ts";
import { costModelVersion } from "./cost-model.ts";
import { type PreparedFacts, type PreparedModule, preparedModule } from "./prepared-module.ts";

/** Where the platform keeps prepared modules, for processes of the same version of the simulator and of Binaryen. */
export interface ModuleStore {
  read(key: string): Promise<Uint8Array | undefined>;
  write(key: string, bytes: Uint8Array): Promise<void>;
}

/** To be raised when the form of an entry or the preparation changes. */
const formVersion = 4;
const headerBytes = 32 + 4;

/**
 * @param hash of the firmware file
 * @param circumstances all else that the preparation depends on
 */
export async function storeKey(hash: string, circumstances: string): Promise<string> {
  const text = JSON.stringify([formVersion, costModelVersion, hash, circumstances]);
  return sha256(new TextEncoder().encode(text));
}

/**
 * @param hash of the firmware's file
 * @returns undefined if there is none, or it is damaged
 */
export async function readPrepared(
  store: ModuleStore,
  key: string,
  hash: string,
  firmware: Uint8Array,
): Promise<PreparedModule | undefined> {
  const entry = await store.read(key).catch(() => undefined);
  if (!entry || entry.length < headerBytes) return undefined;
  // A copy of its own: Node's buffers are pieces of larger ones.
  const content = Uint8Array.from(entry.subarray(32));
  if ((await sha256(content)) !== hexOfBytes(entry.subarray(0, 32))) return undefined;
  try {
    const factsEnd = 4 + new DataView(content.buffer).getUint32(0, true);
    const facts = JSON.parse(new TextDecoder().decode(content.subarray(4, factsEnd))) as PreparedFacts;
    return facts.hash === hash ? preparedModule(facts, content.subarray(factsEnd), firmware) : undefined;
  } catch {
    // Whole, but of nobody who knows the form.
    return undefined;
  }
}

export async function writePrepared(store: ModuleStore, key: string, prepared: PreparedModule): Promise<void> {
  const { firmware, bytes, module, functionNames, deepestRecursion, ...facts } = prepared;
  const text = new TextEncoder().encode(JSON.stringify(facts satisfies PreparedFacts));
  const entry = new Uint8Array(headerBytes + text.length + bytes.length);
  new DataView(entry.buffer).setUint32(32, text.length, true);
  entry.set(text, headerBytes);
  entry.set(bytes, headerBytes + text.length);
  entry.set(new Uint8Array(await crypto.subtle.digest("SHA-256", entry.slice(32))));
  await store.write(key, entry).catch(() => undefined);
}

export async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return hexOfBytes(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}
