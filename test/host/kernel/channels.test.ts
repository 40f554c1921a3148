import { describe, expect, it } from "vitest";
import { syscalls } from "../../../host/abi/syscalls.ts";
import { encodeRequest } from "../../../host/wire/config-fetch.ts";
import {
  type Channel,
  closeChannel,
  closureReason,
  fetchItems,
  fetchRequest,
  goOnline,
  networkStatus,
  type Online,
  type OpenParams,
  openChannel,
  openParams,
  reason,
  recordNames,
  recordsOf,
  status,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { type ScriptedUplink, scriptedUplink } from "./scripted-uplink.ts";

interface On {
  readonly uplink: ScriptedUplink;
  readonly bench: KernelBench;
  readonly online: Online;
}

async function online(changes: Partial<ScriptedUplink> = {}): Promise<On> {
  const uplink = scriptedUplink(changes);
  const bench = createBench({ uplink });
  return { uplink, bench, online: await goOnline(bench) };
}

function open({ bench, online }: On, changes: Partial<OpenParams> = {}): string {
  const params = bench.put("MvOpenChannelParams", { version: 1, v1: openParams(bench, online, changes) });
  return bench.call("mvOpenChannel", params, bench.place(4));
}

async function cut({ uplink, bench }: On): Promise<void> {
  uplink.cut();
  await bench.run(0);
}

function close(bench: KernelBench, handle: number): string {
  const place = bench.place(4);
  bench.memory.writeUint32(place, handle);
  return bench.call("mvCloseChannel", place);
}

describe("mvOpenChannel", () => {
  it.each([{ receive_buffer_len: 0 }, { send_buffer_len: 0 }, { receive_buffer_len: 511 }, { send_buffer_len: 1000 }])(
    "answers INVALIDBUFFERSIZE for %o",
    async (changes) => {
      expect(open(await online(), changes)).toBe("INVALIDBUFFERSIZE");
    },
  );

  it.each(["receive_buffer", "send_buffer"] as const)("wants the %s aligned to 512 bytes", async (field) => {
    const on = await online();
    expect(open(on, { [field]: on.bench.place(2048, 512) + 256 })).toBe("INVALIDBUFFERALIGNMENT");
  });

  it("answers BUFFERALREADYINUSE for buffers that overlap each other", async () => {
    const on = await online();
    const buffer = on.bench.place(2048, 512);
    const changes = { receive_buffer: buffer, receive_buffer_len: 1024, send_buffer: buffer + 512 };
    expect(open(on, changes)).toBe("BUFFERALREADYINUSE");
  });

  it("answers BUFFERALREADYINUSE for the log's buffer and a live centre's", async () => {
    const on = await online();
    const log = on.bench.place(1024, 512);
    on.bench.call("mvServerLoggingInit", log, 1024);
    expect(open(on, { send_buffer: log + 512 })).toBe("BUFFERALREADYINUSE");
    expect(open(on, { receive_buffer: on.online.centre.buffer & ~511 })).toBe("BUFFERALREADYINUSE");
  });

  it.each(["notification_handle", "network_handle"] as const)("wants a valid %s of its own kind", async (field) => {
    const on = await online();
    const { centre, network } = on.online;
    for (const handle of [0, 77, field === "network_handle" ? centre.handle : network]) {
      expect(open(on, { [field]: handle })).toBe("INVALIDHANDLE");
    }
  });

  it.each(["HTTP", "MQTT", "OPAQUEBYTES"] as const)(
    "ends the run for a channel of type %s, and names it",
    async (type) => {
      const on = await online();
      expect(() => open(on, { channel_type: type })).toThrow(
        expect.objectContaining({
          code: "ERR_MVSIM_NOT_SIMULATED",
          message: expect.stringContaining(`MV_CHANNELTYPE_${type}`),
        }),
      );
    },
  );

  it("takes 8 opens within any second, and counts no refused one", async () => {
    const on = await online();
    for (let count = 0; count < 8; count++) {
      closeChannel(on.bench, openChannel(on.bench, on.online));
      expect(open(on, { receive_buffer_len: 511 })).toBe("INVALIDBUFFERSIZE");
    }
    expect(open(on)).toBe("RATELIMITED");
    await on.bench.run(999_999);
    expect(open(on)).toBe("RATELIMITED");
    await on.bench.run(1);
    expect(open(on)).toBe("OKAY");
  });

  it("moves the window on with each open", async () => {
    const on = await online();
    for (let count = 0; count < 8; count++) {
      closeChannel(on.bench, openChannel(on.bench, on.online));
      await on.bench.run(100_000);
    }
    expect(open(on)).toBe("RATELIMITED");
    await on.bench.run(200_000);
    expect(open(on)).toBe("OKAY");
    expect(open(on)).toBe("RATELIMITED");
  });

  it("takes 4 channels; dead ones do not count", async () => {
    const on = await online();
    const channels = Array.from({ length: 4 }, () => openChannel(on.bench, on.online));
    expect(open(on)).toBe("TOOMANYCHANNELS");
    await kill(on, channels[0]!);
    expect(open(on)).toBe("OKAY");
    expect(open(on)).toBe("TOOMANYCHANNELS");
  });

  it("travels with its first data", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    await on.bench.run(500);
    await fetchItems(on.bench, channel, [{ key: "greeting" }]);
    const firstData = encodeRequest([{ scope: 0, store: 1, key: "greeting" }]);
    expect(on.uplink.sent.slice(1)).toEqual([{ type: "open", channel: 1, channelType: "configFetch", firstData }]);
  });

  it("travels alone after 1 ms, and the request follows as data", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    await on.bench.run(1000);
    expect(on.uplink.sent.slice(1)).toEqual([{ type: "open", channel: 1, channelType: "configFetch" }]);
    await fetchItems(on.bench, channel);
    expect(on.uplink.sent.slice(2)).toMatchObject([{ type: "data", channel: 1 }]);
  });
});

