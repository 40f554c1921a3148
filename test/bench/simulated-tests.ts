/**
 * What a test of firmware costs in vitest: a device that boots, fetches a key and is asked for it, against a test that
 * does nothing. The module was prepared before, as in every run but the first.
 */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { appFile } from "./firmware.ts";
import { type Round, takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";

const testsPerFile = 500;
const turns = { warmUpRounds: 1, rounds: 5 };
const root = fileURLToPath(new URL("../..", import.meta.url));

const simulated = `
  const device = await simulate({ firmware: ${JSON.stringify(appFile("config-reader"))}, configs: { greeting: "Hello" } });
  await device.run();
  expect(device).toHaveFetched("greeting", "Hello");`;

export async function simulatedTestRows(): Promise<Row[]> {
  // Within the package, so that its own name leads to it.
  const project = mkdtempSync(join(root, "build", "bench-tests-"));
  try {
    writeFileSync(join(project, "vitest.config.mjs"), "export default {};\n");
    const [subject, baseline] = [testsRound(project, "simulated", simulated), testsRound(project, "empty", "")];
    const { value, baseline: empty } = await takeTurns(subject, baseline, turns);
    const measured = { value: value - empty, baseline: empty };
    const name = "simulated test (boot, fetch, assert): added to an empty one";
    return [row(name, "ms", measured, "an empty vitest test", { valueAtMost: 1 })];
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

interface JsonReport {
  readonly success: boolean;
  readonly testResults: readonly { readonly startTime: number; readonly endTime: number }[];
}

/** Milliseconds a test, in a vitest of its own. */
function testsRound(project: string, name: string, body: string): Round {
  const code = [
    'import { expect, it } from "vitest";',
    'import { simulate } from "microvisor-sim/vitest";',
    `for (let n = 0; n < ${testsPerFile}; n++) it("test " + n, async () => {${body}\n});`,
  ];
  writeFileSync(join(project, `${name}.test.ts`), `${code.join("\n")}\nexport { expect, simulate };\n`);
  const vitest = join(root, "node_modules", "vitest", "vitest.mjs");
  const out = join(project, "report.json");
  return () => {
    const words = [vitest, "run", `${name}.test.ts`, "--reporter=json", `--outputFile=${out}`];
    const { status, stdout, stderr } = spawnSync(process.execPath, words, { cwd: project, encoding: "utf8" });
    if (status !== 0) throw new Error(`vitest ended with ${status}: ${stdout}${stderr}`);
    const [file] = (JSON.parse(readFileSync(out, "utf8")) as JsonReport).testResults;
    return (file!.endTime - file!.startTime) / testsPerFile;
  };
}
