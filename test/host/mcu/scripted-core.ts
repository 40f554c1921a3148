/**
 * A core whose firmware is JavaScript: generator functions as entries and handlers. `yield n` lets n cycles pass and is a
 * safepoint. So the MCU is tested through its port, to the cycle, without a compiler.
 */

import { cmsisCalls } from "../../../host/mcu/cmsis.ts";
import type { Core, CoreControl, CoreStop, ImportedCall } from "../../../host/mcu/core.ts";
import type { McuCosts } from "../../../host/mcu/costs.ts";
import { createMcuState, type McuPorts, type McuStop, pendInterrupt, runMcu } from "../../../host/mcu/mcu.ts";
import { createQueue, type QueuedEvent, schedule } from "../../../host/time/queue.ts";
import type { TraceEventBody } from "../../../host/trace/events.ts";
import { BenchMemory } from "../kernel/bench-memory.ts";

export type Program = Generator<number, number | undefined, undefined>;
export type Programs = Readonly<Record<string, () => Program>>;

function scriptedCore(programs: Programs, entries: readonly string[]): Core {
  const control: CoreControl = { deadline: Number.POSITIVE_INFINITY, stop: "" };
  const running: Program[] = [];
  let now = 0;

  function step(): CoreStop | undefined {
    const { done, value } = running.at(-1)!.next();
    if (done) {
      running.pop();
      return { why: "returned", value: value ?? 0 };
    }
    now += value;
    const { stop } = control;
    if (stop === "" && now < control.deadline) return undefined;
    control.stop = "";
    return stop === "wait" ? { why: "wait" } : { why: "boundary" };
  }

  return {
    memory: new BenchMemory(4096),
    control,
    entries,
    hasHandler: (name) => name in programs,
    now: () => now,
    elapse(cycles) {
      now += cycles;
    },
    enter(name) {
      running.push(programs[name]!());
    },
    run() {
      try {
        for (;;) {
          const stop = step();
          if (stop) return stop;
        }
      } catch (error) {
        return { why: "thrown", error };
      }
    },
    examine: () => ({ callStack: { stack: [], places: [] }, goesRound: false }),
    save: () => ({ core: "scripted" }),
    restore() {},
  };
}

export interface McuBench {
  readonly ports: McuPorts;
  readonly events: (TraceEventBody & { at: number })[];
  /** What the programs noted, in order. */
  readonly notes: string[];
  /** A CMSIS call of a program: 4 cycles, and the boundary at its return. */
  call(name: string, ...values: number[]): Generator<number, number, undefined>;
  note(text: string): void;
  run(): McuStop;
  diagnostics(): string[];
}

export interface McuBenchOptions {
  readonly entries?: readonly string[];
  readonly costs?: Partial<McuCosts>;
  readonly handleEvent?: (event: QueuedEvent, bench: McuBench) => unknown;
  readonly takeOutsideInput?: () => void;
}

export const callCycles = 4;

/** @param programs gets the bench, and gives the entries (`main`) and handlers by their exported names */
export function mcuBench(programs: (bench: McuBench) => Programs, options: McuBenchOptions = {}): McuBench {
  const events: McuBench["events"] = [];
  const notes: string[] = [];
  const bench: McuBench = {
    get ports() {
      return ports;
    },
    events,
    notes,
    *call(name, ...values) {
      const answer = calls.get(name)!.invoke(...(values as never[]));
      yield callCycles;
      return Number(answer ?? 0);
    },
    note: (text) => notes.push(text),
    run: () => runMcu(ports),
    diagnostics: () => events.flatMap((event) => (event.kind === "diagnostic" ? [event.id] : [])),
  };
  const core = scriptedCore(programs(bench), options.entries ?? ["main"]);
  const ports: McuPorts = {
    core,
    state: createMcuState(),
    queue: createQueue(),
    horizon: Number.POSITIVE_INFINITY,
    pauseRequested: false,
    trace: (event) => events.push({ ...event, at: core.now() }),
    costs: {
      syscallCycles: 800,
      mcuCallCycles: callCycles,
      interruptEntryCycles: 12,
      interruptExitCycles: 12,
      resetCycles: 0,
      ...options.costs,
    },
    handleEvent: (event) => options.handleEvent?.(event, bench),
    takeOutsideInput: options.takeOutsideInput ?? (() => {}),
    handlerEntered: (irq) => notes.push(`entered ${irq}`),
    handlerExited: () => {},
  };
  const calls = new Map<string, ImportedCall>(cmsisCalls(ports, callCycles).map((call) => [call.name, call]));
  return bench;
}

/** The lines of these tests, and their handlers. */
export const lines = { exti0: 11, exti1: 12, tim2: 45 } as const;

/** A handler that notes its start and end. */
export function noting(bench: McuBench, name: string, body?: () => Program): () => Program {
  return function* handler() {
    bench.note(`${name} begins`);
    if (body) yield* body();
    bench.note(`${name} ends`);
    return undefined;
  };
}

export function enable(bench: McuBench, ...irqs: number[]): () => Generator<number, void, undefined> {
  return function* enableAll() {
    for (const irq of irqs) yield* bench.call("NVIC_EnableIRQ", irq);
  };
}

/** Without what the bench notes by itself. */
export function story({ notes }: McuBench): string[] {
  return notes.filter((note) => !note.startsWith("entered"));
}

/** An event of the queue that pends a line, as the kernel's do. */
export function pendAt(bench: McuBench, at: number, irq: number): void {
  schedule(bench.ports.queue, { at, kind: "pend", irq });
}
export const pending = {
  handleEvent: (event: object, bench: McuBench) => pendInterrupt(bench.ports, (event as { irq: number }).irq),
};