describe("mvCloseChannel", () => {
  it("writes zero, raises nothing, and the channel was closed by the application", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    const before = recordsOf(on.bench, on.online.centre).length;
    closeChannel(on.bench, channel);
    await on.bench.run(10_000);
    expect(on.bench.word(channel.place)).toBe(0);
    expect(recordsOf(on.bench, on.online.centre).length).toBe(before);
    expect(closureReason(on.bench, channel.handle)).toBe(reason("CLOSEDBYAPPLICATION"));
    expect(close(on.bench, channel.handle)).toBe("INVALIDHANDLE");
  });

  it("within 1 ms of the open keeps both from the wire", async () => {
    const on = await online();
    closeChannel(on.bench, openChannel(on.bench, on.online));
    await on.bench.run(1_000_000);
    expect(on.uplink.sent.map(({ type }) => type)).toEqual(["hello"]);
  });

  it("tells the service of a channel that it knows", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    await on.bench.run(1000);
    closeChannel(on.bench, channel);
    expect(on.uplink.sent.at(-1)).toEqual({ type: "close", channel: 1, reason: "closedByApplication" });
  });

  it("works on a dead channel, keeps the death's reason, and takes back a record that was to come", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    await cut(on);
    closeChannel(on.bench, channel);
    await on.bench.run(10_000);
    expect(on.bench.word(channel.place)).toBe(0);
    expect(closureReason(on.bench, channel.handle)).toBe(reason("NETWORKDISCONNECTED"));
    expect(recordNames(on.bench, on.online.centre)).not.toContain("CHANNELNOTCONNECTED 7");
  });

  it("drops a response that arrives afterwards", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    on.bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(on.bench, [{}]));
    closeChannel(on.bench, channel);
    const memory = on.bench.memory.readBytes(channel.receive_buffer, 512);
    const before = recordsOf(on.bench, on.online.centre).length;
    await on.bench.run(1_000_000);
    expect(on.bench.memory.readBytes(channel.receive_buffer, 512)).toEqual(memory);
    expect(recordsOf(on.bench, on.online.centre).length).toBe(before);
  });

  it("gives the buffers back", async () => {
    const on = await online();
    const { receive_buffer, send_buffer, ...channel } = openChannel(on.bench, on.online);
    expect(open(on, { receive_buffer, send_buffer })).toBe("BUFFERALREADYINUSE");
    close(on.bench, channel.handle);
    expect(open(on, { receive_buffer, send_buffer })).toBe("OKAY");
  });
});

/** The service closes one channel. */
async function kill(
  { uplink, bench }: On,
  { handle }: Channel,
  how: "closedByServer" | "resetByServer" = "closedByServer",
) {
  // It has its number once the service has heard of it.
  await bench.run(1000);
  const { number } = bench.kernel.state.channels.find((channel) => channel.handle === handle)!;
  uplink.say({ type: "close", channel: number, reason: how });
  await bench.run(0);
}

