/**
 * Power, restarts and the system LED. Contract: a restart and a deep sleep lose the RAM and boot again, each with its
 * own wake reason; a power-saving mode keeps everything and ends with any enabled interrupt.
 */

import { cancel, schedule } from "../time/queue.ts";
import type { Handlers } from "./dispatch.ts";
import type { Kernel, Restart } from "./ports.ts";

export const powerCalls = {
  mvGetWakeReason({ state }, { mode }) {
    mode.value = state.wakeReason;
    return "OKAY";
  },

  mvRestart(kernel, { mode }) {
    if (typeof mode === "number") return "PARAMETERFAULT";
    return restartApplication(kernel);
  },

  /** Standby and shutdown differ in what a device draws, which is not modelled. */
  mvDeepSleep(kernel, { mode }) {
    if (typeof mode === "number") return "PARAMETERFAULT";
    if (kernel.state.network.requests.length > 0) return "MICROVISORBUSY";
    return kernel.restart(endOfDeepSleep(kernel));
  },

  mvPowerSave(kernel, { mode }) {
    if (typeof mode === "number") return "PARAMETERFAULT";
    if (mode !== "SLEEP" && kernel.state.network.status !== "DELIBERATELYOFFLINE") return "MICROVISORBUSY";
    kernel.wait();
    return "OKAY";
  },

  mvSystemLedEnable({ state, trace }, { enable }) {
    if (enable > 1 || state.systemLed === (enable === 1)) return "OKAY";
    state.systemLed = enable === 1;
    trace?.({ kind: "led", enabled: state.systemLed });
    return "OKAY";
  },
} satisfies Handlers;

/** By the application itself or by the server; an update that waits is applied. */
function restartApplication(kernel: Kernel): never {
  return kernel.restart({
    wakeReason: kernel.state.updateDownloaded ? "APPLICATIONUPDATE" : "REMOTEAPPLICATIONRESTART",
  });
}

/** Input from outside: the server restarts the application. One that is off has yet to start. */
export function restartByServer(kernel: Kernel): void {
  if (!kernel.queue.events.some(({ kind }) => kind === "boot")) restartApplication(kernel);
}

/** What comes first: the RTC's alarm, if one is set, or the check-in with the server. */
function endOfDeepSleep({ settings }: Kernel): Restart {
  const { rtcAlarmMicroseconds: alarm, checkInMicroseconds: checkIn } = settings;
  return alarm !== undefined && alarm <= checkIn
    ? { wakeReason: "DEEPSLEEPAPPLICATIONRTC", delayMicroseconds: alarm }
    : { wakeReason: "DEEPSLEEPCHECKIN", delayMicroseconds: checkIn };
}

/**
 * Input from outside: the server checks in on the device. One in deep sleep wakes up for it; for another it is nothing
 * that the application could see.
 */
export function checkIn(kernel: Kernel, resetCycles: number): void {
  const { state, queue } = kernel;
  const bootAt = kernel.now() + resetCycles;
  const isOff = queue.events.some(({ kind }) => kind === "boot");
  if (!isOff || !state.wakeReason.startsWith("DEEPSLEEP") || bootAt >= state.bootedAt) return;
  cancel(queue, ({ kind }) => kind === "boot");
  schedule(queue, { at: bootAt, kind: "boot" });
  state.bootedAt = bootAt;
  state.wakeReason = "DEEPSLEEPCHECKIN";
}
