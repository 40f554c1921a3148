/** The order of the checks: a call with several faults at once answers the first in the order of the contract. */

import { describe, expect, it } from "vitest";
import {
  type Channel,
  closeChannel,
  fetchItems,
  fetchRequest,
  goOnline,
  itemParams,
  lines,
  type Online,
  type OpenParams,
  openChannel,
  openParams,
  setUpCentre,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { type ScriptedUplink, scriptedUplink } from "./scripted-uplink.ts";

interface On {
  readonly bench: KernelBench;
  readonly uplink: ScriptedUplink;
  readonly online: Online;
}

async function online(): Promise<On> {
  const uplink = scriptedUplink();
  const bench = createBench({ uplink });
  return { bench, uplink, online: await goOnline(bench) };
}

/**
 * A call as a list of faults in the order of their checks. Each stage is tried with all later faults present, and the
 * last with none but its own.
 */
interface Stage<Fields> {
  readonly status: string;
  readonly fault: Partial<Fields> | ((on: On) => Partial<Fields>);
}

function withFaultsFrom<Fields>(stages: readonly Stage<Fields>[], from: number, on: On): Partial<Fields> {
  const faults = stages.slice(from).map(({ fault }) => (typeof fault === "function" ? fault(on) : fault));
  // An earlier check's fault wins where two want the same field.
  return Object.assign({}, ...faults.reverse()) as Partial<Fields>;
}

describe("mvSetupNotifications", () => {
  interface Fields {
    irq: number;
    buffer: number;
    buffer_size: number;
  }
  const centres = (on: On): Partial<Fields> => {
    for (let irq = 60; irq < 91; irq++) setUpCentre(on.bench, { irq, buffer_size: 32 });
    return {};
  };
  const stages: Stage<Fields>[] = [
    { status: "PARAMETERFAULT", fault: (on) => ({ buffer: on.bench.memory.end - 16 }) },
    { status: "INVALIDBUFFERSIZE", fault: { buffer_size: 24 } },
    { status: "BUFFERALREADYINUSE", fault: (on) => ({ buffer: on.online.centre.buffer }) },
    { status: "INVALIDINTERRUPT", fault: { irq: lines.tim2 } },
    { status: "TOOMANYNOTIFICATIONBUFFERS", fault: centres },
    { status: "OKAY", fault: {} },
  ];

  it.each(stages.map(({ status }, index) => ({ status, index })))(
    "answers $status first",
    async ({ status, index }) => {
      const on = await online();
      const setup = { irq: lines.tim3, buffer: on.bench.place(32, 16), buffer_size: 32 };
      Object.assign(setup, withFaultsFrom(stages, index, on));
      expect(on.bench.call("mvSetupNotifications", on.bench.put("MvNotificationSetup", setup), on.bench.place(4))).toBe(
        status,
      );
    },
  );
});

describe("mvRequestNetwork", () => {
  it.each([
    { status: "PARAMETERFAULT", version: 2, handle: 99, out: 0 },
    { status: "UNSUPPORTEDSTRUCTUREVERSION", version: 2, handle: 99, out: 4096 },
    { status: "INVALIDHANDLE", version: 1, handle: 99, out: 4096 },
    { status: "OKAY", version: 1, handle: 0, out: 4096 },
  ])("answers $status first", async ({ status, version, handle, out }) => {
    const { bench } = await online();
    const v1 = { notification_handle: handle, notification_tag: 0 };
    expect(bench.call("mvRequestNetwork", bench.put("MvRequestNetworkParams", { version, v1 }), out)).toBe(status);
  });
});

describe("mvOpenChannel", () => {
  type Fields = OpenParams & { version: number };
  const rateLimit = ({ bench, online }: On): Partial<Fields> => {
    for (let count = 0; count < 8; count++) closeChannel(bench, openChannel(bench, online));
    return {};
  };
  /** Four channels that are open, the first of them opened so long ago that another may be. */
  const fourChannels = ({ bench, online }: On): Partial<Fields> => {
    for (let count = 0; count < 4; count++) openChannel(bench, online);
    return {};
  };
  const stages: Stage<Fields>[] = [
    { status: "PARAMETERFAULT", fault: { send_buffer: 0x3fe00, send_buffer_len: 1024 } },
    { status: "UNSUPPORTEDSTRUCTUREVERSION", fault: { version: 3 } },
    { status: "INVALIDHANDLE", fault: { network_handle: 5 } },
    { status: "INVALIDBUFFERALIGNMENT", fault: ({ online }) => ({ send_buffer: online.centre.buffer + 4 }) },
    { status: "INVALIDBUFFERSIZE", fault: { send_buffer_len: 500 } },
    { status: "BUFFERALREADYINUSE", fault: ({ online }) => ({ receive_buffer: online.centre.buffer & ~511 }) },
    { status: "UNKNOWNCHANNELTYPE", fault: { channel_type: 77 } },
    { status: "UNKNOWNCHANNELENDPOINT", fault: { endpoint: { data: 4096, length: 1 } } },
  ];

  it.each(stages.map(({ status }, index) => ({ status, index })))(
    "answers $status before what is wrong further on",
    async ({ status, index }) => {
      const on = await online();
      rateLimit(on);
      on.uplink.cut();
      await on.bench.run(0);
      const { version = 1, ...changes } = withFaultsFrom(stages, index, on);
      const v1 = { ...openParams(on.bench, on.online), ...changes };
      const params = on.bench.put("MvOpenChannelParams", { version, v1 });
      expect(on.bench.call("mvOpenChannel", params, on.bench.place(4))).toBe(status);
    },
  );

  it("answers NETWORKNOTCONNECTED before RATELIMITED", async () => {
    const on = await online();
    rateLimit(on);
    on.uplink.cut();
    await on.bench.run(0);
    expect(open(on)).toBe("NETWORKNOTCONNECTED");
  });

  it("answers RATELIMITED before TOOMANYCHANNELS", async () => {
    const on = await online();
    for (let count = 0; count < 4; count++) closeChannel(on.bench, openChannel(on.bench, on.online));
    fourChannels(on);
    expect(open(on)).toBe("RATELIMITED");
    await on.bench.run(1_000_001);
    expect(open(on)).toBe("TOOMANYCHANNELS");
  });

  function open({ bench, online }: On): string {
    const v1 = openParams(bench, online);
    return bench.call("mvOpenChannel", bench.put("MvOpenChannelParams", { version: 1, v1 }), bench.place(4));
  }
});

describe("mvSendConfigFetchRequest", () => {
  const items = (count: number, changes: Parameters<typeof fetchRequest>[1][number] = {}) =>
    Array.from({ length: count }, () => changes);

  async function onChannel(): Promise<On & { channel: Channel }> {
    const on = await online();
    return { ...on, channel: openChannel(on.bench, on.online) };
  }

  it("answers PARAMETERFAULT before INVALIDHANDLE", async () => {
    const { bench } = await online();
    expect(bench.call("mvSendConfigFetchRequest", 5, 0)).toBe("PARAMETERFAULT");
  });

  it("answers INVALIDHANDLE before it looks at the items", async () => {
    const { bench } = await online();
    expect(bench.call("mvSendConfigFetchRequest", 5, fetchRequest(bench, items(33)))).toBe("INVALIDHANDLE");
  });

  it("answers CHANNELCLOSED before REQUESTALREADYSENT and the items", async () => {
    const { bench, uplink, channel } = await onChannel();
    await fetchItems(bench, channel);
    uplink.cut();
    await bench.run(0);
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, []))).toBe("CHANNELCLOSED");
  });

  it.each([0, 33])("answers REQUESTALREADYSENT before it counts %i items", async (count) => {
    const { bench, channel } = await onChannel();
    await fetchItems(bench, channel);
    const request = fetchRequest(bench, items(count, { address: 0 }));
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, request)).toBe("REQUESTALREADYSENT");
  });

  it("answers TOOMANYCONFIGKEYS before it follows the items' pointers", async () => {
    const { bench, channel } = await onChannel();
    const request = bench.put("MvConfigKeyFetchParams", { num_items: 33, keys_to_fetch: 0 });
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, request)).toBe("TOOMANYCONFIGKEYS");
  });

  const wrong = { scope: 9, store: 9, key: "\u0001", address: 0 };
  it.each([
    { status: "LATEFAULT", item: wrong },
    { status: "UNKNOWNCONFIGSCOPE", item: { scope: 9, store: 9, key: "\u0001" } },
    { status: "UNKNOWNCONFIGSTORE", item: { store: 9, key: "\u0001" } },
    { status: "INVALIDCONFIGKEY", item: { key: "\u0001" } },
  ])("answers $status first of an item's faults", async ({ status, item }) => {
    const { bench, channel } = await onChannel();
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, [{}, item]))).toBe(status);
  });

  it("judges item by item: the first one's bad key comes before the second one's bad pointer", async () => {
    const { bench, channel } = await onChannel();
    const request = fetchRequest(bench, [{ key: "\u0001" }, wrong]);
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, request)).toBe("INVALIDCONFIGKEY");
  });

  it("answers INVALIDCONFIGKEY before INVALIDBUFFERSIZE", async () => {
    const { bench, channel } = await onChannel();
    const request = fetchRequest(bench, [...items(6, { key: "k".repeat(100) }), { key: "\u0001" }]);
    expect(bench.call("mvSendConfigFetchRequest", channel.handle, request)).toBe("INVALIDCONFIGKEY");
  });
});

