/** A map that lists its names in the order of their bytes. Names are ASCII, so that of UTF-16 units is the same. */

import type { ListRange } from "../store.ts";

export interface OrderedMap<Value> {
  readonly size: number;
  get(name: string): Value | undefined;
  set(name: string, value: Value): void;
  delete(name: string): boolean;
  list(range: ListRange): Value[];
}

/** @returns an empty one */
export function createOrderedMap<Value>(): OrderedMap<Value> {
  const values = new Map<string, Value>();
  /** The names of `values`, ascending. */
  const names: string[] = [];
  return {
    get size() {
      return names.length;
    },
    get: (name) => values.get(name),
    set(name, value) {
      if (!values.has(name)) names.splice(countBelow(names, name), 0, name);
      values.set(name, value);
    },
    delete(name) {
      if (!values.delete(name)) return false;
      names.splice(countBelow(names, name), 1);
      return true;
    },
    list: (range) => namesIn(names, range).map((name) => values.get(name)!),
  };
}

function namesIn(names: readonly string[], { after, before, limit }: ListRange): string[] {
  if (before !== undefined) {
    const end = countBelow(names, before);
    return names.slice(Math.max(0, end - limit), end);
  }
  let start = after === undefined ? 0 : countBelow(names, after);
  if (names[start] === after) start++;
  return names.slice(start, start + limit);
}

/** How many of the ascending names are less than this one. */
function countBelow(names: readonly string[], name: string): number {
  let low = 0;
  let high = names.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (names[middle]! < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
