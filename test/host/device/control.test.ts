/** The control of a device: where it pauses changes nothing, and each call stops where it says. */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type Device, type DeviceOptions, type RunResult, type TraceEvent } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { prelude } from "./firmware-notes.ts";
import { firmware, type Rehearsed, rehearse } from "./rehearsal.ts";

const configs = { greeting: "hello", a: "first", b: "second", c: "third", d: "fourth" };

type Cut = { readonly advance: number } | "step" | "pause" | "predicate";

/** Takes a device to its end with these cuts, and what is left in one go. */
async function inPieces(device: Device, cuts: readonly Cut[]): Promise<RunResult> {
  for (const cut of cuts) {
    const stop = await piece(device, cut);
    if (!("paused" in stop)) return stop;
  }
  return device.run();
}

function piece(device: Device, cut: Cut): ReturnType<Device["advance"]> {
  if (cut === "step") return device.step();
  if (cut === "pause") {
    const running = device.advance(10_000_000);
    void device.pause();
    return running;
  }
  if (cut === "predicate") return device.runUntil(({ sequence }) => sequence % 7 === 0);
  return device.advance(cut.advance);
}

const cut: fc.Arbitrary<Cut> = fc.oneof(
  fc.constantFrom<Cut>("step", "pause", "predicate"),
  fc.record({ advance: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.integer({ min: 0, max: 900_000 })) }),
);

const ticking = `
  let ticks = 0;
  export function SysTick_Handler(): void { ticks++; NVIC_SetPendingIRQ(45); for (let i = 0; i < 3; i++) mvNoOp(); }
  export function TIM2_IRQHandler(): void { mvNoOp(); }
  export function main(): void {
    NVIC_EnableIRQ(45);
    NVIC_SetPriority(45, 3);
    SysTick_Config(9000);
    let sum = 0;
    while (ticks < 40) { for (let i = 0; i < 100; i++) sum += i; if (ticks % 5 == 4) __WFI(); }
    trace("sum", 1, sum);
  }`;

describe.each([
  ["config-reader", () => firmware("firmware/apps/config-reader.ts")],
  ["four fetches", () => firmware("test/host/device/fixtures/four-fetches.ts")],
  ["nested interrupts", () => compileText(prelude + ticking)],
])("the trace of %s", (_name, source) => {
  let binary: Uint8Array;
  let expected: Rehearsed;

  beforeAll(async () => {
    binary = await source();
    expected = await rehearse({ firmware: binary, configs });
    expect(expected.result.reason).toBe("finished");
  });

  it("is the same however the run is cut into pieces", async () => {
    const cutRuns = fc.asyncProperty(fc.array(cut, { minLength: 1, maxLength: 60 }), async (cuts) => {
      const { lines } = await rehearse({ firmware: binary, configs, drive: (device) => inPieces(device, cuts) });
      expect(lines).toEqual(expected.lines);
    });
    await fc.assert(cutRuns, { numRuns: 30, seed: 4 });
  });

  it("is the same step by step, and the steps are all its returns, notifications and handlers' entries", async () => {
    const steps: TraceEvent[] = [];
    const { lines } = await rehearse({
      firmware: binary,
      configs,
      async drive(device) {
        for (;;) {
          const stop = await device.step();
          if (!("paused" in stop)) return stop;
          steps.push(stop.event!);
        }
      },
    });
    expect(lines).toEqual(expected.lines);
    const { events } = expected;
    expect(steps).toEqual(
      events.filter(
        (event) =>
          /^(return|notification)$/.test(event.kind) || (event.kind === "interrupt" && event.phase === "enter"),
      ),
    );
  });
});

const compiled = new Map<string, Promise<Uint8Array>>();

/** Without a trace listener and a service. */
async function deviceOf(source: string, options: Partial<DeviceOptions> = {}): Promise<Device> {
  const binary = compiled.get(source) ?? compileText(prelude + source);
  compiled.set(source, binary);
  return createDevice({ firmware: await binary, ...options });
}

const sleeper =
  "export function SysTick_Handler(): void {} export function main(): void { SysTick_Config(160000); while (true) __WFI(); }";
const sleepsForEver = "export function main(): void { while (true) __WFI(); }";
const busy = "export function main(): void { let n = 0; while (true) { n++; if (n == -1) mvNoOp(); } }";

