import { beforeEach, describe, expect, it } from "vitest";
import { clearPreparedModules, prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

const memory = '(memory (export "memory") 1)';
const note = (changes = {}) => [call("note", [], [], () => undefined, changes)];
const bytes = fromText(`(module (import "env" "note" (func $note)) ${memory} (func (export "main") (call $note)))`);

describe("prepared modules", () => {
  beforeEach(clearPreparedModules);

  it("are kept by content: the same bytes give the same object", async () => {
    const first = await prepareModule(bytes, note());
    expect(await prepareModule(bytes.slice(), note())).toBe(first);
    expect(first.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it("are prepared once, when two ask at the same time", async () => {
    const [one, other] = await Promise.all([prepareModule(bytes, note()), prepareModule(bytes, note())]);
    expect(one).toBe(other);
  });

  it("differ with the calls that may suspend, and with their prices", async () => {
    const suspending = await prepareModule(bytes, note());
    expect(await prepareModule(bytes, note({ suspends: false }))).not.toBe(suspending);
    expect(await prepareModule(bytes, note({ cycles: 9 }))).not.toBe(suspending);
  });

  it("are the same, whatever else the device offers behind", async () => {
    const more = [...note(), call("unused", ["i32"], [], () => undefined, { cycles: 3 })];
    expect(await prepareModule(bytes, more)).toBe(await prepareModule(bytes, note()));
  });

  it("are the same bytes when they are prepared anew", async () => {
    const first = await prepareModule(bytes, note());
    clearPreparedModules();
    const second = await prepareModule(bytes, note());
    expect(second).not.toBe(first);
    expect(second.bytes).toEqual(first.bytes);
  });

  it("do not change when the caller changes its bytes", async () => {
    const mine = bytes.slice();
    const pending = prepareModule(mine, note());
    mine.fill(0xff);
    expect((await pending).entries).toHaveLength(1);
  });

  it("do not suspend at calls that may not", async () => {
    let stops = 0;
    runToEnd(await coreOf(bytes, note({ suspends: false }), { suspendAlways: true }), () => stops++);
    expect(stops).toBe(0);
    runToEnd(await coreOf(bytes, note(), { suspendAlways: true }), () => stops++);
    expect(stops).toBe(1);
  });

  it("refuse a call chain whose locals don't fit the window", async () => {
    const each = (count: number, text: (index: number) => string) =>
      Array.from({ length: count }, (_, i) => text(i)).join("");
    const chain = each(
      100,
      (level) => `(func $level${level} (local ${"i64 ".repeat(100)})
        ${each(100, (local) => `(local.set ${local} (i64.load (i32.const ${8 * local})))`)}
        (call ${level === 99 ? "$note" : `$level${level + 1}`})
        ${each(100, (local) => `(i64.store (i32.const ${8 * local}) (local.get ${local}))`)})`,
    );
    const large = fromText(`(module (import "env" "note" (func $note)) ${memory} ${chain}
      (func (export "main") (call $level0)))`);
    await expect(prepareModule(large, note())).rejects.toMatchObject({
      code: "ERR_MVSIM_FRAMES_TOO_LARGE",
      message: expect.stringMatching(/8\d\d\d\d bytes/),
    });
  });
});

describe("the C stack pointer", () => {
  const prologue = `(func $callee (export "run") (local $frame i32)
    (local.set $frame (i32.sub (global.get 0) (i32.const 16)))
    (global.set 0 (local.get $frame))
    (i32.store (local.get $frame) (i32.const 7))
    (global.set 0 (i32.add (local.get $frame) (i32.const 16))))`;
  const abort = '(import "env" "abort" (func (param i32 i32 i32 i32)))';
  const calls = [call("abort", ["i32", "i32", "i32", "i32"], [], () => undefined)];
  const found = async (text: string) => (await prepareModule(fromText(text), calls)).stackPointer;

  it.each([
    [
      "by its name in the name section",
      `(module ${memory} (global $other (mut i32) (i32.const 1)) (global $__stack_pointer (mut i32) (i32.const 4096))
        (func (export "main")))`,
      1,
    ],
    [
      "by the name of its export",
      `(module ${memory} (global $a (mut i32) (i32.const 1)) (global $b (export "__stack_pointer") (mut i32) (i32.const 4096))
        (func (export "main")))`,
      1,
    ],
    [
      "by LLVM's prologue",
      `(module ${memory} (global $a (mut i32) (i32.const 4096)) ${prologue} (func (export "main")))`,
      0,
    ],
    [
      "not in AssemblyScript",
      `(module ${abort} ${memory} (global $a (mut i32) (i32.const 4096)) ${prologue} (func (export "main")))`,
      undefined,
    ],
    [
      "not where a global only counts down",
      `(module ${memory} (global $a (mut i32) (i32.const 9))
        (func (export "main") (global.set 0 (i32.sub (global.get 0) (i32.const 1)))))`,
      undefined,
    ],
    [
      "not when a constant has its name",
      `(module ${memory} (global $__stack_pointer i32 (i32.const 4096)) (func (export "main")))`,
      undefined,
    ],
  ])("is found %s", async (_, text, index) => {
    expect(await found(text)).toBe(index);
  });

  it("is lower by the red zone and aligned while a handler runs, and as it was afterwards", async () => {
    const core = await coreOf(
      fromText(`(module ${memory} (global $__stack_pointer (mut i32) (i32.const 4100))
        (func (export "TIM2_IRQHandler") (i32.store (i32.const 16) (global.get 0)) (global.set 0 (i32.const 5)))
        (func (export "main") (i32.store (i32.const 20) (global.get 0))))`),
    );
    core.enter("TIM2_IRQHandler");
    expect(core.run()).toMatchObject({ why: "returned" });
    core.enter("main");
    expect(core.run()).toMatchObject({ why: "returned" });
    expect(core.memory.readUint32(16)).toBe(3968);
    expect(core.memory.readUint32(20)).toBe(4100);
  });
});
