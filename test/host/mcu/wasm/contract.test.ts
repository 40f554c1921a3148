import { describe, expect, it } from "vitest";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

const memory = '(memory (export "memory") 1)';
const main = '(func (export "main"))';
const calls = [call("mvFirst", ["i32", "i64"], ["i32"], () => 0), call("mvSecond", [], [], () => undefined)];

const refusal = (text: string) =>
  prepareModule(fromText(text), calls).then(
    () => undefined,
    (error) => error,
  );

describe("a module's imports", () => {
  it("are refused all at once when the device has none of them", async () => {
    const error = await refusal(`(module (import "env" "mvThird" (func)) (import "env" "mvSecond" (func))
      (import "other" "mvFirst" (func)) ${memory} ${main})`);
    expect(error).toMatchObject({ code: "ERR_MVSIM_UNKNOWN_IMPORT" });
    expect(error.message).toContain("env.mvThird, other.mvFirst.");
    expect(error.message).not.toContain("mvSecond");
  });

  it("are refused with what is declared and what it is, when their signatures are wrong", async () => {
    const error = await refusal(`(module (import "env" "mvFirst" (func (param i32 i32) (result i32)))
      (import "env" "mvSecond" (func (result f64))) ${memory} ${main})`);
    expect(error).toMatchObject({ code: "ERR_MVSIM_IMPORT_SIGNATURE" });
    expect(error.message).toContain("mvFirst: the firmware declares (i32, i32) -> i32, it is (i32, i64) -> i32");
    expect(error.message).toContain("mvSecond: the firmware declares () -> f64, it is () -> ()");
  });

  it("belong to the module that has them", async () => {
    const wasi = call("wasi_snapshot_preview1.fd_write", [], [], () => undefined, { module: "wasi_snapshot_preview1" });
    const importing = (from: string, name: string) =>
      fromText(`(module (import "${from}" "${name}" (func $f)) ${memory} (func (export "main") (call $f)))`);
    expect(runToEnd(await coreOf(importing("wasi_snapshot_preview1", "fd_write"), [wasi]))).toMatchObject({
      why: "returned",
    });
    for (const [from, name] of [
      ["env", "fd_write"],
      ["env", "wasi_snapshot_preview1.fd_write"],
      ["wasi_snapshot_preview1", "fd_open"],
    ] as const) {
      await expect(coreOf(importing(from, name), [wasi])).rejects.toMatchObject({ code: "ERR_MVSIM_UNKNOWN_IMPORT" });
    }
  });

  it("may name the same call twice", async () => {
    const seen: number[] = [];
    const note = call("note", ["i32"], [], (value: number) => void seen.push(value));
    const bytes = fromText(`(module (import "env" "note" (func $a (param i32)))
      (import "env" "note" (func $b (param i32))) ${memory}
      (func (export "main") (call $a (i32.const 1)) (call $b (i32.const 2))))`);
    expect(runToEnd(await coreOf(bytes, [note], { suspendAlways: true }))).toMatchObject({ why: "returned" });
    expect(seen).toEqual([1, 2]);
  });
});

describe("a module's exports", () => {
  it.each([
    ["no memory", "ERR_MVSIM_MISSING_EXPORT", /memory/, `(module (memory 1) ${main})`],
    ["no memory at all", "ERR_MVSIM_MISSING_EXPORT", /memory/, `(module ${main})`],
    ["nothing to run", "ERR_MVSIM_MISSING_EXPORT", /main/, `(module ${memory} (func (export "other")))`],
    [
      "a handler that takes a parameter",
      "ERR_MVSIM_HANDLER_SIGNATURE",
      /`TIM2_IRQHandler` is \(i32\) -> \(\), but must be a function \(\) -> \(\)/,
      `(module ${memory} ${main} (func (export "TIM2_IRQHandler") (param i32)))`,
    ],
    [
      "a handler with a result",
      "ERR_MVSIM_HANDLER_SIGNATURE",
      /`SysTick_Handler` is \(\) -> i32/,
      `(module ${memory} ${main} (func (export "SysTick_Handler") (result i32) (i32.const 0)))`,
    ],
    [
      "a main with one parameter",
      "ERR_MVSIM_ENTRY_SIGNATURE",
      /`main` is \(i32\) -> \(\)/,
      `(module ${memory} (func (export "main") (param i32)))`,
    ],
    [
      "a _start with a result",
      "ERR_MVSIM_ENTRY_SIGNATURE",
      /`_start` is \(\) -> i32/,
      `(module ${memory} (func (export "_start") (result i32) (i32.const 0)))`,
    ],
  ])("are refused: %s", async (_, code, message, text) => {
    expect(await refusal(text)).toMatchObject({ code, message: expect.stringMatching(message) });
  });

  it("may give the memory any name", async () => {
    const bytes = fromText('(module (memory (export "ram") 1) (func (export "main") (result i32) (memory.size)))');
    expect(runToEnd(await coreOf(bytes))).toEqual({ why: "returned", value: 1 });
  });

  it("may have names that the simulator gives its own", async () => {
    const bytes = fromText(`(module (memory (export "charge") 1) (func (export "safepoint") (unreachable))
      (func (export "descend") (unreachable)) (func (export "entry main") (unreachable))
      (func (export "main") (result i32) (i32.const 4)))`);
    expect(runToEnd(await coreOf(bytes))).toEqual({ why: "returned", value: 4 });
  });
});

describe("what a core runs", () => {
  const note = (seen: number[]) => [call("note", ["i32"], [], (value: number) => void seen.push(value))];
  const noting = (name: string, value: number, type = "") =>
    `(func $${name} ${name === "start" ? "" : `(export "${name}")`} ${type} (call $note (i32.const ${value}))
      ${type.includes("result") ? `(i32.const ${value})` : ""})`;
  const run = async (parts: string) => {
    const seen: number[] = [];
    const bytes = fromText(`(module (import "env" "note" (func $note (param i32))) ${memory} ${parts})`);
    const core = await coreOf(bytes, note(seen), { suspendAlways: true });
    let stops = 0;
    const stop = runToEnd(core, () => stops++);
    return { entries: core.entries, seen, stop, stops };
  };

  it("is start section, initialiser and _start in this order, each suspendable", async () => {
    const parts = `${noting("_start", 3)} ${noting("_initialize", 2)} ${noting("main", 4)} ${noting("start", 1)} (start $start)`;
    expect(await run(parts)).toMatchObject({ entries: ["start", "_initialize", "_start"], seen: [1, 2, 3], stops: 3 });
  });

  it("is a start section alone, if there is nothing else", async () => {
    expect(await run(`${noting("start", 1)} (start $start)`)).toMatchObject({
      entries: ["start"],
      seen: [1],
      stops: 1,
    });
  });

  it.each([
    ["main", "(result i32)", 5],
    ["main", "", 0],
    ["main", "(param i32 i32) (result i32)", 5],
    ["main", "(param i32 i32)", 0],
    ["__main_argc_argv", "(param i32 i32) (result i32)", 5],
  ])("is %s %s, with its result", async (name, type, value) => {
    const result = await run(noting(name, 5, type));
    expect(result).toMatchObject({ entries: [name], seen: [5], stop: { why: "returned", value } });
  });

  it("passes zeros to main", async () => {
    const bytes = fromText(`(module ${memory}
      (func (export "main") (param i32 i32) (result i32) (i32.or (local.get 0) (local.get 1))))`);
    expect(runToEnd(await coreOf(bytes))).toEqual({ why: "returned", value: 0 });
  });
});
