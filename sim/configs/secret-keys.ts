/**
 * How the value of a secret is sealed: with a key of the store, bound to its account, device and key in it. The value
 * starts with the name of the key that it was sealed with, so that older keys open what they sealed: `NAME.SEALED`.
 */

import { randomBytes } from "node:crypto";
import { openText, sealText } from "./sealed-text.ts";
import type { Collection, Entry } from "./stores/store.ts";

export interface SecretKey {
  /** `k` and 8 hex digits; `v1` for the key of databases from before keys had names. */
  readonly name: string;
  readonly key: Uint8Array;
}

/** The oldest first: secrets are sealed with the last, and open with the one that sealed them. */
export type SecretKeys = readonly [SecretKey, ...SecretKey[]];

export function newSecretKey(): SecretKey {
  return { name: `k${randomBytes(4).toString("hex")}`, key: randomBytes(32) };
}

export function sealSecret(keys: SecretKeys, collection: Collection, { key: name, value }: Entry): string {
  const newest = keys.at(-1)!;
  return `${newest.name}.${sealText(newest.key, placeOf(collection, name), value)}`;
}

/** @returns undefined: none of these keys opens it, here */
export function openSecret(keys: SecretKeys, collection: Collection, { key: name, value }: Entry): string | undefined {
  const [keyName = "", sealed = ""] = value.split(".");
  const sealedWith = keys.find((each) => each.name === keyName);
  return sealedWith && openText(sealedWith.key, placeOf(collection, name), sealed);
}

/** Whether this can be what a key sealed that is not among these, as far as its name tells. */
export function isOfUnknownKey(keys: SecretKeys, sealed: string): boolean {
  const [name] = /^k[0-9a-f]{8}(?=\.)/.exec(sealed) ?? [];
  return name !== undefined && !keys.some((each) => each.name === name);
}

/** With the newest key; what has it already, or can't be opened, stays as it is. */
export function sealAnew(keys: SecretKeys, collection: Collection, entry: Entry): string {
  if (entry.value.startsWith(`${keys.at(-1)!.name}.`)) return entry.value;
  const value = openSecret(keys, collection, entry);
  return value === undefined ? entry.value : sealSecret(keys, collection, { ...entry, value });
}

export function placeOf({ accountSid, deviceSid = "" }: Collection, key: string): string {
  return JSON.stringify([accountSid, deviceSid, key]);
}
