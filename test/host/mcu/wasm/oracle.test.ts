/**
 * An independent driver as an oracle: `asyncify-wasm` suspends the same prepared module, with its own Asyncify stack in
 * bytes 16 to 1024 of guest memory (the firmware is linked above), and its own idea of time: the fuel that is spent.
 */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instantiate } from "asyncify-wasm";
import { expect, it } from "vitest";
import type { Core, ImportedCall } from "../../../../host/mcu/core.ts";
import { createWasmCore } from "../../../../host/mcu/wasm/core.ts";
import { exportNames, importModule } from "../../../../host/mcu/wasm/prepare/export-names.ts";
import { type PreparedModule, prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { runCompiler } from "../../../../sim/firmware/compiler.ts";
import { call } from "./firmware.ts";
import { oracleFirmware } from "./oracle-firmware.ts";

const handler = "TIM1_BRK_IRQHandler";

/** What a kernel would do, scripted: each request pends the interrupt some cycles later. */
interface Script {
  readonly calls: readonly ImportedCall[];
  /** Name, arguments, status and time of each call, and when handlers began and ended. */
  readonly log: unknown[];
  /** When the interrupt comes. */
  due: number;
  /** The program waits in WFI. */
  waiting: boolean;
}

interface Machine {
  now(): number;
  write(address: number, bytes: Uint8Array): void;
}

function createScript(machine: () => Machine): Script {
  const values = ["first value", "a second, longer value", ""];
  let statuses = 0;
  let items = 0;
  const status = (name: string, cycles: number, delay: number, parameters: number, act?: (at: number) => number) =>
    call(
      name,
      Array.from({ length: parameters }, () => "i32" as const),
      ["i32"],
      (...given: number[]) => {
        const result = act ? act(given[0]!) : statuses++ % 3;
        if (delay > 0) script.due = machine().now() + delay;
        script.log.push([name, ...given, result, machine().now()]);
        return result;
      },
      { cycles },
    );
  const script: Script = {
    log: [],
    due: Number.POSITIVE_INFINITY,
    waiting: false,
    calls: [
      status("mvRequestNetwork", 800, 5000, 1),
      status("mvOpenChannel", 800, 0, 2),
      // Comes while the program computes.
      status("mvSendConfigFetchRequest", 800, 1200, 2),
      status("mvReadConfigResponseItem", 800, 0, 1, (address) => {
        const value = new TextEncoder().encode(values[items++]!);
        machine().write(address, value);
        return value.length;
      }),
      status("mvServerLog", 800, 0, 2),
      status("mvNoOp", 50, 0, 0),
      call(
        "__WFI",
        [],
        [],
        () => {
          script.waiting = true;
          return undefined;
        },
        { cycles: 4 },
      ),
    ],
  };
  return script;
}

/** By our own core. */
function runOurs(prepared: PreparedModule, suspendAlways: boolean): unknown[] {
  const script = createScript(() => ({
    now: () => core.now(),
    write: (address, bytes) => core.memory.writeBytes(address, bytes),
  }));
  const calls = script.calls.map((entry) => ({
    ...entry,
    invoke(...given: never[]) {
      const result = entry.invoke(...given);
      core.control.deadline = script.due;
      if (script.waiting) core.control.stop = "wait";
      script.waiting = false;
      return result;
    },
  }));
  const core: Core = createWasmCore(prepared, calls, { suspendAlways });
  for (const entry of core.entries) {
    core.enter(entry);
    for (let stop = core.run(); ; stop = core.run()) {
      if (stop.why === "returned") {
        script.log.push([entry, stop.value, core.now()]);
        break;
      }
      if (stop.why === "wait") core.elapse(Math.max(0, script.due - core.now()));
      else expect(stop).toEqual({ why: "boundary" });
      if (core.now() < script.due) continue;
      script.due = Number.POSITIVE_INFINITY;
      core.control.deadline = script.due;
      script.log.push(["enter", core.now()]);
      core.enter(handler);
      let inner = core.run();
      while (inner.why === "boundary") inner = core.run();
      expect(inner.why).toBe("returned");
      script.log.push(["exit", core.now()]);
    }
  }
  return script.log;
}

/** By asyncify-wasm. Its exports are asynchronous; the fuel is read past it. */
async function runOracle(prepared: PreparedModule): Promise<{ log: unknown[]; suspensions: number }> {
  let elapsed = 0;
  let suspensions = 0;
  let inHandler = false;
  const script = createScript(() => ({
    now,
    write: (address, bytes) => new Uint8Array(raw.memory.buffer).set(bytes, address),
  }));

  async function atBoundary(): Promise<void> {
    suspensions++;
    if (script.waiting) elapsed += Math.max(0, script.due - now());
    script.waiting = false;
    if (now() < script.due) return;
    script.due = Number.POSITIVE_INFINITY;
    script.log.push(["enter", now()]);
    inHandler = true;
    await exports[exportNames.entry(handler)]!();
    inHandler = false;
    script.log.push(["exit", now()]);
  }

  // Fuel is below 1 from the start, so each safepoint calls.
  const instance = await instantiate(prepared.module, {
    env: Object.fromEntries(script.calls.map(({ name, invoke }) => [name, invoke])),
    [importModule]: {
      [exportNames.safepoint]: () => (inHandler ? undefined : atBoundary()),
      [exportNames.overflow]: () => {
        throw new Error("too deep");
      },
    },
  });
  const exports = instance.exports as Record<string, (...values: number[]) => Promise<number>>;
  const raw = Object.getOwnPropertyDescriptor(WebAssembly.Instance.prototype, "exports")!.get!.call(instance) as {
    memory: WebAssembly.Memory;
    charge: (cycles: number) => number;
    descend: (levels: number) => number;
  };
  const spentBefore = raw.charge(0);
  function now(): number {
    return spentBefore - raw.charge(0) + elapsed;
  }
  raw.descend(-1000);
  for (const { name } of prepared.entries) {
    const value = (await exports[exportNames.entry(name)]!()) ?? 0;
    script.log.push([name, value, now()]);
  }
  return { log: script.log, suspensions };
}

async function compileAbove1024(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "mvsim-oracle-"));
  try {
    await writeFile(join(folder, "oracle.ts"), oracleFirmware);
    const { outputs, messages } = await runCompiler({
      args: ["oracle.ts", "--baseDir", folder, "--outFile", "oracle.wasm", "--debug", "--memoryBase", "1024"],
      alias: { from: folder, to: folder },
    });
    expect(messages).toBe("");
    return outputs["oracle.wasm"] as Uint8Array;
  } finally {
    await rm(folder, { recursive: true });
  }
}

it("makes the same calls with the same statuses at the same times as asyncify-wasm", async () => {
  const bytes = await compileAbove1024();
  const { calls } = createScript(() => ({ now: () => 0, write: () => {} }));
  const prepared = await prepareModule(bytes, calls);
  const { log, suspensions } = await runOracle(prepared);
  expect(suspensions).toBeGreaterThan(100);
  expect(log.filter((line) => (line as unknown[])[0] === "enter")).toHaveLength(4);
  expect(log.at(-1)).toEqual(["main", 33, expect.any(Number)]);
  expect(runOurs(prepared, false)).toEqual(log);
  expect(runOurs(prepared, true)).toEqual(log);
});
