/** What a machine without a tool hears of `npm test`. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageRoot } from "../sim/firmware/package-root.ts";

/** Runs the tests of Rust where there are no tools. */
function testRust(environment: NodeJS.ProcessEnv) {
  const vitest = join(packageRoot(), "node_modules", "vitest", "vitest.mjs");
  const { MVSIM_REQUIRE_TOOLS: _, ...inherited } = process.env;
  const env = { ...inherited, NO_COLOR: "1", PATH: "", ...environment };
  const files = ["test/firmware/rust.test.ts", "test/sim/generate/rust.test.ts"];
  return spawnSync(process.execPath, [vitest, "run", ...files], { cwd: packageRoot(), env, encoding: "utf8" });
}

it("names what was left out once, and how to get it", { timeout: 60_000 }, () => {
  const { stdout, status } = testRust({});
  expect(stdout.match(/^Left out: .*/gm)).toEqual([
    "Left out: the tests with rustc for WebAssembly (Debian: apt-get install rustc libstd-rust-dev-wasm32).",
  ]);
  expect(status).toBe(0);
});

it("fails where nothing may be left out", { timeout: 60_000 }, () => {
  const { stderr, status } = testRust({ MVSIM_REQUIRE_TOOLS: "1" });
  expect(stderr).toContain("This machine cannot run the tests with rustc for WebAssembly (Debian: apt-get install");
  expect(status).toBe(1);
});
