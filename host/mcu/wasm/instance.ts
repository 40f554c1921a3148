/** An instance of a prepared module: its exports, typed and looked up once. */

import { SimulatorError } from "../../fault/fault.ts";
import { exportNames, importModule } from "./prepare/export-names.ts";
import type { PreparedModule } from "./prepare/prepare.ts";

export type GuestFunction = (...zeros: number[]) => number | undefined;

export interface GuestInstance {
  readonly memory: WebAssembly.Memory;
  /** Takes cycles from the fuel, and answers what is left. No rounds of a loop that was looked at so are skipped. */
  readonly charge: (cycles: number) => number;
  /** Takes levels from the depth that is left, and answers what is left. */
  readonly descend: (levels: number) => number;
  readonly idleLoop: WebAssembly.Global;
  readonly idleFuel: WebAssembly.Global;
  readonly startUnwind: (address: number) => void;
  readonly stopUnwind: () => void;
  readonly startRewind: (address: number) => void;
  readonly stopRewind: () => void;
  /** Entries and handlers by name. */
  readonly entries: ReadonlyMap<string, GuestFunction>;
  /** In the order of `PreparedModule.mutableGlobals`, `tables` and `tableFunctions`. */
  readonly globals: readonly WebAssembly.Global[];
  readonly tables: readonly WebAssembly.Table[];
  readonly tableFunctions: readonly unknown[];
}

/** What the guest calls: the imports from `env` by name, and the simulator's own. */
export interface GuestImports {
  readonly calls: Readonly<Record<string, unknown>>;
  readonly safepoint: () => void;
  readonly overflow: () => never;
}

export function instantiate(prepared: PreparedModule, imports: GuestImports): GuestInstance {
  const { exports } = newInstance(prepared.module, {
    env: imports.calls,
    [importModule]: { [exportNames.safepoint]: imports.safepoint, [exportNames.overflow]: imports.overflow },
  });
  // The preparation made these exports; their types are known.
  const get = <Type>(name: string): Type => exports[name] as Type;
  return {
    memory: get(exportNames.memory),
    charge: get(exportNames.charge),
    descend: get(exportNames.descend),
    idleLoop: get(exportNames.idleLoop),
    idleFuel: get(exportNames.idleFuel),
    startUnwind: get("asyncify_start_unwind"),
    stopUnwind: get("asyncify_stop_unwind"),
    startRewind: get("asyncify_start_rewind"),
    stopRewind: get("asyncify_stop_rewind"),
    entries: new Map(
      [...prepared.entries, ...prepared.handlers].map(({ name }) => [name, get(exportNames.entry(name))]),
    ),
    globals: prepared.mutableGlobals.map(({ index }) => get(exportNames.global(index))),
    tables: prepared.tables.map((index) => get(exportNames.table(index))),
    tableFunctions: prepared.tableFunctions.map((index) => get(exportNames.function(index))),
  };
}

/**
 * @throws SimulatorError ERR_MVSIM_TOO_MANY_DEVICES when the engine has no room for another memory,
 * ERR_MVSIM_INVALID_MODULE when a segment does not fit
 */
function newInstance(
  module: WebAssembly.Module,
  imports: ConstructorParameters<typeof WebAssembly.Instance>[1],
): WebAssembly.Instance {
  try {
    return new WebAssembly.Instance(module, imports);
  } catch (error) {
    if (error instanceof WebAssembly.RuntimeError) {
      // No code runs here: it can only be a segment.
      throw new SimulatorError(
        "ERR_MVSIM_INVALID_MODULE",
        `the firmware's static data or function pointers do not fit its memory or table: ${error.message}. ` +
          "Give the module a larger memory or table, or link it again.",
        { cause: error },
      );
    }
    if (!(error instanceof RangeError)) throw error;
    throw new SimulatorError(
      "ERR_MVSIM_TOO_MANY_DEVICES",
      `there is no address space for the memory of another device (${error.message}). V8 sets about 10 GB of addresses ` +
        "aside for each: run node --disable-wasm-trap-handler, which needs none of that, or make fewer devices at a time",
      { cause: error },
    );
  }
}
