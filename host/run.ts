/**
 * A device's run from power-on to its end, as far as it is let go: lets the MCU go on, waits for the outside where it
 * must, and says how it ended. Real time shows here only, as the limit of such a wait. Who lets it go, and when it is
 * to pause, is the control's (`control.ts`).
 */

import {
  type DeviceOptions,
  defaultTimeLimitMicroseconds,
  type Platform,
  type RunEnd,
  type RunResult,
} from "./device-options.ts";
import type { Diagnostic } from "./fault/diagnostics.ts";
import { type CallStack, FirmwareFaultError } from "./fault/fault.ts";
import { traceUnheard } from "./kernel/channels.ts";
import { stopWaiting } from "./kernel/kernel.ts";
import { abandonLink, closeLink } from "./kernel/link.ts";
import { unsentMessages } from "./kernel/logging.ts";
import { reportOpenHandles } from "./kernel/open-handles.ts";
import type { Kernel } from "./kernel/ports.ts";
import { finishRelink, startRelink, wasLinked } from "./kernel/relink.ts";
import { ResetRequest } from "./mcu/cmsis.ts";
import { scheduleEndlessLoopCheck } from "./mcu/endless-loop.ts";
import { type LimitEvent, limitOf } from "./mcu/limit-events.ts";
import { contextName, type McuPorts, type McuStop, runMcu } from "./mcu/mcu.ts";
import type { OutsideInput } from "./outside-inputs.ts";
import { createRealClock } from "./real-clock.ts";
import { cyclesOf, microsecondsOf } from "./time/cycles.ts";
import { cancel, type QueuedEvent, schedule, unpark } from "./time/queue.ts";

/** Of the run itself; plain data. */
export interface RunState {
  phase: "off" | "on" | "ended";
  /** The number of the next trace event. */
  sequence: number;
  /** Cycles by which the last `advance` went too far, since it ended at a boundary: the next one is so much shorter. */
  overrun: number;
  /** Inputs that wait for the next boundary. */
  inputs: OutsideInput[];
  /** Calls of WASI that the device has not, and that a diagnostic has named. */
  namedCalls: string[];
}

export function createRunState(): RunState {
  return { phase: "off", sequence: 0, overrun: 0, inputs: [], namedCalls: [] };
}

export interface RunPorts {
  readonly options: DeviceOptions;
  readonly platform: Platform;
  readonly kernel: Kernel;
  readonly mcu: McuPorts & { pauseRequested: boolean; horizon: number };
  readonly state: () => RunState;
  /** Whether it goes on from a snapshot: then it has no connection yet. */
  readonly isRestored: boolean;
  /** What was noticed when the firmware was loaded. */
  readonly diagnostics: readonly Diagnostic[];
  /** Shows what is left of what the firmware sent. */
  flushUart(): void;
  /** Switches the device off; a `boot` event switches it on again. */
  reboot(request: ResetRequest): void;
}

export interface Run {
  /** Switches the device on, unless it is. */
  powerOn(): void;
  /** Goes on to the run's end, or (undefined) until it is to pause. */
  go(): Promise<RunResult | undefined>;
  /** To stop at the next boundary. */
  requestPause(): void;
  /** To end soon, with `interrupted`. */
  stop(): void;
  /** Something came from outside, and waits for a boundary. */
  activity(): void;
  /** An input waits for the next boundary, which is to be soon. */
  interrupt(): void;
  /** The device has booted again. */
  booted(): void;
  /** Device time now, in cycles; by the real clock it goes on while the firmware sleeps. */
  present(): number;
}

/** Thrown through the guest: the firmware ends its run, by `exit` or by ending its tests. */
export class ExitRequest extends Error {
  override readonly name = "ExitRequest";
  readonly status: number;
  readonly by: "exit" | "mvTestingComplete";

  constructor(status: number, by: ExitRequest["by"]) {
    super(`status ${status}`);
    this.status = status;
    this.by = by;
  }
}

const defaultAnswerLimitMilliseconds = 30_000;
/** What a timer of the host can wait for. */
const longestTimerMilliseconds = 2 ** 31 - 1;

