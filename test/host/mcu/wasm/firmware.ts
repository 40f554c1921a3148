/** Compiles the firmware of these tests, and runs it without an MCU. */

import binaryen from "binaryen";
import type { Core, CoreStop, ImportedCall } from "../../../../host/mcu/core.ts";
import { createWasmCore, type WasmCoreOptions } from "../../../../host/mcu/wasm/core.ts";
import { type PreparationOptions, prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";

const { Features } = binaryen;
const usualFeatures =
  Features.MutableGlobals |
  Features.NontrappingFPToInt |
  Features.BulkMemory |
  Features.SignExt |
  Features.Multivalue |
  Features.ReferenceTypes |
  Features.SIMD128;

/** WebAssembly text to bytes, names kept unless told otherwise. */
export function fromText(text: string, { names = true, features = usualFeatures } = {}): Uint8Array {
  binaryen.setDebugInfo(names);
  const module = binaryen.parseText(text);
  try {
    module.setFeatures(features);
    return module.emitBinary().slice();
  } finally {
    module.dispose();
  }
}

/** An imported call with a price of nothing that may suspend, unless told otherwise. */
export function call(
  name: string,
  params: ImportedCall["params"],
  results: ImportedCall["results"],
  invoke: (...values: never[]) => number | bigint | undefined,
  changes: Partial<ImportedCall> = {},
): ImportedCall {
  return { name, params, results, cycles: 0, suspends: true, ...changes, invoke: invoke as ImportedCall["invoke"] };
}

export async function coreOf(
  bytes: Uint8Array,
  calls: readonly ImportedCall[] = [],
  options: WasmCoreOptions & PreparationOptions = {},
): Promise<Core> {
  return createWasmCore(await prepareModule(bytes, calls, options), calls, options);
}

/** Runs the entries of a core to their end; what `atBoundary` does happens at each stop in between. */
export function runToEnd(core: Core, atBoundary: () => void = () => {}): CoreStop {
  let stop: CoreStop = { why: "returned", value: 0 };
  for (const entry of core.entries) {
    core.enter(entry);
    stop = core.run();
    while (stop.why === "boundary") {
      atBoundary();
      stop = core.run();
    }
    if (stop.why !== "returned") return stop;
  }
  return stop;
}
