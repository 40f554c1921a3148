/**
 * Time. `microseconds` is the kernel's clock, exact. SysTick is the heartbeat that wakes the core from WFI, so every
 * wait with a time-out ends at a tick: its resolution is the tick's period, 100 ms unless `start` says otherwise.
 */

import { __disable_irq, __enable_irq, __WFI, MvStatus, mvGetMicroseconds, SysTick_Config } from "./abi";
import { failure, Outcome } from "./outcome";

/** A time-out that never comes. */
export const FOREVER: u32 = u32.MAX_VALUE;
const CYCLES_PER_MILLISECOND: u32 = 160_000;
const DEFAULT_PERIOD_MILLISECONDS: u32 = 100;

const NOW: usize = memory.data(8);
let running = false;
let tickCount: u32 = 0;

/** Export it from your entry file. It allocates nothing. */
export function SysTick_Handler(): void {
  tickCount++;
}

/** Starts the ticks, or gives them another period: 1 to 104 ms, else Refused. Waits with a time-out do it by themselves. */
export function start(periodMilliseconds: u32 = DEFAULT_PERIOD_MILLISECONDS): Outcome {
  if (periodMilliseconds > 104 || SysTick_Config(periodMilliseconds * CYCLES_PER_MILLISECOND) != 0) {
    return failure("SysTick_Config", MvStatus.MV_STATUS_OKAY, Outcome.Refused);
  }
  running = true;
  return Outcome.Ok;
}

/** Starts the ticks unless they run. */
export function ensureStarted(): Outcome {
  return running ? Outcome.Ok : start();
}

/** How many ticks there were; wraps at 2^32. */
export function ticks(): u32 {
  return tickCount;
}

/** Microseconds since the device booted. */
export function microseconds(): u64 {
  // Its pointer is good, so this call does not fail; if it did, every deadline had passed and no wait would hang.
  return mvGetMicroseconds(NOW) == MvStatus.MV_STATUS_OKAY ? load<u64>(NOW) : u64.MAX_VALUE;
}

/** The moment so many milliseconds from now, in microseconds since boot; for FOREVER one that never comes. */
export function deadlineIn(milliseconds: u32): u64 {
  if (milliseconds == FOREVER) return u64.MAX_VALUE;
  return microseconds() + <u64>milliseconds * 1000;
}

/** Whether a moment has come. */
export function isPast(deadline: u64): bool {
  return deadline != u64.MAX_VALUE && microseconds() >= deadline;
}

/** Sleeps for at least so many milliseconds, to the next tick after. Refused when the ticks can't be started. */
export function sleep(milliseconds: u32): Outcome {
  const outcome = ensureStarted();
  if (outcome != Outcome.Ok) return outcome;
  const deadline = deadlineIn(milliseconds);
  let done: bool = false;
  while (!done) {
    // A tick between the look at the clock and WFI would be slept through: so look with interrupts masked. WFI
    // returns for a masked interrupt too, and its handler runs at __enable_irq.
    __disable_irq();
    done = isPast(deadline);
    if (!done) __WFI();
    __enable_irq();
  }
  return Outcome.Ok;
}
