/** Interrupts on a whole device, in compiled firmware: where they are taken, sleep that loses nothing, exact ticks. */

import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../../../host/index.ts";
import { runNoting } from "./firmware-notes.ts";

/** The moments at which SysTick became pending. */
function ticks(events: readonly TraceEvent[]): number[] {
  return events.flatMap((event) =>
    event.kind === "interrupt" && event.phase === "pend" && event.irq === -1 ? [event.cycles] : [],
  );
}

describe("an interrupt that falls due within a call", () => {
  const calls = [
    "mvNoOp()",
    "NVIC_GetPriority(45)",
    "NVIC_EnableIRQ(45)",
    "__get_PRIMASK()",
    "__WFI()",
    'trace("call")',
    "seed()",
    "Date.now()",
    "performance.now()",
    'console.log("call")',
  ];
  // Straight-line code: there is no safepoint between the call and the look at what the handler did.
  it.each(calls)("is taken at the return of %s", async (call) => {
    const { result, notes } = await runNoting(`
      let ticked = 0;
      export function SysTick_Handler(): void { ticked = 1; SysTick_Config(1); }
      export function main(): void {
        SysTick_Config(6);
        let before = ticked;
        ${call};
        let after = ticked;
        trace("ticked", 2, before, after);
      }`);
    expect(result.reason).toBe("finished");
    expect(notes.at(-1)).toBe("ticked 0, 1");
  });
});

describe("WFI", () => {
  it("loses no wake-up between mask, look, WFI and unmask, wherever the tick falls", async () => {
    const { result, notes, events } = await runNoting(`
      let ticked = 0;
      let work = 0;
      export function SysTick_Handler(): void { ticked = 1; SysTick_Config(1); }
      export function main(): void {
        let early = 0;
        for (let delay = 0; delay < 120; delay++) {
          ticked = 0;
          SysTick_Config(400);
          for (let i = 0; i < delay; i++) work += i;
          __disable_irq();
          if (ticked) early++;
          else __WFI();
          __enable_irq();
          assert(ticked == 1, "a wake-up was lost");
        }
        trace("early", 1, early);
      }`);
    expect(result.reason).toBe("finished");
    // Some ticks came before the look, some after it; none was waited for twice.
    const early = Number(notes.at(-1)?.split(" ")[1]);
    expect(early).toBeGreaterThan(5);
    expect(early).toBeLessThan(115);
    expect(ticks(events)).toHaveLength(120);
  });

  // SysTick has priority 0, and comes 10,000 cycles after it was started, again and again.
  const waitingHandler = (priority: number) => `
    export function SysTick_Handler(): void { trace("tick"); SysTick_Config(1); }
    export function TIM2_IRQHandler(): void { trace("TIM2 begins"); __WFI(); trace("TIM2 ends"); }
    export function main(): void {
      NVIC_SetPriority(45, ${priority});
      NVIC_EnableIRQ(45);
      SysTick_Config(10000);
      NVIC_SetPriority(-1, 0);
      NVIC_SetPendingIRQ(45);
      trace("main goes on");
    }`;

  it("in a handler is ended by a more urgent interrupt, whose handler runs first", async () => {
    const { notes } = await runNoting(waitingHandler(5));
    expect(notes).toEqual(["TIM2 begins", "tick", "TIM2 ends", "main goes on"]);
  });

  it("in a handler is not ended by an equally urgent one: nothing could wake it any more", async () => {
    const { notes, result } = await runNoting(waitingHandler(0));
    expect(notes).toEqual(["TIM2 begins"]);
    expect(result).toMatchObject({ reason: "time-limit", context: "TIM2_IRQHandler" });
  });

  it("in a handler lets equal and less urgent ones wait until it has returned, and then has them in order", async () => {
    const { notes, events } = await runNoting(`
      export function SysTick_Handler(): void { trace("tick"); SysTick_Config(1); }
      export function TIM2_IRQHandler(): void {
        trace("TIM2 begins");
        NVIC_SetPendingIRQ(47);
        NVIC_SetPendingIRQ(46);
        NVIC_SetPendingIRQ(44);
        __WFI();
        trace("TIM2 ends");
      }
      export function TIM1_CC_IRQHandler(): void { trace("equal, lower number"); }
      export function TIM3_IRQHandler(): void { trace("equal, higher number"); }
      export function TIM4_IRQHandler(): void { trace("less urgent"); }
      export function main(): void {
        for (let irq = 44; irq < 48; irq++) { NVIC_SetPriority(irq, irq == 47 ? 6 : 5); NVIC_EnableIRQ(irq); }
        SysTick_Config(10000);
        NVIC_SetPriority(-1, 0);
        NVIC_SetPendingIRQ(45);
        trace("main goes on");
      }`);
    expect(notes).toEqual([
      ...["TIM2 begins", "tick", "TIM2 ends"],
      ...["equal, lower number", "equal, higher number", "less urgent", "main goes on"],
    ]);
    const naps = events.filter(({ kind }) => kind === "sleep");
    expect(naps).toMatchObject([
      { phase: "enter", context: "TIM2_IRQHandler" },
      { phase: "exit", context: "TIM2_IRQHandler" },
    ]);
  });
});

describe("SysTick over 1000 ticks", () => {
  const period = 1600;
  const source = (main: string, handler: string) => `
    let count = 0;
    let work = 0;
    export function SysTick_Handler(): void { count++; ${handler} }
    export function main(): void {
      let start = performance.now();
      SysTick_Config(${period});
      while (count < 1000) { ${main} }
      trace("start", 1, start);
    }`;
  const run = async (main: string, handler = "") => {
    const { notes, events } = await runNoting(source(main, handler));
    // SysTick_Config is entered as performance.now returns.
    const start = Math.round(Number(notes.at(-1)?.split(" ")[1]) * 160_000) + 4;
    return ticks(events).map((at, index) => at - start - period * (index + 1));
  };

  it("is exact while main sleeps, whatever handlers cost", async () => {
    expect(await run("__WFI();", "for (let i = 0; i < count % 40; i++) work += i;")).toEqual(
      new Array<number>(1000).fill(0),
    );
  });

  it("does not drift while main and handlers are busy: each tick waits for a loop head at most", async () => {
    const late = await run("work++;", "for (let i = 0; i < count % 40; i++) work += i;");
    expect(late).toHaveLength(1000);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...late)).toBeLessThan(50);
  });
});

it("sets the priority of the table's exceptions, and of no number between them", async () => {
  const { notes, events } = await runNoting(`
    export function main(): void {
      for (let irq = -16; irq < 0; irq++) {
        NVIC_SetPriority(irq, 0x15);
        trace("priority", 2, irq, NVIC_GetPriority(irq));
      }
    }`);
  const gaps = [-16, -8, -7, -6, -3];
  expect(notes).toEqual(
    Array.from({ length: 16 }, (_, index) => index - 16).map((irq) => `priority ${irq}, ${gaps.includes(irq) ? 0 : 5}`),
  );
  const diagnostics = events.flatMap((event) => (event.kind === "diagnostic" ? [event.id] : []));
  expect(diagnostics).toEqual(new Array<string>(2 * gaps.length).fill("unknown-interrupt"));
});
