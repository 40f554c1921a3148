import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { clearPreparedModules, prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { cacheFolder } from "../../../../host/platform/node/cache-folder.ts";
import { preparedModules } from "../../../../host/platform/node/prepared-modules.ts";
import { startMvsim } from "../../../sim/cli/mvsim.ts";
import { call, fromText } from "../../mcu/wasm/firmware.ts";

/** It has all that a prepared module says of a firmware: names, handlers, globals, tables, recursion, a stack pointer. */
const firmware = fromText(`(module
  (import "env" "note" (func $note))
  (memory (export "memory") 1)
  (global $__stack_pointer (mut i32) (i32.const 4096))
  (global $wide (mut i64) (i64.const 1))
  (table 2 funcref)
  (elem declare func $recursive)
  (func $recursive (param i32)
    (call $note)
    (if (local.get 0) (then (call $recursive (i32.sub (local.get 0) (i32.const 1))))))
  (func (export "TIM2_IRQHandler") (table.set (i32.const 0) (ref.func $recursive)))
  (func (export "main") (result i32) (call $recursive (i32.const 3)) (i32.const 0)))`);
const note = (changes = {}) => [call("note", [], [], () => undefined, changes)];

let folder: string;
const prepared = () => join(folder, "prepared");
const entries = () => readdir(prepared());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "mvsim-cache-test-"));
  vi.stubEnv("MVSIM_CACHE_DIR", folder);
  clearPreparedModules();
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

/** As another process would. */
function prepareAnew(calls = note(), ramBytes?: number) {
  clearPreparedModules();
  return prepareModule(firmware, calls, { ramBytes }, preparedModules);
}

describe("a prepared module in the cache folder", () => {
  it("says the same as when it was prepared", async () => {
    const first = await prepareAnew();
    const { functionNames, module, ...facts } = await prepareAnew();
    expect(module).not.toBe(first.module);
    expect(first).toMatchObject(facts);
    expect(facts).toMatchObject({ stackPointer: 0, tables: [0], deepestRecursion: first.deepestRecursion });
    expect([0, 1, 2, 3, 4].map(functionNames)).toEqual([0, 1, 2, 3, 4].map(first.functionNames));
    expect(functionNames(1)).toBe("recursive");
  });

  it("spares a run the loading of Binaryen", async () => {
    const path = join(folder, "firmware.wasm");
    await writeFile(path, fromText(`(module (memory (export "memory") 1) (func (export "main")))`));
    const refusal = `export async function load(url, context, next) {
      if (url.includes("/binaryen/")) throw new Error("Binaryen is not to be loaded");
      return next(url, context);
    }`;
    const hook = `import { register } from "node:module"; register(${JSON.stringify(dataUrl(refusal))});`;
    const run = (env = {}) => startMvsim(["run", path], { env: { MVSIM_CACHE_DIR: folder, ...env } }).ended;
    const withoutBinaryen = { NODE_OPTIONS: `--import=${dataUrl(hook)}` };
    expect(await run(withoutBinaryen)).not.toMatchObject({ status: 0 });
    expect(await run()).toMatchObject({ status: 0 });
    expect(await run(withoutBinaryen)).toMatchObject({ status: 0 });
  });

  it.each([
    ["is empty", () => Buffer.alloc(0)],
    ["ends early", (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ["ends within its header", (bytes: Buffer) => bytes.subarray(0, 35)],
    ["has a wrong bit in its facts", (bytes: Buffer) => changed(bytes, 40)],
    ["has a wrong bit in its binary", (bytes: Buffer) => changed(bytes, bytes.length - 1)],
    ["has a wrong bit in its checksum", (bytes: Buffer) => changed(bytes, 0)],
  ])("is prepared anew when it %s", async (_, damage) => {
    const { bytes } = await prepareAnew();
    const [name] = await entries();
    const path = join(prepared(), name!);
    const whole = await readFile(path);
    await writeFile(path, damage(whole));
    expect((await prepareAnew()).bytes).toEqual(bytes);
    expect(await readFile(path)).toEqual(whole);
  });

  it("is another with other calls, prices and RAM", async () => {
    for (const calls of [note(), note({ cycles: 9 }), note({ suspends: false })]) await prepareAnew(calls);
    await prepareAnew(note(), 131_072);
    expect(await entries()).toHaveLength(4);
    await prepareAnew(note({ cycles: 9 }));
    expect(await entries()).toHaveLength(4);
  });

  it("is not needed: firmware is prepared where nothing can be kept", async () => {
    const file = join(folder, "file");
    await writeFile(file, "");
    vi.stubEnv("MVSIM_CACHE_DIR", file);
    expect((await prepareAnew()).entries).toHaveLength(1);
  });

  it("does not stand there when the firmware is refused", async () => {
    await expect(prepareAnew([])).rejects.toMatchObject({ code: "ERR_MVSIM_UNKNOWN_IMPORT" });
    await expect(entries()).rejects.toMatchObject({ code: "ENOENT" });
  });
});

describe("the cache folder", () => {
  it("has whole entries only, however many write and read at once", async () => {
    const values = Array.from({ length: 8 }, (_, index) => new Uint8Array(1 << 20).fill(index));
    const read = async () => {
      const bytes = await preparedModules.read("key").catch(() => undefined);
      return bytes === undefined || (bytes.length === 1 << 20 && bytes.every((byte) => byte === bytes[0]));
    };
    const all = await Promise.all(values.flatMap((value) => [preparedModules.write("key", value), read(), read()]));
    expect(all).not.toContain(false);
    expect(await entries()).toHaveLength(1);
  });

  it("keeps the 256 entries that were used last", async () => {
    await preparedModules.write("first", new Uint8Array(1));
    await preparedModules.write("second", new Uint8Array(1));
    const longAgo = new Date(0);
    for (const name of await entries()) await utimes(join(prepared(), name), longAgo, longAgo);
    await preparedModules.read("first");
    for (let index = 0; index < 255; index++) await preparedModules.write(`${index}`, new Uint8Array(1));
    expect(await entries()).toHaveLength(256);
    expect(await preparedModules.read("first")).toHaveLength(1);
    await expect(preparedModules.read("second")).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("keeps at most 64 MiB", async () => {
    for (let index = 0; index < 5; index++) await preparedModules.write(`${index}`, new Uint8Array(16 << 20));
    expect(await entries()).toHaveLength(4);
  });

  it.each([
    [{ MVSIM_CACHE_DIR: "/mine", XDG_CACHE_HOME: "/xdg" }, "/mine"],
    [{ MVSIM_CACHE_DIR: "", XDG_CACHE_HOME: "/xdg" }, "/xdg/microvisor-sim"],
  ])("is, with %j, %s", (env, expected) => {
    for (const [name, value] of Object.entries(env)) vi.stubEnv(name, value);
    expect(cacheFolder()).toBe(expected);
  });

  it.each([
    ["linux", ".cache/microvisor-sim"],
    ["darwin", "Library/Caches/microvisor-sim"],
  ])("is on %s ~/%s", (platform, expected) => {
    for (const name of ["MVSIM_CACHE_DIR", "XDG_CACHE_HOME"]) vi.stubEnv(name, "");
    vi.spyOn(process, "platform", "get").mockReturnValue(platform as NodeJS.Platform);
    expect(cacheFolder()).toBe(join(homedir(), expected));
    vi.restoreAllMocks();
  });
});

function changed(bytes: Buffer, position: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[position]! ^= 1;
  return copy;
}

function dataUrl(code: string): string {
  return `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`;
}
