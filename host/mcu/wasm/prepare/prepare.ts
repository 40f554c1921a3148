/**
 * Turns a firmware file into a module that can be stopped and continued at any safepoint and import, once for each
 * content: devices with the same firmware share the compiled module.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import type { ImportedCall } from "../../core.ts";
import { allocatingHandlers } from "./allocating-handlers.ts";
import { asyncify } from "./asyncify.ts";
import { buildCallGraph } from "./call-graph.ts";
import { type Contract, checkContract } from "./contract.ts";
import { measureFrames, windowBytes, windowHeaderBytes } from "./frames.ts";
import { functionNames, namedFunctions } from "./function-names.ts";
import { inspectModule } from "./inspect.ts";
import { changesTables, instrument } from "./instrument.ts";
import { type ModuleStore, readPrepared, sha256, storeKey, writePrepared } from "./module-store.ts";
import { longestChainBytes, type PreparedFacts, type PreparedModule, preparedModule } from "./prepared-module.ts";
import { limitMemory } from "./ram-limit.ts";
import { checkSize, tooComplex } from "./size-limits.ts";
import { findStackPointer } from "./stack-pointer.ts";

export type { PreparedEntry, PreparedModule } from "./prepared-module.ts";

export interface PreparationOptions {
  /** What the memory may grow to, in bytes (default 512 KiB, or what the firmware declares as its minimum if that is more). */
  readonly ramBytes?: number | undefined;
  /** Whether loops that only wait are gone through in one step (default true). It changes no trace. */
  readonly skipIdleLoops?: boolean | undefined;
}

/** One preparation of a firmware file. */
interface CacheEntry {
  readonly content: Uint8Array<ArrayBuffer>;
  readonly options: PreparationOptions;
  /** All calls that were offered, as text. */
  readonly circumstances: string;
  /** Those of them that the firmware imports: known when it is prepared. All others don't matter. */
  used?: readonly UsedCall[];
  readonly prepared: Promise<PreparedModule>;
}

/** Oldest first. By the content itself: comparing it is faster than a digest, which waits for another thread. */
let cache: CacheEntry[] = [];
/** A prepared module takes some hundred kilobytes: a run of many firmware files must not keep them all. */
const cacheEntries = 64;

/**
 * Checks and prepares firmware; from memory or the store, if the same content was prepared before for the same calls
 * and options: then it has passed all checks, and nothing of it is read again.
 *
 * @param bytes the firmware file; not kept
 * @param calls what it may import from `env`
 * @throws SimulatorError if it is no firmware that the device can run, or an option is wrong; the code says why
 */
export async function prepareModule(
  bytes: Uint8Array,
  calls: readonly ImportedCall[],
  options: PreparationOptions = {},
  store?: ModuleStore,
): Promise<PreparedModule> {
  const isOffered = ({ used, circumstances }: CacheEntry): boolean =>
    used ? hasCalls(calls, used) : circumstances === circumstancesOf(calls, options);
  const known = cache.find(
    (entry) => hasSameOptions(entry.options, options) && isEqual(entry.content, bytes) && isOffered(entry),
  );
  if (known) return known.prepared;
  // A copy, which `slice` of a Node Buffer is not.
  const content = new Uint8Array(bytes);
  const { ramBytes, skipIdleLoops } = options;
  const circumstances = circumstancesOf(calls, options);
  const prepared = prepare(content, calls, options, store && { store, circumstances });
  const entry: CacheEntry = { content, options: { ramBytes, skipIdleLoops }, circumstances, prepared };
  cache.push(entry);
  if (cache.length > cacheEntries) cache.shift();
  prepared.then(
    ({ imports }) => {
      entry.used = imports.map((name) => usedCall(calls, name));
    },
    () => {
      cache = cache.filter((other) => other !== entry);
    },
  );
  return prepared;
}

/** A call by its place, and what the guest is checked against and charged for. What it does belongs to a device. */
type UsedCall = Omit<ImportedCall, "invoke" | "module"> & { readonly index: number };

function usedCall(calls: readonly ImportedCall[], wanted: string): UsedCall {
  const index = calls.findIndex(({ name }) => name === wanted);
  const { name, params, results, cycles, suspends, readsOnly = false } = calls[index]!;
  return { index, name, params, results, cycles, suspends, readsOnly };
}

