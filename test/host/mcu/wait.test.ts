/** WFI: what wakes the core, and what happens before it returns. */

import { describe, expect, it } from "vitest";
import { callCycles, enable, lines, mcuBench, noting, pendAt, pending, story } from "./scripted-core.ts";

describe("WFI", () => {
  it("lets time pass to the event that wakes it, and the handler runs before it returns", () => {
    const bench = mcuBench(
      (on) => ({
        *main() {
          yield* enable(on, lines.tim2)();
          yield* on.call("__WFI");
          on.note(`awake at ${on.ports.core.now()}`);
          return 0;
        },
        TIM2_IRQHandler: noting(on, "TIM2"),
      }),
      pending,
    );
    pendAt(bench, 5000, lines.tim2);
    bench.run();
    expect(story(bench)).toEqual(["TIM2 begins", "TIM2 ends", "awake at 5024"]);
    expect(bench.events.filter(({ kind }) => kind === "sleep")).toMatchObject([
      { phase: "enter", context: "main", at: 2 * callCycles },
      { phase: "exit", context: "main", at: 5000 },
    ]);
  });

  it("returns for an interrupt that PRIMASK masks; the handler runs when it is unmasked: no wake-up is lost", () => {
    const bench = mcuBench(
      (on) => ({
        *main() {
          yield* enable(on, lines.tim2)();
          yield* on.call("__disable_irq");
          yield 10_000;
          yield* on.call("__WFI");
          on.note("awake");
          yield* on.call("__enable_irq");
          on.note("unmasked");
          return 0;
        },
        TIM2_IRQHandler: noting(on, "TIM2"),
      }),
      pending,
    );
    pendAt(bench, 5000, lines.tim2);
    expect(bench.run()).toEqual({ why: "finished", value: 0 });
    expect(story(bench)).toEqual(["awake", "TIM2 begins", "TIM2 ends", "unmasked"]);
  });

  it("does not even begin to sleep when an enabled interrupt is pending already", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* enable(on, lines.tim2)();
        yield* on.call("__disable_irq");
        yield* on.call("NVIC_SetPendingIRQ", lines.tim2);
        yield* on.call("__WFI");
        return on.ports.core.now();
      },
    }));
    expect(bench.run()).toEqual({ why: "finished", value: 4 * callCycles });
    expect(bench.events.map(({ kind }) => kind)).not.toContain("sleep");
  });

  it("sleeps on when what is pended is not enabled", () => {
    const bench = mcuBench(
      (on) => ({
        *main() {
          yield* enable(on, lines.tim2)();
          yield* on.call("__WFI");
          on.note(`awake at ${on.ports.core.now()}`);
          return 0;
        },
        TIM2_IRQHandler: noting(on, "TIM2"),
      }),
      pending,
    );
    pendAt(bench, 1000, lines.exti0);
    pendAt(bench, 9000, lines.tim2);
    bench.run();
    expect(story(bench).at(-1)).toBe("awake at 9024");
  });

  it("in a handler waits there, and main stays where it was interrupted", () => {
    const bench = mcuBench(
      (on) => ({
        *main() {
          yield* enable(on, lines.exti0, lines.tim2)();
          yield* on.call("NVIC_SetPriority", lines.exti0, 5);
          yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
          on.note("main goes on");
          return 0;
        },
        EXTI0_IRQHandler: noting(on, "EXTI0", function* body() {
          yield* on.call("__WFI");
          return undefined;
        }),
        TIM2_IRQHandler: noting(on, "TIM2"),
      }),
      pending,
    );
    pendAt(bench, 5000, lines.tim2);
    bench.run();
    expect(story(bench)).toEqual(["EXTI0 begins", "TIM2 begins", "TIM2 ends", "EXTI0 ends", "main goes on"]);
  });

  it("with nothing left that could wake it is the end, at once", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* on.call("__WFI");
        return 0;
      },
    }));
    expect(bench.run()).toEqual({ why: "asleep" });
  });
});
