/** The input `network`: the radio link falls and comes back because a test wants it to. */

import { describe, expect, it } from "vitest";
import {
  createDevice,
  type Device,
  type DeviceOptions,
  type TimedInput,
  type TraceEvent,
  type TraceValue,
} from "../../../host/index.ts";
import { scriptedUplink } from "../kernel/scripted-uplink.ts";
import { firmware, rehearse } from "./rehearsal.ts";
import { expectRepeatable } from "./repeated.ts";

const second = 1_000_000;

function network(atMicroseconds: number, detail: TimedInput["detail"]): TimedInput {
  return { atMicroseconds, name: "network", detail };
}

const down = { state: "down" } as const;
const up = { state: "up" } as const;

type Change = { readonly status: string; readonly at: number };

function changesOf(events: readonly TraceEvent[]): Change[] {
  return events.flatMap((event) =>
    event.kind === "network" ? [{ status: event.status, at: event.cycles / 160 }] : [],
  );
}

const statusesOf = (events: readonly TraceEvent[]) => changesOf(events).map(({ status }) => status);

async function online(
  inputs: readonly TimedInput[],
  stopAfterMicroseconds: number,
  options: Partial<DeviceOptions> = {},
) {
  const uplink = scriptedUplink();
  const events: TraceEvent[] = [];
  const binary = await firmware("test/host/device/fixtures/stays-online.ts");
  const given = { firmware: binary, token: "t", stopAfterMicroseconds, uplink, ...options };
  const trace = (event: TraceEvent) => events.push(event);
  const device = await createDevice({ ...given, inputs, trace });
  return { device, uplink, events, binary, trace };
}

const [connecting, connected, lost] = ["CONNECTING", "CONNECTED", "DISCONNECTEDWITHLINKUP"];

describe("a radio link that falls", () => {
  it("is a lost link at the very moment, which the firmware hears of", async () => {
    const { device, events } = await online([network(5 * second, down)], 5.5 * second);
    await device.run();
    expect(changesOf(events).at(-1)).toEqual({ status: lost, at: 5 * second });
    const heard = events.findLast((event) => event.kind === "notification");
    expect(heard).toMatchObject({ type: "NETWORKSTATUSCHANGED", cycles: (5 * second + 1000) * 160 });
    const told = events.findLast((event) => event.kind === "return" && event.name === "mvGetNetworkStatus");
    expect(told).toMatchObject({ results: { status: lost } });
  });

  it("stays down: attempts come to nothing, and none reaches the service", async () => {
    const { device, uplink, events } = await online([network(5 * second, down)], 60 * second);
    await device.run();
    expect(uplink.opens).toBe(1);
    expect(uplink.isOpen).toBe(false);
    expect(statusesOf(events).slice(0, 7)).toEqual([connecting, connected, lost, connecting, lost, connecting, lost]);
    expect(statusesOf(events).filter((status) => status === connected).length).toBe(1);
  });

  it("is there again when it is up, for the next attempt by backoff", async () => {
    const inputs = [network(5 * second, down), network(10 * second, up)];
    const { device, uplink, events } = await online(inputs, 30 * second);
    await device.run();
    expect(uplink.opens).toBe(2);
    const last = changesOf(events).at(-1)!;
    expect(last.status).toBe(connected);
    expect(last.at).toBeGreaterThan(10 * second);
  });

  it("comes back by itself after the time that it was to be away", async () => {
    const timed = await online([network(5 * second, { ...down, forMicroseconds: 5 * second })], 30 * second);
    const told = await online([network(5 * second, down), network(10 * second, up)], 30 * second);
    await Promise.all([timed.device.run(), told.device.run()]);
    expect(changesOf(timed.events)).toEqual(changesOf(told.events));
  });

  it("comes back by the last word on it", async () => {
    const longer = [
      network(5 * second, { ...down, forMicroseconds: second }),
      network(5.5 * second, { ...down, forMicroseconds: 20 * second }),
    ];
    const { device, events } = await online(longer, 60 * second);
    await device.run();
    expect(changesOf(events).findLast(({ status }) => status === connected)!.at).toBeGreaterThan(25 * second);
    const forGood = [network(5 * second, { ...down, forMicroseconds: second }), network(5.5 * second, down)];
    const other = await online(forGood, 60 * second);
    await other.device.run();
    expect(statusesOf(other.events).filter((status) => status === connected).length).toBe(1);
    // It was down already: that is no second loss.
    expect(statusesOf(other.events).filter((status) => status === lost).length).toBe(
      statusesOf(other.events).filter((status) => status === connecting).length,
    );
  });

  it("fails the attempt that is under way", async () => {
    const { device, uplink, events } = await online([network(second, { ...down, forMicroseconds: 1 })], 30 * second);
    await device.run();
    expect(changesOf(events)[1]).toEqual({ status: lost, at: second });
    expect(statusesOf(events)).toEqual([connecting, lost, connecting, connected]);
    expect(uplink.opens).toBe(2);
  });

  it("from the start is no service that can't be reached: the device keeps trying", async () => {
    const { device, events } = await online([network(0, down), network(10 * second, up)], 60 * second);
    expect(await device.run()).toMatchObject({ reason: "stopped" });
    expect(statusesOf(events).slice(0, 3)).toEqual([connecting, lost, connecting]);
    expect(statusesOf(events).at(-1)).toBe(connected);
  });

  it("is nothing that a device without an uplink could see", async () => {
    const { device, events } = await online([network(second, down)], 10 * second, { uplink: undefined });
    await device.run();
    expect(statusesOf(events)).toEqual([connecting]);
  });

  it("stays as it is over a reset of the application, and so does its way back", async () => {
    const inputs = [
      network(5 * second, { ...down, forMicroseconds: 5 * second }),
      { atMicroseconds: 6 * second, name: "restart", detail: null },
    ];
    const { device, uplink, events } = await online(inputs, 30 * second);
    await device.run();
    const changes = changesOf(events);
    expect(changes.filter(({ status, at }) => status === connected && at < 10 * second).length).toBe(1);
    expect(changes.at(-1)!.status).toBe(connected);
    expect(uplink.opens).toBe(2);
  });

  it("goes on from a snapshot that was taken meanwhile", async () => {
    const inputs = [network(5 * second, { ...down, forMicroseconds: 5 * second })];
    const whole = await online(inputs, 30 * second);
    await whole.device.run();
    const parted = await online(inputs, 30 * second);
    await parted.device.advance(7 * second);
    const snapshot = await parted.device.snapshot();
    const uplink = scriptedUplink();
    const later: Device = await createDevice({
      firmware: parted.binary,
      snapshot,
      uplink,
      token: "t",
      trace: parted.trace,
    });
    await later.run();
    expect(parted.events).toEqual(whole.events);
  });
});

