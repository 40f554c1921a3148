/**
 * Interrupts that are masked for long: a limit event stands in the queue once PRIMASK holds an interrupt back that would
 * be taken, and is moved rather than scheduled anew. Contract: said once a boot, at the moment at which it has been so
 * long; a mask that holds nothing back may last.
 */

import { cyclesOf, microsecondsOf } from "../time/cycles.ts";
import { type QueueState, schedule } from "../time/queue.ts";
import type { TraceSink } from "../trace/events.ts";
import type { Core } from "./core.ts";
import { interruptName } from "./interrupt-names.ts";
import { type NvicState, nextUnmasked } from "./nvic.ts";

export const maskLimit = "mask";

/** Ten ticks of a timer of 1 ms, or ten records of the kernel. */
const longMaskCycles = cyclesOf(10_000);

export interface MaskState {
  /** Since when an interrupt is held back (cycles); -1 when none is. */
  heldSince: number;
  /** Whether the limit stands in the queue. */
  isWatched: boolean;
  isSaid: boolean;
}

export function createMask(): MaskState {
  return { heldSince: -1, isWatched: false, isSaid: false };
}

/** What it needs of the MCU. */
export interface MaskedMcu {
  readonly core: Pick<Core, "now" | "control">;
  readonly queue: QueueState;
  readonly trace: TraceSink;
  readonly state: {
    readonly contexts: readonly { readonly name: string }[];
    readonly nvic: NvicState;
    readonly mask: MaskState;
  };
}

/** To be called after each change of the interrupt state. */
export function watchMask({ core, queue, state: { nvic, mask } }: MaskedMcu): void {
  if (!nvic.primask || nvic.pending.length === 0 || nextUnmasked(nvic) === undefined) {
    mask.heldSince = -1;
    return;
  }
  if (mask.heldSince >= 0 || mask.isSaid) return;
  mask.heldSince = core.now();
  if (mask.isWatched) return;
  mask.isWatched = true;
  const at = mask.heldSince + longMaskCycles;
  schedule(queue, { at, kind: "limit", limit: maskLimit });
  core.control.deadline = Math.min(core.control.deadline, at);
}

/** The limit event fell due. */
export function checkMask({ core, queue, trace, state: { contexts, nvic, mask } }: MaskedMcu): void {
  mask.isWatched = false;
  const irq = nextUnmasked(nvic);
  if (mask.heldSince < 0 || irq === undefined) return;
  const due = mask.heldSince + longMaskCycles;
  if (due > core.now()) {
    mask.isWatched = true;
    schedule(queue, { at: due, kind: "limit", limit: maskLimit });
    return;
  }
  mask.isSaid = true;
  trace?.({
    kind: "diagnostic",
    id: "interrupts-masked-long",
    message:
      `interrupt ${irq} (${interruptName(irq)}) has waited for ${microsecondsOf(longMaskCycles) / 1000} ms, since ` +
      `PRIMASK masks it in ${contexts.at(-1)?.name}. Unmask sooner`,
  });
}
