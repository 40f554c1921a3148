/**
 * Compiles firmware written in AssemblyScript, with the SDK on its path: `microvisor-sim/firmware/sdk` resolves to a
 * copy in the program's own node_modules if there is one, as for `asc` itself, else to the one of this package. The
 * options are the targets of this package's asconfig.json; one beside the program is not read.
 *
 * Paths in the binary (source map, messages of `abort`) are relative to the program's folder, so the same sources give
 * the same bytes wherever they lie.
 */

import { mkdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, extname, join, resolve } from "node:path";
import { SimulatorError } from "../../host/fault/fault.ts";
import { runCompiler } from "./compiler.ts";
import { PACKAGE_NAME, packageRoot } from "./package-root.ts";

export type CompileTarget = "debug" | "release";

export interface CompileOptions {
  /** `debug` (names and a source map, not optimised) or `release` (optimised). Default: debug. */
  readonly target?: CompileTarget;
  /** Where to write the binary; a source map goes beside it. Folders are made. Default: nothing is written. */
  readonly out?: string;
}

export interface CompiledFirmware {
  readonly binary: Uint8Array;
  /** As JSON; for the debug target only. */
  readonly sourceMap: string | undefined;
  /** The compiler's warnings; empty when it had none. */
  readonly warnings: string;
  /** As `CompilerResult` has them: when one changes, so may the binary. */
  readonly inputs: Readonly<Record<string, string | null>>;
}

/**
 * Compiles one program.
 * @param file a `.ts` file
 * @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_NOT_ASSEMBLYSCRIPT (not a `.ts` file), ERR_MVSIM_COMPILE
 * (with the compiler's own message), ERR_MVSIM_NOT_WRITABLE (`out`)
 */
export async function compileAssemblyScript(file: string, options: CompileOptions = {}): Promise<CompiledFirmware> {
  await requireSource(file);
  const name = basename(options.out ?? file, extname(options.out ?? file));
  // asc takes a folder of packages, as node_modules is one. Ours lies in none of that name when it is a checkout.
  const packages = join(packageRoot(), ".packages");
  const { failed, messages, outputs, inputs } = await runCompiler({
    args: [
      basename(file),
      ...["--config", join(packageRoot(), "asconfig.json"), "--target", options.target ?? "debug"],
      ...["--baseDir", dirname(resolve(file)), "--outFile", `${name}.wasm`, "--path", packages, "--noColors"],
    ],
    alias: { from: join(packages, PACKAGE_NAME), to: packageRoot() },
  });
  const binary = outputs[`${name}.wasm`];
  if (failed || !(binary instanceof Uint8Array)) {
    throw new SimulatorError("ERR_MVSIM_COMPILE", `${file} does not compile.\n${messages.trim()}`);
  }
  const sourceMap = outputs[`${name}.wasm.map`] as string | undefined;
  if (options.out !== undefined) await writeOutputs(options.out, binary, sourceMap);
  return { binary, sourceMap, warnings: messages.trim(), inputs };
}

async function requireSource(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found?.isFile()) {
    throw new SimulatorError(
      "ERR_MVSIM_FILE_NOT_FOUND",
      `${file}: ${found ? "not a file" : "no such file"}. Name a firmware source that ends in .ts.`,
    );
  }
  if (extname(file) !== ".ts") {
    throw new SimulatorError(
      "ERR_MVSIM_NOT_ASSEMBLYSCRIPT",
      `${file}: AssemblyScript sources end in .ts. (A .wasm file needs no building: give it to \`mvsim run\`.)`,
    );
  }
}

/** Where the source map of a binary goes. */
export function sourceMapPath(out: string): string {
  return join(dirname(out), `${basename(out, extname(out))}.wasm.map`);
}

async function writeOutputs(out: string, binary: Uint8Array, sourceMap: string | undefined): Promise<void> {
  try {
    await mkdir(dirname(out), { recursive: true });
    await writeFile(out, binary);
    // The binary names its map: `NAME.wasm.map`, whatever its own ending.
    if (sourceMap !== undefined) await writeFile(sourceMapPath(out), sourceMap);
  } catch (error) {
    throw new SimulatorError("ERR_MVSIM_NOT_WRITABLE", `${out} can't be written: ${(error as Error).message}.`, {
      cause: error,
    });
  }
}
