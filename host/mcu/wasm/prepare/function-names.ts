/** The firmware's names of its functions, and the names under which they stand in the prepared module. */

import type { DecodedModule } from "../binary/module.ts";
import { readableName } from "./rust-names.ts";

/** What people call a function of the firmware, by its index in the original module; undefined for an import. */
export type FunctionNames = (index: number) => string | undefined;

/** The same as data. */
export interface NamedFunctions {
  /** Imports have the lowest indexes. */
  readonly importCount: number;
  readonly names: readonly (readonly [index: number, name: string])[];
}

export function namedFunctions({ imports, names }: DecodedModule): NamedFunctions {
  return { importCount: imports.length, names: [...names.functions] };
}

export function functionNames({ importCount, names }: NamedFunctions): FunctionNames {
  // A name is asked for when something has gone wrong, if at all.
  let nameOf: Map<number, string> | undefined;
  return (index) => {
    nameOf ??= new Map(names);
    return index < importCount ? undefined : shortened(readableName(nameOf.get(index) ?? `function ${index}`));
  };
}

/** Names of templates are long; a report shows many of them. */
const longestName = 1000;

function shortened(name: string): string {
  return name.length > longestName ? `${name.slice(0, longestName)}…` : name;
}

/**
 * In the prepared module, whose indexes are shifted, each function is named after its original index. So an engine's
 * stack trace leads back to the firmware's names, in whatever form that engine prints it.
 */
export function guestName(index: number): string {
  return `mvsim_guest_${index}`;
}

/** The original indexes of the functions in a text, in its order. */
export function guestIndexes(text: string): number[] {
  return guestFrames(text).map(({ index }) => index);
}

/**
 * The functions in an engine's stack trace, innermost first, by their original indexes; and where they were in the
 * prepared module. V8 and SpiderMonkey say that, in the same words.
 */
export function guestFrames(stackTrace: string): { readonly index: number; readonly offset: number | undefined }[] {
  const frames = stackTrace.matchAll(/\bmvsim_guest_(\d+)\b(?:[^\n]*:wasm-function\[\d+\]:0x([0-9a-f]+))?/g);
  return [...frames].map(([, index, offset]) => ({
    index: Number(index),
    offset: offset === undefined ? undefined : Number.parseInt(offset, 16),
  }));
}