describe("a channel that dies by itself", () => {
  it.each([
    { how: "closedByServer", why: "CHANNELCLOSEDBYSERVER" },
    { how: "resetByServer", why: "CHANNELRESETBYSERVER" },
  ] as const)("$how raises CHANNELNOTCONNECTED with its tag, reason $why", async ({ how, why }) => {
    const on = await online();
    const channel = openChannel(on.bench, on.online, { notification_tag: 55 });
    expect(closureReason(on.bench, channel.handle)).toBe(reason("NONE"));
    await kill(on, channel, how);
    expect(closureReason(on.bench, channel.handle)).toBe(reason(why));
    await on.bench.run(1000);
    expect(recordNames(on.bench, on.online.centre).at(-1)).toBe("CHANNELNOTCONNECTED 55");
    expect(networkStatus(on.bench, on.online.network)).toBe(status("CONNECTED"));
  });

  it("no longer owns its buffers, although its handle lives", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    await kill(on, channel);
    expect(open(on, { receive_buffer: channel.receive_buffer, send_buffer: channel.send_buffer })).toBe("OKAY");
    closeChannel(on.bench, channel);
    expect(closureReason(on.bench, channel.handle)).toBe(reason("CHANNELCLOSEDBYSERVER"));
  });

  it("closed by the service while its request is on the way dies when the answer could have come", async () => {
    const on = await online({ answers: false });
    const channel = openChannel(on.bench, on.online);
    on.bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(on.bench, [{}]));
    on.uplink.say({ type: "close", channel: 1, reason: "resetByServer" });
    await on.bench.run(59_000);
    expect(closureReason(on.bench, channel.handle)).toBe(reason("NONE"));
    await on.bench.run(100_000);
    expect(closureReason(on.bench, channel.handle)).toBe(reason("CHANNELRESETBYSERVER"));
  });

  it("after its response keeps nothing that can be read", async () => {
    const on = await online();
    const channel = openChannel(on.bench, on.online);
    await fetchItems(on.bench, channel);
    await kill(on, channel);
    expect(on.bench.call("mvReadConfigFetchResponseData", channel.handle, on.bench.place(8))).toBe("CHANNELCLOSED");
  });
});

describe("mvGetChannelClosureReason", () => {
  it("remembers the last 32 closed handles", async () => {
    const on = await online();
    const handles: number[] = [];
    for (let count = 0; count < 34; count++) {
      const channel = openChannel(on.bench, on.online, { receive_buffer: 0x30000, send_buffer: 0x30200 });
      handles.push(channel.handle);
      closeChannel(on.bench, channel);
      await on.bench.run(200_000);
    }
    const known = handles.map((handle) => on.bench.call("mvGetChannelClosureReason", handle, on.bench.place(4)));
    expect(known.slice(0, 2)).toEqual(["INVALIDHANDLE", "INVALIDHANDLE"]);
    expect(new Set(known.slice(2))).toEqual(new Set(["OKAY"]));
  });

  it("knows no handle of another kind", async () => {
    const { bench, online: on } = await online();
    for (const handle of [on.centre.handle, on.network, 0]) {
      expect(bench.call("mvGetChannelClosureReason", handle, bench.place(4))).toBe("INVALIDHANDLE");
    }
  });
});

describe("every call that takes a channel's handle", () => {
  const names = ["mvSendConfigFetchRequest", "mvReadConfigFetchResponseData", "mvReadConfigResponseItem"] as const;

  it.each(names)("%s refuses zero, old handles and those of another kind", async (name) => {
    const on = await online();
    const { bench } = on;
    const channel = openChannel(bench, on.online);
    closeChannel(bench, channel);
    const struct = syscalls[name].parameters as Record<string, unknown>;
    expect(Object.keys(struct)[0]).toBe("handle");
    const argument = bench.place(64);
    bench.memory.writeBytes(argument, new Uint8Array(64));
    const item = bench.put("MvConfigResponseReadItemParams", {
      item_index: 0,
      result: argument,
      buf: { data: 0, size: 0, length: argument },
    });
    for (const handle of [0, channel.handle, on.online.network, on.online.centre.handle]) {
      expect(bench.call(name, handle, name === "mvReadConfigResponseItem" ? item : argument)).toBe("INVALIDHANDLE");
    }
  });
});
