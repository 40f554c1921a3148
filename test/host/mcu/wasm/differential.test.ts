import { describe, expect, it } from "vitest";
import type { Core } from "../../../../host/mcu/core.ts";
import { createWasmCore } from "../../../../host/mcu/wasm/core.ts";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { coreOf, fromText, runToEnd } from "./firmware.ts";
import { loopWithParameter, programCalls, programs } from "./programs.ts";

const all = [
  ...Object.entries(programs).map(([name, { text, result }]) => ({ name, bytes: fromText(text), result })),
  { name: "a loop with a parameter", bytes: loopWithParameter, result: 55 },
];

/** The firmware as it is, without preparation. */
function runPlain(bytes: Uint8Array): number {
  const env = Object.fromEntries(programCalls.map((call) => [call.name, call.invoke]));
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes.slice()), { env });
  const functions = exports as Record<string, ((...values: number[]) => number) | undefined>;
  functions._initialize?.();
  return functions.main!(0, 0);
}

function bytesAsText(_key: string, value: unknown): unknown {
  return value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value;
}

function textAsBytes(_key: string, value: unknown): unknown {
  const { base64 } = (value ?? {}) as { base64?: unknown };
  return typeof base64 === "string" ? new Uint8Array(Buffer.from(base64, "base64")) : value;
}

/** Compared as a whole, since an element-wise comparison of RAM takes long. */
function memoryText(core: Core): string {
  return Buffer.from(core.memory.readBytes(0, core.memory.end)).toString("base64");
}

describe.each(all)("$name", ({ bytes, result }) => {
  it("gives the known result without preparation", () => {
    expect(runPlain(bytes)).toBe(result);
  });

  it("gives the same result and memory when it is prepared, and when it stops at each boundary", async () => {
    const free = await coreOf(bytes, programCalls);
    expect(runToEnd(free)).toEqual({ why: "returned", value: result });
    for (const options of [{ suspendAlways: true }, { sliceCycles: 1 }, { sliceCycles: 50 }]) {
      let stops = 0;
      const core = await coreOf(bytes, programCalls, options);
      expect(runToEnd(core, () => stops++)).toEqual({ why: "returned", value: result });
      expect(core.now()).toBe(free.now());
      expect(memoryText(core) === memoryText(free)).toBe(true);
      if (options.suspendAlways) expect(stops).toBeGreaterThan(0);
    }
  });

  it("goes on in a fresh core from a snapshot of each boundary, which is plain data", async () => {
    const prepared = await prepareModule(bytes, programCalls);
    const free = await coreOf(bytes, programCalls);
    runToEnd(free);
    let core: Core = createWasmCore(prepared, programCalls, { suspendAlways: true });
    const { entries } = core;
    let stop: unknown;
    for (const entry of entries) {
      core.enter(entry);
      for (;;) {
        const state = JSON.stringify(core.save(), bytesAsText);
        core = createWasmCore(prepared, programCalls, { suspendAlways: true });
        core.restore(JSON.parse(state, textAsBytes));
        expect(JSON.stringify(core.save(), bytesAsText) === state).toBe(true);
        const next = core.run();
        stop = next;
        if (next.why !== "boundary") break;
      }
    }
    expect(stop).toEqual({ why: "returned", value: result });
    expect(core.now()).toBe(free.now());
  });
});
