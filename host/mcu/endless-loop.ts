/**
 * Endless loops without hope: nothing is left that could happen, and the firmware goes round a loop that changes
 * nothing. Contract: that is a fault with the loop's function, found soon, in virtual time. It is looked for at fixed
 * moments, so that how long the host's slices were, and where it paused, changes no trace.
 */

import { type CallStack, FirmwareFaultError } from "../fault/fault.ts";
import { cyclesOf } from "../time/cycles.ts";
import { type QueueState, schedule } from "../time/queue.ts";
import type { Core } from "./core.ts";
import { limitOf } from "./limit-events.ts";
import { type NvicState, nextToTake } from "./nvic.ts";

export const endlessLoopLimit = "endless-loop";

const checkEveryCycles = cyclesOf(10_000_000);
/** A loop whose rounds take longer than half of this is not found. */
const examinedCycles = cyclesOf(100_000);

export function scheduleEndlessLoopCheck(queue: QueueState, now: number): void {
  const at = (Math.floor(now / checkEveryCycles) + 1) * checkEveryCycles;
  schedule(queue, { at, kind: "limit", limit: endlessLoopLimit });
}

/** Whether nothing can happen any more, unless who has given the device a time to run puts something in. */
export function isWithoutEvents({ events }: QueueState): boolean {
  return events.every((event) => {
    const limit = limitOf(event);
    return limit !== undefined && limit !== "stopped" && limit !== "advance";
  });
}

/** What it needs of the MCU. */
export interface ExaminedMcu {
  readonly core: Pick<Core, "now" | "examine">;
  readonly queue: QueueState;
  readonly state: {
    readonly contexts: readonly { readonly waiting: boolean; readonly since?: number }[];
    readonly nvic: NvicState;
  };
}

/** The limit event fell due. @throws FirmwareFaultError when nothing will ever end the loop that it is in */
export function checkEndlessLoop({ core, queue, state }: ExaminedMcu): void {
  const top = state.contexts.at(-1);
  // Handlers have a limit of their own.
  if (
    top &&
    top.since === undefined &&
    !top.waiting &&
    isWithoutEvents(queue) &&
    nextToTake(state.nvic) === undefined
  ) {
    const { goesRound, callStack } = core.examine(examinedCycles);
    if (goesRound) throw endlessLoop(callStack);
  }
  scheduleEndlessLoopCheck(queue, core.now());
}

function endlessLoop(callStack: CallStack): FirmwareFaultError {
  const [innermost] = callStack.stack;
  const where = innermost === undefined ? "" : ` in ${innermost}`;
  return new FirmwareFaultError(
    "ERR_MVSIM_ENDLESS_LOOP",
    `the firmware goes round a loop${where} that changes nothing, and nothing is left that could end it: no event to ` +
      "come, no interrupt that it would take. Check what the loop waits for, and whether that interrupt is enabled and " +
      "not masked",
    callStack,
  );
}
