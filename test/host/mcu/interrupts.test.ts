/** When interrupts are taken, and in what order. */

import { describe, expect, it } from "vitest";
import { contextName } from "../../../host/mcu/mcu.ts";
import { enable, lines, type McuBench, mcuBench, noting, pendAt, pending, story } from "./scripted-core.ts";

describe("a pended, enabled interrupt", () => {
  it("is taken at the return of the call that pended it", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* enable(on, lines.exti0)();
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        on.note("main goes on");
        return 0;
      },
      EXTI0_IRQHandler: noting(on, "EXTI0"),
    }));
    expect(bench.run()).toEqual({ why: "finished", value: 0 });
    expect(bench.notes).toEqual(["entered 11", "EXTI0 begins", "EXTI0 ends", "main goes on"]);
  });

  it("is taken at the next safepoint after its event fell due", () => {
    const bench = mcuBench(
      (on) => ({
        *main() {
          yield* enable(on, lines.tim2)();
          for (let round = 0; round < 5; round++) {
            yield 100;
            on.note(`round ${round}`);
          }
          return 0;
        },
        TIM2_IRQHandler: noting(on, "TIM2"),
      }),
      pending,
    );
    pendAt(bench, 250, lines.tim2);
    bench.run();
    expect(story(bench)).toEqual(["round 0", "round 1", "TIM2 begins", "TIM2 ends", "round 2", "round 3", "round 4"]);
  });

  it("is taken at the return of NVIC_EnableIRQ when it was pended before", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        on.note("not enabled");
        yield* on.call("NVIC_EnableIRQ", lines.exti0);
        on.note("enabled");
        return 0;
      },
      EXTI0_IRQHandler: noting(on, "EXTI0"),
    }));
    bench.run();
    expect(story(bench)).toEqual(["not enabled", "EXTI0 begins", "EXTI0 ends", "enabled"]);
  });

  it.each([
    { name: "__enable_irq", values: [] },
    { name: "__set_PRIMASK", values: [2] },
  ])("waits while PRIMASK is set, and is taken at the return of $name", ({ name, values }) => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* enable(on, lines.exti0)();
        yield* on.call("__disable_irq");
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        yield 1000;
        on.note("masked");
        yield* on.call(name, ...values);
        on.note("unmasked");
        return 0;
      },
      EXTI0_IRQHandler: noting(on, "EXTI0"),
    }));
    bench.run();
    expect(story(bench)).toEqual(["masked", "EXTI0 begins", "EXTI0 ends", "unmasked"]);
  });

  it("is not taken once it was cleared or its line disabled", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        yield* on.call("NVIC_ClearPendingIRQ", lines.exti0);
        yield* on.call("NVIC_EnableIRQ", lines.exti0);
        yield* on.call("NVIC_DisableIRQ", lines.exti0);
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        yield 1000;
        return yield* on.call("NVIC_GetPendingIRQ", lines.exti0);
      },
      EXTI0_IRQHandler: noting(on, "EXTI0"),
    }));
    expect(bench.run()).toEqual({ why: "finished", value: 1 });
    expect(bench.notes).toEqual([]);
  });

  it("pended twice before it is taken runs once; pended again in its handler runs again", () => {
    let again = true;
    const bench = mcuBench((on) => ({
      *main() {
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        yield* on.call("NVIC_EnableIRQ", lines.exti0);
        return 0;
      },
      EXTI0_IRQHandler: noting(on, "EXTI0", function* body() {
        if (again) yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        again = false;
        return undefined;
      }),
    }));
    bench.run();
    expect(story(bench)).toEqual(["EXTI0 begins", "EXTI0 ends", "EXTI0 begins", "EXTI0 ends"]);
  });

  it("without a handler is a fault that names the line and the handler", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* enable(on, lines.tim2)();
        yield* on.call("NVIC_SetPendingIRQ", lines.tim2);
        return 0;
      },
    }));
    expect(bench.run()).toMatchObject({
      why: "thrown",
      error: { fault: { code: "ERR_MVSIM_MISSING_HANDLER", message: expect.stringMatching(/45.*TIM2_IRQHandler/) } },
    });
  });
});

