/**
 * The microcontroller: drives a core through its port, decides who runs, and moves time. Whenever the core stands at a
 * boundary: what is due happens, then interrupts are taken, then the innermost context goes on until the next event.
 * Knows no system call: those are imported calls to it, and what they schedule are events.
 */

import { FirmwareFaultError } from "../fault/fault.ts";
import { nextDue, type QueuedEvent, type QueueState, schedule } from "../time/queue.ts";
import type { TraceSink } from "../trace/events.ts";
import { type Core, startEntry } from "./core.ts";
import type { McuCosts } from "./costs.ts";
import { checkEndlessLoop, endlessLoopLimit, isWithoutEvents } from "./endless-loop.ts";
import { checkHandlers, handlerLimit, watchHandler } from "./handler-limit.ts";
import { checkMask, createMask, type MaskState, maskLimit, watchMask } from "./interrupt-mask.ts";
import { handlerName, interruptName } from "./interrupt-names.ts";
import { limitOf } from "./limit-events.ts";
import { type HandlerContext, measureHandler } from "./long-handler.ts";
import { activate, createNvic, deactivate, type NvicState, nextToTake, pend, sysTickIrq, wakes } from "./nvic.ts";
import { type SysTickEvent, scheduleNextTick } from "./systick.ts";

export interface McuContext extends HandlerContext {
  waiting: boolean;
  /** It waits for this moment (cycles), whatever interrupts come meanwhile. */
  until?: number;
}

export interface McuState {
  nvic: NvicState;
  /** The running contexts, innermost last: `main`, or a handler's name; and whether it waits in WFI. */
  contexts: McuContext[];
  /** How many of the core's entry points have been started. */
  entered: number;
  /** What was due has happened and interrupts were taken: the innermost context goes on next. */
  settled: boolean;
  /** That nothing is left that could wake the device has been said. */
  saidAsleep: boolean;
  /** Whether the limit of handlers stands in the queue. */
  watchesHandlers: boolean;
  /** The handlers of which it was said that they do too much. */
  longHandlers: string[];
  mask: MaskState;
}

export function createMcuState(): McuState {
  return {
    nvic: createNvic(),
    contexts: [],
    entered: 0,
    settled: false,
    saidAsleep: false,
    watchesHandlers: false,
    longHandlers: [],
    mask: createMask(),
  };
}

/** Held in reset, or off: it waits for an event that releases it, and no interrupt does. */
export function createHeldMcuState(): McuState {
  return { ...createMcuState(), contexts: [{ name: "reset", waiting: true }] };
}

/** It starts at its first entry point. */
export function releaseMcu(state: McuState): void {
  state.contexts = [];
}

/** What the MCU needs of the device that it stands in. */
export interface McuPorts {
  readonly core: Core;
  readonly state: McuState;
  readonly queue: QueueState;
  readonly trace: TraceSink;
  readonly costs: McuCosts;
  /** A handler that has not returned after so long is a fault; undefined for none. */
  readonly handlerLimitCycles?: number;
  /** By the wall clock the device runs no further than this moment (cycles) before the host has looked; else Infinity. */
  readonly horizon: number;
  /** The host wants it to stop at the next boundary. */
  readonly pauseRequested: boolean;
  /** Handles an event that is not the MCU's; "wait" when it can't be completed now. */
  handleEvent(event: QueuedEvent): unknown;
  /** Takes in what came from outside. Called at each boundary, and after each event that happens there. */
  takeOutsideInput(): void;
  /** A line's handler was entered. */
  handlerEntered(irq: number): void;
  /** It has returned: who holds the line asserted pends it again. */
  handlerExited(irq: number): void;
}

export type McuStop =
  /** An event waits for something from outside; try again when it is there. */
  | { readonly why: "blocked"; readonly event: QueuedEvent }
  /** Enough was run for the host to look after other things. */
  | { readonly why: "breathe" }
  /** As `pauseRequested` asked. */
  | { readonly why: "paused" }
  /** By the wall clock: it has come to its horizon, or it sleeps until then. */
  | { readonly why: "ahead" }
  | { readonly why: "sleep"; readonly until: number }
  /** All entry points have returned; the last one's value. */
  | { readonly why: "finished"; readonly value: number }
  /** It sleeps, and nothing is left that could wake it. */
  | { readonly why: "asleep" }
  /** A `limit` event fell due. */
  | { readonly why: "limit"; readonly limit: string }
  | { readonly why: "thrown"; readonly error: unknown };