describe("reading a response", () => {
  it("answers PARAMETERFAULT, INVALIDHANDLE, CHANNELCLOSED, RESPONSENOTPRESENT, INDEXINVALID in that order", async () => {
    const { bench, uplink, online: on } = await online();
    const far = (data?: number) => itemParams(bench, { index: 40, ...(data === undefined ? {} : { data }) }).params;
    const read = (handle: number, params: number) => bench.call("mvReadConfigResponseItem", handle, params);
    expect(read(5, far(0))).toBe("PARAMETERFAULT");
    expect(read(5, far())).toBe("INVALIDHANDLE");
    const channel = openChannel(bench, on);
    expect(read(channel.handle, far())).toBe("RESPONSENOTPRESENT");
    await fetchItems(bench, channel);
    expect(read(channel.handle, far())).toBe("INDEXINVALID");
    const other = openChannel(bench, on);
    uplink.cut();
    await bench.run(0);
    expect(read(other.handle, far())).toBe("CHANNELCLOSED");
    expect(bench.call("mvReadConfigFetchResponseData", other.handle, 0)).toBe("PARAMETERFAULT");
    expect(bench.call("mvReadConfigFetchResponseData", other.handle, bench.place(8))).toBe("CHANNELCLOSED");
  });

  it("answers REQUESTUNSUCCESSFUL before INDEXINVALID", async () => {
    const { bench, online: on } = await online();
    const channel = openChannel(bench, on, { send_buffer_len: 1024 });
    await fetchItems(
      bench,
      channel,
      Array.from({ length: 5 }, () => ({ key: "k".repeat(100) })),
    );
    const { params } = itemParams(bench, { index: 40 });
    expect(bench.call("mvReadConfigResponseItem", channel.handle, params)).toBe("REQUESTUNSUCCESSFUL");
  });
});

