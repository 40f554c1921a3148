/** Compiles a firmware source that a test states, as `mvsim` would compile a user's file: one that lies in no project. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CompileTarget, compileAssemblyScript } from "../../sim/firmware/compile.ts";

export async function compileText(source: string, target: CompileTarget = "debug"): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "mvsim-firmware-"));
  try {
    await writeFile(join(folder, "firmware.ts"), source);
    const { binary } = await compileAssemblyScript(join(folder, "firmware.ts"), { target });
    return binary;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Reads log lines of the form `label=value`, as the tests' firmware writes them. */
export function labelled(lines: readonly string[]): Record<string, string> {
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]));
}
