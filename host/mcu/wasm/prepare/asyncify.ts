/**
 * Makes an instrumented module suspendable, with Binaryen's Asyncify. Binaryen takes 74 MiB and a third of a second to
 * load, so it is imported when it is first needed.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import { exportNames, importModule } from "./export-names.ts";

/** @param suspending the imports of module `env` that may suspend; the safepoint always may */
export async function asyncify(bytes: Uint8Array, suspending: readonly string[]): Promise<Uint8Array> {
  const { default: binaryen } = await import("binaryen");
  const { Features } = binaryen;
  const features =
    Features.MutableGlobals |
    Features.NontrappingFPToInt |
    Features.BulkMemory |
    Features.BulkMemoryOpt |
    Features.SignExt |
    Features.Multivalue |
    Features.ReferenceTypes |
    Features.SIMD128;
  try {
    // These settings are global in Binaryen; nothing else runs between them and their use.
    binaryen.setDebugInfo(true);
    // Higher levels take ten times as long and gain no speed.
    binaryen.setOptimizeLevel(0);
    binaryen.setShrinkLevel(0);
    binaryen.clearPassArguments();
    const imports = [`${importModule}.${exportNames.safepoint}`, ...suspending.map((name) => `env.${name}`)];
    binaryen.setPassArgument("asyncify-imports", imports.join(","));
    const module = binaryen.readBinaryWithFeatures(bytes, features);
    try {
      for (const name of [exportNames.safepoint, exportNames.overflow]) {
        const internalName = binaryen.getExportInfo(module.getExport(name)).value;
        module.removeExport(name);
        module.removeFunction(internalName);
        module.addFunctionImport(internalName, importModule, name, binaryen.none, binaryen.none);
      }
      module.runPasses(["asyncify", "coalesce-locals", "reorder-locals", "vacuum"]);
      return module.emitBinary();
    } finally {
      module.dispose();
      binaryen.clearPassArguments();
    }
  } catch (error) {
    // Binaryen throws what is no Error, but has a message.
    const reason = (error as { message?: unknown } | undefined)?.message ?? error;
    throw new SimulatorError(
      "ERR_MVSIM_PREPARATION",
      `the firmware could not be prepared: Binaryen reports "${reason}". References that live across calls are ` +
        "a known cause; otherwise please report it with the firmware.",
      { cause: error },
    );
  }
}
