/** `mvsim build`: compiles a firmware source with the SDK on its path. */

import { basename, dirname, join, resolve } from "node:path";
import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { compileAssemblyScript, sourceMapPath } from "../firmware/compile.ts";

interface BuildOptions {
  readonly out?: string;
  readonly release?: boolean;
}

export function buildCommand(): Command {
  return new Command("build")
    .summary("compile an AssemblyScript firmware source to WebAssembly")
    .description(
      "Compiles a firmware source, written in AssemblyScript, to WebAssembly. The SDK is on its path:\n" +
        'import { … } from "microvisor-sim/firmware/sdk".\n' +
        "Without --release the binary keeps the functions' names, and a source map is written beside it.",
    )
    .argument("<file.ts>", "the source with the exported `main` and interrupt handlers")
    .option("-o, --out <file.wasm>", "where to write the binary (default: beside the source)")
    .option("--release", "optimise; no names, no source map")
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim build thermometer.ts
  $ mvsim build thermometer.ts --release -o build/thermometer.wasm
  $ mvsim run thermometer.wasm

Exit status: 0 built, 2 bad usage, 7 does not compile.`,
    )
    .action(build);
}

async function build(file: string, options: BuildOptions): Promise<void> {
  const out = options.out ?? join(dirname(file), `${basename(file, ".ts")}.wasm`);
  if (resolve(out) === resolve(file)) {
    throw new SimulatorError("ERR_MVSIM_USAGE", `${out} is the source itself: name another file with --out.`);
  }
  const { binary, sourceMap, warnings } = await compileAssemblyScript(file, {
    out,
    target: options.release ? "release" : "debug",
  });
  if (warnings !== "") process.stderr.write(`${warnings}\n`);
  process.stdout.write(`${out}: ${binary.length.toLocaleString("en")} bytes${options.release ? "" : ", with names"}\n`);
  if (sourceMap !== undefined) process.stdout.write(`${sourceMapPath(out)}: source map\n`);
}
