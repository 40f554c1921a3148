import { describe, expect, it } from "vitest";
import { mcuCalls } from "../../../host/abi/mcu-calls.ts";
import { cmsisCalls, ResetRequest } from "../../../host/mcu/cmsis.ts";
import { lines, type McuBench, mcuBench } from "./scripted-core.ts";

/** Makes the calls one after the other in main. @returns their answers */
function answers(...calls: [name: string, ...values: number[]][]): { bench: McuBench; answers: number[] } {
  const given: number[] = [];
  const bench = mcuBench((on) => ({
    *main() {
      for (const [name, ...values] of calls) given.push(yield* on.call(name, ...values));
      return 0;
    },
  }));
  expect(bench.run()).toEqual({ why: "finished", value: 0 });
  return { bench, answers: given };
}

it("has a behaviour and the signature of each declared call; only the reset never returns", () => {
  const { ports } = mcuBench(() => ({}));
  const calls = cmsisCalls(ports, 4);
  expect(calls.map(({ name }) => name).sort()).toEqual(Object.keys(mcuCalls).sort());
  for (const { name, params, results, suspends } of calls) {
    const declared = mcuCalls[name as keyof typeof mcuCalls];
    expect(params.length).toBe(Object.keys(declared.parameters).length);
    expect(results.length).toBe(declared.result === "void" ? 0 : 1);
    expect(suspends).toBe(name !== "NVIC_SystemReset");
  }
});

describe("the NVIC's functions", () => {
  it("report what was set", () => {
    const irq = lines.tim2;
    const { answers: given } = answers(
      ["NVIC_GetEnableIRQ", irq],
      ["NVIC_EnableIRQ", irq],
      ["NVIC_GetEnableIRQ", irq],
      ["NVIC_DisableIRQ", irq],
      ["NVIC_GetEnableIRQ", irq],
      ["NVIC_GetPendingIRQ", irq],
      ["NVIC_SetPendingIRQ", irq],
      ["NVIC_GetPendingIRQ", irq],
      ["NVIC_ClearPendingIRQ", irq],
      ["NVIC_GetPendingIRQ", irq],
    );
    expect([0, 2, 4, 5, 7, 9].map((index) => given[index])).toEqual([0, 1, 0, 0, 1, 0]);
  });

  it("keep the low 4 bits of a priority, of exceptions too; it is 0 at first", () => {
    const { answers: given } = answers(
      ["NVIC_GetPriority", lines.tim2],
      ["NVIC_SetPriority", lines.tim2, 0xf7],
      ["NVIC_GetPriority", lines.tim2],
      ["NVIC_SetPriority", -1, -1],
      ["NVIC_GetPriority", -1],
    );
    expect([0, 2, 4].map((index) => given[index])).toEqual([0, 7, 15]);
  });

  it.each([125, 1000, -16, 0x7fff_ffff])("ignore line %i, with a diagnostic each time", (irq) => {
    const names = Object.keys(mcuCalls).filter((name) => name.startsWith("NVIC_") && name !== "NVIC_SystemReset");
    const { bench, answers: given } = answers(...names.map((name): [string, ...number[]] => [name, irq, 3]));
    expect(given).toEqual(names.map(() => 0));
    expect(bench.diagnostics()).toEqual(names.map(() => "unknown-interrupt"));
    expect(bench.ports.state.nvic).toEqual(mcuBench(() => ({})).ports.state.nvic);
  });

  it("leave the core's exceptions alone, but for their priorities", () => {
    const { bench, answers: given } = answers(
      ["NVIC_EnableIRQ", -1],
      ["NVIC_SetPendingIRQ", -1],
      ["NVIC_GetEnableIRQ", -1],
      ["NVIC_GetPendingIRQ", -1],
    );
    expect(given).toEqual([0, 0, 0, 0]);
    expect(bench.diagnostics()).toEqual([]);
    expect(bench.events).toEqual([]);
  });
});

it("PRIMASK is bit 0 of what was set", () => {
  const { answers: given } = answers(
    ["__get_PRIMASK"],
    ["__disable_irq"],
    ["__get_PRIMASK"],
    ["__enable_irq"],
    ["__get_PRIMASK"],
    ["__set_PRIMASK", 3],
    ["__get_PRIMASK"],
    ["__set_PRIMASK", 2],
    ["__get_PRIMASK"],
  );
  expect([0, 2, 4, 6, 8].map((index) => given[index])).toEqual([0, 1, 0, 1, 0]);
});

it("NVIC_SystemReset ends the core's run with a request for a reset", () => {
  const bench = mcuBench((on) => ({
    *main() {
      yield* on.call("NVIC_SystemReset");
      return 0;
    },
  }));
  expect(bench.run()).toMatchObject({ why: "thrown", error: expect.any(ResetRequest) });
});
