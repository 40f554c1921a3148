/** How answers come, and how they do not: modelled time, lost replies, and what a service says unasked. */

import { describe, expect, it } from "vitest";
import type { NetworkModel } from "../../../host/kernel/network-model.ts";
import { encodeFrame, type Frame } from "../../../host/wire/protocol.ts";
import {
  type Channel,
  closeChannel,
  closureReason,
  fetchItems,
  fetchRequest,
  goOnline,
  networkStatus,
  type Online,
  openChannel,
  readItem,
  reason,
  recordNames,
  recordsOf,
  status,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { responseOf, type ScriptedUplink, scriptedUplink } from "./scripted-uplink.ts";

interface On {
  readonly uplink: ScriptedUplink;
  readonly bench: KernelBench;
  readonly online: Online;
  readonly channel: Channel;
}

async function onChannel(changes: Partial<ScriptedUplink> = {}, network: Partial<NetworkModel> = {}): Promise<On> {
  const uplink = scriptedUplink(changes);
  const bench = createBench({ uplink, network });
  const online = await goOnline(bench);
  return { uplink, bench, online, channel: openChannel(bench, online) };
}

function send(bench: KernelBench, { handle }: Channel, keys: readonly string[] = ["greeting"]): void {
  expect(
    bench.call(
      "mvSendConfigFetchRequest",
      handle,
      fetchRequest(
        bench,
        keys.map((key) => ({ key })),
      ),
    ),
  ).toBe("OKAY");
}

function kinds(bench: KernelBench): string[] {
  return bench.kernel.queue.events.map(({ kind }) => kind);
}

const still = {
  jitterMicroseconds: 0,
  roundTripMicroseconds: 60_000,
  uplinkBytesPerSecond: 1000,
  downlinkBytesPerSecond: 500,
};

describe("the modelled time of an answer", () => {
  it("is the request's bytes up, the round trip, and the response's bytes down", async () => {
    const { bench, channel, online } = await onChannel({}, still);
    const sentAt = bench.microseconds();
    send(bench, channel);
    await bench.run(1_000_000);
    // 2 + 3 + 8 bytes each way.
    const expected = 13_000 + 60_000 + 26_000;
    expect(recordsOf(bench, online.centre).at(-1)!.microseconds - sentAt).toBe(expected);
  });

  it("shares the link in the order of the requests, however late the real answers come", async () => {
    const { bench, channel, online, uplink } = await onChannel({ answers: false }, still);
    const other = openChannel(bench, online, { notification_tag: 8 });
    const sentAt = bench.microseconds();
    send(bench, channel);
    send(bench, other);
    const response = responseOf([{ result: 0, value: "12345678" }]);
    uplink.say({ type: "data", channel: 2, bytes: response });
    queueMicrotask(() => uplink.say({ type: "data", channel: 1, bytes: response }));
    await bench.run(1_000_000);
    const records = recordsOf(bench, online.centre).slice(-2);
    expect(records.map(({ tag, microseconds }) => [tag, microseconds - sentAt])).toEqual([
      [7, 99_000],
      // Its request left 13 ms after the first one's; its response waits for the first one's end.
      [8, 125_000],
    ]);
  });

  it("counts from the moment at which the request has left: it waits for the one before it", async () => {
    const { bench, channel, online } = await onChannel({}, { ...still, downlinkBytesPerSecond: 1_000_000 });
    const other = openChannel(bench, online, { notification_tag: 8 });
    const sentAt = bench.microseconds();
    send(bench, channel);
    send(bench, other);
    await bench.run(1_000_000);
    const records = recordsOf(bench, online.centre).slice(-2);
    expect(records.map(({ tag, microseconds }) => [tag, microseconds - sentAt])).toEqual([
      [7, 13_000 + 60_000 + 13],
      [8, 26_000 + 60_000 + 13],
    ]);
  });

  it("differs by the jitter of the seed", async () => {
    const arrival = async (seed: number): Promise<number> => {
      const bench = createBench({ uplink: scriptedUplink(), seed });
      const online = await goOnline(bench);
      const channel = openChannel(bench, online);
      send(bench, channel);
      await bench.run(1_000_000);
      return recordsOf(bench, online.centre).at(-1)!.microseconds;
    };
    expect(await arrival(1)).toBe(await arrival(1));
    expect(await arrival(1)).not.toBe(await arrival(2));
  });
});

describe("a reply that never comes", () => {
  it("is lost once real time has run out: recorded, virtual time goes on, the channel dies 60 s after the request", async () => {
    const { bench, channel, online } = await onChannel({ answers: false });
    send(bench, channel);
    bench.giveUpWaiting();
    await bench.run(59_999_999);
    expect(bench.events).toContainEqual({ kind: "outside", input: "reply-lost", detail: { channel: 1 } });
    expect(closureReason(bench, channel.handle)).toBe(reason("NONE"));
    await bench.run(1);
    expect(closureReason(bench, channel.handle)).toBe(reason("CONNECTIONTERMINATED"));
    await bench.run(1000);
    expect(recordNames(bench, online.centre).at(-1)).toBe("CHANNELNOTCONNECTED 7");
  });

  it("leaves the network connected, and tells the service of the channel's end", async () => {
    const { bench, channel, online, uplink } = await onChannel({ answers: false });
    send(bench, channel);
    bench.giveUpWaiting();
    await bench.run(60_000_000);
    expect(networkStatus(bench, online.network)).toBe(status("CONNECTED"));
    expect(uplink.sent.at(-1)).toEqual({ type: "close", channel: 1, reason: "closedByApplication" });
  });

  it("is dropped when it comes after all", async () => {
    const { bench, channel, online, uplink } = await onChannel({ answers: false });
    send(bench, channel);
    bench.giveUpWaiting();
    await bench.run(1_000_000);
    const before = recordsOf(bench, online.centre).length;
    uplink.say({ type: "data", channel: 1, bytes: responseOf([{ result: 0, value: "late" }]) });
    await bench.run(1_000_000);
    expect(recordsOf(bench, online.centre).length).toBe(before);
    expect(bench.call("mvReadConfigFetchResponseData", channel.handle, bench.place(8))).toBe("RESPONSENOTPRESENT");
    expect(bench.kernel.state.link.inbox).toEqual([]);
  });

  it("that would take longer than 60 s on a slow link is a time-out too", async () => {
    const { bench, channel } = await onChannel({}, { downlinkBytesPerSecond: 1 / 10 });
    send(bench, channel);
    await bench.run(60_000_000);
    expect(closureReason(bench, channel.handle)).toBe(reason("CONNECTIONTERMINATED"));
  });

  it("holds nothing up after it came: no time-out is left to wake a sleeping device", async () => {
    const { bench, channel } = await onChannel();
    await fetchItems(bench, channel);
    expect(kinds(bench)).toEqual([]);
  });

  it("is no reason to wait once the channel is closed", async () => {
    const { bench, channel } = await onChannel({ answers: false });
    send(bench, channel);
    closeChannel(bench, channel);
    expect(kinds(bench).filter((kind) => kind.startsWith("reply"))).toEqual([]);
    await bench.run(70_000_000);
  });
});

describe("a link that is lost while a request is on the way", () => {
  it("kills the channel: NETWORKDISCONNECTED", async () => {
    const { bench, channel, uplink, online } = await onChannel({ answers: false });
    send(bench, channel);
    queueMicrotask(() => uplink.cut());
    await bench.run(1_000_000);
    expect(closureReason(bench, channel.handle)).toBe(reason("NETWORKDISCONNECTED"));
    expect(networkStatus(bench, online.network)).not.toBe(status("CONNECTED"));
  });

  it("does not keep the next channel from its answer", async () => {
    const { bench, channel, uplink, online } = await onChannel({ answers: false });
    send(bench, channel);
    queueMicrotask(() => uplink.cut());
    await bench.run(5_000_000);
    uplink.answers = true;
    const next = openChannel(bench, online, {
      receive_buffer: channel.receive_buffer,
      send_buffer: channel.send_buffer,
    });
    await fetchItems(bench, next, [{ key: "again" }]);
    expect(readItem(bench, next).value).toBe("again");
  });
});

describe("what a service says unasked", () => {
  it("is an input from outside when it closes a channel", async () => {
    const { bench, uplink, channel } = await onChannel();
    await bench.run(1000);
    uplink.say({ type: "close", channel: 1, reason: "closedByServer" });
    await bench.run(0);
    const detail = { channel: 1, reason: "CHANNELCLOSEDBYSERVER" };
    expect(bench.events).toContainEqual({ kind: "outside", input: "channel-closed", detail });
    expect(closureReason(bench, channel.handle)).toBe(reason("CHANNELCLOSEDBYSERVER"));
  });

  it("is dropped for a channel without a request, a closed one, and after the answer", async () => {
    const { bench, uplink, channel, online } = await onChannel();
    await bench.run(1000);
    const data: Frame = { type: "data", channel: 1, bytes: responseOf([{ result: 0, value: "unasked" }]) };
    uplink.say(data);
    await bench.run(0);
    await fetchItems(bench, channel);
    uplink.say(data);
    await bench.run(0);
    expect(readItem(bench, channel).value).toBe("greeting");
    closeChannel(bench, channel);
    uplink.say(data);
    uplink.say({ type: "close", channel: 1, reason: "closedByServer" });
    await bench.run(10_000);
    expect(bench.kernel.state.link.inbox).toEqual([]);
    expect(recordNames(bench, online.centre).filter((name) => name.endsWith(" 7"))).toEqual(["CHANNELDATAREADABLE 7"]);
  });

  it("is an input of the device when it is a command, and a frame of a device's is none", async () => {
    const { bench, uplink } = await onChannel();
    uplink.say({ type: "restart" });
    uplink.say({ type: "logging", enabled: false });
    expect(bench.inputs).toEqual([
      { name: "restart", detail: null },
      { name: "logging", detail: { enabled: false } },
    ]);
    expect(uplink.isOpen).toBe(true);
  });

  it.each([
    { what: "no frame", bytes: Uint8Array.of(1, 2, 3) },
    { what: "a frame of a device", bytes: encodeFrame({ type: "ping", nonce: 1 }) },
    { what: "a second welcome", bytes: encodeFrame({ type: "welcome", serverTime: 1, loggingEnabled: true }) },
    {
      what: "data for a channel that is yet to be opened",
      bytes: encodeFrame({ type: "data", channel: 2, bytes: Uint8Array.of() }),
    },
  ])("is the end of the connection when it is $what", async ({ bytes }) => {
    const { bench, uplink, channel, online } = await onChannel();
    uplink.sayBytes(bytes);
    await bench.run(0);
    expect(uplink.isOpen).toBe(false);
    expect(networkStatus(bench, online.network)).toBe(status("DISCONNECTEDWITHLINKUP"));
    expect(closureReason(bench, channel.handle)).toBe(reason("NETWORKDISCONNECTED"));
  });

  it("before its welcome is the end of the attempt", async () => {
    const uplink = scriptedUplink({ onConnect: "silence" });
    const bench = createBench({ uplink });
    const attempt = goOnline(bench);
    uplink.sayBytes(encodeFrame({ type: "pong", nonce: 1 }));
    await expect(attempt).rejects.toMatchObject({ code: "ERR_MVSIM_SERVICE_UNREACHABLE" });
  });
});
