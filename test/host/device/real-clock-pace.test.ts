/** The pace of the real clock, to the cycle where it can be: the wall clock is the test's. */

import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type Device } from "../../../host/device.ts";
import type { DeviceOptions, RunResult, TraceEvent } from "../../../host/index.ts";
import { encodeFrame } from "../../../host/wire/protocol.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { type ScriptedUplink, scriptedUplink } from "../kernel/scripted-uplink.ts";
import { prelude } from "./firmware-notes.ts";
import { firmware } from "./rehearsal.ts";
import { type ScriptedPlatform, scriptedPlatform } from "./scripted-platform.ts";

const sources = {
  ticking: `let ticks = 0;
    export function SysTick_Handler(): void { ticks++; }
    export function main(): void { SysTick_Config(160000); while (ticks < 100) __WFI(); }`,
  polling: "let n = 0; export function main(): void { while (n >= 0) { mvNoOp(); } }",
  counting: "export let n = 0; export function main(): void { while (n >= 0) { n = (n + 1) & 0xffff; } }",
  asleep: "export function main(): void { while (true) __WFI(); }",
};
const binaries = {} as Record<keyof typeof sources, Uint8Array>;

beforeAll(async () => {
  for (const name of Object.keys(sources) as (keyof typeof sources)[]) {
    binaries[name] = await compileText(prelude + sources[name]);
  }
});

interface Bench {
  readonly platform: ScriptedPlatform;
  readonly device: Device;
  readonly events: TraceEvent[];
  /** Device time, in milliseconds. */
  time(): number;
}

async function bench(binary: Uint8Array, options: Partial<DeviceOptions> = {}): Promise<Bench> {
  const platform = scriptedPlatform();
  const events: TraceEvent[] = [];
  const trace = (event: TraceEvent) => events.push(event);
  const device = await createDevice(
    { firmware: binary, clock: "real", timeLimitMicroseconds: Number.POSITIVE_INFINITY, trace, ...options },
    platform,
  );
  const epoch = options.epochMilliseconds ?? 1_700_000_001_000;
  return { platform, device, events, time: () => device.wallTimeMilliseconds() - epoch };
}

/** What a promise answered so far. */
function watch<Value>(promise: Promise<Value>): { value?: Value } {
  const watched: { value?: Value } = {};
  void promise.then((value) => {
    watched.value = value;
  });
  return watched;
}

const cyclesOf = (events: readonly TraceEvent[], kind: TraceEvent["kind"]) =>
  events.filter((event) => event.kind === kind).map(({ cycles }) => cycles);

describe("sleep", () => {
  it("lasts as long as the wall clock takes, and each tick stands at its own moment", async () => {
    const { platform, device, events } = await bench(binaries.ticking);
    const run = watch(device.run());
    await platform.pass(99);
    expect(run.value).toBeUndefined();
    await platform.pass(2);
    expect(run.value).toMatchObject({ reason: "finished" });
    const pends = events.filter((event) => event.kind === "interrupt" && event.phase === "pend");
    const first = pends[0]!.cycles;
    expect(pends.map(({ cycles }) => cycles - first)).toEqual(pends.map((_, index) => index * 160_000));
  });

  it("ends as soon as something comes from outside, at the wall clock's moment", async () => {
    const { platform, device, events } = await bench(await firmware("test/host/device/fixtures/peripherals.ts"));
    const run = watch(device.run());
    await platform.pass(7.25);
    device.input("uart", { bytes: "21" });
    await platform.settle();
    expect(run.value).toMatchObject({ reason: "failed", status: 11 });
    const entry = events.find((event) => event.kind === "interrupt" && event.phase === "enter");
    // 12 cycles to take the interrupt.
    expect(entry?.cycles).toBe(7250 * 160 + 12);
  });

  it("goes on to the limit when nothing is left that could wake the device: a person may", async () => {
    const { platform, device } = await bench(binaries.asleep, { timeLimitMicroseconds: 50_000 });
    const run = watch(device.run());
    await platform.pass(49.9);
    expect(run.value).toBeUndefined();
    await platform.pass(0.2);
    expect(run.value).toMatchObject({
      reason: "time-limit",
      context: "main",
      stack: ["firmware/main"],
      microseconds: 50_000,
    });
  });

  it("that is over for many ticks, since the host was blocked, is caught up tick by tick", async () => {
    const { platform, device, events } = await bench(binaries.ticking);
    const run = watch(device.run());
    await platform.pass(10);
    platform.block(500);
    await platform.pass(0);
    expect(run.value).toMatchObject({ reason: "finished" });
    const entries = events.filter((event) => event.kind === "interrupt" && event.phase === "enter");
    expect(entries).toHaveLength(100);
  });
});

