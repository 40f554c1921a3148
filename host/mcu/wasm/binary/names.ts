/** The name section: what compilers call functions and globals. It is for people, so a broken one is ignored. */

import type { ByteReader } from "./reader.ts";

export interface Names {
  readonly functions: ReadonlyMap<number, string>;
  readonly globals: ReadonlyMap<number, string>;
}

const functionNames = 1;
const globalNames = 7;

export function decodeNames(section: ByteReader): Names {
  const maps = new Map<number, Map<number, string>>();
  try {
    while (!section.atEnd) {
      const id = section.byte();
      const part = section.part(section.unsigned32());
      if (id !== functionNames && id !== globalNames) continue;
      maps.set(id, new Map(part.list(() => [part.unsigned32(), part.name()] as const)));
    }
  } catch {
    // What was read before the broken part still holds.
  }
  return { functions: maps.get(functionNames) ?? new Map(), globals: maps.get(globalNames) ?? new Map() };
}
