import { describe, expect, it } from "vitest";
import { memberValue } from "../../../host/abi/enums.ts";
import { bytesOfHex } from "../../../host/data/hex.ts";
import { encodeRequest } from "../../../host/wire/config-fetch.ts";
import {
  type Channel,
  closureReason,
  diagnostics,
  type FetchItem,
  fetchItems,
  fetchRequest,
  goOnline,
  itemParams,
  type OpenParams,
  openChannel,
  readItem,
  reason,
  recordNames,
  recordsOf,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { responseOf, type ScriptedUplink, scriptedUplink } from "./scripted-uplink.ts";

interface On {
  readonly uplink: ScriptedUplink;
  readonly bench: KernelBench;
  readonly channel: Channel;
  readonly centre: Parameters<typeof recordsOf>[1];
}

async function onChannel(changes: Partial<OpenParams> = {}): Promise<On> {
  const uplink = scriptedUplink();
  const bench = createBench({ uplink });
  const online = await goOnline(bench);
  return { uplink, bench, channel: openChannel(bench, online, changes), centre: online.centre };
}

function send({ bench, channel }: On, items: readonly FetchItem[]): string {
  return bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, items));
}

/** Sends a request whose answer is made up. */
async function fetchWith(on: On, response: Uint8Array, items: readonly FetchItem[] = [{}]): Promise<void> {
  on.uplink.answers = false;
  expect(send(on, items)).toBe("OKAY");
  on.uplink.say({ type: "data", channel: 1, bytes: response });
  await on.bench.run(1_000_000);
}

function responseData({ bench, channel }: On): { result: number | string; num_items: number } {
  const out = bench.place(8);
  expect(bench.call("mvReadConfigFetchResponseData", channel.handle, out)).toBe("OKAY");
  return bench.get("MvConfigResponseData", out);
}

const result = (name: Parameters<typeof memberValue<"MvConfigKeyFetchResult">>[1]): number =>
  memberValue("MvConfigKeyFetchResult", name);

const items = (count: number, key: string): FetchItem[] => Array.from({ length: count }, () => ({ key }));

describe("mvSendConfigFetchRequest", () => {
  it.each([1, 32])("takes %i items", async (count) => {
    expect(send(await onChannel(), items(count, "k"))).toBe("OKAY");
  });

  it.each(["k", " ", "~", "k".repeat(100)])("takes the key %j", async (key) => {
    expect(send(await onChannel(), [{ key }])).toBe("OKAY");
  });

  it.each(["", "k".repeat(101), "line\n", "tab\t", "\u007f", "ä", "null\u0000"])("refuses the key %j", async (key) => {
    expect(send(await onChannel(), [{ key }])).toBe("INVALIDCONFIGKEY");
  });

  it("takes a request that just fits the send buffer, and none that is one byte longer", async () => {
    const keys = items(4, "k".repeat(100));
    expect(send(await onChannel(), [...keys, { key: "k".repeat(96) }])).toBe("INVALIDBUFFERSIZE");
    expect(send(await onChannel(), [...keys, { key: "k".repeat(95) }])).toBe("OKAY");
  });

  it("puts the very bytes of the frame into the send buffer", async () => {
    const on = await onChannel();
    await on.bench.run(1000);
    expect(send(on, [{ key: "first" }, { scope: "DEVICE", store: "SECRET", key: "second" }])).toBe("OKAY");
    const frame = on.uplink.sent.at(-1)!;
    if (frame.type !== "data") throw new Error(frame.type);
    expect(on.bench.memory.readBytes(on.channel.send_buffer, frame.bytes.length)).toEqual(frame.bytes);
    expect(frame.bytes).toEqual(
      encodeRequest([
        { scope: 0, store: 1, key: "first" },
        { scope: 1, store: 0, key: "second" },
      ]),
    );
  });

  it.each([
    { what: "scope", item: { scope: 2 } },
    { what: "store", item: { store: 2 } },
    { what: "key", item: { key: "" } },
    { what: "none", item: undefined },
  ])("that is refused does not use up the channel's one request ($what)", async ({ item }) => {
    const on = await onChannel();
    expect(send(on, item ? [item] : [])).not.toBe("OKAY");
    expect(send(on, [{}])).toBe("OKAY");
    expect(send(on, [{}])).toBe("REQUESTALREADYSENT");
  });

  it("takes no second request before, with or after the response", async () => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel);
    expect(send(on, [{}])).toBe("REQUESTALREADYSENT");
  });
});

