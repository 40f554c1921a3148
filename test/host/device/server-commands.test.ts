/** What a server commands: a restart of the application, and the switch of its logging. */

import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type TraceEvent } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { scriptedUplink } from "../kernel/scripted-uplink.ts";

const source = `
import { clock, log, network, Outcome } from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
export function main(): i32 {
  if (network.open() != Outcome.Ok) return 1;
  for (let ticks = 0; ticks < 1000; ticks++) { log("tick"); clock.sleep(100); }
  return 0;
}`;

let ticker: Uint8Array;
beforeAll(async () => {
  ticker = await compileText(source);
});

async function online(events: TraceEvent[]) {
  const uplink = scriptedUplink();
  const device = await createDevice({
    firmware: ticker,
    uplink,
    token: "t",
    timeLimitMicroseconds: 60_000_000,
    trace: (event) => events.push(event),
  });
  await device.runUntil((event) => event.kind === "return" && event.name === "mvServerLog");
  return { device, uplink };
}

const bootsOf = (events: readonly TraceEvent[]) =>
  events.flatMap((event) => (event.kind === "boot" ? [event.wakeReason] : []));
describe("a restart by the server", () => {
  it("boots the application again with its wake reason, over the wire; it goes online anew", async () => {
    const events: TraceEvent[] = [];
    const { device, uplink } = await online(events);
    uplink.say({ type: "restart" });
    const boot = await device.runUntil("boot");
    expect(boot).toMatchObject({ event: { wakeReason: "REMOTEAPPLICATIONRESTART" } });
    expect(events).toContainEqual(expect.objectContaining({ kind: "outside", input: "restart", detail: null }));
    await device.runUntil((event) => event.kind === "return" && event.name === "mvServerLog");
    expect(bootsOf(events)).toEqual(["COLDBOOT", "REMOTEAPPLICATIONRESTART"]);
  });

  it("loses no other input that came with it", async () => {
    const events: TraceEvent[] = [];
    const { device } = await online(events);
    device.input("restart", null);
    device.input("update", null);
    device.input("restart", null);
    await device.runUntil((event) => event.kind === "return" && event.name === "mvServerLog");
    const inputs = events.flatMap((event) => (event.kind === "outside" ? [event.input] : []));
    expect(inputs).toEqual(["restart", "update", "restart"]);
    // The second one found it off: it was to boot anyway.
    expect(bootsOf(events)).toEqual(["COLDBOOT", "REMOTEAPPLICATIONRESTART"]);
  });

  it("is nothing to a device in deep sleep, which boots when it would", async () => {
    const sleeper = await compileText(`
      @external("env", "mvGetWakeReason") declare function mvGetWakeReason(out: usize): i32;
      @external("env", "mvDeepSleep") declare function mvDeepSleep(mode: u32): i32;
      const OUT = memory.data(16, 8);
      export function main(): void {
        mvGetWakeReason(OUT);
        if (load<u8>(OUT) == 0) mvDeepSleep(1);
      }`);
    const events: TraceEvent[] = [];
    const trace = (event: TraceEvent) => events.push(event);
    const device = await createDevice({
      firmware: sleeper,
      trace,
      checkInMicroseconds: 60_000_000,
      timeLimitMicroseconds: 1e9,
    });
    await device.advance(1_000_000);
    device.input("restart", null);
    const { microseconds } = await device.run();
    expect(bootsOf(events)).toEqual(["COLDBOOT", "DEEPSLEEPCHECKIN"]);
    expect(microseconds).toBeGreaterThan(60_000_000);
  });
});

describe("the switch of logging", () => {
  it("is known to the application at once, over the wire", async () => {
    const events: TraceEvent[] = [];
    const { device, uplink } = await online(events);
    uplink.say({ type: "logging", enabled: false });
    const nextLog = () => device.runUntil((event) => event.kind === "return" && event.name === "mvServerLog");
    expect(await nextLog()).toMatchObject({ event: { status: "LOGGINGDISABLEDBYSERVER" } });
    uplink.say({ type: "logging", enabled: true });
    expect(await nextLog()).toMatchObject({ event: { status: "OKAY" } });
    const switches = events.filter((event) => event.kind === "outside");
    expect(switches).toMatchObject([{ detail: { enabled: false } }, { detail: { enabled: true } }]);
  });

  it("needs to say which way", async () => {
    const { device } = await online([]);
    expect(() => device.input("logging", null)).toThrow(/is no switch/);
  });
});
