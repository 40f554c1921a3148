import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../../sim/firmware/compile.ts";

const program = `
import { mvNoOp } from "microvisor-sim/firmware/sdk";
export { TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
export function main(): i32 { return mvNoOp(); }
`;
const exportsOf = (binary: Uint8Array) =>
  WebAssembly.Module.exports(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>)).map(({ name }) => name);
const names = (binary: Uint8Array) =>
  WebAssembly.Module.customSections(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>), "name").length;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mvsim-compile-"));
});
afterAll(() => rm(folder, { recursive: true }));

async function source(name: string, text: string): Promise<string> {
  const file = join(folder, name);
  await mkdir(join(file, ".."), { recursive: true });
  await writeFile(file, text);
  return file;
}

describe("compileAssemblyScript", () => {
  it("finds the SDK for a file that lies in no project", async () => {
    const { binary, warnings } = await compileAssemblyScript(await source("a.ts", program));
    expect(exportsOf(binary)).toEqual(["main", "TIM1_BRK_IRQHandler", "memory"]);
    expect(warnings).toBe("");
  });

  it("prefers the SDK that the program's own project has installed", async () => {
    await source(
      "project/node_modules/microvisor-sim/firmware/sdk/index.ts",
      "export function answer(): i32 { return 42; }",
    );
    const file = await source(
      "project/src/a.ts",
      'import { answer } from "microvisor-sim/firmware/sdk"; export function main(): i32 { return answer(); }',
    );
    const { binary } = await compileAssemblyScript(file);
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>));
    expect((exports.main as () => number)()).toBe(42);
  });

  it("makes names and a source map for debug, neither for release", async () => {
    const file = await source("b.ts", program);
    const debug = await compileAssemblyScript(file);
    const release = await compileAssemblyScript(file, { target: "release" });
    expect(names(debug.binary)).toBe(1);
    expect(JSON.parse(debug.sourceMap!).sources).toContain("b.ts");
    expect(names(release.binary)).toBe(0);
    expect(release.sourceMap).toBeUndefined();
    expect(release.binary.length).toBeLessThan(debug.binary.length / 2);
  });

  it("writes the binary and the map that it names, and makes their folder", async () => {
    const out = join(folder, "new/folder/firmware.wasm");
    const { binary, sourceMap } = await compileAssemblyScript(await source("c.ts", program), { out });
    expect(await readFile(out)).toEqual(Buffer.from(binary));
    expect(await readFile(`${out}.map`, "utf8")).toBe(sourceMap);
    expect(Buffer.from(binary).includes("./firmware.wasm.map")).toBe(true);
  });

  it("makes the same bytes wherever the source lies", async () => {
    const one = await compileAssemblyScript(await source("here/d.ts", program));
    const other = await compileAssemblyScript(await source("there/deeper/d.ts", program));
    expect(one.binary).toEqual(other.binary);
    expect(one.sourceMap).toBe(other.sourceMap);
  });

  it("does not look at an asconfig.json beside the program", async () => {
    await source("own/asconfig.json", '{ "options": { "importMemory": true } }');
    const { binary } = await compileAssemblyScript(await source("own/e.ts", program));
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary as Uint8Array<ArrayBuffer>));
    expect(imports.map(({ name }) => name)).toEqual(["mvNoOp"]);
  });

  it("tells which files it read, with what was in them, and which it looked for in vain", async () => {
    const text = 'import { one } from "./part";\nexport function main(): i32 { return one - 1; }\n';
    const [main, part] = [
      await source("reads/main.ts", text),
      await source("reads/part/index.ts", "export const one = 1;\n"),
    ];
    const { inputs } = await compileAssemblyScript(main);
    const digest = (content: string) => createHash("sha256").update(content).digest("hex");
    expect(inputs).toMatchObject({
      [main]: digest(text),
      [part]: digest("export const one = 1;\n"),
      [join(folder, "reads", "part.ts")]: null,
    });
  });

  it("hands on the compiler's warnings", async () => {
    const text = "export function generic<T>(value: T): T { return value; }\nexport function main(): i32 { return 0; }";
    const { warnings } = await compileAssemblyScript(await source("f.ts", text));
    expect(warnings).toMatch(/^WARNING AS235: Only variables, functions and enums become WebAssembly module exports/);
  });
});

describe("what does not compile", () => {
  const refusal = async (file: string, options = {}) => {
    const error = await compileAssemblyScript(file, options).catch((reason) => reason);
    return { code: error.code, message: error.message.replaceAll(folder, "…") };
  };

  it("is reported with the compiler's own message", async () => {
    const file = await source("bad.ts", "export function main(): i32 {\n  return missing;\n}\n");
    const { code, message } = await refusal(file);
    expect(code).toBe("ERR_MVSIM_COMPILE");
    expect(message).toMatch(/^…\/bad.ts does not compile.\nERROR TS2304: Cannot find name 'missing'./);
    expect(message).toContain("in bad.ts(2,10)");
  });

  it("is reported when the compiler itself crashes, and this process lives on", { timeout: 60_000 }, async () => {
    const file = await source(
      "endless.ts",
      "function f<T>(): void { f<Array<T>>(); }\nexport function main(): i32 { f<i32>(); return 0; }\n",
    );
    const { code, message } = await refusal(file);
    expect(code).toBe("ERR_MVSIM_COMPILE");
    expect(message).toContain(
      "The AssemblyScript compiler itself crashed: RangeError: Maximum call stack size exceeded.",
    );
    expect(message).not.toContain("    at ");
  });

  it.each([
    ["no such file", "nowhere.ts", "ERR_MVSIM_FILE_NOT_FOUND"],
    ["not a file", "", "ERR_MVSIM_FILE_NOT_FOUND"],
    ["sources end in .ts", "program.c", "ERR_MVSIM_NOT_ASSEMBLYSCRIPT"],
  ])("is reported when the file can't be a source: %s", async (words, name, expected) => {
    await source("program.c", "int main(void) { return 0; }");
    const { code, message } = await refusal(join(folder, name));
    expect(code).toBe(expected);
    expect(message).toContain(words);
  });

  it("is reported when the output can't be written", async () => {
    const file = await source("g.ts", program);
    const { code, message } = await refusal(file, { out: join(file, "below-a-file.wasm") });
    expect(code).toBe("ERR_MVSIM_NOT_WRITABLE");
    expect(message).toContain("below-a-file.wasm can't be written");
  });
});

describe("plain asc", () => {
  const asc = createRequire(import.meta.url).resolve("assemblyscript/bin/asc.js");

  it("finds the SDK in a project that has installed this package", async () => {
    const project = join(folder, "installed");
    await cp("firmware", join(project, "node_modules/microvisor-sim/firmware"), { recursive: true });
    await source("installed/src/hello.ts", program);
    execFileSync(process.execPath, [asc, "src/hello.ts", "--outFile", "hello.wasm"], { cwd: project });
    expect(exportsOf(await readFile(join(project, "hello.wasm")))).toContain("TIM1_BRK_IRQHandler");
  });

  it("builds an app of this repository with the targets of asconfig.json", async () => {
    const out = join(folder, "config-reader.wasm");
    execFileSync(process.execPath, [asc, "firmware/apps/config-reader.ts", "--target", "release", "--outFile", out]);
    expect(exportsOf(await readFile(out))).toEqual(["TIM1_BRK_IRQHandler", "main", "memory"]);
  });
});
