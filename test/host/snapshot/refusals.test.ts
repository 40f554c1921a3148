/** Which snapshots a device is not restored from, and what the refusal says. */

import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type DeviceOptions } from "../../../host/index.ts";
import { decodeSnapshot, encodeSnapshot } from "../../../host/snapshot/format.ts";
import { fromText } from "../mcu/wasm/firmware.ts";

/** Counts rounds for ever. */
const counting = (step: number) =>
  fromText(`(module (memory (export "memory") 1) (global $rounds (mut i32) (i32.const 0))
    (func (export "main") (loop (global.set $rounds (i32.add (global.get $rounds) (i32.const ${step}))) (br 0))))`);

const firmware = counting(1);
const taken = { firmware, seed: 7, stopAfterMicroseconds: 5000 } satisfies DeviceOptions;
let snapshot: Uint8Array;
beforeAll(async () => {
  const device = await createDevice(taken);
  await device.advance(1000);
  snapshot = await device.snapshot();
});

function refusal(code: string, message: RegExp) {
  return { name: "SimulatorError", code: `ERR_MVSIM_SNAPSHOT_${code}`, message: expect.stringMatching(message) };
}

const restore = (changes: Partial<DeviceOptions> = {}) => createDevice({ firmware, snapshot, ...changes });

type Content = Record<string, unknown> & { state: Record<string, Record<string, unknown>> };

/** The same snapshot with its content changed, whole and undamaged. */
async function altered(change: (content: Content) => unknown): Promise<Uint8Array> {
  const content = (await decodeSnapshot(snapshot)) as Content;
  return encodeSnapshot(change(content));
}

it("the snapshot as it is goes on where it was taken", async () => {
  const device = await restore();
  expect(await device.pause()).toMatchObject({ paused: true });
  expect(await device.run()).toMatchObject({ reason: "stopped", microseconds: 5000 });
});

