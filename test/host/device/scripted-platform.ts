/** A platform whose clock the test moves: real time passes only when it says so, and every timer fires at its moment. */

import { setImmediate } from "node:timers/promises";
import type { Platform } from "../../../host/device-options.ts";

export interface ScriptedPlatform extends Platform {
  /** How long each wait was to last, in milliseconds. */
  readonly waits: number[];
  /** Lets so much real time pass, and the device do what it does meanwhile. */
  pass(milliseconds: number): Promise<void>;
  /** So much real time passes in which the host does nothing: it was blocked. */
  block(milliseconds: number): void;
  /** Lets the device do all that it can without time passing. */
  settle(): Promise<void>;
}

export function scriptedPlatform(): ScriptedPlatform {
  let now = 1000;
  let breathing = 0;
  let timers: { readonly at: number; fire(): void }[] = [];
  const waits: number[] = [];

  const platform: ScriptedPlatform = {
    waits,
    now: () => now,
    wallTime: () => 1_700_000_000_000 + now,
    async breathe() {
      breathing++;
      await setImmediate();
      breathing--;
    },
    after(milliseconds, fire) {
      waits.push(milliseconds);
      const timer = { at: now + milliseconds, fire };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    async pass(milliseconds) {
      const end = now + milliseconds;
      for (;;) {
        await platform.settle();
        const next = timers.sort((one, other) => one.at - other.at)[0];
        // Sums of fractions: what was to fire at the end does.
        if (!next || next.at > end + 1e-9) break;
        timers.shift();
        now = Math.max(now, Math.min(next.at, end));
        next.fire();
      }
      now = end;
    },
    block(milliseconds) {
      now += milliseconds;
    },
    async settle() {
      do await setImmediate();
      while (breathing > 0);
    },
  };
  return platform;
}
