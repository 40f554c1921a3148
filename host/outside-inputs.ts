/**
 * Inputs from outside: what a person, a test or a replay does to the device, by name. Each is applied at a boundary and
 * stands in the trace as `outside` beforehand, with all that it takes to apply it again.
 */

import type { Kernel } from "./kernel/ports.ts";
import { checkIn } from "./kernel/power.ts";
import { downloadUpdate } from "./kernel/system-notifications.ts";
import type { McuPorts } from "./mcu/mcu.ts";
import type { TraceValue } from "./trace/events.ts";

/** An input that waits for the next boundary. */
export interface OutsideInput {
  readonly name: string;
  readonly detail: TraceValue;
}

/** What an input may act on. */
export interface OutsideParts {
  readonly kernel: Kernel;
  readonly mcu: McuPorts;
}

/** @throws SimulatorError when the detail is not one of this input */
export type ApplyInput = (parts: OutsideParts, detail: TraceValue) => void;

export const outsideInputs: Readonly<Record<string, ApplyInput>> = {
  /** An update has been downloaded; no detail (null). */
  update: ({ kernel }) => downloadUpdate(kernel),
  /** The server wants to hear of the device; ends a deep sleep. No detail (null). */
  "check-in": ({ kernel, mcu }) => checkIn(kernel, mcu.costs.resetCycles),
};

/** Applies what waits, oldest first. */
export function applyInputs(parts: OutsideParts, inputs: OutsideInput[]): void {
  for (const { name, detail } of inputs.splice(0)) {
    parts.mcu.trace?.({ kind: "outside", input: name, detail });
    outsideInputs[name]?.(parts, detail);
  }
}
