/** A stretch of a sorted list as conditions that every database takes. */

import type { ListRange } from "../store.ts";
import { isStorable } from "./tables.ts";

export interface Bound {
  readonly operator: ">" | "<" | "<=";
  readonly name: string;
  readonly order: "asc" | "desc";
}

/**
 * No name has a NUL, and a text column may refuse one. So with a NUL in the bound the names in front of it are those up
 * to the text before the NUL, that one included; those behind it are those behind that text.
 */
export function boundOf({ after = "", before }: ListRange): Bound {
  if (before === undefined) return { operator: ">", name: beforeNul(after), order: "asc" };
  return { operator: isStorable(before) ? "<" : "<=", name: beforeNul(before), order: "desc" };
}

/** Rows that were read from the bound outwards, in ascending order. */
export function ascending<Row>(rows: Row[], { order }: Bound): Row[] {
  return order === "asc" ? rows : rows.reverse();
}

function beforeNul(name: string): string {
  return name.split("\0", 1)[0]!;
}
