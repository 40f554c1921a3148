/** Compiled programs give their known results on a plain engine, prepared, and wherever they are suspended. */

import { describe, expect, it } from "vitest";
import type { Core } from "../../../../host/mcu/core.ts";
import { compileText } from "../../../firmware/compile-text.ts";
import { buildWasm, canLink, clangWasm } from "../../../sim/generate/c-compilers.ts";
import { assemblyScriptPrograms, cPrograms } from "./compiled-programs.ts";
import { call, coreOf, runToEnd } from "./firmware.ts";

const abort = () => {
  throw new Error("the program aborted");
};
const calls = [call("abort", ["i32", "i32", "i32", "i32"], [], abort)];

function memoryOf(core: Core): Buffer {
  return Buffer.from(core.memory.readBytes(0, core.memory.end));
}

async function agrees(bytes: Uint8Array, result: number): Promise<void> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(bytes)), { env: { abort } });
  const plain = exports as { main(): number; _initialize?(): void; memory: WebAssembly.Memory };
  plain._initialize?.();
  expect(plain.main()).toBe(result);

  const free = await coreOf(bytes, calls);
  expect(runToEnd(free)).toEqual({ why: "returned", value: result });
  // A prepared memory may be larger, but what was the firmware's own is the same.
  const own = plain.memory.buffer.byteLength;
  expect(memoryOf(free).subarray(0, own).equals(Buffer.from(plain.memory.buffer))).toBe(true);
  for (const options of [{ suspendAlways: true }, { sliceCycles: 50 }, { skipIdleLoops: false }]) {
    let stops = 0;
    const core = await coreOf(bytes, calls, options);
    expect(runToEnd(core, () => stops++)).toEqual({ why: "returned", value: result });
    expect(core.now()).toBe(free.now());
    expect(memoryOf(core).equals(memoryOf(free))).toBe(true);
    if (options.suspendAlways) expect(stops).toBeGreaterThan(50);
  }
}

describe.each(Object.entries(assemblyScriptPrograms))("AssemblyScript: %s", (_name, { source, result }) => {
  it.each(["debug", "release"] as const)("agrees with its known result, built for %s", async (target) => {
    await agrees(await compileText(source, target), result);
  });
});

describe.runIf(canLink(clangWasm)).each(Object.entries(cPrograms))("C: %s", (_name, { source, result }) => {
  it.each(["-O0", "-O2"])("agrees with its known result, built with %s", async (level) => {
    await agrees(buildWasm(clangWasm, "c", [level, "-fno-builtin", "-Wl,--no-entry"], `${source}\n`), result);
  });
});