export function createRun(ports: RunPorts): Run {
  const { options, platform, kernel, mcu } = ports;
  const answerLimit = options.answerLimitMilliseconds ?? defaultAnswerLimitMilliseconds;
  let isStopped = false;
  /** What was noticed when the firmware was loaded, and is an error. */
  let unfit: { readonly error: unknown } | undefined;
  /** Something came from outside since the device ran last. */
  let heard = false;
  let wake = (): void => {};

  /** The real time that is left for what an event waits for. */
  let patience: { readonly event: QueuedEvent; end(): void } | undefined;

  /** Comes back when something came from outside; after the limit, the event is told that nothing will. */
  async function waitForOutside(event: QueuedEvent): Promise<void> {
    // What comes may be something else: that must not win the event more time.
    if (!patience) {
      const end = platform.after(answerLimit, () => {
        stopWaiting(kernel, event, answerLimit / 1000);
        wake();
      });
      patience = { event, end };
    }
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
    wake = () => {};
  }

  /** The event that was waited for has happened, or is gone. */
  function endPatience(): void {
    patience?.end();
    patience = undefined;
  }

  async function waitAtMost(milliseconds: number): Promise<void> {
    if (heard || isStopped) return;
    await new Promise<void>((resolve) => {
      const end = platform.after(Math.min(milliseconds, longestTimerMilliseconds), resolve);
      wake = () => {
        end();
        resolve();
      };
    });
    wake = () => {};
  }

  const { clock, speed = 1 } = options;
  const realClock = clock === "real" ? createRealClock({ platform, mcu, waitAtMost }, speed) : undefined;
  /** By the real clock: the real time that is left for each event that is parked. */
  const patiences = new Map<QueuedEvent, () => void>();

  /** Before the device runs on by the real clock: how far, and what may be tried again. */
  function pace(): void {
    if (!realClock) return;
    if (heard) {
      heard = false;
      unpark(kernel.queue, mcu.core.now());
    }
    mcu.horizon = realClock.horizon();
  }

  /** Gives each event that waits for the outside its limit in real time, and takes it back from the others. */
  function watchParked(): void {
    const { parked } = kernel.queue;
    for (const [event, end] of patiences) {
      if (parked.includes(event)) continue;
      end();
      patiences.delete(event);
    }
    for (const event of parked) {
      if (patiences.has(event)) continue;
      const giveUp = () => {
        stopWaiting(kernel, event, answerLimit / 1000);
        activity();
      };
      patiences.set(event, platform.after(answerLimit, giveUp));
    }
  }

  function activity(): void {
    heard = true;
    wake();
  }

  let needsLink = ports.isRestored && wasLinked(kernel);

  /** The transport connects again before anything goes on. */
  async function relink(): Promise<void> {
    if (!needsLink || !kernel.uplink) return;
    needsLink = false;
    if (!startRelink(kernel, kernel.uplink)) return;
    const end = platform.after(answerLimit, () => {
      abandonLink(kernel, `no answer within ${answerLimit / 1000} s`);
      wake();
    });
    while (kernel.state.link.phase === "opening" && !isStopped) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    end();
    if (!isStopped) finishRelink(kernel);
  }

  async function runOn(): Promise<RunEnd | undefined> {
    if (unfit) return endOf({ why: "thrown", ...unfit }, mcu);
    await relink();
    // Not before: device time stands while the transport connects again.
    realClock?.start();
    for (;;) {
      if (isStopped) return { reason: "interrupted", ...placeOf(mcu) };
      pace();
      const stop = runMcu(mcu);
      if (stop.why !== "blocked" || stop.event !== patience?.event) endPatience();
      if (realClock) watchParked();
      if (stop.why === "ahead" || stop.why === "sleep" || (stop.why === "breathe" && realClock)) {
        await realClock?.settle(stop);
      } else if (stop.why === "breathe") await platform.breathe();
      else if (stop.why === "blocked") await waitForOutside(stop.event);
      else if (stop.why === "paused" || (stop.why === "limit" && stop.limit === "advance")) {
        if (!isStopped) return undefined;
      } else if (stop.why === "thrown" && stop.error instanceof ResetRequest) {
        showUnsent();
        ports.reboot(stop.error);
        // A device that resets again and again must not starve the host.
        await platform.breathe();
      } else return endOf(isGoodEnd(stop) ? leave(stop) : stop, mcu);
    }
  }

  /** The program has come to its end: what it leaves behind may be an error. */
  function leave(stop: McuStop): McuStop {
    try {
      reportOpenHandles(kernel);
      return stop;
    } catch (error) {
      return { why: "thrown", error };
    }
  }

  /** What is queued in the log, or on the air, is lost with the memory. */
  function showUnsent(): void {
    ports.flushUart();
    for (const channel of kernel.state.channels) traceUnheard(kernel, channel);
    for (const text of unsentMessages(kernel)) mcu.trace?.({ kind: "unsent", text });
  }

  function booted(): void {
    const { settings, state } = kernel;
    mcu.trace?.({ kind: "boot", device: settings.deviceSid, wakeReason: state.wakeReason });
  }

  function interrupt(): void {
    const { control } = mcu.core;
    if (control.stop === "") control.stop = "boundary";
    activity();
  }

  function finish(reason: string): void {
    showUnsent();
    mcu.trace?.({ kind: "end", reason });
    ports.state().phase = "ended";
    mcu.pauseRequested = false;
    closeLink(kernel);
  }

  return {
    powerOn() {
      if (ports.state().phase !== "off") return;
      ports.state().phase = "on";
      booted();
      try {
        for (const diagnostic of ports.diagnostics) mcu.trace?.({ kind: "diagnostic", ...diagnostic });
      } catch (error) {
        unfit = { error };
      }
      scheduleLimits(ports);
      // By the real clock something may always come from outside.
      if (clock !== "real") scheduleEndlessLoopCheck(kernel.queue, kernel.now());
    },
    async go() {
      let end: RunEnd | undefined;
      try {
        end = await runOn();
      } catch (error) {
        finish("error");
        throw error;
      } finally {
        endPatience();
        for (const cancelPatience of patiences.values()) cancelPatience();
        patiences.clear();
        realClock?.halt();
      }
      if (!end) {
        mcu.pauseRequested = false;
        return undefined;
      }
      if (end.reason === "fault") {
        const { places, ...fault } = end.fault;
        mcu.trace?.({ kind: "fault", fault });
      }
      finish(end.reason);
      return { ...end, microseconds: microsecondsOf(kernel.now()) };
    },
    requestPause() {
      mcu.pauseRequested = true;
      interrupt();
    },
    stop() {
      isStopped = true;
      wake();
    },
    activity,
    interrupt,
    booted,
    present: () => realClock?.present() ?? kernel.now(),
  };
}