describe("a device is not restored from", () => {
  it.each([
    ["nothing", () => new Uint8Array(), /does not begin as a snapshot does/],
    ["a firmware", () => firmware, /does not begin as a snapshot does/],
    ["its first half", () => snapshot.slice(0, snapshot.length / 2), /it is not whole, or something was added/],
    ["one with its end cut off", () => snapshot.slice(0, -1), /it is not whole, or something was added/],
    ["one with something behind it", () => Uint8Array.of(...snapshot, 0), /it is not whole, or something was added/],
    ["one with a bit turned in the middle", () => turned(snapshot.length >> 1), /it is damaged|content can't be read/],
    ["one with a bit turned in its checksum", () => turned(snapshot.length - 6), /it is damaged/],
  ])("%s", async (_what, bytes, problem) => {
    await expect(restore({ snapshot: bytes() })).rejects.toMatchObject(refusal("INVALID", problem));
    await expect(restore({ snapshot: bytes() })).rejects.toThrow(/Take it again with device\.snapshot\(\)\.$/);
  });

  it.each([
    ["something else in the same form", () => "a text"],
    ["one without a state", ({ state: _state, ...rest }: Content) => rest],
    ["one without a core", ({ core: _core, ...rest }: Content) => rest],
  ])("%s", async (_what, change) => {
    const bytes = await altered(change as (content: Content) => unknown);
    await expect(restore({ snapshot: bytes })).rejects.toMatchObject(refusal("INVALID", /content is none of a device/));
  });

  it("one of another firmware, which both hashes show", async () => {
    await expect(restore({ firmware: counting(2) })).rejects.toMatchObject(
      refusal("MISMATCH", /taken of another firmware: SHA-256 [0-9a-f]{64}, and this one has [0-9a-f]{64}/),
    );
  });

  it("one of another version of the format", async () => {
    const bytes = snapshot.slice();
    bytes[8] = 2;
    await expect(restore({ snapshot: bytes })).rejects.toMatchObject(
      refusal("MISMATCH", /its format is version 2, and this simulator knows version 1/),
    );
  });

  it.each([
    ["another cost model", { costModel: 99 }, /taken with cost model 99, and this simulator has \d+/],
    [
      "another preparation of the firmware",
      { preparation: "0".repeat(64) },
      /another version of the simulator took it/,
    ],
  ])("one of %s", async (_what, changes, difference) => {
    const bytes = await altered((content) => ({ ...content, ...changes }));
    await expect(restore({ snapshot: bytes })).rejects.toMatchObject(refusal("MISMATCH", difference));
  });

  it.each([
    ["a part of the state more", ({ state }: Content) => Object.assign(state, { radio: {} })],
    ["a part of the state less", ({ state }: Content) => Reflect.deleteProperty(state, "peripherals")],
    ["a field more in a part", ({ state }: Content) => Object.assign(state.run!, { mood: "good" })],
    ["a field less in a part", ({ state }: Content) => Reflect.deleteProperty(state.kernel!, "channels")],
  ])("one that has %s: another version took it", async (_what, change) => {
    const bytes = await altered((content) => {
      change(content);
      return content;
    });
    await expect(restore({ snapshot: bytes })).rejects.toMatchObject(refusal("MISMATCH", /another version/));
  });
});

function turned(index: number): Uint8Array {
  const bytes = snapshot.slice();
  bytes[index]! ^= 4;
  return bytes;
}

describe("an option beside the snapshot", () => {
  it.each<[keyof DeviceOptions, unknown, string]>([
    ["seed", 8, "8, and it was taken with 7"],
    ["epochMilliseconds", 5, "5, and it was taken with none"],
    ["clock", "real", '"real", and it was taken with none'],
    ["speed", 2, "2, and it was taken with none"],
    ["inputs", [{ atMicroseconds: 1, name: "check-in", detail: null }], '[{"atMicroseconds":1'],
    ["testMode", true, "true, and it was taken with none"],
    ["externalFlash", true, "true, and it was taken with none"],
    ["checkInMicroseconds", 5, "5, and it was taken with none"],
    ["rtcAlarmMicroseconds", 5, "5, and it was taken with none"],
    ["network", { attachMicroseconds: 1 }, '{"attachMicroseconds":1}, and it was taken with none'],
    ["costs", { syscallCycles: 1 }, '{"syscallCycles":1}, and it was taken with none'],
    ["ramBytes", 65536, "65536, and it was taken with none"],
    ["handlerLimitMicroseconds", 5, "5, and it was taken with none"],
    ["maxDepth", 5, "5, and it was taken with none"],
  ])("%s may not be another one", async (name, value, difference) => {
    const message = `the option ${name} is ${difference}`.replaceAll(/[[\]{}]/g, "\\$&");
    await expect(restore({ [name]: value })).rejects.toMatchObject(
      refusal("MISMATCH", new RegExp(`${message}.*; leave the option out`)),
    );
  });

  it("externalFlash has to be there when the device had one that is kept elsewhere, and only then", async () => {
    const chip = { sizeBytes: 8 * 2 ** 20, read: (_at: number, bytes: number) => new Uint8Array(bytes), write() {} };
    const withChip = await (await createDevice({ ...taken, externalFlash: chip })).snapshot();
    await expect(restore({ snapshot: withChip })).rejects.toMatchObject(
      refusal("MISMATCH", /its external flash is kept elsewhere, and the option externalFlash is missing/),
    );
    await expect(restore({ snapshot: withChip, externalFlash: true })).rejects.toMatchObject(
      refusal("MISMATCH", /externalFlash is true, and it was taken with "elsewhere"/),
    );
    await expect(restore({ externalFlash: chip })).rejects.toMatchObject(
      refusal("MISMATCH", /externalFlash is "elsewhere", and it was taken with none/),
    );
    const device = await restore({ snapshot: withChip, externalFlash: chip });
    expect(await device.run()).toMatchObject({ reason: "stopped" });
  });

  it.each<[string, Partial<DeviceOptions>]>([
    ["the same seed", { seed: 7 }],
    ["a SID of its own", { deviceSid: `UV${"a".repeat(32)}` }],
    ["an answer limit", { answerLimitMilliseconds: 1 }],
    ["the size of slices", { sliceCycles: 1000 }],
    ["suspension at every call", { suspendAlways: true }],
  ])("may be %s", async (_what, options) => {
    expect(await (await restore(options)).run()).toMatchObject({ reason: "stopped", microseconds: 5000 });
  });

  it.each<[string, Partial<DeviceOptions>, object]>([
    ["an end that is sooner", { stopAfterMicroseconds: 2000 }, { reason: "stopped", microseconds: 2000 }],
    ["an end that is later", { stopAfterMicroseconds: 9000 }, { reason: "stopped", microseconds: 9000 }],
    ["a limit, and no other end", { timeLimitMicroseconds: 8000 }, { reason: "time-limit", microseconds: 8000 }],
    ["an end that has passed", { stopAfterMicroseconds: 10 }, { reason: "stopped" }],
  ])("may be %s, from power-on", async (_what, options, end) => {
    expect(await (await restore(options)).run()).toMatchObject(end);
  });
});

describe("device.snapshot()", () => {
  it("is refused while a control call is in progress, which names the call", async () => {
    const device = await createDevice(taken);
    const running = device.run();
    await expect(device.snapshot()).rejects.toMatchObject({
      code: "ERR_MVSIM_BUSY",
      message: expect.stringMatching(/^snapshot\(\) while run\(\) is in progress: await it, or pause\(\)/),
    });
    expect(await running).toMatchObject({ reason: "stopped" });
  });

  it("is refused too when a control call begins before it is done", async () => {
    const device = await createDevice({ ...taken, stopAfterMicroseconds: undefined, timeLimitMicroseconds: Infinity });
    const taking = device.snapshot();
    const running = device.run();
    await expect(taking).rejects.toMatchObject({ code: "ERR_MVSIM_BUSY" });
    expect(await device.stop()).toEqual(await running);
  });

  it("before power-on is a device that starts at power-on", async () => {
    const early = await (await createDevice(taken)).snapshot();
    expect(await (await restore({ snapshot: early })).run()).toMatchObject({ reason: "stopped", microseconds: 5000 });
  });

  it("after the end is a device that can be looked at, and not run", async () => {
    const device = await createDevice(taken);
    await device.run();
    const over = await restore({ snapshot: await device.snapshot() });
    expect(over.state).toEqual(device.state);
    await expect(over.run()).rejects.toMatchObject({ code: "ERR_MVSIM_ALREADY_RUN" });
  });
});
