/** The firmware that is measured: the fixtures, compiled as `mvsim build --release` does it, and the package's own. */

import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Where this is built to is as deep in the repository as where it is written. */
const root = fileURLToPath(new URL("../../", import.meta.url));
/** The command `mvsim`. */
export const command = join(root, "dist/sim/cli/main.js");

export type Wasm = Uint8Array<ArrayBuffer>;

const compiled = new Map<string, Wasm>();

/** @param name of `fixtures/NAME.ts` */
export async function fixture(name: string): Promise<Wasm> {
  const known = compiled.get(name);
  if (known) return known;
  const bytes = await inScratchFolder(async (folder) => {
    const out = join(folder, `${name}.wasm`);
    const source = join(root, `test/bench/fixtures/${name}.ts`);
    await promisify(execFile)(process.execPath, [command, "build", source, "--release", "--out", out]);
    return new Uint8Array(await readFile(out));
  });
  compiled.set(name, bytes);
  return bytes;
}

/** Where `npm run build` leaves one of the package's own apps. */
export function appFile(name: string): string {
  return join(root, "build/firmware/release", `${name}.wasm`);
}

/** Lends a folder, and removes it afterwards. */
export async function inScratchFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "mvsim-bench-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
