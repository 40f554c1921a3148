/** Restarts and deep sleep on a whole device: what it boots from, when, and what may happen while it is off. */

import { beforeAll, describe, expect, it } from "vitest";
import type { TraceEvent } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { type Rehearsal, rehearse } from "./rehearsal.ts";

const hour = 3_600_000_000;
const day = 24 * hour;
const resetMicroseconds = 100_000;

/** Goes through all of its boots: each wake reason leads to the next. */
const source = `
@external("env", "NVIC_SystemReset") declare function NVIC_SystemReset(): void;
@external("env", "mvGetWakeReason") declare function mvGetWakeReason(out: usize): i32;
@external("env", "mvGetMicroseconds") declare function mvGetMicroseconds(out: usize): i32;
@external("env", "mvRestart") declare function mvRestart(mode: u32): i32;
@external("env", "mvDeepSleep") declare function mvDeepSleep(mode: u32): i32;
const OUT = memory.data(16, 8);
export function main(): i32 {
  mvGetWakeReason(OUT);
  const reason = load<u8>(OUT);
  mvGetMicroseconds(OUT);
  if (reason == 0) mvRestart(0);
  if (reason == 2) NVIC_SystemReset();
  if (reason == 8) mvDeepSleep(1);
  return reason;
}`;

let firmware: Uint8Array;
beforeAll(async () => {
  firmware = await compileText(source);
});

type Boot = Extract<TraceEvent, { kind: "boot" }>;

async function run(rehearsal: Omit<Rehearsal, "firmware"> = {}) {
  const device = { timeLimitMicroseconds: 2 * day, ...rehearsal.device };
  const { result, events, lines } = await rehearse({ ...rehearsal, firmware, device });
  const boots = events.filter((event): event is Boot => event.kind === "boot");
  return { result, events, lines, boots, reasons: boots.map(({ wakeReason }) => wakeReason) };
}

const deepSleep = (events: readonly TraceEvent[]): number =>
  events.find((event) => event.kind === "call" && event.name === "mvDeepSleep")!.cycles;

it("boots for each reason in turn, and tells the firmware the same", async () => {
  const { result, events, reasons } = await run();
  expect(reasons).toEqual(["COLDBOOT", "REMOTEAPPLICATIONRESTART", "APPLICATIONCRASH", "DEEPSLEEPCHECKIN"]);
  expect(result).toMatchObject({ reason: "failed", status: 12 });
  const told = events.filter((event) => event.kind === "return" && event.name === "mvGetWakeReason");
  expect(told).toMatchObject(reasons.map((mode) => ({ results: { mode } })));
});

it("stays off for a day and a reset, exactly, and counts its microseconds from the boot", async () => {
  const { events, boots } = await run();
  expect(boots[3]!.cycles - deepSleep(events)).toBe((day + resetMicroseconds) * 160);
  const times = events.flatMap((event) =>
    event.kind === "return" && event.name === "mvGetMicroseconds" ? [event.results.ms] : [],
  );
  expect(new Set(times).size).toBe(1);
});

it("a call that boots the device has no return", async () => {
  const { events } = await run();
  const names = events.map((event) => ("name" in event ? `${event.kind} ${event.name}` : event.kind));
  expect(names.filter((name) => /mvRestart|mvDeepSleep/.test(name))).toEqual(["call mvRestart", "call mvDeepSleep"]);
});

it("takes other times for check-in and alarm", async () => {
  const checkIn = await run({ device: { checkInMicroseconds: hour } });
  expect(checkIn.boots[3]!.cycles - deepSleep(checkIn.events)).toBe((hour + resetMicroseconds) * 160);
  const alarm = await run({ device: { rtcAlarmMicroseconds: 1_000_000 } });
  expect(alarm.reasons[3]).toBe("DEEPSLEEPAPPLICATIONRTC");
  expect(alarm.result).toMatchObject({ reason: "failed", status: 15 });
});

it.each([{ suspendAlways: true }, { sliceCycles: 1000 }])("has the same trace with %o", async (device) => {
  expect((await run({ device })).lines).toEqual((await run()).lines);
});

