/**
 * Makes an instrumented module suspendable, with Binaryen's Asyncify. Binaryen takes 74 MiB and a third of a second to
 * load, so it is imported when it is first needed.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import type { ImportedCall } from "../../core.ts";
import { exportNames, importModule } from "./export-names.ts";

/** Asyncify leaves many short-lived locals behind, which make engines slow. */
const cleaningPasses = ["coalesce-locals", "reorder-locals", "vacuum"];
/** Their time grows with the square of the locals: a function with more is left as it is. */
const mostLocals = 2000;

/**
 * Replaces the placeholders by imports, and lets the guest suspend in its safepoint.
 *
 * @param calls what the firmware imports from `env`, in the order of its imports
 */
export async function asyncify(bytes: Uint8Array, calls: readonly ImportedCall[]): Promise<Uint8Array> {
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
    binaryen.setPassArgument("asyncify-imports", `${importModule}.${exportNames.safepoint}`);
    const module = binaryen.readBinaryWithFeatures(bytes, features);
    try {
      const replace = (exportName: string, from: string, name: string): void => {
        const placeholder = binaryen.getExportInfo(module.getExport(exportName)).value;
        const { params, results } = binaryen.getFunctionInfo(module.getFunction(placeholder));
        module.removeExport(exportName);
        module.removeFunction(placeholder);
        module.addFunctionImport(placeholder, from, name, params, results);
      };
      for (const [index, { name }] of calls.entries()) replace(exportNames.import(index), "env", name);
      for (const name of [exportNames.safepoint, exportNames.overflow]) replace(name, importModule, name);
      module.runPasses(["asyncify"]);
      for (let index = 0; index < module.getNumFunctions(); index++) {
        const guestFunction = module.getFunctionByIndex(index);
        const { vars, module: from } = binaryen.getFunctionInfo(guestFunction);
        if (!from && vars.length <= mostLocals) module.runPassesOnFunction(guestFunction, cleaningPasses);
      }
      return module.emitBinary();
    } finally {
      module.dispose();
      binaryen.clearPassArguments();
    }
  } catch (error) {
    // What Binaryen throws is no Error, and has a message only at times.
    const message = (error as { message?: unknown } | undefined)?.message;
    const reason = typeof message === "string" ? ` (${message})` : "";
    throw new SimulatorError(
      "ERR_MVSIM_PREPARATION",
      `Binaryen could not prepare the firmware${reason}. References to functions that are kept across calls are a ` +
        "known cause: use addresses of functions instead. Otherwise please report it with the firmware.",
      { cause: error },
    );
  }
}
