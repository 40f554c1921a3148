/** What README.md shows is what happens: its timeline, its first firmware, and its program. */

import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, it } from "vitest";
import { appBinary } from "../sim/firmware/build-apps.ts";
import { packageRoot } from "../sim/firmware/package-root.ts";

const run = promisify(execFile);
const command = join(packageRoot(), "dist", "sim", "cli", "main.js");
let readme: string;
let folder: string;

beforeAll(async () => {
  readme = await readFile(join(packageRoot(), "README.md"), "utf8");
  folder = await mkdtemp(join(tmpdir(), "mvsim-readme-"));
  await writeFile(join(folder, "hello.ts"), block("// hello.ts"));
});
afterAll(() => rm(folder, { recursive: true }));

/** The fenced block that begins so. */
function block(beginning: string): string {
  const found = readme.split(/^```.*\n/m).find((text) => text.startsWith(beginning));
  if (!found) throw new Error(`README.md has no block that begins with ${beginning}`);
  return found;
}

it("shows the timeline of config-reader as it is", async () => {
  const configs = ["--config", "greeting=Hello from the cloud", "--config", "report_interval_s=30"];
  const { stderr } = await run(process.execPath, [command, "run", appBinary("config-reader"), ...configs]);
  expect(stderr.split("\n\n")[0]?.trimEnd()).toBe(block("  virtual ms").trimEnd());
});

it("has a first firmware that logs the greeting", async () => {
  const args = [command, "run", join(folder, "hello.ts"), "--config", "greeting=Hello", "--quiet"];
  expect((await run(process.execPath, args)).stdout).toBe("Hello\n");
});

it("has a program that runs it", async () => {
  await run(process.execPath, [command, "build", join(folder, "hello.ts")]);
  // The program names the package by its own name: it resolves within the package's folder only.
  const inside = join(packageRoot(), "build", "readme");
  await mkdir(inside, { recursive: true });
  const program = join(inside, "program.mjs");
  await writeFile(program, block("import { readFile }"));
  const { stdout } = await run(process.execPath, [program], { cwd: folder });
  expect(stdout).toMatch(/^Hello\n\{ reason: 'finished', microseconds: \d+ \}\n$/);
});
