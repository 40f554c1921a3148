/**
 * Fast interrupts: lines that preempt everything else. Contract: a line is either fast or a notification centre's, never
 * both; it becomes fast disabled, and goes back disabled; the All forms mask the enabled ones and forget none.
 */

import type { Handlers } from "./dispatch.ts";
import { isApplicationLine } from "./lines.ts";
import type { Kernel } from "./ports.ts";

export const fastInterruptCalls = {
  mvSetFastInterrupt({ state, fastInterrupts }, { irqn }) {
    if (!isApplicationLine(irqn) || state.centres.some(({ irq }) => irq === irqn)) return "INVALIDINTERRUPT";
    if (!fastInterrupts.hasHandler(irqn)) return "INVALIDVECTOR";
    fastInterrupts.set(irqn);
    return "OKAY";
  },

  mvClearFastInterrupt: (kernel, { irqn }) => onFast(kernel, irqn, "clear"),
  mvEnableFastInterrupt: (kernel, { irqn }) => onFast(kernel, irqn, "enable"),
  mvDisableFastInterrupt: (kernel, { irqn }) => onFast(kernel, irqn, "disable"),

  mvDisableAllFastInterrupts({ fastInterrupts }) {
    fastInterrupts.maskAll(true);
    return "OKAY";
  },

  mvEnableAllFastInterrupts({ fastInterrupts }) {
    fastInterrupts.maskAll(false);
    return "OKAY";
  },
} satisfies Handlers;

function onFast({ fastInterrupts }: Kernel, irqn: number, action: "clear" | "enable" | "disable") {
  if (!fastInterrupts.isFast(irqn)) return "INVALIDINTERRUPT";
  fastInterrupts[action](irqn);
  return "OKAY";
}
