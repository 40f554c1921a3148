/**
 * Plain data as text: JSON, with byte arrays as `{"$bytes": "hex"}`. Whatever is not plain data is refused, so that a
 * state can't carry hidden parts.
 */

import { bytesOfHex, hexOfBytes } from "./hex.ts";

/** @param bytesToPlain what stands for byte arrays instead of their hex text */
export function plainDataToText(value: unknown, bytesToPlain: (bytes: Uint8Array) => unknown = hexOfBytes): string {
  return JSON.stringify(value, function replace(this: Record<string, unknown>, key, converted: unknown) {
    // Not what a `toJSON` of it has made of it.
    const member = this[key];
    if (!Object.is(member, converted) && !(member instanceof Uint8Array))
      throw new TypeError("not plain data: it has a toJSON");
    if (member instanceof Uint8Array) return { $bytes: bytesToPlain(member) };
    if (typeof member === "number" && !Number.isFinite(member)) throw new TypeError(`not plain data: ${member}`);
    if (
      member === undefined ||
      typeof member === "bigint" ||
      typeof member === "function" ||
      typeof member === "symbol"
    ) {
      throw new TypeError(`not plain data: ${typeof member}`);
    }
    if (typeof member === "object" && member !== null && !Array.isArray(member)) {
      const prototype: unknown = Object.getPrototypeOf(member);
      if (prototype !== Object.prototype && prototype !== null) throw new TypeError("not plain data: a class instance");
    }
    return member;
  });
}

export function plainDataFromText(text: string, bytesFromPlain: (plain: never) => Uint8Array = bytesOfHex): unknown {
  return JSON.parse(text, (_key, member: unknown) =>
    typeof member === "object" && member !== null && "$bytes" in member
      ? bytesFromPlain((member as { $bytes: never }).$bytes)
      : member,
  );
}
