/**
 * The core's timer: every so many ticks of the core clock it makes its exception pending. Ticks fall on multiples of
 * the period, whatever the host looked at when; ticks that pass while nobody can take them are one.
 */

import { cancel, type QueueState, schedule } from "../time/queue.ts";
import { lowestPriority, type NvicState, setPriority, sysTickIrq } from "./nvic.ts";

const maximumReload = 0xff_ffff;

export interface SysTickEvent {
  readonly at: number;
  readonly kind: "systick";
  readonly ticks: number;
}

/**
 * Restarts the counter, at the lowest priority.
 * @returns 0, or 1 when it changed nothing because the counter can't hold that many ticks
 */
export function configureSysTick(nvic: NvicState, queue: QueueState, now: number, ticks: number): 0 | 1 {
  if (ticks - 1 > maximumReload || ticks < 1) return 1;
  setPriority(nvic, sysTickIrq, lowestPriority);
  cancel(queue, (event) => event.kind === "systick");
  // A reload value of 0 stops the counter, as on Arm.
  if (ticks > 1) schedule<SysTickEvent>(queue, { at: now + ticks, kind: "systick", ticks });
  return 0;
}

/** Schedules the first tick after `now`. */
export function scheduleNextTick(queue: QueueState, event: SysTickEvent, now: number): void {
  const periods = Math.floor((now - event.at) / event.ticks) + 1;
  schedule<SysTickEvent>(queue, { at: event.at + periods * event.ticks, kind: "systick", ticks: event.ticks });
}
