/**
 * The interrupt controller as a model over plain data. Contract: priorities of 4 bits, lower value first; of several
 * pending ones the highest priority, then the lowest number; an equal one waits for the handler that runs, a higher one
 * interrupts it. Exceptions of the core (negative numbers, here SysTick) are always enabled. Lines that are made *fast*
 * come before all others and interrupt their handlers; among themselves they keep their priorities.
 */

import { interrupts } from "../abi/interrupts.ts";

export interface NvicState {
  enabled: number[];
  pending: number[];
  /** By `irq + 16`: exceptions come first. */
  priorities: number[];
  /** Lines whose handlers run, innermost last; the priority that they were taken with, below 0 for fast ones. */
  active: { readonly irq: number; readonly priority: number }[];
  primask: boolean;
  /** Lines that come before all others. */
  fast: number[];
  /** None of the fast lines is taken or wakes, enabled or not. */
  allFastMasked: boolean;
}

const irqs: ReadonlySet<number> = new Set(Object.values(interrupts));
const highestIrq = Math.max(...irqs);
export const sysTickIrq = -1;
export const lowestPriority = 15;

export function createNvic(): NvicState {
  const priorities = new Array<number>(16 + highestIrq + 1).fill(0);
  return { enabled: [], pending: [], priorities, active: [], primask: false, fast: [], allFastMasked: false };
}

/** Is there such a line or exception on this chip? */
export function isIrq(irq: number): boolean {
  return irqs.has(irq);
}

export function enable(nvic: NvicState, irq: number): void {
  if (!nvic.enabled.includes(irq)) nvic.enabled.push(irq);
}

export function disable(nvic: NvicState, irq: number): void {
  nvic.enabled = nvic.enabled.filter((other) => other !== irq);
}

export function isEnabled(nvic: NvicState, irq: number): boolean {
  return irq < 0 || nvic.enabled.includes(irq);
}

export function pend(nvic: NvicState, irq: number): void {
  if (!nvic.pending.includes(irq)) nvic.pending.push(irq);
}

export function clearPending(nvic: NvicState, irq: number): void {
  nvic.pending = nvic.pending.filter((other) => other !== irq);
}

export function priorityOf(nvic: NvicState, irq: number): number {
  return nvic.priorities[irq + 16] as number;
}

/** The low 4 bits count. */
export function setPriority(nvic: NvicState, irq: number, priority: number): void {
  nvic.priorities[irq + 16] = priority & lowestPriority;
}

export function isFast(nvic: NvicState, irq: number): boolean {
  return nvic.fast.includes(irq);
}

/** Makes a line fast. It begins disabled. */
export function setFast(nvic: NvicState, irq: number): void {
  if (!isFast(nvic, irq)) nvic.fast.push(irq);
  disable(nvic, irq);
}

/** Makes it one of the others again, disabled. */
export function clearFast(nvic: NvicState, irq: number): void {
  nvic.fast = nvic.fast.filter((other) => other !== irq);
  disable(nvic, irq);
}

/** Masks or unmasks all fast lines together; each keeps whether it is enabled. */
export function maskAllFast(nvic: NvicState, masked: boolean): void {
  nvic.allFastMasked = masked;
}

/**
 * As on Arm, WFI returns for an interrupt that would be taken but for PRIMASK. In a handler that is a more urgent one:
 * the others wait for the handler's return, and it sleeps on.
 */
export function wakes(nvic: NvicState): boolean {
  return nextUnmasked(nvic) !== undefined;
}

/** Enabled, and not masked with the fast lines. */
function isOpen(nvic: NvicState, irq: number): boolean {
  return isEnabled(nvic, irq) && !(nvic.allFastMasked && isFast(nvic, irq));
}

/** The priority that counts when handlers compete: that of a fast line is above (less than) all others. */
function urgency(nvic: NvicState, irq: number): number {
  return priorityOf(nvic, irq) - (isFast(nvic, irq) ? lowestPriority + 1 : 0);
}

/** The interrupt to take now, if there is one. */
export function nextToTake(nvic: NvicState): number | undefined {
  return nvic.primask || nvic.pending.length === 0 ? undefined : nextUnmasked(nvic);
}

/** The pending line that comes first, if it may interrupt what runs; whether PRIMASK masks it or not. */
export function nextUnmasked(nvic: NvicState): number | undefined {
  let best: number | undefined;
  for (const irq of nvic.pending) {
    if (!isOpen(nvic, irq)) continue;
    if (best === undefined || precedes(nvic, irq, best)) best = irq;
  }
  const running = nvic.active.at(-1);
  return best !== undefined && (!running || urgency(nvic, best) < running.priority) ? best : undefined;
}

function precedes(nvic: NvicState, irq: number, other: number): boolean {
  const difference = urgency(nvic, irq) - urgency(nvic, other);
  return difference < 0 || (difference === 0 && irq < other);
}

/** The handler of a pending interrupt is entered. */
export function activate(nvic: NvicState, irq: number): void {
  clearPending(nvic, irq);
  nvic.active.push({ irq, priority: urgency(nvic, irq) });
}

/** The innermost handler has returned: its interrupt. */
export function deactivate(nvic: NvicState): number {
  return nvic.active.pop()?.irq as number;
}
