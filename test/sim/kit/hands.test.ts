/** What a test does to a device: calls that fail, a network that falls, and that all of it replays. */

import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Simulation, simulate as simulateAnywhere } from "../../../sim/kit/index.ts";
import { readTrace } from "../../../sim/replay/recorded-trace.ts";
import { replay } from "../../../sim/replay/replay.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

async function poller(): Promise<Simulation> {
  const firmware = "build/firmware/debug/config-poller.wasm";
  const device = await simulateAnywhere({ firmware, configs: { greeting: "Hi" } });
  onTestFinished(() => device.close());
  return device;
}

const answersOf = (device: Simulation, name: string) =>
  device.calls.filter((call) => call.name === name).map(({ status }) => status);

describe("faults.answer", () => {
  it("makes the next calls answer a status, and then no more", async () => {
    const device = await poller();
    device.faults.answer("mvOpenChannel", "RATELIMITED", { times: 2 });
    await device.runUntil(/greeting: Hi/);
    expect(answersOf(device, "mvOpenChannel")).toEqual(["RATELIMITED", "RATELIMITED", "OKAY"]);
  });

  it("lets some go through before, goes on for ever, and is taken back", async () => {
    const device = await poller();
    device.faults.answer("mvOpenChannel", "RATELIMITED", { skip: 1, times: Number.POSITIVE_INFINITY });
    await device.advance("30s");
    const [first, ...others] = answersOf(device, "mvOpenChannel");
    expect(first).toBe("OKAY");
    expect(others.length).toBeGreaterThan(1);
    expect(new Set(others)).toEqual(new Set(["RATELIMITED"]));
    device.faults.clear("mvOpenChannel");
    await device.runUntil(
      (event) => event.kind === "return" && event.name === "mvOpenChannel" && event.status === "OKAY",
    );
    expect(answersOf(device, "mvOpenChannel").at(-1)).toBe("OKAY");
  });

  it("refuses what the call is not documented to answer, unless it is said to be meant", async () => {
    const device = await poller();
    expect(() => device.faults.answer("mvOpenChannel", "TIMENOTSET")).toThrow(/TIMENOTSET/);
    device.faults.answer("mvOpenChannel", "TIMENOTSET", { undocumented: true });
    await device.runUntil((event) => event.kind === "return" && event.name === "mvOpenChannel");
    expect(answersOf(device, "mvOpenChannel")).toEqual(["TIMENOTSET"]);
  });
});

describe("network", () => {
  const states = (device: Simulation) =>
    device.trace.flatMap((event) => (event.kind === "network" ? [event.status] : []));

  it("drops, stays down, and is restored", async () => {
    const device = await poller();
    await device.runUntil(/greeting: Hi/);
    device.network.drop();
    await device.advance("60s");
    expect(states(device).at(-1)).not.toBe("CONNECTED");
    const down = device.fetched.length;
    device.network.restore();
    await device.service.set("greeting", "again");
    await device.runUntil(/greeting: again/);
    expect(states(device).at(-1)).toBe("CONNECTED");
    expect(device.fetched.length).toBeGreaterThan(down);
  });

  it("drops for a time", async () => {
    const device = await poller();
    await device.runUntil(/greeting: Hi/);
    const before = device.microseconds;
    device.network.drop({ for: "20s" });
    await device.runUntil((event) => event.kind === "network" && event.status === "CONNECTED");
    expect(device.microseconds - before).toBeGreaterThan(20_000_000);
  });

  it("becomes slow, silent, and closes channels", async () => {
    const device = await poller();
    await device.runUntil(/greeting: Hi/);
    device.network.change({ roundTripMicroseconds: 900_000 });
    const sent = await device.runUntil((event) => event.kind === "frame" && event.direction === "sent");
    const received = await device.runUntil((event) => event.kind === "frame" && event.direction === "received");
    const moment = (stop: typeof sent) => ("event" in stop ? (stop.event?.cycles ?? 0) : 0);
    expect((moment(received) - moment(sent)) / 160).toBeGreaterThan(900_000);
    await device.runUntil((event) => event.kind === "frame" && event.direction === "sent" && event.type === "data");
    device.network.close("CHANNELRESETBYSERVER");
    await device.runUntil((event) => event.kind === "channel" && event.phase === "dead");
    expect(device.trace.at(-1)).toMatchObject({ kind: "channel", reason: "CHANNELRESETBYSERVER" });
    const waits = device.fetched.length;
    device.network.silence("30s");
    await device.advance("25s");
    expect(device.fetched.length).toBe(waits);
  });
});

it("all of it replays from the trace", async () => {
  const device = await poller();
  device.faults.answer("mvOpenChannel", "RATELIMITED");
  await device.runUntil(/greeting: Hi/);
  device.network.drop({ for: "5s" });
  await device.advance("30s");
  device.network.change({ downlinkBytesPerSecond: 100 });
  await device.service.set("greeting", "slow");
  await device.runUntil(/greeting: slow/);
  await device.close();
  const file = join(temporaryFolder(), "run.jsonl");
  device.saveTrace(file);
  const replayed = await replay(await readTrace(file), device.firmware.bytes);
  expect(replayed.difference).toBeUndefined();
});
