/**
 * Turns a firmware file into a module that can be stopped and continued at any safepoint and import, once for each
 * content: devices with the same firmware share the compiled module.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import type { ImportedCall } from "../../core.ts";
import type { Limits } from "../binary/segments.ts";
import type { WasmType } from "../binary/types.ts";
import { allocatingHandlers, type Diagnostic } from "./allocating-handlers.ts";
import { asyncify } from "./asyncify.ts";
import { buildCallGraph } from "./call-graph.ts";
import { type Contract, checkContract } from "./contract.ts";
import { type FrameSizes, measureFrames, windowBytes, windowHeaderBytes } from "./frames.ts";
import { type FunctionNames, functionNames } from "./function-names.ts";
import { type InspectedModule, inspectModule } from "./inspect.ts";
import { changesTables, instrument } from "./instrument.ts";
import { limitMemory } from "./ram-limit.ts";
import { findStackPointer } from "./stack-pointer.ts";

/** An entry point or an interrupt handler. */
export interface PreparedEntry {
  readonly name: string;
  readonly isHandler: boolean;
  /** How many zeros it is called with. */
  readonly parameterCount: number;
  /** The most bytes of frames that it suspends with, recursive functions not counted. */
  readonly frameBytes: number;
}

/** Immutable, and shared by all devices with the same firmware. */
export interface PreparedModule {
  /** SHA-256 of the firmware file, in hex. */
  readonly hash: string;
  /** The prepared binary, and the same compiled. */
  readonly bytes: Uint8Array;
  readonly module: WebAssembly.Module;
  /** Program entries, in the order in which they run. */
  readonly entries: readonly PreparedEntry[];
  readonly handlers: readonly PreparedEntry[];
  /** The names of the calls that the firmware imports. */
  readonly imports: readonly string[];
  /** By the original index; undefined for imports. */
  readonly functionNames: FunctionNames;
  readonly mutableGlobals: readonly { readonly index: number; readonly type: WasmType }[];
  /** The C stack pointer: one of the mutable globals, by its index. */
  readonly stackPointer: number | undefined;
  /** Tables, and the functions that they may hold, by index; empty if the firmware doesn't change them. */
  readonly tables: readonly number[];
  readonly tableFunctions: readonly number[];
  /** The largest frame of a function that may recurse; 0 without such functions. */
  readonly recursiveFrameBytes: number;
  /** As many frames of recursive functions the window holds: Infinity without such functions. */
  readonly deepestRecursion: number;
  /** What was noticed in the firmware: legal, but most likely not meant. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface PreparationOptions {
  /** What the memory may grow to, in bytes (default 512 KiB, or what the firmware declares as its minimum if that is more). */
  readonly ramBytes?: number | undefined;
}

/** One preparation of a firmware file. */
interface CacheEntry {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly module: InspectedModule;
  /** What the prepared module holds of the calls and options. */
  readonly key: string;
  readonly prepared: Promise<PreparedModule>;
}

/** Oldest first. By the content itself: comparing it is faster than a digest, which waits for another thread. */
let cache: CacheEntry[] = [];
/** A prepared module takes some hundred kilobytes: a run of many firmware files must not keep them all. */
const cacheEntries = 64;

/**
 * Checks and prepares firmware; from memory, if the same content was prepared before.
 *
 * @param bytes the firmware file; not kept
 * @param calls what it may import from `env`
 * @throws SimulatorError if it is no firmware that the device can run, or an option is wrong; the code says why
 */
export async function prepareModule(
  bytes: Uint8Array,
  calls: readonly ImportedCall[],
  options: PreparationOptions = {},
): Promise<PreparedModule> {
  const known = cache.find((entry) => isEqual(entry.content, bytes));
  const content = known?.content ?? bytes.slice();
  const module = known?.module ?? inspectModule(content);
  const contract = checkContract(module, calls);
  const memory = limitMemory(module.memories[0]!, options.ramBytes);
  const key = JSON.stringify([contract.calls.map(({ name, cycles, suspends }) => [name, cycles, suspends]), memory]);
  const cached = cache.find((entry) => entry.content === content && entry.key === key);
  if (cached) return cached.prepared;
  const entry = { content, module, key, prepared: build(content, module, contract, memory) };
  cache.push(entry);
  if (cache.length > cacheEntries) cache.shift();
  entry.prepared.catch(() => {
    cache = cache.filter((other) => other !== entry);
  });
  return entry.prepared;
}

function isEqual(one: Uint8Array, other: Uint8Array): boolean {
  if (one.length !== other.length) return false;
  for (let index = 0; index < one.length; index++) if (one[index] !== other[index]) return false;
  return true;
}

/** Forgets all prepared modules: for measurements and tests of a cold start. */
export function clearPreparedModules(): void {
  cache = [];
}

async function build(
  content: Uint8Array<ArrayBuffer>,
  module: InspectedModule,
  contract: Contract,
  memory: Required<Limits>,
): Promise<PreparedModule> {
  const hash = await sha256(content);
  const graph = buildCallGraph(module);
  const bytes = await asyncify(instrument(module, contract, graph, memory), contract.calls);
  const frames = measureFrames(bytes, graph);
  const names = functionNames(module);
  const starts = [...contract.entries, ...contract.handlers].map((entry) => entry.functionIndex);
  const prepareEntry = (isHandler: boolean) => (entry: Contract["entries"][number]) => ({
    ...{ name: entry.name, isHandler, parameterCount: entry.parameterCount },
    frameBytes: frames.chainBytes(entry.functionIndex),
  });
  return {
    ...{ hash, bytes, module: new WebAssembly.Module(bytes) },
    entries: contract.entries.map(prepareEntry(false)),
    handlers: contract.handlers.map(prepareEntry(true)),
    imports: contract.calls.map((call) => call.name),
    functionNames: names,
    mutableGlobals: module.globals.flatMap(({ type, mutable }, index) => (mutable ? { index, type } : [])),
    stackPointer: findStackPointer(module),
    tables: changesTables(module) ? module.tables.map((_, index) => index) : [],
    tableFunctions: changesTables(module) ? [...module.referenced] : [],
    recursiveFrameBytes: frames.recursiveBytes,
    deepestRecursion: deepestRecursion(frames, starts),
    diagnostics: allocatingHandlers(contract.handlers, graph, names),
  };
}

function deepestRecursion(frames: FrameSizes, starts: readonly number[]): number {
  const longestChain = Math.max(...starts.map((index) => frames.chainBytes(index)));
  const room = windowBytes - windowHeaderBytes - longestChain;
  if (room >= frames.recursiveBytes) return room / frames.recursiveBytes;
  throw new SimulatorError(
    "ERR_MVSIM_FRAMES_TOO_LARGE",
    `the firmware's longest call chain has local variables of ${longestChain + frames.recursiveBytes} bytes, and the ` +
      `simulator can put aside ${windowBytes - windowHeaderBytes}. Split the functions with the most local variables.`,
  );
}

async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
