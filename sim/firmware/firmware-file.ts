/** The firmware that a command line names: a WebAssembly module, or an AssemblyScript source that is compiled. */

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { SimulatorError } from "../../host/fault/fault.ts";
import type { RunResult } from "../../host/index.ts";

export interface FirmwareFile {
  readonly bytes: Uint8Array;
  /** Of AssemblyScript; as JSON. It is read when something has gone wrong. */
  sourceMap(): Promise<string | undefined>;
}

/**
 * @param onWarnings gets what the compiler warned of
 * @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_COMPILE
 */
export async function readFirmware(path: string, onWarnings: (text: string) => void): Promise<FirmwareFile> {
  if (extname(path) === ".ts") {
    const { compileAssemblyScript } = await import("./compile.ts");
    const { binary, sourceMap, warnings } = await compileAssemblyScript(path);
    if (warnings !== "") onWarnings(warnings);
    return { bytes: binary, sourceMap: async () => sourceMap };
  }
  try {
    const bytes = await readFile(path);
    return { bytes, sourceMap: () => sourceMapOf(path, bytes) };
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: "no such file", EISDIR: "not a file" }[code ?? ""] ?? message;
    throw new SimulatorError(
      "ERR_MVSIM_FILE_NOT_FOUND",
      `${path}: ${reason}. Name a firmware: an AssemblyScript source (.ts) or a WebAssembly module (.wasm).`,
    );
  }
}

/** The map that a module names lies beside it. One that names none may lie beside the map of another build. */
async function sourceMapOf(path: string, bytes: Uint8Array): Promise<string | undefined> {
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  if (WebAssembly.Module.customSections(module, "sourceMappingURL").length === 0) return undefined;
  const { sourceMapPath } = await import("./compile.ts");
  return await readFile(sourceMapPath(path), "utf8").catch(() => undefined);
}

/** Where a run ended by a fault or a limit was, with source positions if the firmware has a source map. */
export async function callStackOf(result: RunResult, firmware: FirmwareFile): Promise<readonly string[]> {
  const callStack = result.reason === "fault" ? result.fault : "stack" in result ? result : undefined;
  if (!callStack || callStack.stack.length === 0) return [];
  const { sourceStack } = await import("./source-stack.ts");
  return sourceStack(callStack, await firmware.sourceMap());
}
