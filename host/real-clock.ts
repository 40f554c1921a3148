/**
 * The real clock: the device's time is the wall clock's, as many times as fast as `speed` says. The same kernel, events
 * and costs; only the pace differs. The firmware runs a slice ahead of the wall clock at most, and waits there; what it
 * sleeps, it sleeps really, or until something comes from outside. Where the host is too slow, time passes without it,
 * as if the core had stood still.
 */

import { type Platform, realClockLimits } from "./device-options.ts";
import { SimulatorError } from "./fault/fault.ts";
import type { McuPorts, McuStop } from "./mcu/mcu.ts";
import { cyclesPerMicrosecond } from "./time/cycles.ts";

/** So much real time the firmware may run ahead. A busy loop yields to the host's event loop as often. */
const sliceMilliseconds = 4;
/** At high speeds a slice is shorter: it takes the host real time, too. */
const longestSliceCycles = 3_200_000;

export interface RealClockPorts {
  readonly platform: Platform;
  readonly mcu: McuPorts;
  /** Comes back after so much real time, or sooner when something came from outside. */
  waitAtMost(milliseconds: number): Promise<void>;
}

export interface RealClock {
  /** Device time goes on, from where it stands. */
  start(): void;
  /** It stands. */
  halt(): void;
  /** Device time now, in cycles: what the wall clock makes of it, also while the firmware sleeps. */
  present(): number;
  /** How far the device may run before it has to settle with the wall clock. */
  horizon(): number;
  /** Waits until the wall clock is where the device is, or lets device time pass to where the wall clock is. */
  settle(stop: Extract<McuStop, { why: "ahead" | "sleep" | "breathe" }>): Promise<void>;
}

/** @throws SimulatorError ERR_MVSIM_INVALID_SPEED */
export function createRealClock({ platform, mcu, waitAtMost }: RealClockPorts, speed: number): RealClock {
  const { slowest, fastest } = realClockLimits;
  if (!(speed >= slowest && speed <= fastest)) {
    throw new SimulatorError("ERR_MVSIM_INVALID_SPEED", `speed ${speed}: it is from ${slowest} to ${fastest}`);
  }
  const cyclesPerMillisecond = cyclesPerMicrosecond * 1000 * speed;
  const sliceCycles = Math.min(Math.round(sliceMilliseconds * cyclesPerMillisecond), longestSliceCycles);
  /** Where device time and wall clock were together last. */
  let anchor: { readonly cycles: number; readonly milliseconds: number } | undefined;
  let breathedAt = 0;

  const wall = (): number => {
    if (!anchor) return mcu.core.now();
    const passed = (platform.now() - anchor.milliseconds) * cyclesPerMillisecond;
    // A wait for whole cycles is over when it is, whatever the fractions were rounded to.
    return anchor.cycles + Math.floor(passed + 0.001);
  };

  function passTo(moment: number): void {
    const { core } = mcu;
    if (moment > core.now()) core.elapse(moment - core.now());
  }

  async function breathe(): Promise<void> {
    await platform.breathe();
    breathedAt = platform.now();
  }

  async function waitFor(cycles: number): Promise<void> {
    await waitAtMost(cycles / cyclesPerMillisecond);
    breathedAt = platform.now();
  }

  return {
    start() {
      anchor = { cycles: mcu.core.now(), milliseconds: platform.now() };
      breathedAt = anchor.milliseconds;
    },
    halt() {
      anchor = undefined;
    },
    present: () => Math.max(wall(), mcu.core.now()),
    // Not to the wall clock in one go when that is far ahead: then the host was blocked, and is not to be again.
    horizon: () => Math.min(wall(), mcu.core.now()) + sliceCycles,
    async settle(stop) {
      if (stop.why === "sleep") {
        const wait = stop.until - wall();
        if (wait > 0) await waitFor(wait);
        // Many short sleeps that are all over must not starve the event loop.
        else if (platform.now() - breathedAt >= sliceMilliseconds) await breathe();
        return passTo(Math.min(stop.until, wall()));
      }
      const ahead = mcu.core.now() - wall();
      if (ahead > 0 && stop.why === "ahead") return waitFor(ahead);
      // The host is slower than the device.
      passTo(wall());
      return breathe();
    },
  };
}