/** After so much work `run` returns, so that the host's event loop is not starved. */
const breatheAfterRuns = 1024;
const breatheAfterCycles = 20_000_000;

/** Name of the innermost context: `start` (the start section), `main` (the entry points), or a handler. */
export function contextName({ state }: McuPorts): string {
  return state.contexts.at(-1)?.name ?? "main";
}

/** Makes a line pending; one that can be taken is taken at the next boundary. */
export function pendInterrupt(ports: McuPorts, irq: number): void {
  pend(ports.state.nvic, irq);
  ports.trace?.({ kind: "interrupt", phase: "pend", irq, name: interruptName(irq) });
  stopIfInterrupted(ports);
}

/** To be called after each change of the interrupt state from within an imported call. */
export function stopIfInterrupted(ports: McuPorts): void {
  const { core, state } = ports;
  if (nextToTake(state.nvic) !== undefined) core.control.stop = "boundary";
  watchMask(ports);
}

/** To be called within an imported call: at its return the context sleeps for so long; handlers run meanwhile. */
export function sleepFor({ core, state, queue }: McuPorts, cycles: number): void {
  if (cycles <= 0) return;
  const top = state.contexts.at(-1) as McuContext;
  top.until = core.now() + cycles;
  schedule(queue, { at: top.until, kind: "wake" });
  core.control.stop = "wait";
}

/** Runs until there is a reason for the host to look. */
export function runMcu(ports: McuPorts): McuStop {
  const { core } = ports;
  let cycles = 0;
  for (let runs = 0; runs < breatheAfterRuns && cycles < breatheAfterCycles; runs++) {
    try {
      const stop = settle(ports) ?? sleepIfWaiting(ports);
      if (stop === "again") continue;
      if (stop) return stop;
      const before = core.now();
      const end = runCore(ports);
      if (end) return end;
      cycles += core.now() - before;
    } catch (error) {
      return { why: "thrown", error };
    }
  }
  return { why: "breathe" };
}

/** The moment at which the core has to stop. To be put into its control after each change of the queue. */
export function deadlineOf({ queue, horizon }: Pick<McuPorts, "queue" | "horizon">): number {
  return Math.min(nextDue(queue), horizon);
}

/** What is due happens, and interrupts are taken: once for each boundary, though a pause may come in between. */
function settle(ports: McuPorts): McuStop | undefined {
  if (!ports.state.settled) {
    const stop = takeDueEvents(ports);
    if (stop) return stop;
    takeInterrupts(ports);
    ports.state.settled = true;
  }
  if (ports.pauseRequested) return { why: "paused" };
  ports.state.settled = false;
  return undefined;
}

function takeDueEvents(ports: McuPorts): McuStop | undefined {
  const { core, queue } = ports;
  for (;;) {
    // Between events, too: a run that pauses there gets its inputs there, and a replay has to do the same.
    ports.takeOutsideInput();
    if (ports.pauseRequested) return { why: "paused" };
    if (nextDue(queue) > core.now()) return undefined;
    const event = queue.events.shift() as QueuedEvent;
    const limit = limitOf(event);
    if (limit !== undefined) {
      const check = limitChecks[limit];
      if (!check) return { why: "limit", limit };
      check(ports);
    } else if (event.kind === "systick") {
      scheduleNextTick(queue, event as unknown as SysTickEvent, core.now());
      pendInterrupt(ports, sysTickIrq);
    } else if (ports.handleEvent(event) === "wait") {
      // The wall clock goes on, whatever is waited for.
      if (isPaced(ports)) queue.parked.push(event);
      else {
        queue.events.unshift(event);
        return { why: "blocked", event };
      }
    }
  }
}

