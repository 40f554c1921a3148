/**
 * A prepared module: the binary, what the core needs to know of it as plain data (so that it can be kept on disk), and
 * what is made of both in each process.
 */

import type { Diagnostic } from "../../../fault/diagnostics.ts";
import type { WasmType } from "../binary/types.ts";
import { windowBytes, windowHeaderBytes } from "./frames.ts";
import { type FunctionNames, functionNames, type NamedFunctions } from "./function-names.ts";

/** An entry point or an interrupt handler. */
export interface PreparedEntry {
  readonly name: string;
  readonly isHandler: boolean;
  /** How many zeros it is called with. */
  readonly parameterCount: number;
  /** The most bytes of frames that it suspends with, recursive functions not counted. */
  readonly frameBytes: number;
}

/** All that the preparation found out, beside the binary. JSON can hold it. */
export interface PreparedFacts {
  /** SHA-256 of the firmware file, in hex. */
  readonly hash: string;
  /** Program entries, in the order in which they run. */
  readonly entries: readonly PreparedEntry[];
  readonly handlers: readonly PreparedEntry[];
  /** The names of the calls that the firmware imports. */
  readonly imports: readonly string[];
  readonly functions: NamedFunctions;
  readonly mutableGlobals: readonly { readonly index: number; readonly type: WasmType }[];
  /** The C stack pointer: one of the mutable globals, by its index. */
  readonly stackPointer: number | undefined;
  /** Tables, and the functions that they may hold, by index; empty if the firmware doesn't change them. */
  readonly tables: readonly number[];
  readonly tableFunctions: readonly number[];
  /** The largest frame of a function that may recurse; 0 without such functions. */
  readonly recursiveFrameBytes: number;
  /** What was noticed in the firmware: legal, but most likely not meant. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Immutable, and shared by all devices with the same firmware. */
export interface PreparedModule extends PreparedFacts {
  /** The firmware's file: to say where in it something went wrong. */
  readonly firmware: Uint8Array;
  /** The prepared binary, and the same compiled. */
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
  /** By the original index; undefined for imports. */
  readonly functionNames: FunctionNames;
  /** As many frames of recursive functions the window holds: Infinity without such functions. */
  readonly deepestRecursion: number;
}

/** @throws WebAssembly.CompileError when the bytes are no module */
export function preparedModule(facts: PreparedFacts, bytes: Uint8Array, firmware: Uint8Array): PreparedModule {
  const longestChain = longestChainBytes(facts);
  return {
    ...facts,
    ...{ firmware, bytes, module: new WebAssembly.Module(bytes) },
    functionNames: functionNames(facts.functions),
    deepestRecursion: (windowBytes - windowHeaderBytes - longestChain) / facts.recursiveFrameBytes,
  };
}

export function longestChainBytes({ entries, handlers }: Pick<PreparedFacts, "entries" | "handlers">): number {
  return Math.max(...[...entries, ...handlers].map(({ frameBytes }) => frameBytes));
}