describe("a fetch that the radio link falls into", () => {
  const inputs = async (afterFrame: number) => {
    const moments: number[] = [];
    const binary = await firmware("test/host/device/fixtures/one-fetch.ts");
    await rehearse({
      firmware: binary,
      configs: { a: "1" },
      onEvent: (event) => event.kind === "frame" && moments.push(event.cycles / 160),
    });
    return [network(Math.ceil(moments[0]!) + afterFrame, { ...down, forMicroseconds: second })];
  };

  it.each(["pipe", "socket"] as const)("dies with the reason NETWORKDISCONNECTED, over a %s", async (over) => {
    const binary = await firmware("test/host/device/fixtures/one-fetch.ts");
    const device = { inputs: await inputs(10) };
    const run = await rehearse({ firmware: binary, configs: { a: "1" }, over, device });
    expect(run.result).toMatchObject({ reason: "finished" });
    const reason = run.events.findLast(
      (event) => event.kind === "return" && event.name === "mvGetChannelClosureReason",
    );
    expect(reason).toMatchObject({ results: { reason_out: "NETWORKDISCONNECTED" } });
    await expectRepeatable(binary, run);
  });

  it("has the same trace in process and over a socket", async () => {
    const binary = await firmware("test/host/device/fixtures/one-fetch.ts");
    const device = { inputs: await inputs(50_000) };
    const pipe = await rehearse({ firmware: binary, configs: { a: "1" }, over: "pipe", device });
    const socket = await rehearse({ firmware: binary, configs: { a: "1" }, over: "socket", device });
    expect(socket.lines).toEqual(pipe.lines);
  });
});

it("a fallen link is repeated by a replay, which has no service", async () => {
  const binary = await firmware("test/host/device/fixtures/stays-online.ts");
  const stopAfterMicroseconds = 40 * second;
  for (const inputs of [
    [network(5 * second, down), network(12 * second, up)],
    [network(0, { ...down, forMicroseconds: 9 * second })],
    [network(second, { ...down, forMicroseconds: second }), network(20 * second, down)],
  ]) {
    const run = await rehearse({ firmware: binary, device: { inputs, stopAfterMicroseconds } });
    expect(statusesOf(run.events)).toContain(lost);
    await expectRepeatable(binary, run, { stopAfterMicroseconds });
  }
});

it.each<{ readonly detail: TraceValue }>([
  { detail: null },
  { detail: "down" },
  { detail: {} },
  { detail: { state: "off" } },
  { detail: { state: "up", forMicroseconds: 1 } },
  { detail: { ...down, forMicroseconds: 0 } },
  { detail: { ...down, forMicroseconds: 0.5 } },
  { detail: { ...down, forSeconds: 1 } },
])("a state of the radio link that can't be meant is refused: $detail", async ({ detail }) => {
  const device = await createDevice({ firmware: await firmware("test/host/device/fixtures/stays-online.ts") });
  const refused = expect.objectContaining({ code: "ERR_MVSIM_INVALID_INPUT" });
  expect(() => device.input("network", detail)).toThrow(refused);
});
