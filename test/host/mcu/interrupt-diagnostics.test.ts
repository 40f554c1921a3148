/** What is said of handlers that take long, and of interrupts that are masked for long. */

import { describe, expect, it } from "vitest";
import { cyclesOf } from "../../../host/time/cycles.ts";
import { callCycles, lines, type McuBench, mcuBench, type Program, type Programs } from "./scripted-core.ts";

const longest = cyclesOf(10_000);

function* enabled(on: McuBench, ...irqs: number[]): Program {
  for (const irq of irqs) yield* on.call("NVIC_EnableIRQ", irq);
  return undefined;
}

/** Runs the programs to their end. @returns the diagnostics as they were traced */
function said(programs: (on: McuBench) => Programs) {
  const bench = mcuBench(programs);
  bench.run();
  return bench.events.filter(({ kind }) => kind === "diagnostic");
}

function* working(cycles: number): Program {
  yield cycles;
  return undefined;
}

describe("long-handler", () => {
  const handling = (cycles: number, times = 1) =>
    said((on) => ({
      *main() {
        yield* enabled(on, lines.exti0);
        for (let time = 0; time < times; time++) yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        return 0;
      },
      EXTI0_IRQHandler: () => working(cycles),
    }));

  it("is said of a handler that took more than 10 ms, and of no other", () => {
    expect(handling(longest)).toEqual([]);
    expect(handling(longest + 160)).toMatchObject([
      { id: "long-handler", message: expect.stringMatching(/^EXTI0_IRQHandler took 10\.001 ms/) },
    ]);
  });

  it("is said once of each handler", () => {
    expect(handling(longest + 1, 3)).toHaveLength(1);
  });

  it("is said of the handler that took the time, not of one that it interrupts", () => {
    const [first, ...others] = said((on) => ({
      *main() {
        yield* enabled(on, lines.exti0, lines.tim2);
        yield* on.call("NVIC_SetPriority", lines.exti0, 9);
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        return 0;
      },
      *EXTI0_IRQHandler() {
        yield* on.call("NVIC_SetPendingIRQ", lines.tim2);
        yield longest - 1000;
        return undefined;
      },
      TIM2_IRQHandler: () => working(2 * longest),
    }));
    expect(first).toMatchObject({ message: expect.stringMatching(/^TIM2_IRQHandler took 20 ms/) });
    expect(others).toEqual([]);
  });
});

describe("interrupts-masked-long", () => {
  const main = (body: (on: McuBench) => Program) =>
    said((on) => ({
      *main() {
        yield* enabled(on, lines.exti0);
        yield* body(on);
        return 0;
      },
      EXTI0_IRQHandler: () => working(10),
    }));

  it("is said 10 ms after an interrupt began to wait, while it still does", () => {
    const diagnostics = main(function* (on) {
      yield* on.call("__disable_irq");
      yield 3 * longest;
      yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
      for (let round = 0; round < 4; round++) yield longest / 2;
      yield* on.call("__enable_irq");
      return undefined;
    });
    expect(diagnostics).toMatchObject([
      { id: "interrupts-masked-long", message: expect.stringMatching(/^interrupt 11 \(EXTI0\) .*10 ms.* in main/) },
    ]);
    const pendedAt = 3 * longest + 2 * callCycles;
    // The call's own return is one boundary, the second half of the time ends at another.
    expect(diagnostics[0]!.at).toBe(pendedAt + callCycles + longest);
  });

  it("is said of no mask under which nothing waits", () => {
    expect(
      main(function* (on) {
        yield* on.call("__disable_irq");
        for (let round = 0; round < 4; round++) yield longest;
        yield* on.call("__enable_irq");
        return undefined;
      }),
    ).toEqual([]);
  });

  it("counts anew when the interrupt was taken, cleared or disabled", () => {
    expect(
      main(function* (on) {
        for (const [name, ...values] of [
          ["__enable_irq"],
          ["NVIC_ClearPendingIRQ", lines.exti0],
          ["NVIC_DisableIRQ", lines.exti0],
        ] as const) {
          yield* on.call("__disable_irq");
          yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
          yield longest - 1000;
          yield* on.call(name, ...values);
        }
        yield longest;
        return undefined;
      }),
    ).toEqual([]);
  });

  it("is said of a loop that sleeps while it masks what it waits for", () => {
    const diagnostics = main(function* (on) {
      yield* on.call("__disable_irq");
      yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
      while (on.diagnostics().length === 0) {
        yield* on.call("__WFI");
        yield longest / 100;
      }
      return undefined;
    });
    expect(diagnostics).toHaveLength(1);
  });
});
