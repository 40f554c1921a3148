/**
 * Runs once before all tests: brings `dist` and the package's own firmware up to date, for tests of what is installed,
 * and gives the tests a cache folder of their own: they neither need nor touch the user's. After all tests it says what
 * was left out.
 * Type errors do not stop tests, as they do not stop vitest itself; `npm run typecheck` is what fails on them.
 */

import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildApps } from "../sim/firmware/build-apps.ts";

/** The exit status of tsc that has found errors, but has written its outputs. */
const outputsWritten = 2;

/** @returns the teardown */
export async function setup(): Promise<() => Promise<void>> {
  const cache = await mkdtemp(join(tmpdir(), "mvsim-test-cache-"));
  process.env.MVSIM_CACHE_DIR = cache;
  const leftOut = join(cache, "left-out.txt");
  await writeFile(leftOut, "");
  process.env.MVSIM_TEST_LEFT_OUT = leftOut;
  const compiler = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
  const { status, stdout } = spawnSync(process.execPath, [compiler, "-b", "host/platform", "sim"], {
    cwd: fileURLToPath(new URL("..", import.meta.url)),
    encoding: "utf8",
  });
  if (status === outputsWritten) console.warn(stdout);
  else if (status !== 0) throw new Error(`The build failed, so nothing was tested:\n${stdout}`);
  await buildApps();
  return async () => {
    for (const line of new Set((await readFile(leftOut, "utf8")).split("\n"))) if (line) console.log(line);
    await rm(cache, { recursive: true, force: true });
  };
}
