/** Tools that tests need and not every machine has: what was left out is said once, after all tests (`build.ts`). */

import { appendFileSync } from "node:fs";

export interface Tool {
  /** What the tests are with: `rustc for WebAssembly`. */
  readonly name: string;
  /** How to get it (Debian's package names). */
  readonly packages: string;
}

/**
 * Notes what is left out, or fails where nothing may be (`MVSIM_REQUIRE_TOOLS=1`, for CI).
 *
 * @returns whether the tool is there
 */
export function hasTool({ name, packages }: Tool, isThere: boolean): boolean {
  if (isThere) return true;
  const message = `the tests with ${name} (Debian: apt-get install ${packages})`;
  if (process.env.MVSIM_REQUIRE_TOOLS) throw new Error(`This machine cannot run ${message}.`);
  // Each test file has a process of its own, and several may miss the same tool.
  const file = process.env.MVSIM_TEST_LEFT_OUT;
  if (file) appendFileSync(file, `Left out: ${message}.\n`);
  return false;
}
