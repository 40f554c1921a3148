/** The inputs `weather`, `silence` and `closure`: a slow network, a slow service, and channels that end. */

import { describe, expect, it } from "vitest";
import {
  createDevice,
  type Device,
  defaultNetworkModel,
  type RunResult,
  type TraceEvent,
  type TraceValue,
} from "../../../host/index.ts";
import { scriptedUplink } from "../kernel/scripted-uplink.ts";
import { firmware, type Rehearsed, rehearse } from "./rehearsal.ts";
import { expectRepeatable } from "./repeated.ts";

type Input = readonly [name: string, detail: TraceValue];

const isSent = (event: TraceEvent) => event.kind === "frame" && event.direction === "sent";
const isOnline = (event: TraceEvent) => event.kind === "network" && event.status === "CONNECTED";

const oneFetch = () => firmware("test/host/device/fixtures/one-fetch.ts");

/** One fetch, and inputs at the moment of an event. */
async function fetchWith(
  when: (event: TraceEvent) => boolean,
  inputs: readonly Input[],
  then: (device: Device, restore: (snapshot: Uint8Array) => Promise<Device>) => Promise<RunResult> = (it) => it.run(),
): Promise<Rehearsed> {
  return rehearse({
    firmware: await oneFetch(),
    configs: { a: "x".repeat(100) },
    async drive(device, restore) {
      await device.runUntil(when);
      for (const [name, detail] of inputs) device.input(name, detail);
      return then(device, restore);
    },
  });
}

type Frame = Extract<TraceEvent, { kind: "frame" }>;

/** When the request went and when its answer came, in microseconds. */
function exchangeOf({ events }: Rehearsed): { readonly sent: Frame; readonly received: Frame; readonly took: number } {
  const frames = events.filter((event) => event.kind === "frame");
  const [sent, received] = frames as [Frame, Frame];
  expect(frames.map(({ direction }) => direction)).toEqual(["sent", "received"]);
  return { sent, received, took: (received.cycles - sent.cycles) / 160 };
}

/** What a request and its answer take on the air, without jitter. */
function airtime({ sent, received }: { sent: Frame; received: Frame }, model: Partial<typeof defaultNetworkModel>) {
  const all = { ...defaultNetworkModel, ...model };
  const onUplink = (sent.bytes.length / 2 / all.uplinkBytesPerSecond) * 1e6;
  const onDownlink = (received.bytes.length / 2 / all.downlinkBytesPerSecond) * 1e6;
  return onUplink + all.roundTripMicroseconds + onDownlink;
}

describe("weather", () => {
  const storm = {
    roundTripMicroseconds: 900_000,
    jitterMicroseconds: 0,
    uplinkBytesPerSecond: 100,
    downlinkBytesPerSecond: 200,
  };

  it("changes what it names from this moment on, exactly", async () => {
    const exchange = exchangeOf(await fetchWith(isOnline, [["weather", storm]]));
    expect(exchange.took).toBeCloseTo(airtime(exchange, storm), 1);
  });

  it("adds up; null is the weather of the device's options again", async () => {
    const { jitterMicroseconds, ...rest } = storm;
    const parts: Input[] = [
      ["weather", { jitterMicroseconds }],
      ["weather", rest],
    ];
    const whole = await fetchWith(isOnline, [["weather", storm]]);
    expect(exchangeOf(await fetchWith(isOnline, parts)).took).toBe(exchangeOf(whole).took);
    const fair = exchangeOf(await fetchWith(isOnline, [...parts, ["weather", null]]));
    expect(fair.took).toBe(exchangeOf(await fetchWith(isOnline, [])).took);
  });

  it("changes nothing that is on its way already", async () => {
    const late = exchangeOf(await fetchWith(isSent, [["weather", { roundTripMicroseconds: 5_000_000 }]]));
    expect(late.took).toBe(exchangeOf(await fetchWith(isSent, [])).took);
  });

  it("is that of the next attempts to connect, too", async () => {
    const inputs = [
      { atMicroseconds: 0, name: "weather", detail: { attachMicroseconds: 10_000_000, jitterMicroseconds: 0 } },
    ];
    const { events } = await rehearse({ firmware: await oneFetch(), device: { inputs } });
    const [asked, online] = events.filter(({ kind }) => kind === "network");
    expect(Math.floor((online!.cycles - asked!.cycles) / 160)).toBe(10_000_000);
  });

  it("stays over a reset of the application", async () => {
    const inputs = [
      { atMicroseconds: 0, name: "weather", detail: { attachMicroseconds: 10_000_000, jitterMicroseconds: 0 } },
      { atMicroseconds: 1_000_000, name: "restart", detail: null },
    ];
    const { events } = await rehearse({ firmware: await oneFetch(), device: { inputs } });
    const [asked, online] = events.filter(({ kind }) => kind === "network").slice(1);
    expect(Math.floor((online!.cycles - asked!.cycles) / 160)).toBe(10_000_000);
  });
});

describe("a silence of the service", () => {
  it("holds an answer back until it is over, to the very moment", async () => {
    const { took } = exchangeOf(await fetchWith(isSent, [["silence", { forMicroseconds: 5_000_000 }]]));
    // It began at the request's return, 5 us later at most.
    expect(took).toBeGreaterThanOrEqual(5_000_000);
    expect(took).toBeLessThanOrEqual(5_000_005);
  });

  it("that ends before the answer comes is none", async () => {
    const run = await fetchWith(isSent, [["silence", { forMicroseconds: 1000 }]]);
    expect(exchangeOf(run).took).toBe(exchangeOf(await fetchWith(isSent, [])).took);
  });

  it("of more than a minute is a service that never answers: the channel dies", async () => {
    const { events } = await rehearse({
      firmware: await oneFetch(),
      device: { timeLimitMicroseconds: 100_000_000 },
      async drive(device) {
        await device.runUntil(isSent);
        device.input("silence", { forMicroseconds: 70_000_000 });
        return device.run();
      },
    });
    expect(events).toContainEqual(
      expect.objectContaining({ kind: "channel", phase: "dead", reason: "CONNECTIONTERMINATED" }),
    );
  });
});

