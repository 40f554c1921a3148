/** Every example of docs/testing.md runs, as a user's own project would run it. */

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";

const root = fileURLToPath(new URL("../../..", import.meta.url));

it("the examples of docs/testing.md pass, with the package by its name", () => {
  const text = readFileSync(join(root, "docs", "testing.md"), "utf8");
  const examples = [...text.matchAll(/```ts\n\/\/ (\S+\.test\.ts)\n([\s\S]*?)```/g)];
  expect(examples.map(([, name]) => name)).toEqual([
    "greeter.test.ts",
    "failures.test.ts",
    "flow.test.ts",
    "plain.test.ts",
  ]);
  // Within the package, so that its own name leads to it.
  mkdirSync(join(root, "build"), { recursive: true });
  const project = mkdtempSync(join(root, "build", "testing-examples-"));
  onTestFinished(() => rmSync(project, { recursive: true, force: true }));
  // Else vitest takes ours.
  writeFileSync(join(project, "vitest.config.mjs"), "export default {};\n");
  for (const [, name = "", code = ""] of examples) writeFileSync(join(project, name), code);
  for (const [from, to] of [
    ["config-reader", "greeter"],
    ["config-poller", "poller"],
  ] as const) {
    const source = readFileSync(join(root, "firmware", "apps", `${from}.ts`), "utf8");
    writeFileSync(join(project, `${to}.ts`), source.replaceAll('"../sdk"', '"microvisor-sim/firmware/sdk"'));
  }
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [vitest, "run", "--root", ".", "--testTimeout=60000"],
    {
      cwd: project,
      encoding: "utf8",
      env: { ...process.env, NO_COLOR: "1", VITEST: undefined, CI: undefined },
    },
  );
  expect({ status, output: status === 0 ? "" : stdout + stderr }).toEqual({ status: 0, output: "" });
  expect(stdout).toMatch(/Tests {2}7 passed/);
}, 240_000);