describe("logging and identity", () => {
  it("answers mvServerLoggingInit's PARAMETERFAULT, alignment, size, use and room in that order", async () => {
    const { bench, online: on } = await online();
    const init = (buffer: number, bytes: number) => bench.call("mvServerLoggingInit", buffer, bytes);
    expect(init(bench.memory.end - 8, 1000)).toBe("PARAMETERFAULT");
    expect(init(on.centre.buffer + 8, 100)).toBe("INVALIDBUFFERALIGNMENT");
    expect(init(on.centre.buffer & ~511, 100)).toBe("INVALIDBUFFERSIZE");
    expect(init(on.centre.buffer & ~511, 512)).toBe("BUFFERALREADYINUSE");
  });

  it("answers mvServerLog's PARAMETERFAULT, UNAVAILABLE, length, permission and room in that order", async () => {
    const uplink = scriptedUplink({ loggingEnabled: false });
    const bench = createBench({ uplink });
    const log = (message: number, bytes: number) => bench.call("mvServerLog", message, bytes);
    expect(log(0, 2000)).toBe("PARAMETERFAULT");
    expect(log(bench.place(2000), 2000)).toBe("UNAVAILABLE");
    bench.call("mvServerLoggingInit", bench.place(512, 512), 512);
    await goOnline(bench);
    expect(log(bench.place(1025), 1025)).toBe("LOGMESSAGETOOLONG");
    expect(log(bench.place(1024), 1024)).toBe("LOGGINGDISABLEDBYSERVER");
  });

  it("checks mvGetDeviceId's pointer for the stated length before the length", async () => {
    const { bench } = await online();
    const length = 33;
    expect(bench.call("mvGetDeviceId", bench.memory.end - 32, length)).toBe("PARAMETERFAULT");
    expect(bench.call("mvGetDeviceId", bench.memory.end - length, length)).toBe("INVALIDBUFFERSIZE");
  });
});
