/** Arguments by value: what a 32-bit word means as one of the ABI's types. Narrow types count in their low bits only. */

import { type EnumName, memberName } from "./enums.ts";
import { sizeOf } from "./layout.ts";
import type { Type } from "./types.ts";

export function integerOfWord(type: Type, word: number): number {
  switch (sizeOf(type)) {
    case 1:
      return word & 0xff;
    case 2:
      return word & 0xffff;
    default:
      return word >>> 0;
  }
}

/** An enum value by its short name, or its number when it has none. */
export function valueOfWord(type: Type, word: number): number | string {
  const number = integerOfWord(type, word);
  return type.kind === "enum" ? (memberName(type.name as EnumName, number) ?? number) : number;
}