describe("a late fault", () => {
  const places: [string, (on: On) => number][] = [
    [
      "an item array that is null",
      ({ bench }) => bench.put("MvConfigKeyFetchParams", { num_items: 1, keys_to_fetch: 0 }),
    ],
    [
      "an item array that straddles the end of memory",
      ({ bench }) => {
        const { memory } = bench;
        const request = fetchRequest(bench, [{}, {}]);
        const array = memory.readUint32(request + 4);
        memory.writeBytes(memory.end - 24, memory.readBytes(array, 24));
        return bench.put("MvConfigKeyFetchParams", { num_items: 2, keys_to_fetch: memory.end - 24 });
      },
    ],
    [
      "an item array that wraps around",
      ({ bench }) => bench.put("MvConfigKeyFetchParams", { num_items: 32, keys_to_fetch: 0xffff_fff0 }),
    ],
    ["a key that is null", ({ bench }) => fetchRequest(bench, [{ address: 0 }])],
    ["a second key past the end", ({ bench }) => fetchRequest(bench, [{}, { address: bench.memory.end }])],
    ["a key that wraps around", ({ bench }) => fetchRequest(bench, [{ address: 0xffff_ffff }])],
  ];

  it.each(places)("is %s: nothing is sent, and the channel is dead", async (_, request) => {
    const on = await onChannel();
    const before = on.bench.memory.readBytes(on.channel.send_buffer, 512);
    const records = recordsOf(on.bench, on.centre).length;
    const argument = request(on);
    expect(on.bench.call("mvSendConfigFetchRequest", on.channel.handle, argument)).toBe("LATEFAULT");
    expect(on.bench.call("mvSendConfigFetchRequest", on.channel.handle, argument)).toBe("CHANNELCLOSED");
    await on.bench.run(1_000_000);
    expect(on.uplink.sent.map(({ type }) => type)).toEqual(["hello"]);
    expect(on.bench.memory.readBytes(on.channel.send_buffer, 512)).toEqual(before);
    expect(recordsOf(on.bench, on.centre).length).toBe(records);
    expect(closureReason(on.bench, on.channel.handle)).toBe(reason("UNEXPECTEDLYTERMINATED"));
    expect(on.bench.call("mvCloseChannel", on.channel.place)).toBe("OKAY");
    expect(closureReason(on.bench, on.channel.handle)).toBe(reason("UNEXPECTEDLYTERMINATED"));
  });

  it("tells a service that knows the channel of its end", async () => {
    const on = await onChannel();
    await on.bench.run(1000);
    expect(send(on, [{ address: 0 }])).toBe("LATEFAULT");
    expect(on.uplink.sent.at(-1)).toEqual({ type: "close", channel: 1, reason: "closedByApplication" });
  });

  it("is not a key of length zero, whatever its pointer is", async () => {
    expect(send(await onChannel(), [{ key: "", address: 0xffff_ffff }])).toBe("INVALIDCONFIGKEY");
  });
});

describe("the response", () => {
  it("is announced by CHANNELDATAREADABLE with the channel's tag, not before 2 ms and before 4 s", async () => {
    const on = await onChannel({ notification_tag: 31 });
    const sentAt = on.bench.microseconds();
    expect(send(on, [{}])).toBe("OKAY");
    await on.bench.run(2_000);
    expect(on.bench.call("mvReadConfigFetchResponseData", on.channel.handle, on.bench.place(8))).toBe(
      "RESPONSENOTPRESENT",
    );
    await on.bench.run(4_000_000);
    const record = recordsOf(on.bench, on.centre).at(-1)!;
    expect(recordNames(on.bench, on.centre).at(-1)).toBe("CHANNELDATAREADABLE 31");
    expect(record.microseconds - sentAt).toBeGreaterThan(2_000);
    expect(record.microseconds - sentAt).toBeLessThan(4_000_000);
  });

  it("arrives in the receive buffer as it came", async () => {
    const on = await onChannel();
    const response = responseOf([{ result: 0, value: "hello" }]);
    await fetchWith(on, response);
    expect(on.bench.memory.readBytes(on.channel.receive_buffer, response.length)).toEqual(response);
    const traced = on.bench.events.find((event) => event.kind === "buffer" && event.purpose === "receive");
    expect(traced && "bytes" in traced && bytesOfHex(traced.bytes)).toEqual(response);
  });

  it("has as many items as were asked for, in their order", async () => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel, [{ key: "b" }, { key: "a" }, { key: "b" }]);
    expect(responseData(on)).toEqual({ result: "OK", num_items: 3 });
    const values = [0, 1, 2].map((index) => readItem(on.bench, on.channel, { index }).value);
    expect(values).toEqual(["b", "a", "b"]);
  });

  it("that just fits the receive buffer is OK, one byte more is RESPONSETOOLARGE without items", async () => {
    const fits = await onChannel();
    await fetchWith(fits, responseOf([{ result: 0, value: "v".repeat(507) }]));
    expect(responseData(fits)).toEqual({ result: "OK", num_items: 1 });
    const exceeds = await onChannel();
    const before = exceeds.bench.memory.readBytes(exceeds.channel.receive_buffer, 512);
    await fetchWith(exceeds, responseOf([{ result: 0, value: "v".repeat(508) }]));
    expect(responseData(exceeds)).toEqual({ result: "RESPONSETOOLARGE", num_items: 0 });
    expect(exceeds.bench.memory.readBytes(exceeds.channel.receive_buffer, 512)).toEqual(before);
    expect(recordNames(exceeds.bench, exceeds.centre).at(-1)).toBe("CHANNELDATAREADABLE 7");
  });
});

