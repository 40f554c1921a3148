/** C code under interrupts at every boundary: its locals lie on the stack that the handlers use too. */

import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { Core, ImportedCall } from "../../../../host/mcu/core.ts";
import { createWasmCore } from "../../../../host/mcu/wasm/core.ts";
import { type PreparedModule, prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { buildWasm, canLink, clangWasm } from "../../../sim/generate/c-compilers.ts";
import { call } from "./firmware.ts";

const source = readFileSync("test/host/mcu/wasm/red-zone.c", "utf8");
const handler = "TIM2_IRQHandler";
/** What main records after the leaf's sum: the published check value of CRC-32, then what the C code says. */
const known = [0xcbf43926 | 0, 1, 9, 1332, 105, 77];

interface Bench {
  readonly core: Core;
  readonly records: number[];
}

function benchOf(prepared: PreparedModule, suspendAlways: boolean): Bench {
  const records: number[] = [];
  const core: Core = createWasmCore(
    prepared,
    callsOf(records, () => core),
    { suspendAlways },
  );
  return { core, records };
}

function callsOf(records: number[], core?: () => Core): ImportedCall[] {
  return [
    call("kernel", ["i32"], ["i32"], (value: number) => value + 1, { cycles: 9 }),
    call("record", ["i32"], [], (value: number) => void records.push(value)),
    call("wait", [], [], () => {
      if (core) core().control.stop = "wait";
      return undefined;
    }),
  ];
}

/** Takes an interrupt at each boundary of main; answers how many, and the cycles that main alone took. */
function runInterrupted({ core }: Bench): { interrupts: number; waits: number; cycles: number } {
  let interrupts = 0;
  let waits = 0;
  let cycles = 0;
  core.enter("main");
  for (;;) {
    const before = core.now();
    const stop = core.run();
    cycles += core.now() - before;
    if (stop.why === "returned") return { interrupts, waits, cycles };
    expect(stop).toEqual({ why: "boundary" });
    core.enter(handler);
    let inner = core.run();
    for (; inner.why === "boundary" || inner.why === "wait"; inner = core.run()) if (inner.why === "wait") waits++;
    expect(inner).toEqual({ why: "returned", value: 0 });
    interrupts++;
  }
}

describe.runIf(canLink(clangWasm))("C code", () => {
  describe.each(["-O0", "-O1", "-O2", "-Os"])("compiled with %s", (level) => {
    const flags = [level, "-mbulk-memory", "-Wl,--no-entry", "-Wno-missing-prototypes"];
    let bytes: Uint8Array;
    beforeAll(() => {
      bytes = buildWasm(clangWasm, "c", flags, source);
    });

    /** Without preparation. */
    function runPlain(): number[] {
      const records: number[] = [];
      const env = Object.fromEntries(callsOf(records).map(({ name, invoke }) => [name, invoke]));
      const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes.slice()), { env });
      (exports.main as () => number)();
      return records;
    }

    it("gives the known results without preparation", () => {
      expect(runPlain().slice(1)).toEqual(known);
    });

    it.each([false, true])(
      "gives the same results when it is prepared (suspended at each boundary: %s)",
      async (always) => {
        const { core, records } = benchOf(await prepareModule(bytes, callsOf([])), always);
        core.enter("main");
        let stop = core.run();
        while (stop.why === "boundary") stop = core.run();
        expect(stop).toEqual({ why: "returned", value: 0 });
        expect(records).toEqual(runPlain());
      },
    );

    it("gives the same results in the same time with an interrupt at each boundary", async () => {
      const prepared = await prepareModule(bytes, callsOf([]));
      const free = benchOf(prepared, false);
      free.core.enter("main");
      free.core.run();
      const bench = benchOf(prepared, true);
      const { interrupts, waits, cycles } = runInterrupted(bench);
      expect(bench.records).toEqual(runPlain());
      expect(interrupts).toBeGreaterThan(300);
      expect(waits).toBe(interrupts);
      expect(cycles).toBe(free.core.now());
    });
  });

  it.each(["-O1", "-O2"])("has locals below the stack pointer with %s, which handlers keep clear of", async (level) => {
    const bytes = buildWasm(clangWasm, "c", [level, "-mbulk-memory", "-Wl,--no-entry"], source);
    const prepared = await prepareModule(bytes, callsOf([]));
    const spared = benchOf(prepared, true);
    runInterrupted(spared);
    // The same module without knowledge of its stack pointer: handlers start where the leaf's locals lie.
    const spoiled = benchOf({ ...prepared, stackPointer: undefined }, true);
    runInterrupted(spoiled);
    expect(spoiled.records[0]).not.toBe(spared.records[0]);
    expect(spared.records.slice(1)).toEqual(known);
  });
});