/** Limits that end no run, unless they find a fault. */
const limitChecks: Readonly<Record<string, (ports: McuPorts) => void>> = {
  [handlerLimit]: checkHandlers,
  [endlessLoopLimit]: checkEndlessLoop,
  [maskLimit]: checkMask,
};

function isPaced({ horizon }: McuPorts): boolean {
  return horizon !== Number.POSITIVE_INFINITY;
}

function takeInterrupts(ports: McuPorts): void {
  const { core, state, costs } = ports;
  const top = state.contexts.at(-1);
  if (top?.waiting && (top.until === undefined ? wakes(state.nvic) : core.now() >= top.until)) {
    top.waiting = false;
    delete top.until;
    state.saidAsleep = false;
    ports.trace?.({ kind: "sleep", phase: "exit", context: top.name });
  }
  // One at a time: a higher one that is pending too interrupts this one's handler at its first boundary.
  const irq = nextToTake(state.nvic);
  if (irq === undefined) return;
  const handler = handlerName(irq);
  if (!core.hasHandler(handler)) throw missingHandler(irq, handler);
  activate(state.nvic, irq);
  core.elapse(costs.interruptEntryCycles);
  state.contexts.push({ name: handler, waiting: false, since: core.now() });
  watchHandler(ports);
  ports.trace?.({ kind: "interrupt", phase: "enter", irq, name: interruptName(irq) });
  ports.handlerEntered(irq);
  core.enter(handler);
}

/** Lets time pass to the next event while the innermost context waits. */
function sleepIfWaiting(ports: McuPorts): McuStop | "again" | undefined {
  const { core, state, queue, trace } = ports;
  if (!state.contexts.at(-1)?.waiting) return core.now() >= ports.horizon ? { why: "ahead" } : undefined;
  // By the wall clock something may always come from outside.
  if (isPaced(ports)) return { why: "sleep", until: nextDue(queue) };
  if (isWithoutEvents(queue)) return { why: "asleep" };
  if (queue.events.every(({ kind }) => kind === "limit")) {
    const hasEnd = queue.events.some((event) => limitOf(event) === "stopped");
    if (hasEnd && !state.saidAsleep) {
      state.saidAsleep = true;
      trace?.({
        kind: "diagnostic",
        id: "asleep",
        message: "the device sleeps, and nothing is left that could wake it: the rest of the run is sleep",
      });
      // A pause may have been asked for, and the moment is to be that of the event.
      if (ports.pauseRequested) return "again";
    }
  }
  core.elapse(nextDue(queue) - core.now());
  return "again";
}

function runCore(ports: McuPorts): McuStop | undefined {
  const { core } = ports;
  if (ports.state.contexts.length === 0) {
    const entry = core.entries[ports.state.entered++] as string;
    core.enter(entry);
    ports.state.contexts.push({ name: entry === startEntry ? startEntry : "main", waiting: false });
  }
  core.control.deadline = deadlineOf(ports);
  core.control.stop = "";
  const stop = core.run();
  // Not before: an imported call may have put another state in the place of the former.
  const { state, costs } = ports;
  switch (stop.why) {
    case "boundary":
      return undefined;
    case "wait": {
      const top = state.contexts.at(-1) as McuContext;
      top.waiting = true;
      ports.trace?.({ kind: "sleep", phase: "enter", context: top.name });
      return undefined;
    }
    case "thrown":
      return stop;
    case "returned": {
      measureHandler(ports);
      state.contexts.pop();
      if (state.contexts.length === 0) {
        const isLast = state.entered === core.entries.length;
        return isLast || stop.value !== 0 ? { why: "finished", value: stop.value } : undefined;
      }
      const irq = deactivate(state.nvic);
      watchMask(ports);
      ports.trace?.({ kind: "interrupt", phase: "exit", irq, name: interruptName(irq) });
      core.elapse(costs.interruptExitCycles);
      ports.handlerExited(irq);
      return undefined;
    }
  }
}

function missingHandler(irq: number, handler: string): FirmwareFaultError {
  return new FirmwareFaultError(
    "ERR_MVSIM_MISSING_HANDLER",
    `the firmware enabled interrupt ${irq} (${interruptName(irq)}) but exports no ${handler}. ` +
      "Export it, or use another interrupt",
  );
}
