/**
 * Plain data as text: JSON, with byte arrays as `{"$bytes": "hex"}`. Whatever is not plain data is refused, so that a
 * state can't carry hidden parts.
 */

import { bytesOfHex, hexOfBytes } from "./hex.ts";

export function plainDataToText(value: unknown): string {
  return JSON.stringify(value, function replace(this: Record<string, unknown>, key, converted: unknown) {
    // Not what a `toJSON` of it has made of it.
    const member = this[key];
    if (!Object.is(member, converted) && !(member instanceof Uint8Array))
      throw new TypeError("not plain data: it has a toJSON");
    if (member instanceof Uint8Array) return { $bytes: hexOfBytes(member) };
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

export function plainDataFromText(text: string): unknown {
  return JSON.parse(text, (_key, member: unknown) =>
    typeof member === "object" && member !== null && "$bytes" in member
      ? bytesOfHex((member as { $bytes: string }).$bytes)
      : member,
  );
}