describe("mvReadConfigResponseItem", () => {
  it.each(["KEYNOTFOUND", "SERVERERROR"] as const)("answers %s with a length of zero", async (name) => {
    const on = await onChannel();
    await fetchWith(on, responseOf([{ result: result(name), value: "" }]));
    expect(readItem(on.bench, on.channel)).toEqual({ result: result(name), value: "" });
  });

  it.each([
    { size: 5, value: "hello", cut: false },
    { size: 64, value: "hello", cut: false },
    { size: 4, value: "hell", cut: true },
    { size: 0, value: "", cut: true },
  ])("writes up to $size bytes, and says so when the value was cut", async ({ size, value, cut }) => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel, [{ key: "hello" }]);
    expect(readItem(on.bench, on.channel, { size })).toEqual({ result: 0, value });
    expect(diagnostics(on.bench)).toEqual(cut ? ["config-value-cut"] : []);
  });

  it("writes no byte beyond the value", async () => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel, [{ key: "hello" }]);
    const places = itemParams(on.bench, { size: 16 });
    on.bench.call("mvReadConfigResponseItem", on.channel.handle, places.params);
    expect([...on.bench.memory.readBytes(places.data + 5, 11)]).toEqual(new Array(11).fill(0xa5));
  });

  it("copies UTF-8 of any kind, and cuts it at the byte", async () => {
    const value = "grüße 日本 🚀 \ufeffx";
    const on = await onChannel();
    await fetchWith(on, responseOf([{ result: 0, value }]));
    expect(readItem(on.bench, on.channel).value).toBe(value);
    const places = itemParams(on.bench, { size: 3 });
    on.bench.call("mvReadConfigResponseItem", on.channel.handle, places.params);
    expect(on.bench.memory.readBytes(places.data, 3)).toEqual(Uint8Array.of(0x67, 0x72, 0xc3));
  });

  it("may be called again, in any order", async () => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel, [{ key: "a" }, { key: "b" }]);
    const values = [1, 0, 1, 1, 0].map((index) => readItem(on.bench, on.channel, { index }).value);
    expect(values).toEqual(["b", "a", "b", "b", "a"]);
  });

  it.each([1, 32, 0xffff_ffff])("answers INDEXINVALID for item %i of one", async (index) => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel);
    const { params } = itemParams(on.bench, { index });
    expect(on.bench.call("mvReadConfigResponseItem", on.channel.handle, params)).toBe("INDEXINVALID");
  });
});

describe("the receive buffer is what is read", () => {
  it("so a byte that is flipped there shows in the item, and in no other", async () => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel, [{ key: "hello" }, { key: "other" }]);
    const { receive_buffer: buffer } = on.channel;
    on.bench.memory.writeUint8(buffer + 5, on.bench.memory.readUint8(buffer + 5) ^ 0x20);
    expect(readItem(on.bench, on.channel, { index: 0 }).value).toBe("Hello");
    expect(readItem(on.bench, on.channel, { index: 1 }).value).toBe("other");
  });

  it.each([
    { what: "the version", offset: 0, byte: 9 },
    { what: "the count", offset: 1, byte: 0 },
    { what: "a length", offset: 4, byte: 0xff },
    { what: "a result", offset: 2, byte: 3 },
  ])("so damage to $what is SERVERERROR and a diagnostic", async ({ offset, byte }) => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel);
    on.bench.memory.writeUint8(on.channel.receive_buffer + offset, byte);
    expect(readItem(on.bench, on.channel)).toEqual({ result: result("SERVERERROR"), value: "" });
    expect(diagnostics(on.bench)).toEqual(["receive-buffer-damaged"]);
  });

  it("so a result that is turned into KEYNOTFOUND has no value", async () => {
    const on = await onChannel();
    await fetchItems(on.bench, on.channel);
    on.bench.memory.writeUint8(on.channel.receive_buffer + 2, result("KEYNOTFOUND"));
    expect(readItem(on.bench, on.channel)).toEqual({ result: result("KEYNOTFOUND"), value: "" });
  });
});
