/** What interrupts and their handlers are called in the vector table. */

import { exceptionHandlers, interrupts } from "../abi/interrupts.ts";

const names = new Map<number, string>(Object.entries(interrupts).map(([name, irq]) => [irq, name]));
const handlers = new Map<number, string>(
  Object.entries(interrupts).map(([name, irq]) => [
    irq,
    (exceptionHandlers as Record<string, string>)[name] ?? `${name}_IRQHandler`,
  ]),
);

export function interruptName(irq: number): string {
  return names.get(irq) ?? String(irq);
}

/** The export that handles a line of this chip. */
export function handlerName(irq: number): string {
  return handlers.get(irq) as string;
}
