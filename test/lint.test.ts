/** Lint and type check hold the architecture: what they forbid is planted in a copy of the tree, and found. */

import { appendFile, mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { ICruiseResult } from "dependency-cruiser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import configuration from "../.dependency-cruiser.mjs";
import { copyTree, removeTree, repository, runIn } from "./copied-tree.ts";

/** What is appended to which files. */
type Plant = Readonly<Record<string, string>>;

const importOf = (module: string) => `import ${JSON.stringify(module)};\n`;
const typeOf = (name: string, module: string) => `export type { ${name} } from ${JSON.stringify(module)};\n`;

/** A violation of each rule of .dependency-cruiser.mjs; the first file is the one that is found. */
const forbiddenImports: Readonly<Record<string, Plant>> = {
  "abi-imports-nothing": { "host/abi/planted.ts": importOf("../data/hex.ts") },
  "data-imports-nothing": { "host/data/planted.ts": importOf("../fault/fault.ts") },
  "fault-imports-nothing": { "host/fault/planted.ts": typeOf("TraceEvent", "../trace/events.ts") },
  "time-imports-nothing": { "host/time/planted.ts": importOf("../abi/limits.ts") },
  "trace-imports-faults": { "host/trace/planted.ts": importOf("../abi/enums.ts") },
  "mcu-knows-no-syscall": { "host/mcu/planted.ts": typeOf("Status", "../abi/enums.ts") },
  "core-behind-its-port": { "host/mcu/wasm/planted.ts": importOf("../nvic.ts") },
  "core-only-through-its-port": { "host/mcu/planted-core.ts": importOf("./wasm/memory.ts") },
  "kernel-knows-ports": { "host/kernel/planted.ts": typeOf("McuState", "../mcu/mcu.ts") },
  "kernel-takes-types-of-the-core": { "host/kernel/planted-core.ts": importOf("../mcu/core.ts") },
  "wire-knows-no-device": { "host/wire/planted.ts": importOf("../time/cycles.ts") },
  "platform-behind-the-ports": { "host/platform/node/planted.ts": importOf("../../device.ts") },
  "platforms-apart": { "host/platform/browser/planted-node.ts": importOf("../node/platform.ts") },
  "device-takes-its-platform": { "host/run.ts": importOf("./platform/browser/platform.ts") },
  "nothing-imports-the-composition": { "host/wire/planted-device.ts": importOf("../device.ts") },
  "browser-reaches-no-node": {
    "host/browser.ts": importOf("./platform/browser/planted.ts"),
    "host/platform/browser/planted.ts": importOf("../node/web-socket-uplink.ts"),
  },
  "host-imports-no-sim": { "host/kernel/planted-sim.ts": typeOf("Entry", "../../sim/configs/stores/store.ts") },
  "node-modules-on-node": { "host/kernel/planted-node.ts": importOf("node:fs") },
  "packages-of-the-device": { "host/wire/planted-package.ts": importOf("ws") },
  "service-stands-alone": { "sim/configs/planted.ts": importOf("../cli/program.ts") },
  "command-line-outermost": { "sim/trace/planted.ts": importOf("../cli/exit-status.ts") },
  "nothing-imports-tests": { "sim/planted.ts": importOf("../test/host/abi/byte-memory.ts") },
  "declared-packages": { "sim/configs/planted-package.ts": importOf("vite") },
  "vitest-for-its-matchers": { "sim/kit/planted.ts": importOf("vitest") },
  resolvable: { "test/planted.ts": importOf("./not-there.ts") },
  "no-cycles": {
    "host/time/planted-a.ts": typeOf("B", "./planted-b.ts"),
    "host/time/planted-b.ts": typeOf("A", "./planted-a.ts"),
  },
  "no-orphans": { "sim/cli/planted.ts": "export const unused = 1;\n" },
  "no-orphans-in-tests": { "test/host/planted.ts": "export const unused = 1;\n" },
};

/** One file each. */
const carelessCode: Readonly<Record<string, readonly [file: string, text: string]>> = {
  "a clock in the core": ["host/kernel/careless.ts", "export const now = () => Date.now();\n"],
  "a date of now in the core": ["host/mcu/careless.ts", "export const now = () => new Date();\n"],
  "randomness in the core": ["host/wire/careless.ts", "export const random = Math.random;\n"],
  "an unused import": ["sim/careless.ts", 'import { sep } from "node:path";\n\nexport const a = 1;\n'],
  "what is a warning": ["sim/careless.ts", "export function f(unused: number): void {}\n"],
  "another format": ["test/careless.ts", "export const  a = 1\n"],
};

/** What does not compile where it is. */
const unknownNames: Readonly<Record<string, Plant>> = {
  "a Node module in the core": { "host/kernel/unknown-node.ts": 'export { readFile } from "node:fs/promises";\n' },
  "a timer in the core": { "host/mcu/unknown-timer.ts": "setTimeout(() => {}, 1);\n" },
  "the process in the core": { "host/wire/unknown-process.ts": "export const { argv } = process;\n" },
  "the DOM in the core": { "host/trace/unknown-dom.ts": "export const { title } = document;\n" },
  "a socket in the core": { "host/kernel/unknown-socket.ts": 'export const socket = new WebSocket("");\n' },
  "the console in the core": { "host/unknown-console.ts": 'console.log("");\n' },
  "the process in the browser": { "host/platform/browser/unknown-node.ts": "export const { argv } = process;\n" },
  "the DOM on Node": { "host/platform/node/unknown-dom.ts": "export const { title } = document;\n" },
  "a wrong type in a test": { "test/host/unknown-type.ts": 'export const wrong: number = "";\n' },
  "a wrong type in the lint rules": { ".dependency-cruiser.mjs": '/** @type {number} */\nexport const wrong = "";\n' },
};

async function plant(copy: string, plants: Readonly<Record<string, Plant>>): Promise<void> {
  for (const [path, text] of Object.values(plants).flatMap((files) => Object.entries(files))) {
    await mkdir(dirname(join(copy, path)), { recursive: true });
    await appendFile(join(copy, path), text);
  }
}

it("passes on the tree as it is", { timeout: 120_000 }, () => {
  const { status, stdout, stderr } = runIn(repository, "npm run lint");
  expect(status, stdout + stderr).toBe(0);
});

describe("import rules", () => {
  let result: ICruiseResult;
  let status: number | null;
  let copy: string;

  beforeAll(async () => {
    copy = await copyTree();
    await plant(copy, forbiddenImports);
    ({ status } = runIn(copy, "npm run --silent lint:imports"));
    result = JSON.parse(runIn(copy, "npm run --silent lint:imports -- --output-type json").stdout);
  }, 120_000);
  afterAll(() => removeTree(copy));

  it("fail as a command", () => {
    expect(status).toBeGreaterThan(0);
  });

  it("each have a planted violation", () => {
    expect(Object.keys(forbiddenImports)).toEqual(configuration.forbidden?.map(({ name }) => name));
  });

  it.each(Object.entries(forbiddenImports))("%s", (name, files) => {
    const file = Object.keys(files)[0];
    const found = result.summary.violations.filter(({ rule }) => rule.name === name && rule.severity === "error");
    expect(found.flatMap(({ from, to }) => [from, to])).toContain(file);
  });
});

describe("lint of the code", () => {
  let copy: string;

  beforeAll(async () => {
    copy = await copyTree();
  });
  afterAll(() => removeTree(copy));

  it.each(Object.entries(carelessCode))("fails on %s", async (_, [file, text]) => {
    await writeFile(join(copy, file), text);
    const { status, stdout, stderr } = runIn(copy, "npm run --silent lint:code");
    await rm(join(copy, file));
    expect(status).toBe(1);
    expect(stdout + stderr).toContain(file);
  });
});

describe("the type check", () => {
  let output: string;
  let status: number | null;
  let copy: string;

  beforeAll(async () => {
    copy = await copyTree();
    await plant(copy, unknownNames);
    ({ stdout: output, status } = runIn(copy, "npm run --silent typecheck"));
  }, 120_000);
  afterAll(() => removeTree(copy));

  it("fails", () => {
    expect(status).toBeGreaterThan(0);
  });

  it.each(Object.entries(unknownNames))("finds %s", (_, files) => {
    expect(output.split("\n").filter((line) => line.includes("error TS"))).toContainEqual(
      expect.stringContaining(`${Object.keys(files)[0]}(`),
    );
  });
});