describe("advance", () => {
  it("lets exactly so much time pass while the device sleeps, then pauses", async () => {
    const device = await deviceOf(sleeper);
    expect(await device.advance(12_345)).toEqual({ paused: true, microseconds: 12_345 });
    expect(await device.advance(0)).toEqual({ paused: true, microseconds: 12_345 });
    expect(await device.advance(1)).toEqual({ paused: true, microseconds: 12_346 });
  });

  it("does not drift while the device is busy", async () => {
    const device = await deviceOf(busy, { stopAfterMicroseconds: 1_000_000 });
    let last = 0;
    for (let times = 0; times < 1000; times++) last = (await device.advance(7)).microseconds;
    expect(last).toBe(7000);
  });

  it("passes a sleep that nothing would end, which run() then reports", async () => {
    const device = await deviceOf(sleepsForEver);
    expect(await device.advance(5_000_000)).toEqual({ paused: true, microseconds: 5_000_000 });
    expect(await device.run()).toEqual({ reason: "asleep", microseconds: 5_000_000 });
  });

  it("ends early with the run", async () => {
    const device = await deviceOf(sleeper, { stopAfterMicroseconds: 3000 });
    expect(await device.advance(3000)).toEqual({ reason: "stopped", microseconds: 3000 });
  });

  it("says once that the rest of the run is sleep, at the moment when it is", async () => {
    const events: TraceEvent[] = [];
    const options = { stopAfterMicroseconds: 9000, trace: (event: TraceEvent) => events.push(event) };
    const device = await deviceOf(sleepsForEver, options);
    for (let times = 0; times < 5; times++) await device.advance(1000);
    await device.run();
    const said = events.filter(({ kind }) => kind === "diagnostic");
    expect(said).toHaveLength(1);
    expect(said[0]!.cycles).toBeLessThan(1000);
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])("refuses %d microseconds", async (microseconds) => {
    const device = await deviceOf(sleeper);
    await expect(device.advance(microseconds)).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_TIME" });
  });
});

describe("runUntil", () => {
  it("answers the first event of a kind, without a trace listener too", async () => {
    const device = await deviceOf(sleeper);
    const stop = await device.runUntil("sleep");
    expect(stop).toMatchObject({ paused: true, event: { kind: "sleep", phase: "enter", context: "main" } });
  });

  it("rejects with what the predicate throws, and the device can go on", async () => {
    const device = await deviceOf(sleeper, { stopAfterMicroseconds: 3000 });
    const failing = device.runUntil(({ kind }) => {
      if (kind === "interrupt") throw new RangeError("mine");
      return false;
    });
    await expect(failing).rejects.toThrow("mine");
    expect(await device.run()).toMatchObject({ reason: "stopped" });
  });

  it("answers the run's result when nothing held", async () => {
    const device = await deviceOf(sleeper, { stopAfterMicroseconds: 3000 });
    expect(await device.runUntil(() => false)).toMatchObject({ reason: "stopped" });
  });
});

describe("control calls", () => {
  it("are refused while another one is in progress", async () => {
    const device = await deviceOf(sleeper, { stopAfterMicroseconds: 3000 });
    const running = device.run();
    const refused = await Promise.allSettled([device.step(), device.runUntil("end"), device.advance(1), device.run()]);
    for (const { reason } of refused as PromiseRejectedResult[])
      expect(reason).toMatchObject({ code: "ERR_MVSIM_BUSY" });
    expect(await running).toMatchObject({ reason: "stopped" });
  });

  it("are refused after the end", async () => {
    const device = await deviceOf(sleeper, { stopAfterMicroseconds: 3000 });
    await device.run();
    for (const call of [() => device.run(), () => device.advance(1), () => device.step()]) {
      await expect(call()).rejects.toMatchObject({ code: "ERR_MVSIM_ALREADY_RUN" });
    }
    expect(() => device.input("gpio", null)).toThrow(expect.objectContaining({ code: "ERR_MVSIM_ALREADY_RUN" }));
  });
});

describe("pause and stop", () => {
  it("a pause only delays the answer of run()", async () => {
    const device = await deviceOf(busy, { stopAfterMicroseconds: 1_000_000 });
    const running = device.run();
    expect(await device.pause()).toMatchObject({ paused: true });
    expect(await device.step()).toEqual(await running);
    expect(await running).toMatchObject({ reason: "stopped" });
  });

  it("a pause without a call in progress leaves the device off", async () => {
    const device = await deviceOf(sleeper);
    expect(await device.pause()).toEqual({ paused: true, microseconds: 0 });
    expect(device.state.run.phase).toBe("off");
  });

  it("stop ends a paused device, and whoever waits for its end hears of it", async () => {
    const device = await deviceOf(busy);
    const running = device.run();
    await device.pause();
    expect(await device.stop()).toMatchObject({ reason: "interrupted", context: "main" });
    expect(await running).toMatchObject({ reason: "interrupted" });
  });

  it("a listener may pause the device from within its first event", async () => {
    const device: Device = await deviceOf(sleeper, { trace: () => void device.pause() });
    expect(await device.advance(1000)).toMatchObject({ paused: true, microseconds: 0 });
  });
});

it("an input that the device does not know is refused with those that it does", async () => {
  const device = await deviceOf(sleeper);
  expect(() => device.input("keyboard", null)).toThrow(expect.objectContaining({ code: "ERR_MVSIM_UNKNOWN_INPUT" }));
});
