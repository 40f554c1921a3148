/**
 * Handlers that do too much. Contract: said once a boot of each, when it returns; the time of handlers that interrupt it
 * is theirs, the time that it sleeps is its own.
 */

import { cyclesOf, microsecondsOf } from "../time/cycles.ts";
import type { TraceSink } from "../trace/events.ts";
import type { Core } from "./core.ts";

/** Ten ticks of a timer of 1 ms, or ten records of the kernel. */
const longHandlerCycles = cyclesOf(10_000);

export interface HandlerContext {
  readonly name: string;
  /** Of a handler: when it was entered (cycles). */
  readonly since?: number;
  /** Cycles that handlers took which have interrupted it. */
  interrupted?: number;
}

/** What it needs of the MCU. */
export interface HandlingMcu {
  readonly core: Pick<Core, "now">;
  readonly trace: TraceSink;
  readonly state: {
    readonly contexts: readonly HandlerContext[];
    /** The handlers of which it was said. */
    readonly longHandlers: string[];
  };
}

/** To be called when the innermost context has returned, and still stands. */
export function measureHandler({ core, trace, state: { contexts, longHandlers } }: HandlingMcu): void {
  const handler = contexts.at(-1);
  if (handler?.since === undefined) return;
  const cycles = core.now() - handler.since;
  const below = contexts.at(-2);
  if (below?.since !== undefined) below.interrupted = (below.interrupted ?? 0) + cycles;
  const own = cycles - (handler.interrupted ?? 0);
  if (own <= longHandlerCycles || longHandlers.includes(handler.name)) return;
  longHandlers.push(handler.name);
  trace?.({
    kind: "diagnostic",
    id: "long-handler",
    message:
      `${handler.name} took ${microsecondsOf(own) / 1000} ms, in which the program and other interrupts had to wait. ` +
      "Note in it what happened, and do the work in the program",
  });
}
