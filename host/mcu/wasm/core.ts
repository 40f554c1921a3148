/**
 * The WebAssembly core: runs a prepared module behind the port of `host/mcu/core.ts`. Time is kept as the moment at
 * which the guest's fuel will be spent (`#fuelEnd`): now is that moment less the fuel that is left, exact at any time.
 * The guest calls the safepoint at the first loop head or function entry at which none is left.
 */

import { SimulatorError, unknownStack } from "../../fault/fault.ts";
import type { Core, CoreControl, CoreState, CoreStop, Examination, ImportedCall } from "../core.ts";
import { guestStack } from "./code-places.ts";
import { type Boundary, wrapCall } from "./imported-calls.ts";
import { type GuestImports, type GuestInstance, instantiate } from "./instance.ts";
import { GuestMemory } from "./memory.ts";
import type { PreparedEntry, PreparedModule } from "./prepare/prepare.ts";
import { readGlobals, readTables, type SavedState, writeGlobals, writeTables } from "./snapshot.ts";
import { Suspension } from "./suspension.ts";
import { isStackExhaustion, stackOverflow, trapFault, withStack } from "./traps.ts";

export interface WasmCoreOptions {
  /** Recursive functions may nest this deeply, less where their frames are large (default 1024). */
  readonly maxDepth?: number | undefined;
  /** `run` comes back after this many cycles at the latest. It changes no trace (default 20,000,000). */
  readonly sliceCycles?: number | undefined;
  /** For tests: stops at every boundary, deadline or not. */
  readonly suspendAlways?: boolean | undefined;
}

/** A piece of the program that runs or was interrupted. */
interface Context {
  readonly entry: PreparedEntry;
  /** Suspended frames; undefined if it has not started yet. */
  frames: Uint8Array | undefined;
  depthLeft: number;
  /** For handlers: the C stack pointer to restore at the end. */
  stackPointer: number;
}

/** LLVM's leaf functions keep up to this many bytes below the C stack pointer. */
const redZoneBytes = 128;
const stackAlignment = 16;
/** How many functions the stack of a fault shows at most. */
const stackTraceFunctions = 64;

/** A device's core, in its state at power-on. `calls` must be those that the module was prepared with. */
export function createWasmCore(
  prepared: PreparedModule,
  calls: readonly ImportedCall[],
  options: WasmCoreOptions = {},
): Core {
  return new WasmCore(prepared, calls, options);
}

class WasmCore implements Core, Boundary {
  readonly control: CoreControl = { deadline: Number.POSITIVE_INFINITY, stop: "" };
  readonly memory: GuestMemory;
  readonly entries: readonly string[];
  isInCall = false;
  fueledFor = Number.NaN;

  readonly #prepared: PreparedModule;
  readonly #calls: readonly ImportedCall[];
  readonly #imports: GuestImports;
  readonly #suspension: Suspension;
  readonly #maxDepth: number;
  readonly #sliceCycles: number;
  readonly #suspendAlways: boolean;
  #guest: GuestInstance;
  #contexts: Context[] = [];
  #fuelEnd = 0;
  #sliceEnd = 0;
  #isUnwinding = false;
  #isRewinding = false;
  /** Of a core that was made to be examined: what it has shown. */
  #examination: { -readonly [Key in keyof Examination]: Examination[Key] } | undefined;
  /** Something was thrown: the guest's frames are lost, and its globals may be wrong. */
  #isBroken = false;

