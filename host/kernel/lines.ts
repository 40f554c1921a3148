/** Interrupt lines that an application may use: those of the vector table but the secure peripherals'. */

import { interrupts } from "../abi/interrupts.ts";

const applicationLines = new Set<number>(
  Object.entries(interrupts)
    .filter(([name, irq]) => irq >= 0 && !name.endsWith("_S") && name !== "GTZC")
    .map(([, irq]) => irq),
);

export function isApplicationLine(irq: number): boolean {
  return applicationLines.has(irq);
}
