/**
 * What instrumentation costs: kernels that only compute, against the same module as the engine runs it without us.
 * Once with ticks and safepoints alone, as they are before Asyncify, and once on a device, whole.
 */

import { createDevice } from "microvisor-sim";
// Asyncify comes after this, so that this can be run without it.
import { buildCallGraph } from "../../dist/host/mcu/wasm/prepare/call-graph.js";
import { checkContract } from "../../dist/host/mcu/wasm/prepare/contract.js";
import { exportNames } from "../../dist/host/mcu/wasm/prepare/export-names.js";
import { inspectModule } from "../../dist/host/mcu/wasm/prepare/inspect.js";
import { instrument } from "../../dist/host/mcu/wasm/prepare/instrument.js";
import { limitMemory } from "../../dist/host/mcu/wasm/prepare/ram-limit.js";
import { fixture, type Wasm } from "./firmware.ts";
import { type Round, type Turns, takeTurns } from "./measure.ts";
import { geometricMean, type Row, row } from "./rows.ts";

const kernels: readonly { readonly fixture: string; readonly name: string }[] = [
  { fixture: "crc32", name: "CRC32 by a table" },
  { fixture: "crc32-bitwise", name: "CRC32 bit by bit" },
  { fixture: "sort", name: "quicksort" },
  { fixture: "parser", name: "JSON parser" },
];

const variants: readonly { readonly name: string; readonly atMost: number; round(firmware: Wasm): Round }[] = [
  { name: "safepoints", atMost: 1.3, round: safepointRound },
  { name: "safepoints and suspension", atMost: 1.6, round: deviceRound },
];

const against = "the same module, as the engine runs it";
const turns: Turns = { warmUpRounds: 12, rounds: 31 };

export async function kernelRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const { name: variant, atMost, round } of variants) {
    const ofVariant: Row[] = [];
    for (const { fixture: file, name } of kernels) {
      const firmware = await fixture(file);
      const measured = await takeTurns(round(firmware), plainRound(firmware), turns);
      ofVariant.push(row(`${name}, ${variant}`, "ms", measured, against));
    }
    rows.push(...ofVariant, geometricMean(`kernels' mean, ${variant}`, ofVariant, "1", { atMost }));
  }
  return rows;
}

function plainRound(firmware: Wasm): Round {
  const module = new WebAssembly.Module(firmware);
  return () => timed(new WebAssembly.Instance(module, {}).exports.main);
}

/** Nothing is due while it runs: as much fuel as there can be. */
function safepointRound(firmware: Wasm): Round {
  const inspected = inspectModule(firmware);
  const contract = checkContract(inspected, []);
  const memory = limitMemory(inspected.memories[0]!, undefined);
  const module = new WebAssembly.Module(
    instrument(inspected, contract, buildCallGraph(inspected), { memory, skipIdleLoops: true }),
  );
  const [entry] = contract.entries;
  return () => {
    const { exports } = new WebAssembly.Instance(module, {});
    (exports[exportNames.charge] as (cycles: number) => number)(-(2 ** 31 - 1));
    (exports[exportNames.descend] as (levels: number) => number)(-1024);
    return timed(exports[exportNames.entry(entry!.name)]);
  };
}

function deviceRound(firmware: Wasm): Round {
  return async () => {
    const device = await createDevice({ firmware });
    const start = performance.now();
    const { reason } = await device.run();
    const elapsed = performance.now() - start;
    if (reason !== "finished") throw new Error(`the device ended with ${reason}`);
    return elapsed;
  };
}

function timed(main: unknown): number {
  const start = performance.now();
  const failed = (main as () => number)();
  const elapsed = performance.now() - start;
  if (failed !== 0) throw new Error(`the kernel answers ${failed}`);
  return elapsed;
}
