/**
 * Time, clocks and identity. Contract: microseconds count from boot; wall time is not set until the first connection
 * has set it, and in virtual time is the epoch plus virtual time, whatever the service says. By
 * the real clock it is the service's, as its welcome said it.
 */

import { limits } from "../abi/limits.ts";
import { coreHertz, microsecondsOf } from "../time/cycles.ts";
import type { Handlers } from "./dispatch.ts";
import type { Kernel } from "./ports.ts";

export const timeCalls = {
  mvNoOp() {
    return "OKAY";
  },

  mvGetMicroseconds(kernel, { ms }) {
    ms.value = microsecondsOf(kernel.now() - kernel.state.bootedAt);
    return "OKAY";
  },

  mvGetWallTime(kernel, { usec }) {
    if (!kernel.state.wallTimeSet) return "TIMENOTSET";
    usec.value = wallTimeMicroseconds(kernel);
    return "OKAY";
  },

  // All clocks run at the core's speed: the PLL without dividers (a decision of ours for the peripherals' clocks).
  mvGetSysClk: (_kernel, { hz }) => answerClock(hz),
  mvGetHClk: (_kernel, { hz }) => answerClock(hz),
  mvGetPClk1: (_kernel, { hz }) => answerClock(hz),
  mvGetPClk2: (_kernel, { hz }) => answerClock(hz),

  mvGetDeviceId(kernel, { buf, len }) {
    if (len !== limits.deviceIdBytes.value) return "INVALIDBUFFERSIZE";
    kernel.memory.writeBytes(buf, new TextEncoder().encode(kernel.settings.deviceSid));
    if (kernel.results) kernel.results.values.buf = kernel.settings.deviceSid;
    return "OKAY";
  },
} satisfies Handlers;

function answerClock(hz: { value: number }): "OKAY" {
  hz.value = coreHertz;
  return "OKAY";
}

/** The device's wall clock, in microseconds since 1970; it runs whether the firmware may know it or not. */
export function wallTimeMicroseconds(kernel: Pick<Kernel, "now" | "settings" | "state">): number {
  return wallTimeAt(kernel, kernel.now());
}

/** @param moment in cycles since power-on */
export function wallTimeAt({ settings, state }: Pick<Kernel, "settings" | "state">, moment: number): number {
  return settings.epochMicroseconds + state.wallTimeCorrection + microsecondsOf(moment);
}

/** By the real clock the service's time is the device's, from its welcome on: an input from outside. */
export function takeServerTime(kernel: Kernel): void {
  const { state, trace } = kernel;
  const { serverTime } = state.link;
  if (serverTime === 0) return;
  state.link.serverTime = 0;
  trace?.({ kind: "outside", input: "server-time", detail: { milliseconds: serverTime } });
  state.wallTimeCorrection += serverTime * 1000 - wallTimeMicroseconds(kernel);
}
