/** The firmware that a command line names: a WebAssembly module, or an AssemblyScript source that is compiled. */

import { readFile } from "node:fs/promises";
import { extname } from "node:path";
import { SimulatorError } from "../../host/fault/fault.ts";

/**
 * @param onWarnings gets what the compiler warned of
 * @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_COMPILE
 */
export async function readFirmware(path: string, onWarnings: (text: string) => void): Promise<Uint8Array> {
  if (extname(path) === ".ts") {
    const { compileAssemblyScript } = await import("../firmware/compile.ts");
    const { binary, warnings } = await compileAssemblyScript(path);
    if (warnings !== "") onWarnings(warnings);
    return binary;
  }
  try {
    return await readFile(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = { ENOENT: "no such file", EISDIR: "not a file" }[code ?? ""] ?? message;
    throw new SimulatorError(
      "ERR_MVSIM_FILE_NOT_FOUND",
      `${path}: ${reason}. Name a firmware: an AssemblyScript source (.ts) or a WebAssembly module (.wasm).`,
    );
  }
}
