/**
 * The core's state as plain data. What stays out: which passive data and element segments were dropped (an engine does
 * not tell), and the payload of NaNs in globals.
 */

import type { GuestInstance } from "./instance.ts";

/** A global's value so that it survives JSON: i64 as `123n`, numbers that JSON does not know as text. */
export type SavedValue = number | string;

export interface SavedState {
  readonly core: "wasm";
  /** The hash of the firmware file. */
  readonly firmware: string;
  readonly now: number;
  readonly memory: Uint8Array;
  readonly globals: readonly SavedValue[];
  /** Of each table that the firmware may change, the functions by their place in `tableFunctions`; null where empty. */
  readonly tables: readonly (readonly (number | null)[])[];
  /** The innermost last. */
  readonly contexts: readonly {
    readonly entry: string;
    readonly frames: Uint8Array | null;
    readonly depthLeft: number;
    readonly stackPointer: number;
  }[];
}

function savedValue(value: number | bigint): SavedValue {
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  return Number.isFinite(value) ? value : String(value);
}

function restoredValue(saved: SavedValue): number | bigint {
  if (typeof saved === "number") return saved;
  return saved.endsWith("n") ? BigInt(saved.slice(0, -1)) : Number(saved);
}

export function readGlobals(guest: GuestInstance): SavedValue[] {
  return guest.globals.map((global) => savedValue(global.value));
}

export function writeGlobals(guest: GuestInstance, values: readonly SavedValue[]): void {
  guest.globals.forEach((global, index) => {
    global.value = restoredValue(values[index]!);
  });
}

export function readTables(guest: GuestInstance): (number | null)[][] {
  return guest.tables.map((table) => {
    const places: (number | null)[] = [];
    for (let index = 0; index < table.length; index++) {
      const entry = table.get(index);
      places.push(entry === null ? null : guest.tableFunctions.indexOf(entry));
    }
    return places;
  });
}

/** The tables are not larger than they were saved. */
export function writeTables(guest: GuestInstance, tables: readonly (readonly (number | null)[])[]): void {
  guest.tables.forEach((table, position) => {
    const places = tables[position]!;
    if (places.length > table.length) table.grow(places.length - table.length);
    places.forEach((place, index) => {
      table.set(index, place === null ? null : guest.tableFunctions[place]);
    });
  });
}
