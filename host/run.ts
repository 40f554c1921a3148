/**
 * A device's run from power-on to its end: lets the MCU go on, waits for the outside where it must, and says how it
 * ended. Real time shows here only, as the limit of such a wait.
 */

import {
  type DeviceOptions,
  defaultTimeLimitMicroseconds,
  type Platform,
  type RunEnd,
  type RunResult,
} from "./device-options.ts";
import { FirmwareFaultError, SimulatorError } from "./fault/fault.ts";
import { traceUnheard } from "./kernel/channels.ts";
import { stopWaiting } from "./kernel/kernel.ts";
import { closeLink } from "./kernel/link.ts";
import { unsentMessages } from "./kernel/logging.ts";
import type { Kernel } from "./kernel/ports.ts";
import { ResetRequest } from "./mcu/cmsis.ts";
import { contextName, type LimitEvent, type McuPorts, type McuStop, runMcu } from "./mcu/mcu.ts";
import { cyclesOf, microsecondsOf } from "./time/cycles.ts";
import { type QueuedEvent, schedule } from "./time/queue.ts";

export interface RunPorts {
  readonly options: DeviceOptions;
  readonly platform: Platform;
  readonly kernel: Kernel;
  readonly mcu: McuPorts;
  /** What was noticed when the firmware was loaded. */
  readonly diagnostics: readonly { readonly id: string; readonly message: string }[];
  /** Switches the device off; a `boot` event switches it on again. */
  reboot(request: ResetRequest): void;
}

export interface Running {
  run(): Promise<RunResult>;
  stop(): void;
  /** Something came from the service. */
  activity(): void;
  /** The device has booted again. */
  booted(): void;
}

/** Thrown through the guest: the firmware has ended its tests, and with them the run. */
export class TestingComplete extends Error {
  override readonly name = "TestingComplete";
  readonly status: number;

  constructor(status: number) {
    super(`status ${status}`);
    this.status = status;
  }
}

const defaultAnswerLimitMilliseconds = 30_000;

export function runDevice(ports: RunPorts): Running {
  const { options, platform, kernel, mcu } = ports;
  let hasRun = false;
  let isStopped = false;
  let wake = (): void => {};

  /** The real time that is left for what an event waits for. */
  let patience: { readonly event: QueuedEvent; end(): void } | undefined;

  /** Comes back when something came from outside; after the limit, the event is told that nothing will. */
  async function waitForOutside(event: QueuedEvent): Promise<void> {
    // What comes may be something else: that must not win the event more time.
    if (!patience) {
      const limit = options.answerLimitMilliseconds ?? defaultAnswerLimitMilliseconds;
      const end = platform.after(limit, () => {
        stopWaiting(kernel, event, limit / 1000);
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

  async function runToEnd(): Promise<RunEnd> {
    booted();
    for (const diagnostic of ports.diagnostics) mcu.trace?.({ kind: "diagnostic", ...diagnostic });
    scheduleLimits(ports);
    for (;;) {
      if (isStopped) return { reason: "interrupted", context: contextName(mcu) };
      const stop = runMcu(mcu);
      if (stop.why !== "blocked" || stop.event !== patience?.event) endPatience();
      if (stop.why === "breathe") await platform.breathe();
      else if (stop.why === "blocked") await waitForOutside(stop.event);
      else if (stop.why === "thrown" && stop.error instanceof ResetRequest) {
        showUnsent();
        ports.reboot(stop.error);
        // A device that resets again and again must not starve the host.
        await platform.breathe();
      } else return endOf(stop, mcu);
    }
  }

  /** What is queued in the log, or on the air, is lost with the memory. */
  function showUnsent(): void {
    for (const channel of kernel.state.channels) traceUnheard(kernel, channel);
    for (const text of unsentMessages(kernel)) mcu.trace?.({ kind: "unsent", text });
  }

  function booted(): void {
    const { settings, state } = kernel;
    mcu.trace?.({ kind: "boot", device: settings.deviceSid, wakeReason: state.wakeReason });
  }

  return {
    async run() {
      if (hasRun) throw new SimulatorError("ERR_MVSIM_ALREADY_RUN", "a device runs once; create another one");
      hasRun = true;
      let reason = "error";
      try {
        const end = await runToEnd();
        reason = end.reason;
        if (end.reason === "fault") mcu.trace?.({ kind: "fault", fault: end.fault });
        return { ...end, microseconds: microsecondsOf(kernel.now()) };
      } finally {
        endPatience();
        showUnsent();
        mcu.trace?.({ kind: "end", reason });
        closeLink(kernel);
      }
    },
    stop() {
      isStopped = true;
      wake();
    },
    activity: () => wake(),
    booted,
  };
}

function scheduleLimits({ options, kernel }: RunPorts): void {
  const { stopAfterMicroseconds } = options;
  // Who says when to stop has said how long the run may take.
  const defaultLimit = stopAfterMicroseconds === undefined ? defaultTimeLimitMicroseconds : Number.POSITIVE_INFINITY;
  const { timeLimitMicroseconds = defaultLimit } = options;
  const limit = (name: string, microseconds: number): void =>
    schedule<LimitEvent>(kernel.queue, { at: cyclesOf(microseconds), kind: "limit", limit: name });
  if (stopAfterMicroseconds !== undefined) limit("stopped", stopAfterMicroseconds);
  if (timeLimitMicroseconds !== Number.POSITIVE_INFINITY) limit("time-limit", timeLimitMicroseconds);
}

function endOf(stop: Exclude<McuStop, { why: "breathe" | "blocked" }>, mcu: McuPorts): RunEnd {
  switch (stop.why) {
    case "finished":
      return stop.value === 0 ? { reason: "finished" } : { reason: "failed", status: stop.value };
    case "asleep":
      return { reason: "asleep" };
    case "limit":
      return stop.limit === "stopped" ? { reason: "stopped" } : { reason: "time-limit", context: contextName(mcu) };
    case "thrown":
      if (stop.error instanceof TestingComplete) return testingEnd(stop.error);
      if (!(stop.error instanceof FirmwareFaultError)) throw stop.error;
      return { reason: "fault", fault: stop.error.fault, context: contextName(mcu) };
  }
}

function testingEnd({ status }: TestingComplete): RunEnd {
  return status === 0 ? { reason: "finished" } : { reason: "failed", status, by: "mvTestingComplete" };
}