  constructor(prepared: PreparedModule, calls: readonly ImportedCall[], options: WasmCoreOptions) {
    const { maxDepth = 1024, sliceCycles = 20_000_000, suspendAlways = false } = options;
    this.#prepared = prepared;
    this.#calls = calls.filter(({ name }) => prepared.imports.includes(name));
    this.#maxDepth = Math.floor(Math.min(maxDepth, prepared.deepestRecursion));
    this.#sliceCycles = sliceCycles;
    this.#suspendAlways = suspendAlways;
    this.#imports = {
      calls: Object.fromEntries(this.#calls.map((call) => [call.name, wrapCall(call, this)])),
      safepoint: () => this.#safepoint(),
      overflow: () => this.#overflow(),
    };
    this.#guest = instantiate(prepared, this.#imports);
    this.memory = new GuestMemory(this.#guest.memory);
    this.#suspension = new Suspension(this.memory);
    this.entries = prepared.entries.map((entry) => entry.name);
  }

  hasHandler(name: string): boolean {
    return this.#prepared.handlers.some((handler) => handler.name === name);
  }

  now(): number {
    return this.#fuelEnd - this.#guest.charge(0);
  }

  elapse(cycles: number): void {
    this.#fuelEnd += cycles;
    this.fueledFor = Number.NaN;
  }

  enter(name: string): void {
    const entry = [...this.#prepared.entries, ...this.#prepared.handlers].find((candidate) => candidate.name === name);
    if (!entry) throw new Error(`the firmware has no entry ${name}`);
    this.#contexts.push({ entry, frames: undefined, depthLeft: this.#maxDepth, stackPointer: 0 });
  }

  run(): CoreStop {
    const context = this.#contexts[this.#contexts.length - 1];
    if (!context) throw new Error("there is no context to run");
    const traces = Error as { stackTraceLimit?: number };
    const traceLimit = traces.stackTraceLimit;
    traces.stackTraceLimit = stackTraceFunctions;
    this.#sliceEnd = this.now() + this.#sliceCycles;
    this.refuel();
    this.#exchangeDepth(context.depthLeft);
    try {
      return this.#continue(context);
    } catch (error) {
      this.#isBroken = true;
      const isOurs = this.isInCall && !isStackExhaustion(error);
      return { why: "thrown", error: isOurs ? withStack(error, this.#prepared) : trapFault(error, this.#prepared) };
    } finally {
      this.control.stop = "";
      if (traceLimit !== undefined) traces.stackTraceLimit = traceLimit;
    }
  }

  examine(cycles: number): Examination {
    if (this.#contexts.length === 0) return { callStack: unknownStack, goesRound: false };
    const calls = this.#calls.map((call) => ({ ...call, invoke: endExamination }));
    const twin = new WasmCore(this.#prepared, calls, { maxDepth: this.#maxDepth });
    twin.restore(this.save());
    twin.#examination = { callStack: unknownStack, goesRound: false };
    twin.control.deadline = this.now() + cycles;
    twin.run();
    return twin.#examination;
  }

  save(): CoreState {
    const state: SavedState = {
      core: "wasm",
      firmware: this.#prepared.hash,
      now: this.now(),
      memory: this.memory.bytes.slice(),
      globals: readGlobals(this.#guest),
      tables: readTables(this.#guest),
      contexts: this.#contexts.map(({ entry, frames, depthLeft, stackPointer }) => ({
        ...{ entry: entry.name, frames: frames?.slice() ?? null, depthLeft, stackPointer },
      })),
    };
    return state as unknown as CoreState;
  }

  restore(coreState: CoreState): void {
    const state = coreState as unknown as SavedState;
    if (state.core !== "wasm" || state.firmware !== this.#prepared.hash) {
      throw new SimulatorError(
        "ERR_MVSIM_SNAPSHOT_MISMATCH",
        "the snapshot was taken of another firmware. Restore it with the firmware file that it was taken with.",
      );
    }
    const { memory, tables } = state;
    const isLarger =
      this.memory.end > memory.length ||
      this.#guest.tables.some((table, index) => table.length > tables[index]!.length);
    // A memory can't shrink, and what was thrown left frames half unwound.
    if (this.#isBroken || isLarger) this.#reinstantiate();
    this.memory.growTo(memory.length);
    this.memory.writeBytes(0, memory);
    writeGlobals(this.#guest, state.globals);
    writeTables(this.#guest, tables);
    this.#contexts = [];
    for (const { entry, frames, depthLeft, stackPointer } of state.contexts) {
      this.enter(entry);
      const context = this.#contexts[this.#contexts.length - 1]!;
      Object.assign(context, { frames: frames?.slice(), depthLeft, stackPointer });
    }
    this.#fuelEnd = state.now + this.#guest.charge(0);
    this.fueledFor = Number.NaN;
  }

  /** Starts the context, or continues it, to its next stop. */
  #continue(context: Context): CoreStop {
    const { entry, frames } = context;
    const start = this.#guest.entries.get(entry.name)!;
    if (frames) {
      this.#isRewinding = true;
      this.#suspension.rewind(this.#guest, frames);
    } else {
      if (entry.isHandler) context.stackPointer = this.#lowerStackPointer();
    }
    const value = entry.parameterCount === 0 ? start() : start(0, 0);
    if (this.#isUnwinding) {
      this.#isUnwinding = false;
      context.frames = this.#suspension.takeFrames(this.#guest);
      context.depthLeft = this.#guest.descend(0);
      return this.control.stop === "wait" ? waits : atBoundary;
    }
    this.#contexts.pop();
    if (entry.isHandler) this.#restoreStackPointer(context.stackPointer);
    return { why: "returned", value: value ?? 0 };
  }

  /** The guest's fuel is spent: it stops here, and it comes back here. */
  #safepoint(): void {
    if (this.#isRewinding) {
      this.#isRewinding = false;
      this.#suspension.rewound(this.#guest);
      if (this.#examination) this.#examination.callStack = guestStack(new Error(), this.#prepared);
      return;
    }
    if (this.#examination) this.#examination.goesRound = this.#guest.idleLoop.value === hasSkipped;
    this.#isUnwinding = true;
    const { entry } = this.#contexts[this.#contexts.length - 1]!;
    const { recursiveFrameBytes } = this.#prepared;
    const depth = recursiveFrameBytes === 0 ? 0 : this.#maxDepth - this.#guest.descend(0);
    this.#suspension.unwind(this.#guest, entry.frameBytes + depth * recursiveFrameBytes);
  }

  #overflow(): never {
    throw stackOverflow(
      `the firmware's recursive functions nest more than ${this.#maxDepth} deep. Check for endless recursion, or ` +
        "raise the limit (maxDepth).",
      guestStack(new Error(), this.#prepared),
    );
  }

  /** Gives the guest the fuel to the deadline or the end of the slice; none if it is to stop. */
  refuel(): void {
    const left = this.#guest.charge(0);
    const now = this.#fuelEnd - left;
    const { deadline, stop } = this.control;
    const until = stop === "" && !this.#suspendAlways ? Math.min(deadline, this.#sliceEnd) : now;
    const fuel = Math.max(0, Math.ceil(until - now));
    this.#guest.charge(left - fuel);
    this.#fuelEnd = now + fuel;
    this.fueledFor = this.#suspendAlways ? Number.NaN : deadline;
  }

  /** Each context has a depth of its own; the guest counts that of the one that runs. */
  #exchangeDepth(depthLeft: number): void {
    const { descend } = this.#guest;
    if (this.#prepared.recursiveFrameBytes > 0) descend(descend(0) - depthLeft);
  }

  /** Answers the C stack pointer as it was, or 0 if there is none. */
  #lowerStackPointer(): number {
    const global = this.#stackPointerGlobal();
    if (!global) return 0;
    const stackPointer = global.value as number;
    global.value = (stackPointer - redZoneBytes) & -stackAlignment;
    return stackPointer;
  }

  #restoreStackPointer(stackPointer: number): void {
    const global = this.#stackPointerGlobal();
    if (global) global.value = stackPointer;
  }

  #stackPointerGlobal(): WebAssembly.Global | undefined {
    const { stackPointer, mutableGlobals } = this.#prepared;
    return this.#guest.globals[mutableGlobals.findIndex(({ index }) => index === stackPointer)];
  }

  #reinstantiate(): void {
    this.#guest = instantiate(this.#prepared, this.#imports);
    this.memory.attach(this.#guest.memory);
    this.#isUnwinding = false;
    this.#isRewinding = false;
    this.#isBroken = false;
  }
}

/** What the guest notes when it has skipped rounds of a loop (`prepare/ticks.ts`). */
const hasSkipped = -1;

function endExamination(): never {
  throw new Error("what is only examined calls nothing");
}

const atBoundary: CoreStop = { why: "boundary" };
const waits: CoreStop = { why: "wait" };
