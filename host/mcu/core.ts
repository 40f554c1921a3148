/**
 * The port of a processor core: the MCU drives any core through it, and knows nothing else of it. A core runs a stack
 * of contexts (the program, and the handlers that interrupted it); only the innermost one runs. It stops at
 * *boundaries* only: safepoints, and the return of imported calls. Nothing outside the core's own folder knows how it
 * does that.
 */

import type { CallStack } from "../fault/fault.ts";

/** Guest memory by address. A view of it never outlives a call into the guest: ask for each access. */
export interface Memory {
  /** Is the whole range application memory? An empty range always is; otherwise null never is. */
  isLegal(address: number, bytes: number): boolean;
  /** The accessors ask for legal ranges (`isLegal`); unaligned addresses are fine. All are little-endian, unsigned. */
  readUint8(address: number): number;
  readUint16(address: number): number;
  readUint32(address: number): number;
  writeUint8(address: number, value: number): void;
  writeUint16(address: number, value: number): void;
  writeUint32(address: number, value: number): void;
  /** A copy. */
  readBytes(address: number, bytes: number): Uint8Array;
  writeBytes(address: number, bytes: Uint8Array): void;
  /** The first address above application memory. */
  readonly end: number;
}

/** Shared by the MCU, which writes it, and the core, which reads it at each boundary. */
export interface CoreControl {
  /** Stop at the first boundary at or past this moment (cycles since power-on). */
  deadline: number;
  /** Stop at the next boundary in any case: `boundary`, or because the program waits (WFI). Cleared by the core as it stops. */
  stop: "" | "boundary" | "wait";
}

export type CoreStop =
  /** At or past the deadline, or asked to. */
  | { readonly why: "boundary" }
  /** The innermost context waits for an interrupt. */
  | { readonly why: "wait" }
  /** The innermost context came to its end and is gone; its result, or 0. */
  | { readonly why: "returned"; readonly value: number }
  /**
   * Something was thrown: a FirmwareFaultError (traps of the guest are turned into one), or what an imported call
   * threw. The core is of no use afterwards, but for its memory.
   */
  | { readonly why: "thrown"; readonly error: unknown };

export type ValueType = "i32" | "i64" | "f32" | "f64";

/** A call that the guest may import. i64 values are bigints, all others numbers (i32 as JavaScript gives them: signed). */
export interface ImportedCall {
  /** Unique. */
  readonly name: string;
  /** The module that it is imported from, when that is not `env`: then its name is `module.name`. */
  readonly module?: string;
  readonly params: readonly ValueType[];
  readonly results: readonly [] | readonly [ValueType];
  /** Its fixed price. Time moves by it as the call returns: within the call it is still the moment of entry. */
  readonly cycles: number;
  /** Whether the guest may be stopped at its return. A call that throws always, or changes nothing, need not. */
  readonly suspends: boolean;
  /**
   * It only looks: as long as no time passes and nothing happens, it answers the same and changes nothing. Loops that
   * call nothing else may be skipped. It may look at the core's time, or be traced: then nothing is skipped.
   */
  readonly readsOnly?: boolean;
  invoke(...values: never[]): number | bigint | undefined;
}

/** The name of a module's start section among a core's entries. */
export const startEntry = "start";

export interface Core {
  readonly memory: Memory;
  readonly control: CoreControl;
  /** Entry points in the order in which they run: start section, `_initialize`, `_start` or `main`. */
  readonly entries: readonly string[];
  hasHandler(name: string): boolean;
  /** Cycles since power-on; exact at any time, within imported calls too. */
  now(): number;
  /** Lets time pass without running anything (sleep, cost of taking an interrupt). */
  elapse(cycles: number): void;
  /** Puts a new context on top, which starts at the named entry or handler at the next `run`. */
  enter(name: string): void;
  /** Runs the innermost context to its next stop. */
  run(): CoreStop;
  /**
   * Looks at what the innermost context does, and would do in so many cycles if it were left alone. Nothing changes.
   * Legal whenever `run` is not active.
   */
  examine(cycles: number): Examination;
  /** The core's whole state as plain data; legal whenever `run` is not active. */
  save(): CoreState;
  restore(state: CoreState): void;
}

export interface Examination {
  /** Empty when the context has not started. */
  readonly callStack: CallStack;
  /** It goes round a loop that calls nothing and changes nothing: only something from outside could end it. */
  readonly goesRound: boolean;
}

/** Opaque to all but the core that made it; plain data in the sense of the style page. */
export interface CoreState {
  readonly core: string;
  readonly [field: string]: unknown;
}
