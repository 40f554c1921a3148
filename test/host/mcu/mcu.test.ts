/** How contexts, time and entries go on, and when the host gets its turn. */

import { describe, expect, it } from "vitest";
import { contextName } from "../../../host/mcu/mcu.ts";
import { schedule } from "../../../host/time/queue.ts";
import {
  callCycles,
  enable,
  lines,
  type McuBench,
  mcuBench,
  noting,
  type Program,
  pendAt,
  pending,
  story,
} from "./scripted-core.ts";

describe("time", () => {
  it("costs 12 cycles to enter a handler and 12 to leave it", () => {
    const bench = mcuBench((on) => ({
      *main() {
        yield* enable(on, lines.exti0)();
        yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
        return on.ports.core.now();
      },
      *EXTI0_IRQHandler() {
        yield 50;
        return undefined;
      },
    }));
    expect(bench.run()).toEqual({ why: "finished", value: 2 * callCycles + 12 + 50 + 12 });
  });

  it("brings events due in handlers too", () => {
    const bench = mcuBench(
      (on) => ({
        *main() {
          yield* enable(on, lines.exti0, lines.tim2)();
          yield* on.call("NVIC_SetPriority", lines.exti0, 9);
          yield* on.call("NVIC_SetPendingIRQ", lines.exti0);
          return 0;
        },
        EXTI0_IRQHandler: noting(on, "EXTI0", function* body() {
          for (let round = 0; round < 10; round++) yield 100;
          return undefined;
        }),
        TIM2_IRQHandler: noting(on, "TIM2"),
      }),
      pending,
    );
    pendAt(bench, 500, lines.tim2);
    bench.run();
    expect(story(bench)).toEqual(["EXTI0 begins", "TIM2 begins", "TIM2 ends", "EXTI0 ends"]);
  });

  it("ends the run at a limit, whatever runs", () => {
    const bench = mcuBench(() => ({
      *main() {
        for (;;) yield 10;
      },
    }));
    schedule(bench.ports.queue, { at: 1000, kind: "limit", limit: "time-limit" });
    expect(bench.run()).toEqual({ why: "limit", limit: "time-limit" });
    expect(bench.ports.core.now()).toBe(1000);
  });

  it("stands still while an event waits for the outside, and goes on with that event", () => {
    let isThere = false;
    const bench = mcuBench(
      () => ({
        *main() {
          for (let round = 0; round < 20; round++) yield 10;
          return 0;
        },
      }),
      { handleEvent: () => (isThere ? undefined : "wait") },
    );
    schedule(bench.ports.queue, { at: 100, kind: "reply" });
    for (let attempt = 0; attempt < 3; attempt++) {
      expect(bench.run()).toMatchObject({ why: "blocked", event: { kind: "reply" } });
      expect(bench.ports.core.now()).toBe(100);
    }
    isThere = true;
    expect(bench.run()).toEqual({ why: "finished", value: 0 });
  });

  it("lets the host breathe in a run without an end", () => {
    const bench = mcuBench(() => ({
      *main() {
        for (;;) yield 1_000_000;
      },
    }));
    // The fuel of a core is a slice; here an event ends each stretch.
    for (let at = 0; at < 100_000_000; at += 1_000_000) schedule(bench.ports.queue, { at, kind: "nothing" });
    expect(bench.run()).toEqual({ why: "breathe" });
    expect(bench.ports.core.now()).toBeLessThan(30_000_000);
  });
});

describe("the entries", () => {
  const entries = ["start", "_initialize", "main"];
  const programs = (values: readonly number[]) => (on: McuBench) =>
    Object.fromEntries(
      entries.map((name, index) => [
        name,
        function* entry(): Program {
          on.note(`${name} in ${contextName(on.ports)}`);
          yield 1;
          return values[index] ?? 0;
        },
      ]),
    );

  it("run in their order; the last one's value counts", () => {
    const bench = mcuBench(programs([0, 0, 7]), { entries });
    expect(bench.run()).toEqual({ why: "finished", value: 7 });
    expect(bench.notes).toEqual(["start in start", "_initialize in main", "main in main"]);
  });

  it("end at the first that returns something else than zero", () => {
    const bench = mcuBench(programs([0, 3, 0]), { entries });
    expect(bench.run()).toEqual({ why: "finished", value: 3 });
    expect(bench.notes.length).toBe(2);
  });
});
