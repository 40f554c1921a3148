/** Compiles `fixtures/fetches.ts`, as `mvsim build --release` does for its user. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Where this is built to is as deep in the repository as where it is written. */
const root = fileURLToPath(new URL("../../", import.meta.url));

export async function fetchingFirmware(): Promise<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), "mvsim-bench-"));
  try {
    const out = join(folder, "fetches.wasm");
    const command = join(root, "dist/sim/cli/main.js");
    const source = join(root, "test/bench/fixtures/fetches.ts");
    await promisify(execFile)(process.execPath, [command, "build", source, "--release", "--out", out]);
    return await readFile(out);
  } finally {
    await rm(folder, { recursive: true });
  }
}
