import { describe, expect, it } from "vitest";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

const pause = () => [call("pause", [], [], () => undefined)];
const text = (memory: string, main: string, more = "") =>
  fromText(`(module (import "env" "pause" (func $pause)) (memory (export "memory") ${memory})
    (func (export "main") (result i32) ${main}) ${more})`);

describe("a firmware's memory", () => {
  it("has a page at least, though the firmware asks for none", async () => {
    const core = await coreOf(text("0", "(call $pause) (memory.size)"), pause(), { suspendAlways: true });
    expect(core.memory.end).toBe(65536);
    expect(runToEnd(core)).toEqual({ why: "returned", value: 1 });
  });

  it("is refused when its maximum leaves no room for suspended frames", async () => {
    await expect(coreOf(text("0 0", "(memory.size)"), pause())).rejects.toMatchObject({
      code: "ERR_MVSIM_SMALL_MEMORY",
      message: expect.stringContaining("maximum of 0 pages"),
    });
  });

  it("keeps its maximum", async () => {
    const core = await coreOf(text("1 2", "(drop (memory.grow (i32.const 1))) (memory.grow (i32.const 1))"), pause());
    expect(runToEnd(core)).toEqual({ why: "returned", value: -1 });
    expect(core.memory.end).toBe(131072);
  });

  // memory.grow until it fails; the pages that there are then.
  const growAll = "(loop $more (br_if $more (i32.ge_s (memory.grow (i32.const 1)) (i32.const 0)))) (memory.size)";

  it.each([
    { memory: "1", ramBytes: undefined, pages: 8 },
    { memory: "9", ramBytes: undefined, pages: 9 },
    { memory: "9 12", ramBytes: undefined, pages: 9 },
    { memory: "1 2", ramBytes: undefined, pages: 2 },
    { memory: "1", ramBytes: 65536, pages: 1 },
    { memory: "1", ramBytes: 17 * 65536, pages: 17 },
    { memory: "1 3", ramBytes: 4 * 65536, pages: 3 },
    { memory: "0", ramBytes: 65536, pages: 1 },
  ])("of ($memory) grows to $pages pages when the device has $ramBytes bytes", async ({ memory, ramBytes, pages }) => {
    const core = await coreOf(text(memory, growAll), pause(), { ramBytes });
    expect(runToEnd(core)).toEqual({ why: "returned", value: pages });
  });

  it.each([0, -65536, 1000, 65537, Number.NaN, 65537 * 65536])(
    "is not had in a device with %d bytes",
    async (ramBytes) => {
      await expect(coreOf(text("1", "(i32.const 0)"), pause(), { ramBytes })).rejects.toMatchObject({
        code: "ERR_MVSIM_INVALID_RAM",
        message: expect.stringContaining("whole pages of 65536 bytes"),
      });
    },
  );

  it("is refused where it needs more from the start than the device has", async () => {
    await expect(coreOf(text("3", "(i32.const 0)"), pause(), { ramBytes: 131072 })).rejects.toMatchObject({
      code: "ERR_MVSIM_INVALID_RAM",
      message: expect.stringContaining("needs 196608 bytes of RAM from the start, and the device has 131072"),
    });
  });

  it("grows in a handler while the program is suspended, and the program goes on", async () => {
    const grow = `(func (export "TIM2_IRQHandler") (drop (memory.grow (i32.const 1)))
      (i32.store (i32.const 131000) (i32.const 77)))`;
    const main =
      "(local i32) (local.set 0 (i32.const 5)) (call $pause) (i32.add (local.get 0) (i32.load (i32.const 131000)))";
    const core = await coreOf(text("1", main, grow), pause(), { suspendAlways: true });
    const stop = runToEnd(core, () => {
      core.enter("TIM2_IRQHandler");
      expect(core.run()).toMatchObject({ why: "returned" });
    });
    expect(stop).toEqual({ why: "returned", value: 82 });
    expect(core.memory.end).toBe(131072);
  });

  it("is as the firmware left it at each stop: the borrowed window is given back", async () => {
    const main =
      "(memory.fill (i32.const 1) (i32.const 0xa5) (i32.const 65535)) (call $pause) (i32.load (i32.const 65532))";
    const core = await coreOf(text("1", main), pause(), { suspendAlways: true });
    const filled = new Uint8Array(65536).fill(0xa5, 1);
    const stop = runToEnd(core, () => expect(core.memory.readBytes(0, 65536)).toEqual(filled));
    expect(stop).toEqual({ why: "returned", value: 0xa5a5a5a5 | 0 });
    expect(core.memory.readBytes(0, 65536)).toEqual(filled);
  });
});

describe("the memory port", () => {
  it("says which ranges are legal", async () => {
    const { memory } = await coreOf(text("1", "(i32.const 0)"), pause());
    expect(memory.isLegal(0, 0)).toBe(true);
    expect(memory.isLegal(0, 1)).toBe(false);
    expect(memory.isLegal(1, 65535)).toBe(true);
    expect(memory.isLegal(1, 65536)).toBe(false);
    expect(memory.isLegal(65535, 1)).toBe(true);
    expect(memory.isLegal(0xffffffff, 4)).toBe(false);
    expect(memory.isLegal(16, -1)).toBe(false);
  });

  it("is little-endian, unsigned, and takes unaligned addresses", async () => {
    const { memory } = await coreOf(text("1", "(i32.const 0)"), pause());
    memory.writeUint32(17, 0xfedcba98);
    expect(memory.readBytes(17, 4)).toEqual(new Uint8Array([0x98, 0xba, 0xdc, 0xfe]));
    expect([memory.readUint8(20), memory.readUint16(19), memory.readUint32(17)]).toEqual([0xfe, 0xfedc, 0xfedcba98]);
  });
});