describe("while it is off", () => {
  it("the end of a run is where it was said", async () => {
    const { result, reasons } = await run({ device: { stopAfterMicroseconds: hour } });
    expect(result).toEqual({ reason: "stopped", microseconds: hour });
    expect(reasons).toHaveLength(3);
  });

  it("a time limit falls due", async () => {
    const { result } = await run({ device: { timeLimitMicroseconds: hour } });
    expect(result).toMatchObject({ reason: "time-limit", context: "reset", stack: [], microseconds: hour });
  });

  it("the server's check-in wakes it", async () => {
    const { reasons, boots } = await run({
      device: { rtcAlarmMicroseconds: hour },
      async drive(device) {
        await device.advance(5_000_000);
        device.input("check-in", null);
        return device.run();
      },
    });
    expect(reasons[3]).toBe("DEEPSLEEPCHECKIN");
    expect(boots[3]!.cycles).toBe((5_000_000 + resetMicroseconds) * 160);
  });

  it("an update can be downloaded; it is applied by the next restart only", async () => {
    const { reasons } = await run({
      async drive(device) {
        await device.advance(5_000_000);
        device.input("update", null);
        return device.run();
      },
    });
    expect(reasons.at(-1)).toBe("DEEPSLEEPCHECKIN");
  });
});

it("a check-in is nothing to a device that is on, or that is being reset", async () => {
  const plain = await run();
  const asked = await run({
    async drive(device) {
      await device.advance(1);
      device.input("check-in", null);
      await device.advance(50_000);
      device.input("check-in", null);
      return device.run();
    },
  });
  expect(asked.boots.map(({ cycles }) => cycles)).toEqual(plain.boots.map(({ cycles }) => cycles));
  expect(asked.reasons).toEqual(plain.reasons);
});

it("an update that comes while it runs is reported, and applied by mvRestart", async () => {
  const updater = await compileText(`
    @external("env", "__WFI") declare function __WFI(): void;
    @external("env", "NVIC_EnableIRQ") declare function NVIC_EnableIRQ(irq: i32): void;
    @external("env", "mvGetWakeReason") declare function mvGetWakeReason(out: usize): i32;
    @external("env", "mvRestart") declare function mvRestart(mode: u32): i32;
    @external("env", "mvSetupNotifications") declare function mvSetupNotifications(setup: usize, out: usize): i32;
    @external("env", "mvOpenSystemNotification") declare function mvOpenSystemNotification(p: usize, out: usize): i32;
    const OUT = memory.data(16, 8);
    const SETUP = memory.data(12, 4);
    const RING = memory.data(64, 16);
    const PARAMS = memory.data(12, 4);
    let heard: u32 = 0;
    export function TIM2_IRQHandler(): void { heard = load<u32>(RING + 8); }
    export function main(): i32 {
      mvGetWakeReason(OUT);
      if (load<u8>(OUT) == 9) return 0;
      store<u32>(SETUP, 45); store<u32>(SETUP + 4, RING); store<u32>(SETUP + 8, 64);
      mvSetupNotifications(SETUP, PARAMS);
      store<u32>(PARAMS + 4, 7); store<u32>(PARAMS + 8, 1);
      if (mvOpenSystemNotification(PARAMS, OUT) != 0) return 8;
      NVIC_EnableIRQ(45);
      while (heard == 0) __WFI();
      return heard == 5 ? mvRestart(0) : 7;
    }`);
  const { result, events } = await rehearse({
    firmware: updater,
    drive: (device) =>
      device
        .runUntil((event) => event.kind === "sleep")
        .then(() => {
          device.input("update", null);
          return device.run();
        }),
  });
  expect(result.reason).toBe("finished");
  const shown = events.filter(({ kind }) => kind === "outside" || kind === "notification" || kind === "boot");
  expect(shown).toMatchObject([
    { kind: "boot", wakeReason: "COLDBOOT" },
    { kind: "outside", input: "update", detail: null },
    { kind: "notification", type: "UPDATEDOWNLOADED", tag: 7 },
    { kind: "boot", wakeReason: "APPLICATIONUPDATE" },
  ]);
});