describe.each(["polling", "counting"] as const)("a %s loop", (name) => {
  it("runs no further than 4 ms ahead of the wall clock, and yields as often", async () => {
    const { platform, device, time } = await bench(binaries[name]);
    const run = watch(device.run());
    for (let elapsed = 0; elapsed < 50; elapsed += 0.5) {
      await platform.pass(0.5);
      await platform.settle();
      expect(time()).toBeGreaterThanOrEqual(Math.floor(elapsed));
      expect(time()).toBeLessThanOrEqual(elapsed + 5);
    }
    expect(platform.waits.length).toBeGreaterThan(12);
    expect(Math.max(...platform.waits)).toBeLessThan(4.1);
    expect(run.value).toBeUndefined();
    await device.stop();
  });

  it("has lost the time for which the host was blocked", async () => {
    const { platform, device, time } = await bench(binaries[name]);
    void device.run();
    await platform.pass(10);
    platform.block(5000);
    await platform.pass(1);
    await platform.settle();
    expect(await device.pause()).toMatchObject({ paused: true });
    expect(time()).toBeGreaterThanOrEqual(5011);
    expect(time()).toBeLessThan(5016);
  });
});

describe("speed", () => {
  it.each([0.5, 1, 10])("%d makes device time so many times as fast", async (speed) => {
    const { platform, device } = await bench(binaries.ticking, { speed });
    const advance = watch(device.advance(20_000));
    await platform.pass(19.9 / speed);
    expect(advance.value).toBeUndefined();
    await platform.pass(0.2 / speed);
    expect(advance.value).toEqual({ paused: true, microseconds: 20_000 });
  });

  it.each([0, -1, 1001, Number.NaN])("%d is refused", async (speed) => {
    await expect(bench(binaries.asleep, { speed })).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_SPEED" });
  });
});

it("while the device is paused its time stands", async () => {
  const { platform, device } = await bench(binaries.ticking);
  const first = watch(device.advance(5000));
  await platform.pass(5);
  expect(first.value).toMatchObject({ microseconds: 5000 });
  await platform.pass(1000);
  const second = watch(device.advance(5000));
  await platform.pass(4.9);
  expect(second.value).toBeUndefined();
  await platform.pass(0.1);
  expect(second.value).toEqual({ paused: true, microseconds: 10_000 });
});

