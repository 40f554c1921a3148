/**
 * Typed errors. Three kinds never mix: a *status* is what the firmware gets (see `host/abi`), a *firmware fault* is
 * a bug in the firmware, a *simulator error* is ours or the user's. Each has a stable code.
 */

export type ErrorCode = `ERR_MVSIM_${string}`;

/** What was asked of the simulator can't be done: unusable input, a missing service, a call that is not simulated. */
export class SimulatorError extends Error {
  override readonly name = "SimulatorError";
  readonly code: ErrorCode;

  /** @param message what was wrong, where, and what to do; one or more lines, without the code */
  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** A bug in the firmware as plain data: it is part of the trace and of a run's result. */
export interface FirmwareFault extends CallStack {
  readonly code: ErrorCode;
  /** What happened and what to do about it. */
  readonly message: string;
}

/** The firmware's own call stack, innermost function first; empty when it is not known. */
export interface CallStack {
  readonly stack: readonly string[];
  /** Where in the firmware's file each of these functions was. It depends on the engine: it is in no trace. */
  readonly places: readonly CodePlace[];
}

/** As offsets into the firmware's file. */
export interface CodePlace {
  /** The function's first instruction. */
  readonly functionStart: number;
  /** The call or the trap, where that is known. */
  readonly instruction?: number;
}

export const unknownStack: CallStack = { stack: [], places: [] };

/** Carries a firmware fault through the guest's frames to whoever drives the core. Never shown as it is. */
export class FirmwareFaultError extends Error {
  override readonly name = "FirmwareFaultError";
  readonly fault: FirmwareFault;

  constructor(code: ErrorCode, message: string, { stack, places } = unknownStack) {
    super(message);
    this.fault = { code, message, stack, places };
  }
}
