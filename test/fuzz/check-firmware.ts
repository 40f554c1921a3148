/**
 * What holds for any bytes that are given to the simulator as firmware: they are refused with a reason, or they run to
 * an end; and neither where the firmware is suspended nor whether idle loops are skipped changes anything that can be
 * seen. Throws an AssertionError otherwise.
 */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createDevice, type DeviceOptions, type RunResult, SimulatorError } from "../../host/index.ts";
import type { PreparationOptions } from "../../host/mcu/wasm/prepare/prepare.ts";

type Options = Partial<DeviceOptions> & PreparationOptions;

/** How one run looked from outside. */
interface Seen {
  readonly result: RunResult | { readonly error: string };
  readonly trace: string;
  readonly memory: string;
}

/** How a firmware file fared: the reason of its run's end, or the code of the error. */
export type Outcome = string;

/** Enough for a few hundred system calls; so short that a suspension at each round of a loop takes no second. */
const timeLimitMicroseconds = 2000;

const variants: readonly Options[] = [
  { suspendAlways: true },
  { sliceCycles: 37 },
  { skipIdleLoops: false },
  { skipIdleLoops: false, suspendAlways: true },
];

export async function checkFirmware(firmware: Uint8Array): Promise<Outcome> {
  const seen = await run(firmware, {});
  for (const variant of variants) {
    const other = await run(firmware, variant);
    assert.deepEqual(other.result, seen.result, `the result with ${JSON.stringify(variant)}`);
    assert.equal(other.trace, seen.trace, `the trace with ${JSON.stringify(variant)}`);
    assert.equal(other.memory, seen.memory, `the memory with ${JSON.stringify(variant)}`);
  }
  const { result } = seen;
  if ("error" in result) return result.error;
  return result.reason === "fault" ? result.fault.code : result.reason;
}

/** For firmware that imports nothing and ends by itself: does a bare engine come to the same end? */
export async function checkAgainstEngine(firmware: Uint8Array): Promise<Outcome> {
  const { result, memory } = await run(firmware, {});
  assert(!("error" in result), "it was refused");
  // The device's stack is smaller than the engine's.
  if (result.reason === "fault" && result.fault.code === "ERR_MVSIM_STACK_OVERFLOW") return result.fault.code;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(firmware as Uint8Array<ArrayBuffer>));
  let value: number;
  try {
    value = (exports as { main: () => number }).main();
  } catch (error) {
    assert(error instanceof WebAssembly.RuntimeError, String(error));
    assert.equal(result.reason, "fault", `the engine trapped: ${error.message}`);
    value = 0;
  }
  if (result.reason !== "fault")
    assert.equal(result.reason === "failed" ? result.status : result.reason, value || "finished");
  assert.equal(memory, digest(new Uint8Array((exports.memory as WebAssembly.Memory).buffer)), "memory");
  return result.reason === "fault" ? result.fault.code : result.reason;
}

async function run(firmware: Uint8Array, options: Options): Promise<Seen> {
  const trace = createHash("sha1");
  try {
    const all: DeviceOptions = {
      ...{ firmware, timeLimitMicroseconds, testMode: true, externalFlash: true, ...options },
      trace: (event) => trace.update(`${JSON.stringify(event)}\n`),
    };
    const device = await createDevice(all);
    const result = await device.run();
    const { memory } = device;
    return {
      result,
      trace: trace.digest("hex"),
      memory: digest(memory.readBytes(0, Math.min(memory.end, largestRead))),
    };
  } catch (error) {
    assert(error instanceof SimulatorError, `not a SimulatorError: ${(error as Error)?.stack ?? error}`);
    assert.match(error.code, /^ERR_MVSIM_[A-Z_]+$/);
    assert.match(error.message, /\S{3}/);
    return { result: { error: error.code }, trace: trace.digest("hex"), memory: "" };
  }
}

/** Mutated firmware may ask for gigabytes. */
const largestRead = 1 << 22;

function digest(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}
