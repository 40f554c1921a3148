/**
 * A handler that does not return: one limit event stands in the queue while handlers are entered, and is moved rather
 * than scheduled anew for each of them. Contract: a handler that has not returned after so long is a fault that names
 * it, unless it sleeps.
 */

import { FirmwareFaultError } from "../fault/fault.ts";
import { microsecondsOf } from "../time/cycles.ts";
import { type QueueState, schedule } from "../time/queue.ts";
import type { Core } from "./core.ts";

export const handlerLimit = "handler";

/** What it needs of the MCU. */
export interface WatchedMcu {
  readonly core: Pick<Core, "now">;
  readonly queue: QueueState;
  readonly state: {
    readonly contexts: readonly { readonly name: string; readonly waiting: boolean; readonly since?: number }[];
    watchesHandlers: boolean;
  };
  readonly handlerLimitCycles?: number;
}

/** To be called when a handler is entered. */
export function watchHandler({ core, state, queue, handlerLimitCycles }: WatchedMcu): void {
  if (handlerLimitCycles === undefined || state.watchesHandlers) return;
  state.watchesHandlers = true;
  schedule(queue, { at: core.now() + handlerLimitCycles, kind: "limit", limit: handlerLimit });
}

/** The limit event fell due. @throws FirmwareFaultError when a handler has run for too long */
export function checkHandlers(mcu: WatchedMcu): void {
  const { core, state, queue, handlerLimitCycles = Number.POSITIVE_INFINITY } = mcu;
  state.watchesHandlers = false;
  const running = state.contexts.filter(({ since }) => since !== undefined);
  const [outermost] = running;
  if (outermost?.since === undefined) return;
  const due = outermost.since + handlerLimitCycles;
  if (due > core.now() || state.contexts.at(-1)?.waiting) {
    state.watchesHandlers = true;
    const at = due > core.now() ? due : core.now() + handlerLimitCycles;
    schedule(queue, { at, kind: "limit", limit: handlerLimit });
    return;
  }
  const overdue = running.findLast(({ since = 0 }) => since + handlerLimitCycles <= core.now());
  throw new FirmwareFaultError(
    "ERR_MVSIM_HANDLER_STUCK",
    `${overdue?.name} has run for ${microsecondsOf(handlerLimitCycles) / 1_000_000} s and does not return. A handler notes ` +
      "what happened and returns; what takes long, or waits for another interrupt, belongs into main " +
      "(handlerLimitMicroseconds sets the limit)",
  );
}