const deaths = [
  "CHANNELCLOSEDBYSERVER",
  "CHANNELRESETBYSERVER",
  "NETWORKDISCONNECTED",
  "CONNECTIONTERMINATED",
  "UNEXPECTEDLYTERMINATED",
];

describe("a closure", () => {
  it.each(deaths)("ends the newest channel with the reason that the firmware reads: %s", async (reason) => {
    const run = await fetchWith(isSent, [["closure", { reason }]]);
    expect(run.result).toMatchObject({ reason: "finished" });
    const read = run.events.findLast((event) => event.kind === "return" && event.name === "mvGetChannelClosureReason");
    expect(read).toMatchObject({ results: { reason_out: reason } });
    const records = run.events.flatMap((event) => (event.kind === "notification" ? [event.type] : []));
    expect(records.at(-1)).toBe("CHANNELNOTCONNECTED");
    await expectRepeatable(await oneFetch(), run);
  });

  it.each(deaths)("tells the service once that the channel is gone: %s", async (reason) => {
    const uplink = scriptedUplink();
    const device = await createDevice({ firmware: await oneFetch(), uplink, token: "t" });
    await device.runUntil(isSent);
    device.input("closure", { reason });
    await device.run();
    const closes = uplink.sent.filter(({ type }) => type === "close");
    expect(closes).toEqual([{ type: "close", channel: 1, reason: "closedByApplication" }]);
  });

  it("may name its channel; one that is not there is no channel to end", async () => {
    const other = await fetchWith(isSent, [["closure", { reason: deaths[0]!, channel: 2 }]]);
    expect(other.events.some((event) => event.kind === "channel" && event.phase === "dead")).toBe(false);
    const named = await fetchWith(isSent, [["closure", { reason: deaths[0]!, channel: 1 }]]);
    expect(named.events.some((event) => event.kind === "channel" && event.phase === "dead")).toBe(true);
    // Two at once: the second one finds no channel that lives.
    const twice = await fetchWith(isSent, [
      ["closure", { reason: deaths[0]! }],
      ["closure", { reason: deaths[1]! }],
    ]);
    expect(twice.events.filter((event) => event.kind === "channel" && event.phase === "dead").length).toBe(1);
  });

  it("ends a channel of which the service has not heard yet", async () => {
    const uplink = scriptedUplink();
    const device = await createDevice({ firmware: await oneFetch(), uplink, token: "t" });
    await device.runUntil((event) => event.kind === "channel" && event.phase === "open");
    device.input("closure", { reason: "CHANNELRESETBYSERVER" });
    expect(await device.run()).toMatchObject({ reason: "failed", status: 2 });
    expect(uplink.sent.filter(({ type }) => type !== "hello")).toEqual([]);
  });
});

const plans: readonly (readonly [string, (event: TraceEvent) => boolean, readonly Input[]])[] = [
  ["weather", isOnline, [["weather", { roundTripMicroseconds: 2_000_000, downlinkBytesPerSecond: 50 }]]],
  ["silence", isSent, [["silence", { forMicroseconds: 5_000_000 }]]],
];

it.each(plans)("a run with %s is repeated by a replay, and goes on from a snapshot", async (_, when, inputs) => {
  const whole = await fetchWith(when, inputs);
  await expectRepeatable(await oneFetch(), whole);
  const parted = await fetchWith(when, inputs, async (device, restore) => {
    await device.advance(10_000);
    return (await restore(await device.snapshot())).run();
  });
  expect(parted.lines).toEqual(whole.lines);
});

it("a closure while the answer is on the air leaves it unheard, in a replay too", async () => {
  const run = await fetchWith(isOnline, [["weather", { downlinkBytesPerSecond: 50 }]], async (device) => {
    await device.runUntil(isSent);
    await device.advance(500_000);
    device.input("closure", { reason: "CHANNELRESETBYSERVER" });
    return device.run();
  });
  const frames = run.events.flatMap((event) => (event.kind === "frame" ? [event.direction] : []));
  expect(frames).toEqual(["sent", "unheard"]);
  await expectRepeatable(await oneFetch(), run);
});

it.each<Input>([
  ["weather", {}],
  ["weather", []],
  ["weather", { roundTrip: 1 }],
  ["weather", { roundTripMicroseconds: -1 }],
  ["weather", { roundTripMicroseconds: "1" }],
  ["weather", { downlinkBytesPerSecond: 0 }],
  ["weather", { downlinkBytesPerSecond: null }],
  ["silence", null],
  ["silence", { forMicroseconds: 0 }],
  ["closure", null],
  ["closure", { reason: "NONE" }],
  ["closure", { reason: "CLOSEDBYAPPLICATION" }],
  ["closure", { reason: "MV_CLOSUREREASON_CHANNELRESETBYSERVER" }],
  ["closure", { reason: deaths[0]!, channel: 0 }],
])("what can't be meant is refused: %s %j", async (name, detail) => {
  const device = await createDevice({ firmware: await oneFetch() });
  const refused = expect.objectContaining({ code: "ERR_MVSIM_INVALID_INPUT" });
  expect(() => device.input(name, detail)).toThrow(refused);
});