describe("the service", () => {
  const network = { attachMicroseconds: 20_000, roundTripMicroseconds: 60_000, jitterMicroseconds: 0 };
  let reader: Uint8Array;
  beforeAll(async () => {
    reader = await firmware("firmware/apps/config-reader.ts");
  });

  async function connected(uplink: ScriptedUplink): Promise<Bench & { run: { value?: RunResult } }> {
    const parts = await bench(reader, { uplink, token: "token", network });
    return { ...parts, run: watch(parts.device.run()) };
  }

  it("hears that the clock is real", async () => {
    const uplink = scriptedUplink();
    const { platform } = await connected(uplink);
    await platform.pass(1);
    expect(uplink.sent[0]).toMatchObject({ type: "hello", clock: "real" });
  });

  it("answers at once, and the answer arrives after the modelled round trip", async () => {
    const { platform, events, run } = await connected(scriptedUplink());
    await platform.pass(500);
    expect(run.value).toMatchObject({ reason: "finished" });
    const [sent, received] = cyclesOf(events, "frame");
    expect((received! - sent!) / 160).toBeGreaterThanOrEqual(60_000);
    expect((received! - sent!) / 160).toBeLessThan(62_000);
  });

  it("answers late, and the device's time goes on meanwhile", async () => {
    const uplink = scriptedUplink({ answers: false });
    const { platform, device, events, run } = await connected(uplink);
    await platform.pass(500);
    const request = uplink.sent.find(({ type }) => type === "open");
    // The service said 1 ms past 1970 as it welcomed the device.
    expect(device.wallTimeMilliseconds()).toBeGreaterThanOrEqual(499);
    expect(device.state.queue.parked).toMatchObject([{ kind: "reply-due" }]);
    uplink.answers = true;
    uplink.send(encodeFrame(request!));
    await platform.pass(1000);
    expect(run.value).toMatchObject({ reason: "finished" });
    const [sent, received] = cyclesOf(events, "frame");
    const milliseconds = (received! - sent!) / 160_000;
    // The request left after about 25 ms, the answer came at 500 ms, and its bytes take their time.
    expect(milliseconds).toBeGreaterThan(470);
    expect(milliseconds).toBeLessThan(480);
  });

  it("never answers: nothing is left parked when the request has timed out", async () => {
    const { platform, device, events, run } = await connected(scriptedUplink({ answers: false }));
    await platform.pass(200_000);
    expect(run.value).toMatchObject({ reason: "failed" });
    expect(device.state.queue.parked).toEqual([]);
    expect(events.find((event) => event.kind === "channel" && event.phase === "dead")).toBeDefined();
  });

  it("never welcomes the device: after the limit for answers it counts as unreachable", async () => {
    const platform = scriptedPlatform();
    const uplink = scriptedUplink({ onConnect: "silence" });
    const options = { firmware: reader, uplink, token: "token", network, clock: "real" } as const;
    const device = await createDevice({ ...options, answerLimitMilliseconds: 3000 }, platform);
    const run = device.run();
    const refused = expect(run).rejects.toMatchObject({ code: "ERR_MVSIM_SERVICE_UNREACHABLE" });
    await platform.pass(3100);
    await refused;
  });

  it("says the wall time, from its welcome on", async () => {
    const { platform, device, events } = await connected(scriptedUplink());
    expect(device.wallTimeMilliseconds()).toBe(1_700_000_001_000);
    await platform.pass(30);
    const [told] = events.filter((event) => event.kind === "outside");
    expect(told).toMatchObject({ input: "server-time", detail: { milliseconds: 1 } });
    expect(device.wallTimeMilliseconds()).toBeGreaterThanOrEqual(30);
    expect(device.wallTimeMilliseconds()).toBeLessThan(36);
  });
});

describe("a snapshot", () => {
  it("keeps the wall time at power-on, which was the host's", async () => {
    const { platform, device } = await bench(binaries.asleep);
    const advance = device.advance(10_000);
    await platform.pass(10);
    await advance;
    await platform.pass(5000);
    const restored = await createDevice({ firmware: binaries.asleep, snapshot: await device.snapshot() }, platform);
    expect(restored.wallTimeMilliseconds()).toBe(1_700_000_001_010);
  });

  it("goes on from where it stood, however long it took to connect again", async () => {
    const reader = await firmware("firmware/apps/config-reader.ts");
    const network = { attachMicroseconds: 20_000, jitterMicroseconds: 0 };
    const { platform, device } = await bench(reader, { uplink: scriptedUplink(), token: "token", network });
    const advance = device.advance(60_000);
    await platform.pass(60);
    await advance;
    const snapshot = await device.snapshot();
    const uplink = scriptedUplink({ onConnect: "silence" });
    const restored = await createDevice({ firmware: reader, snapshot, uplink, token: "token" }, platform);
    const further = watch(restored.advance(10_000));
    await platform.pass(500);
    uplink.say({ type: "welcome", serverTime: 1, loggingEnabled: true });
    await platform.pass(9.9);
    expect(further.value).toBeUndefined();
    await platform.pass(0.1);
    expect(further.value).toMatchObject({ paused: true, microseconds: 70_000 });
  });
});
