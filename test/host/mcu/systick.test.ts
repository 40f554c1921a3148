import { describe, expect, it } from "vitest";
import { schedule } from "../../../host/time/queue.ts";
import { callCycles, lines, type McuBench, mcuBench, type Program } from "./scripted-core.ts";

/** The moments at which SysTick became pending. */
function ticks({ events }: McuBench): number[] {
  return events.flatMap((event) => (event.kind === "interrupt" && event.phase === "pend" ? [event.at] : []));
}

function ticking(config: (bench: McuBench) => Program, handlerCycles = 0): McuBench {
  const bench = mcuBench((on) => ({
    main: () => config(on),
    *SysTick_Handler() {
      on.note("tick");
      yield handlerCycles;
      return undefined;
    },
  }));
  schedule(bench.ports.queue, { at: 100_000, kind: "limit", limit: "time-limit" });
  expect(bench.run()).toEqual({ why: "limit", limit: "time-limit" });
  return bench;
}

function sleeping(on: McuBench, period: number): () => Program {
  return function* main() {
    yield* on.call("SysTick_Config", period);
    for (;;) yield* on.call("__WFI");
  };
}

describe("SysTick_Config", () => {
  it("ticks at exact multiples of the period from its call on, whatever the handler costs", () => {
    const bench = ticking((on) => sleeping(on, 10_000)(), 777);
    expect(ticks(bench)).toEqual(Array.from({ length: 9 }, (_, index) => 10_000 * (index + 1)));
  });

  it("ticks without drift in a program that reaches its safepoints late", () => {
    const bench = ticking(function* main(on) {
      yield* on.call("SysTick_Config", 10_000);
      for (;;) yield 3_333;
    });
    const late = ticks(bench).map((at, index) => at - 10_000 * (index + 1));
    expect(late.length).toBe(9);
    for (const cycles of late) {
      expect(cycles).toBeGreaterThanOrEqual(0);
      expect(cycles).toBeLessThan(3_333 + 24);
    }
  });

  it("counts ticks that nobody could take as one", () => {
    const bench = ticking(function* main(on) {
      yield* on.call("SysTick_Config", 1_000);
      yield* on.call("__disable_irq");
      for (let round = 0; round < 45; round++) yield 100;
      on.note("unmasking");
      yield* on.call("__enable_irq");
      on.note("unmasked");
      yield* on.call("SysTick_Config", 1);
      for (;;) yield 1_000;
    });
    expect(bench.notes.filter((note) => !note.startsWith("entered"))).toEqual(["unmasking", "tick", "unmasked"]);
  });

  it("is pended once, however many ticks passed between two safepoints", () => {
    const bench = ticking(function* main(on) {
      yield* on.call("SysTick_Config", 1_000);
      for (;;) yield 4_500;
    });
    const moments = ticks(bench);
    expect(new Set(moments).size).toBe(moments.length);
    expect(moments.length).toBeLessThan(25);
  });

  it("restarts the counter", () => {
    const bench = ticking(function* main(on) {
      yield* on.call("SysTick_Config", 10_000);
      yield 9_000;
      yield* on.call("SysTick_Config", 60_000);
      for (;;) yield* on.call("__WFI");
    });
    expect(ticks(bench)).toEqual([9_000 + callCycles + 60_000]);
  });

  it.each([
    { ticks: 0, answer: 1 },
    { ticks: 1, answer: 0 },
    { ticks: 0x100_0000, answer: 0 },
    { ticks: 0x100_0001, answer: 1 },
    { ticks: -1, answer: 1 },
  ])("answers $answer for $ticks ticks", ({ ticks: count, answer }) => {
    const bench = mcuBench((on) => ({
      *main() {
        return yield* on.call("SysTick_Config", count);
      },
    }));
    expect(bench.run()).toEqual({ why: "finished", value: answer });
    expect(bench.ports.state.nvic.priorities[15]).toBe(answer === 0 ? 15 : 0);
  });

  it("changes nothing when it refuses", () => {
    const bench = ticking(function* main(on) {
      yield* on.call("SysTick_Config", 40_000);
      yield 1_000;
      yield* on.call("NVIC_SetPriority", -1, 3);
      yield* on.call("SysTick_Config", 0x200_0000);
      on.note(`priority ${yield* on.call("NVIC_GetPriority", -1)}`);
      for (;;) yield* on.call("__WFI");
    });
    expect(ticks(bench)).toEqual([40_000, 80_000]);
    expect(bench.notes[0]).toBe("priority 3");
  });

  it("has the lowest priority: another interrupt's handler interrupts it", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* on.call("NVIC_SetPriority", lines.tim2, 14);
        yield* on.call("NVIC_EnableIRQ", lines.tim2);
        yield* on.call("SysTick_Config", 1_000);
        yield* on.call("__WFI");
        return 0;
      },
      *SysTick_Handler() {
        on.note("tick begins");
        yield* on.call("NVIC_SetPendingIRQ", lines.tim2);
        on.note("tick ends");
        return undefined;
      },
      *TIM2_IRQHandler() {
        on.note("TIM2");
        yield 1;
        return undefined;
      },
    }));
    bench.run();
    expect(bench.notes.filter((note) => !note.startsWith("entered"))).toEqual(["tick begins", "TIM2", "tick ends"]);
  });

  it("without a SysTick_Handler is a fault of the firmware", () => {
    const bench = mcuBench((on) => ({ main: sleeping(on, 1_000) }));
    expect(bench.run()).toMatchObject({
      why: "thrown",
      error: { fault: { code: "ERR_MVSIM_MISSING_HANDLER", message: expect.stringContaining("SysTick_Handler") } },
    });
  });
});