function hasSameOptions(one: PreparationOptions, other: PreparationOptions): boolean {
  return one.ramBytes === other.ramBytes && one.skipIdleLoops === other.skipIdleLoops;
}

/** Each new device asks: no text is made. */
function hasCalls(calls: readonly ImportedCall[], used: readonly UsedCall[]): boolean {
  return used.every(({ index, name, params, results, cycles, suspends, readsOnly }) => {
    const call = calls[index];
    return (
      call?.name === name &&
      call.cycles === cycles &&
      call.suspends === suspends &&
      (call.readsOnly ?? false) === readsOnly &&
      hasSameTypes(params, call.params) &&
      hasSameTypes(results, call.results)
    );
  });
}

function hasSameTypes(one: readonly string[], other: readonly string[]): boolean {
  return one === other || (one.length === other.length && one.every((type, index) => type === other[index]));
}

/** All calls by what the guest is checked against and charged for. */
function circumstancesOf(calls: readonly ImportedCall[], { ramBytes, skipIdleLoops }: PreparationOptions): string {
  let text = `${ramBytes} ${skipIdleLoops}`;
  for (const { name, params, results, cycles, suspends, readsOnly } of calls) {
    text += `,${name} ${cycles} ${suspends} ${readsOnly}`;
    for (const type of params) text += ` ${type}`;
    text += ":";
    for (const type of results) text += type;
  }
  return text;
}

async function prepare(
  content: Uint8Array<ArrayBuffer>,
  calls: readonly ImportedCall[],
  options: PreparationOptions,
  kept: { store: ModuleStore; circumstances: string } | undefined,
): Promise<PreparedModule> {
  const hash = await sha256(content);
  const key = kept && (await storeKey(hash, kept.circumstances));
  const stored = kept && (await readPrepared(kept.store, key!, hash, content));
  if (stored) return stored;
  const prepared = await build(hash, content, calls, options);
  if (kept) await writePrepared(kept.store, key!, prepared);
  return prepared;
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
  hash: string,
  content: Uint8Array<ArrayBuffer>,
  calls: readonly ImportedCall[],
  options: PreparationOptions,
): Promise<PreparedModule> {
  const module = inspectModule(content);
  const contract = checkContract(module, calls);
  checkSize(module);
  const memory = limitMemory(module.memories[0]!, options.ramBytes);
  const { skipIdleLoops = true } = options;
  const graph = buildCallGraph(module);
  const instrumented = instrument(module, contract, graph, { memory, skipIdleLoops });
  const bytes = await asyncify(instrumented, contract.calls);
  const frames = measureFrames(bytes, graph);
  const functions = namedFunctions(module);
  const prepareEntry = (isHandler: boolean) => (entry: Contract["entries"][number]) => ({
    ...{ name: entry.name, isHandler, parameterCount: entry.parameterCount },
    frameBytes: frames.chainBytes(entry.functionIndex),
  });
  const facts: PreparedFacts = {
    hash,
    entries: contract.entries.map(prepareEntry(false)),
    handlers: contract.handlers.map(prepareEntry(true)),
    imports: contract.calls.map((call) => call.name),
    functions,
    mutableGlobals: module.globals.flatMap(({ type, mutable }, index) => (mutable ? { index, type } : [])),
    stackPointer: findStackPointer(module),
    tables: changesTables(module) ? module.tables.map((_, index) => index) : [],
    tableFunctions: changesTables(module) ? [...module.referenced] : [],
    recursiveFrameBytes: frames.recursiveBytes,
    diagnostics: allocatingHandlers(contract.handlers, graph, functionNames(functions)),
  };
  checkWindow(facts);
  try {
    return preparedModule(facts, bytes, content);
  } catch (error) {
    if (!(error instanceof WebAssembly.CompileError)) throw error;
    // Preparation adds code, locals and exports: what was just small enough for the engine may not be any more.
    throw tooComplex(`too much of something for the engine, once it is prepared: ${error.message}.`, error);
  }
}

function checkWindow(facts: PreparedFacts): void {
  const needed = longestChainBytes(facts) + facts.recursiveFrameBytes;
  const room = windowBytes - windowHeaderBytes;
  if (needed <= room) return;
  throw new SimulatorError(
    "ERR_MVSIM_FRAMES_TOO_LARGE",
    `the firmware's longest call chain has local variables of ${needed} bytes, and the simulator can put aside ` +
      `${room}. Split the functions with the most local variables.`,
  );
}
