/** What `npm pack` makes, installed into an empty folder: command, types, modules and firmware SDK. */

import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { copyTree, removeTree, repository, runIn } from "./copied-tree.ts";

let copy: string;
let folder: string;
let files: readonly string[];

beforeAll(async () => {
  copy = await copyTree();
  folder = await mkdtemp(join(tmpdir(), "mvsim-package-"));
  await writeFile(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  const packed = succeed(copy, "npm pack --silent --json --pack-destination", folder);
  const [tarball] = JSON.parse(packed.slice(packed.indexOf("[\n")));
  files = tarball.files.map(({ path }: { path: string }) => path);
  succeed(folder, "npm install --prefer-offline --ignore-scripts --no-audit --no-fund", `./${tarball.filename}`);
}, 240_000);

afterAll(async () => {
  await removeTree(copy);
  await rm(folder, { recursive: true, force: true });
});

describe("the tarball", () => {
  it("holds what the build makes of each source, firmware, documents, and nothing else", async () => {
    const sources = [...(await sourcesOf("host")), ...(await sourcesOf("sim"))];
    const built = sources.flatMap((path) => ["js", "js.map", "d.ts"].map((end) => `dist/${path}.${end}`));
    expect(files.filter((path) => path.startsWith("dist/")).sort()).toEqual(built.sort());
    const others = files.filter((path) => !/^(dist|docs|firmware)\//.test(path));
    expect(others.sort()).toEqual([
      ...["CHANGES.md", "LICENSE", "README.md", "asconfig.json"],
      // What `mvsim start` runs.
      "build/firmware/debug/config-reader.wasm",
      "package.json",
    ]);
    expect(files.filter((path) => /^firmware\//.test(path) && !/\.(ts|h)$/.test(path)).sort()).toEqual([
      "firmware/apps/c/Makefile",
      "firmware/apps/c/config_reader.c",
      "firmware/apps/cpp/Makefile",
      "firmware/apps/cpp/config_reader.cpp",
      "firmware/apps/rust/Makefile",
      "firmware/apps/rust/config_reader.rs",
      "firmware/rust/microvisor.rs",
      "firmware/tsconfig.json",
    ]);
    expect(files.filter((path) => path.startsWith("docs/") && !path.endsWith(".md"))).toEqual([]);
  });

  it("has source maps that hold their sources", async () => {
    for (const path of files.filter((path) => path.endsWith(".js.map"))) {
      const map = JSON.parse(await readFile(installed(path), "utf8"));
      expect(map.sourcesContent, path).toEqual(map.sources.map(() => expect.any(String)));
    }
  });

  it("leads to files with everything that package.json names", async () => {
    const { bin, exports } = JSON.parse(await readFile(installed("package.json"), "utf8"));
    const targets: string[] = [...Object.values(bin), ...Object.values(exports)] as string[];
    expect(targets.map((path) => path.replace(/^\.\//, "")).filter((path) => !files.includes(path))).toEqual([]);
  });
});

describe("the command", () => {
  it("says its version", async () => {
    const { version } = JSON.parse(await readFile(join(repository, "package.json"), "utf8"));
    expect(succeed(folder, "npx --no-install mvsim --version").trim()).toBe(version);
  });

  it("says how it is used", () => {
    expect(succeed(folder, "npx --no-install mvsim --help")).toContain("Usage: mvsim");
  });

  it("shows the main job", { timeout: 60_000 }, () => {
    expect(succeed(folder, "npx --no-install mvsim start")).toContain("Hello from the cloud");
  });
});

const programs = {
  "device.ts": `
import { createDevice, type Device, SimulatorError, webSocketUplink } from "microvisor-sim";
import * as browser from "microvisor-sim/browser";
import manifest from "microvisor-sim/package.json" with { type: "json" };

const uplink = webSocketUplink({ url: "ws://127.0.0.1/device" });
export const device: Promise<Device> = createDevice({ firmware: new Uint8Array(), uplink });
export const inBrowser: Promise<browser.Device> = browser.createDevice({ firmware: new Uint8Array() });
export const version: string = manifest.version;
device.catch((error: SimulatorError) => error.code satisfies string);
// @ts-expect-error An option that does not exist.
createDevice({ firmware: new Uint8Array(), firmwares: [] });
`,
  "service.ts": `
import { createDevice } from "microvisor-sim";
import { createConfigsService, createMemoryStore, generateAccount, pipeUplink } from "microvisor-sim/configs";

const service = createConfigsService({ store: createMemoryStore(), accounts: [generateAccount()] });
export const device = createDevice({ firmware: new Uint8Array(), uplink: pipeUplink(service.backend) });
export const answer: Promise<Response> = service.fetch(new Request("http://127.0.0.1/v1/Configs"));
`,
};

describe("TypeScript programs on the package", () => {
  const compiler = join(repository, "node_modules", "typescript", "bin", "tsc");
  const typeRoots = [join(repository, "node_modules", "@types")];
  const resolutions = {
    nodenext: { module: "nodenext" },
    bundler: { module: "esnext", moduleResolution: "bundler" },
  };
  const environments = {
    "DOM types": { lib: ["es2023", "dom"], files: Object.keys(programs) },
    "Node types": { lib: ["es2023"], types: ["node"], typeRoots, files: Object.keys(programs) },
    // The service is a fetch handler, so its types name Request and Response.
    neither: { lib: ["es2023"], files: ["device.ts"] },
  };
  const cases = Object.entries(resolutions).flatMap(([resolution, options]) =>
    Object.entries(environments).map(([environment, { files, ...more }]) => {
      return { resolution, environment, files, options: { ...options, ...more } };
    }),
  );

  beforeAll(async () => {
    for (const [file, text] of Object.entries(programs)) await writeFile(join(folder, file), text);
  });

  it.each(cases)("type-check: resolution $resolution, $environment", { timeout: 60_000 }, async (example) => {
    // The package's own declarations are checked too.
    const always = { target: "es2023", strict: true, types: [], skipLibCheck: false, resolveJsonModule: true };
    const compilerOptions = { ...always, ...example.options, noEmit: true };
    await writeFile(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: example.files }));
    succeed(folder, `node "${compiler}"`);
  });
});

const firmware = `
import { configs, log, network, Outcome } from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";

export function main(): i32 {
  if (network.open() != Outcome.Ok) return 1;
  const greeting = configs.addAccountConfig("greeting");
  if (configs.fetch() == Outcome.Ok && configs.isFound(greeting)) log(configs.text(greeting));
  return network.close() == Outcome.Ok ? 0 : 1;
}
`;

describe("firmware on the SDK of the package", () => {
  beforeAll(() => writeFile(join(folder, "firmware.ts"), firmware));

  it("compiles with asc alone", { timeout: 60_000 }, async () => {
    succeed(folder, "npx --no-install asc firmware.ts --outFile plain.wasm");
    expect(WebAssembly.validate(await readFile(join(folder, "plain.wasm")))).toBe(true);
  });

  it("compiles with mvsim build, and runs with mvsim run", { timeout: 60_000 }, () => {
    succeed(folder, "npx --no-install mvsim build firmware.ts --out built.wasm");
    expect(succeed(folder, "npx --no-install mvsim run built.wasm --config greeting=Hello")).toContain("Hello");
  });
});

/** Runs a command that has to succeed. @returns its output */
function succeed(where: string, command: string, path = ""): string {
  const { status, stdout, stderr } = runIn(where, path === "" ? command : `${command} "${path}"`);
  expect(status, `${command}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

function installed(path: string): string {
  return join(folder, "node_modules", "microvisor-sim", path);
}

/** The TypeScript sources of a folder, without their ending. */
async function sourcesOf(name: string): Promise<string[]> {
  const paths = await readdir(join(copy, name), { recursive: true });
  return paths
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"))
    .map((path) => `${name}/${path.replaceAll("\\", "/").slice(0, -".ts".length)}`);
}