describe("of several interrupts", () => {
  function pendAll(priorities: Readonly<Record<number, number>>, during?: number): McuBench {
    const bench = mcuBench((on) => ({
      *main() {
        for (const [irq, priority] of Object.entries(priorities)) {
          yield* on.call("NVIC_SetPriority", Number(irq), priority);
          yield* on.call("NVIC_EnableIRQ", Number(irq));
        }
        yield* on.call("__disable_irq");
        for (const irq of Object.keys(priorities).reverse()) yield* on.call("NVIC_SetPendingIRQ", Number(irq));
        yield* on.call("__enable_irq");
        return 0;
      },
      EXTI0_IRQHandler: noting(on, "EXTI0", function* body() {
        if (during !== undefined) yield* on.call("NVIC_SetPendingIRQ", during);
        yield 100;
        return undefined;
      }),
      EXTI1_IRQHandler: noting(on, "EXTI1"),
      TIM2_IRQHandler: noting(on, "TIM2"),
    }));
    expect(bench.run()).toEqual({ why: "finished", value: 0 });
    return bench;
  }

  it("the highest priority comes first, then the lowest number; the others follow without main in between", () => {
    const bench = pendAll({ [lines.exti0]: 3, [lines.exti1]: 3, [lines.tim2]: 1 });
    expect(bench.notes.filter((note) => note.startsWith("entered"))).toEqual([
      "entered 45",
      "entered 11",
      "entered 12",
    ]);
  });

  it("a higher one interrupts a running handler", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* enable(on, lines.exti0, lines.tim2)();
        yield* on.call("NVIC_SetPriority", lines.exti0, 2);
        yield* on.call("NVIC_SetPriority", lines.tim2, 1);
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        return 0;
      },
      EXTI0_IRQHandler: noting(on, "EXTI0", function* body() {
        yield* on.call("NVIC_SetPendingIRQ", lines.tim2);
        return undefined;
      }),
      TIM2_IRQHandler: noting(on, "TIM2"),
    }));
    bench.run();
    expect(story(bench)).toEqual(["EXTI0 begins", "TIM2 begins", "TIM2 ends", "EXTI0 ends"]);
  });

  it.each([2, 3])("one of priority %i waits for a handler of priority 2", (priority) => {
    const bench = pendAll({ [lines.exti0]: 2, [lines.tim2]: priority }, lines.tim2);
    expect(story(bench)).toEqual(["EXTI0 begins", "EXTI0 ends", "TIM2 begins", "TIM2 ends"]);
  });

  it("three of rising priority nest, and each goes on where it was", () => {
    const names: string[] = [];
    const bench = mcuBench((on) => {
      const raising = (name: string, next?: number) =>
        noting(on, name, function* body() {
          names.push(contextName(on.ports));
          if (next !== undefined) yield* on.call("NVIC_SetPendingIRQ", next);
          names.push(contextName(on.ports));
          return undefined;
        });
      return {
        *main() {
          for (const [index, irq] of [lines.exti0, lines.exti1, lines.tim2].entries()) {
            yield* on.call("NVIC_SetPriority", irq, 3 - index);
            yield* on.call("NVIC_EnableIRQ", irq);
          }
          yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
          return 0;
        },
        EXTI0_IRQHandler: raising("EXTI0", lines.exti1),
        EXTI1_IRQHandler: raising("EXTI1", lines.tim2),
        TIM2_IRQHandler: raising("TIM2"),
      };
    });
    bench.run();
    const [first, second, third] = ["EXTI0", "EXTI1", "TIM2"].map((name) => `${name}_IRQHandler`);
    expect(names).toEqual([first, second, third, third, second, first]);
    expect(bench.ports.state.nvic.active).toEqual([]);
  });
});