/** Also in the place of those that there are. */
export function scheduleLimits({ options, kernel }: Pick<RunPorts, "options" | "kernel">): void {
  cancel(kernel.queue, (event) => ["stopped", "time-limit"].includes(limitOf(event) ?? ""));
  const { stopAfterMicroseconds } = options;
  // Who says when to stop has said how long the run may take.
  const defaultLimit = stopAfterMicroseconds === undefined ? defaultTimeLimitMicroseconds : Number.POSITIVE_INFINITY;
  const { timeLimitMicroseconds = defaultLimit } = options;
  const limit = (name: string, microseconds: number): void =>
    schedule<LimitEvent>(kernel.queue, { at: cyclesOf(microseconds), kind: "limit", limit: name });
  if (stopAfterMicroseconds !== undefined) limit("stopped", stopAfterMicroseconds);
  if (timeLimitMicroseconds !== Number.POSITIVE_INFINITY) limit("time-limit", timeLimitMicroseconds);
}

/** Where the firmware is. */
function placeOf(mcu: McuPorts): CallStack & { readonly context: string } {
  return { context: contextName(mcu), ...mcu.core.examine(0).callStack };
}

type McuEnd = Extract<McuStop, { why: "finished" | "asleep" | "limit" | "thrown" }>;

function endOf(stop: McuStop, mcu: McuPorts): RunEnd {
  const end = stop as McuEnd;
  switch (end.why) {
    case "finished":
      return end.value === 0 ? { reason: "finished" } : { reason: "failed", status: end.value };
    case "asleep":
      return { reason: "asleep" };
    case "limit":
      if (end.limit === "stopped") return { reason: "stopped" };
      return { reason: "time-limit", ...placeOf(mcu) };
    case "thrown":
      if (end.error instanceof ExitRequest) return exitEnd(end.error);
      if (!(end.error instanceof FirmwareFaultError)) throw end.error;
      return { reason: "fault", fault: end.error.fault, context: contextName(mcu) };
  }
}

/** The program has ended by itself, well. Who ends a test with mvTestingComplete need not tidy up. */
function isGoodEnd(stop: McuStop): boolean {
  if (stop.why === "finished") return stop.value === 0;
  return (
    stop.why === "thrown" && stop.error instanceof ExitRequest && stop.error.by === "exit" && stop.error.status === 0
  );
}

function exitEnd({ status, by }: ExitRequest): RunEnd {
  return status === 0 ? { reason: "finished" } : { reason: "failed", status, ...(by !== "exit" && { by }) };
}
