/**
 * The control of a device: runs it to its end, for a time, until something happens, or step by step. All of them let
 * the same run go on; where it pauses in between changes no trace. One control call at a time; `pause` and `stop` may
 * come while another one is in progress, which they end.
 */

import type { RunResult } from "./device-options.ts";
import { SimulatorError, unknownStack } from "./fault/fault.ts";
import { type LimitEvent, limitOf } from "./mcu/limit-events.ts";
import type { McuPorts } from "./mcu/mcu.ts";
import type { Run, RunState } from "./run.ts";
import { cyclesOf, microsecondsOf } from "./time/cycles.ts";
import { cancel, type QueuedEvent, schedule } from "./time/queue.ts";
import type { TraceEvent, TraceListener } from "./trace/events.ts";

/** The device stands at a boundary, in the middle of its run. */
export interface Paused {
  readonly paused: true;
  /** What the call waited for: of `runUntil` and `step`. */
  readonly event?: TraceEvent;
  /** Device time since power-on. */
  readonly microseconds: number;
}

export type EventKind = TraceEvent["kind"];

/** Each switches the device on, if it is not yet. @throws SimulatorError ERR_MVSIM_BUSY, ERR_MVSIM_ALREADY_RUN */
export interface Control {
  /**
   * Runs the device to its end, also from where it was paused. A pause in between only delays the answer.
   * @throws SimulatorError when the service can't be reached or refuses the device before it ever welcomed it, and when
   * the firmware calls what is not simulated; so do all of these calls
   */
  run(): Promise<RunResult>;
  /** Lets so much device time pass, then pauses. It counts from where the last `advance` was to end: no drift. */
  advance(microseconds: number): Promise<Paused | RunResult>;
  /**
   * Runs until an event of this kind, or one for which the predicate holds, and pauses at the next boundary. What the
   * predicate throws rejects the call; the device is paused then too.
   */
  runUntil(condition: EventKind | ((event: TraceEvent) => boolean)): Promise<Paused | RunResult>;
  /** Runs to the next return of a system call, notification, or entry of an interrupt handler. */
  step(): Promise<Paused | RunResult>;
  /** Ends the control call in progress at the next boundary; without one it does nothing. */
  pause(): Promise<Paused | RunResult>;
  /** The control call in progress, if there is one. */
  readonly isBusyWith: string | undefined;
  /** Ends the run soon, with `interrupted`; of a device that is still off, its first control call then does. */
  stop(): Promise<RunResult>;
}

export interface ControlPorts {
  readonly run: Run;
  readonly mcu: McuPorts;
  readonly state: () => RunState;
  /** Also without a listener of the options' events are built as long as somebody listens here. */
  listen(listener: TraceListener | undefined): void;
}

export function createControl({ run, mcu, state, listen }: ControlPorts): Control {
  /** The call in progress: its name, and when the device stands again. */
  let current: { readonly name: string; readonly halted: Promise<RunResult | undefined> } | undefined;
  let ending = createEnding();

  function refuseIfBusy(name: string): void {
    if (current) {
      throw new SimulatorError(
        "ERR_MVSIM_BUSY",
        `${name}() while ${current.name}() is in progress: await it, or pause() the device first`,
      );
    }
    if (state().phase === "ended") {
      throw new SimulatorError("ERR_MVSIM_ALREADY_RUN", "the device's run has ended; create another device");
    }
  }

  /** @param prepare is called when the device is on */
  async function drive(name: string, prepare = (): void => {}): Promise<RunResult | undefined> {
    refuseIfBusy(name);
    // A state of before the end was restored.
    if (ending.isSettled) ending = createEnding();
    // A trace listener may pause or stop it from the first event on: `current` stands before.
    const halted = Promise.resolve().then(() => {
      run.powerOn();
      prepare();
      state().overrun = 0;
      return run.go();
    });
    current = { name, halted };
    try {
      const result = await halted;
      if (result) ending.resolve(result);
      return result;
    } catch (error) {
      ending.reject(error);
      throw error;
    } finally {
      current = undefined;
    }
  }

  function paused(event?: TraceEvent): Paused {
    const microseconds = microsecondsOf(mcu.core.now());
    return event ? { paused: true, event, microseconds } : { paused: true, microseconds };
  }

  async function runUntil(name: string, holds: (event: TraceEvent) => boolean): Promise<Paused | RunResult> {
    refuseIfBusy(name);
    let found: TraceEvent | undefined;
    let problem: { readonly error: unknown } | undefined;
    listen((event) => {
      if (found || problem) return;
      try {
        if (holds(event)) found = event;
      } catch (error) {
        // Not through the guest's frames, which would be lost.
        problem = { error };
      }
      if (found || problem) run.requestPause();
    });
    try {
      const result = await drive(name);
      if (problem) throw problem.error;
      return result ?? paused(found);
    } finally {
      listen(undefined);
    }
  }

  async function stop(): Promise<RunResult> {
    run.stop();
    if (state().phase === "off") return { reason: "interrupted", context: "main", ...unknownStack, microseconds: 0 };
    await current?.halted;
    if (state().phase === "on" && !current) await drive("stop");
    return ending.promise;
  }

  return {
    get isBusyWith() {
      return current?.name;
    },
    async run() {
      await drive("run");
      return ending.promise;
    },
    async advance(microseconds) {
      if (!(microseconds >= 0 && microseconds < Number.POSITIVE_INFINITY)) {
        throw new SimulatorError("ERR_MVSIM_INVALID_TIME", `advance(${microseconds}): so much time can't pass`);
      }
      let until = 0;
      const result = await drive("advance", () => {
        until = mcu.core.now() - state().overrun + cyclesOf(microseconds);
        schedule<LimitEvent>(mcu.queue, { at: until, kind: "limit", limit: "advance" });
      });
      cancel(mcu.queue, isAdvance);
      if (result) return result;
      state().overrun = Math.max(0, mcu.core.now() - until);
      return paused();
    },
    runUntil: (condition) =>
      runUntil("runUntil", typeof condition === "string" ? ({ kind }) => kind === condition : condition),
    step: () => runUntil("step", isStep),
    async pause() {
      if (!current) return paused();
      run.requestPause();
      return (await current.halted) ?? paused();
    },
    stop() {
      const result = stop();
      // Who only wants it to end need not listen.
      result.catch(() => {});
      return result;
    },
  };
}

function isAdvance(event: QueuedEvent): boolean {
  return limitOf(event) === "advance";
}

function isStep(event: TraceEvent): boolean {
  return (
    event.kind === "return" || event.kind === "notification" || (event.kind === "interrupt" && event.phase === "enter")
  );
}

interface Ending {
  readonly promise: Promise<RunResult>;
  readonly isSettled: boolean;
  resolve(result: RunResult): void;
  reject(error: unknown): void;
}

/** The run's end, for those who wait for it beyond a pause. */
function createEnding(): Ending {
  let isSettled = false;
  let settle = { resolve: (_result: RunResult): void => {}, reject: (_error: unknown): void => {} };
  const promise = new Promise<RunResult>((resolve, reject) => {
    settle = { resolve, reject };
  });
  // Whoever makes a control call hears of the error there.
  promise.catch(() => {});
  return {
    promise,
    get isSettled() {
      return isSettled;
    },
    resolve(result) {
      isSettled = true;
      settle.resolve(result);
    },
    reject(error) {
      isSettled = true;
      settle.reject(error);
    },
  };
}
