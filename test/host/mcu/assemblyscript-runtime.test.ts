import { describe, expect, it } from "vitest";
import { assemblyScriptCalls } from "../../../host/mcu/assemblyscript-runtime.ts";
import { BenchMemory } from "../kernel/bench-memory.ts";

interface Bench {
  readonly memory: BenchMemory;
  call(name: string, ...values: number[]): number | undefined;
  /** An AssemblyScript string in memory. */
  string(text: string): number;
  readonly lines: string[];
}

function createRuntime(): Bench {
  const memory = new BenchMemory(8192);
  const lines: string[] = [];
  const calls = assemblyScriptCalls(
    {
      memory,
      writeLine: (text) => lines.push(text),
      wallTimeMilliseconds: () => 1_700_000_000_123,
      upTimeMilliseconds: () => 12.5,
      random: () => 0.25,
    },
    4,
  );
  let next = 2048;
  return {
    memory,
    call: (name, ...values) => calls.find((call) => call.name === name)!.invoke(...(values as never[])) as number,
    string(text) {
      const address = next + 4;
      memory.writeUint32(next, text.length * 2);
      for (let index = 0; index < text.length; index++) memory.writeUint16(address + 2 * index, text.charCodeAt(index));
      next = address + text.length * 2 + 4;
      return address;
    },
    lines,
  };
}

function abort(bench: Bench, ...values: number[]): unknown {
  try {
    return bench.call("abort", ...values);
  } catch (error) {
    return error;
  }
}

describe("abort", () => {
  it("is a firmware fault with message, file, line and column", () => {
    const bench = createRuntime();
    expect(abort(bench, bench.string("index out of range"), bench.string("app.ts"), 12, 7)).toMatchObject({
      fault: { code: "ERR_MVSIM_ABORT", message: "the firmware aborted: index out of range at app.ts:12:7" },
    });
  });

  it("needs neither message nor file", () => {
    expect(abort(createRuntime(), 0, 0, 0, 0)).toMatchObject({ fault: { message: "the firmware aborted: abort" } });
  });
});

describe("a string", () => {
  it("is read as UTF-16, surrogate pairs and empty ones included", () => {
    const bench = createRuntime();
    for (const text of ["grüße 日本 🚀", ""]) bench.call("console.log", bench.string(text));
    expect(bench.lines).toEqual(["grüße 日本 🚀", ""]);
  });

  it.each([0, 2, 1027, 8192, -4])("at %i, where none can be, is empty", (address) => {
    const bench = createRuntime();
    bench.call("console.log", address);
    expect(bench.lines).toEqual([""]);
  });

  it("whose length points out of memory is empty", () => {
    const bench = createRuntime();
    bench.memory.writeUint32(4096, 0xffff_ffff);
    bench.call("console.log", 4100);
    expect(bench.lines).toEqual([""]);
  });
});

describe("lines on the UART", () => {
  it.each([
    ["console.log", "text"],
    ["console.debug", "debug: text"],
    ["console.info", "info: text"],
    ["console.warn", "warning: text"],
    ["console.error", "error: text"],
    ["console.time", "timer started: text"],
    ["console.timeLog", "timer: text at 12.5 ms"],
    ["console.timeEnd", "timer ended: text at 12.5 ms"],
  ])("%s writes %j", (name, line) => {
    const bench = createRuntime();
    bench.call(name, bench.string("text"));
    expect(bench.lines).toEqual([line]);
  });

  it("console.assert writes only when what it asserts does not hold", () => {
    const bench = createRuntime();
    for (const holds of [1, 0]) bench.call("console.assert", holds, bench.string("sky"));
    expect(bench.lines).toEqual(["assertion failed: sky"]);
  });

  it.each([
    { count: 0, line: "trace: at" },
    { count: 2, line: "trace: at 1.5, -2" },
    { count: 9, line: "trace: at 1.5, -2, 3, 4, 5" },
    { count: -1, line: "trace: at" },
  ])("trace writes $count of its numbers", ({ count, line }) => {
    const bench = createRuntime();
    bench.call("trace", bench.string("at"), count, 1.5, -2, 3, 4, 5);
    expect(bench.lines).toEqual([line]);
  });
});

it("seed, Date.now and performance.now answer from the device's own randomness and clocks", () => {
  const bench = createRuntime();
  expect(bench.call("seed")).toBe(2 ** 51);
  expect(bench.call("Date.now")).toBe(1_700_000_000_123);
  expect(bench.call("performance.now")).toBe(12.5);
});
