/**
 * Each status of each simulated call with the real condition that gives it: how firmware comes to the point where the
 * call, made with the words that a condition returns, answers that status.
 */

import type { Condition, ConditionBench, Conditions, Reasons } from "./condition.ts";
import { deviceConditions, deviceUnreachable } from "./device-conditions.ts";
import {
  type Channel,
  closeChannel,
  fetchItems,
  fetchRequest,
  goOnline,
  itemParams,
  lines,
  notificationSetup,
  type Online,
  type OpenParams,
  openChannel,
  openParams,
  requestNetwork,
  setUpCentre,
} from "./firmware-steps.ts";
import type { KernelBench } from "./kernel-bench.ts";

const clock = {
  OKAY: ({ bench }: ConditionBench) => [bench.place(8)],
  PARAMETERFAULT: () => [0],
};

const unknownHandle = 0x1234_5678;

function setUpWith(changes: Parameters<typeof notificationSetup>[1] = {}): Condition {
  return ({ bench }) => [bench.put("MvNotificationSetup", notificationSetup(bench, changes)), bench.place(4)];
}

/** Opens a channel as firmware that is online does, with some fields of its own. */
function openWith(change: (bench: KernelBench, online: Online) => Partial<OpenParams> = () => ({})): Condition {
  return async ({ bench }) => {
    const online = await goOnline(bench);
    const v1 = openParams(bench, online, change(bench, online));
    return [bench.put("MvOpenChannelParams", { version: 1, v1 }), bench.place(4)];
  };
}

/** Comes to an open channel, then does more. */
function onChannel(
  then: (on: ConditionBench, channel: Channel, online: Online) => readonly number[] | Promise<readonly number[]>,
  changes: Partial<OpenParams> = {},
): Condition {
  return async (on) => {
    const online = await goOnline(on.bench);
    return then(on, openChannel(on.bench, online, changes), online);
  };
}

function kill({ bench, uplink }: ConditionBench): Promise<void> {
  uplink.cut();
  return bench.run(0);
}

function sendItems(...items: Parameters<typeof fetchRequest>[1]): Condition {
  return onChannel(({ bench }, { handle }) => [handle, fetchRequest(bench, items)]);
}

const longKey = "k".repeat(101);

export const conditions: Conditions = {
  ...deviceConditions,
  mvNoOp: { OKAY: () => [] },
  mvGetMicroseconds: clock,
  mvGetSysClk: clock,
  mvGetHClk: clock,
  mvGetPClk1: clock,
  mvGetPClk2: clock,
  mvGetWallTime: {
    OKAY: async ({ bench }) => {
      await goOnline(bench);
      return [bench.place(8)];
    },
    PARAMETERFAULT: () => [0],
    TIMENOTSET: ({ bench }) => [bench.place(8)],
  },
  mvGetDeviceId: {
    OKAY: ({ bench }) => [bench.place(34), 34],
    PARAMETERFAULT: () => [0, 34],
    INVALIDBUFFERSIZE: ({ bench }) => [bench.place(35), 35],
  },

  mvSetupNotifications: {
    OKAY: setUpWith(),
    PARAMETERFAULT: setUpWith({ buffer: 0 }),
    INVALIDBUFFERSIZE: setUpWith({ buffer_size: 40 }),
    BUFFERALREADYINUSE({ bench }) {
      const { buffer } = setUpCentre(bench);
      const setup = notificationSetup(bench, { irq: lines.tim3, buffer: buffer + 16 });
      return [bench.put("MvNotificationSetup", setup), bench.place(4)];
    },
    INVALIDINTERRUPT: setUpWith({ irq: 125 }),
    TOOMANYNOTIFICATIONBUFFERS(on) {
      for (let irq = 60; irq < 92; irq++) setUpCentre(on.bench, { irq, buffer_size: 32 });
      return setUpWith()(on);
    },
  },
  mvCloseNotifications: {
    OKAY({ bench }) {
      const out = bench.place(4);
      bench.memory.writeUint32(out, setUpCentre(bench).handle);
      return [out];
    },
    PARAMETERFAULT: () => [0],
    INVALIDHANDLE: ({ bench }) => [bench.place(4)],
  },
  mvTempTriggerNotification: {
    OKAY: ({ bench }) => [setUpCentre(bench).handle, 1, 2],
    INVALIDHANDLE: () => [unknownHandle, 1, 2],
  },

  mvRequestNetwork: {
    OKAY: ({ bench }) => networkRequest(bench, 1, setUpCentre(bench).handle),
    PARAMETERFAULT: ({ bench }) => [0, bench.place(4)],
    UNSUPPORTEDSTRUCTUREVERSION: ({ bench }) => networkRequest(bench, 2, setUpCentre(bench).handle),
    INVALIDHANDLE: ({ bench }) => networkRequest(bench, 1, unknownHandle),
  },
  mvReleaseNetwork: {
    OKAY: ({ bench }) => [requestNetwork(bench, 0)],
    PARAMETERFAULT: () => [0],
    INVALIDHANDLE: ({ bench }) => [bench.place(4)],
  },
  mvGetNetworkStatus: {
    OKAY: ({ bench }) => [bench.word(requestNetwork(bench, 0)), bench.place(4)],
    PARAMETERFAULT: ({ bench }) => [bench.word(requestNetwork(bench, 0)), 0],
    INVALIDHANDLE: ({ bench }) => [0, bench.place(4)],
  },
  mvGetNetworkReasons: {
    OKAY: ({ bench }) => [bench.place(4), bench.place(4)],
    PARAMETERFAULT: ({ bench }) => [bench.place(4), 0],
  },

  mvOpenChannel: {
    OKAY: openWith(),
    PARAMETERFAULT: openWith(() => ({ receive_buffer: 512 })),
    UNSUPPORTEDSTRUCTUREVERSION: async ({ bench }) => {
      const v1 = openParams(bench, await goOnline(bench));
      return [bench.put("MvOpenChannelParams", { version: 0, v1 }), bench.place(4)];
    },
    INVALIDHANDLE: openWith(() => ({ notification_handle: 0 })),
    INVALIDBUFFERALIGNMENT: openWith((bench) => ({ send_buffer: bench.place(1024, 512) + 256 })),
    INVALIDBUFFERSIZE: openWith(() => ({ receive_buffer_len: 513 })),
    BUFFERALREADYINUSE: openWith((bench, online) => ({
      receive_buffer: openChannel(bench, online).send_buffer,
    })),
    UNKNOWNCHANNELTYPE: openWith(() => ({ channel_type: 4 })),
    UNKNOWNCHANNELENDPOINT: openWith((bench) => ({ endpoint: { data: bench.putText("x"), length: 1 } })),
    async NETWORKNOTCONNECTED({ bench }) {
      const centre = setUpCentre(bench);
      const networkPlace = requestNetwork(bench, 0);
      const v1 = openParams(bench, { centre, networkPlace, network: bench.word(networkPlace) });
      return [bench.put("MvOpenChannelParams", { version: 1, v1 }), bench.place(4)];
    },
    RATELIMITED: openWith((bench, online) => {
      for (let count = 0; count < 8; count++) closeChannel(bench, openChannel(bench, online));
      return {};
    }),
    TOOMANYCHANNELS: openWith((bench, online) => {
      for (let count = 0; count < 4; count++) openChannel(bench, online);
      return {};
    }),
  },
  mvCloseChannel: {
    OKAY: onChannel((_, { place }) => [place]),
    PARAMETERFAULT: () => [0],
    INVALIDHANDLE: ({ bench }) => [bench.place(4)],
  },
  mvGetChannelClosureReason: {
    OKAY: onChannel(({ bench }, { handle }) => [handle, bench.place(4)]),
    PARAMETERFAULT: onChannel((_, { handle }) => [handle, 0]),
    INVALIDHANDLE: ({ bench }) => [unknownHandle, bench.place(4)],
  },

  mvSendConfigFetchRequest: {
    OKAY: sendItems({}),
    PARAMETERFAULT: onChannel((_, { handle }) => [handle, 0]),
    LATEFAULT: sendItems({ address: 0 }),
    INVALIDHANDLE: ({ bench }) => [unknownHandle, fetchRequest(bench, [{}])],
    CHANNELCLOSED: onChannel(async (on, { handle }) => {
      await kill(on);
      return [handle, fetchRequest(on.bench, [{}])];
    }),
    REQUESTALREADYSENT: onChannel(async ({ bench }, channel) => {
      await fetchItems(bench, channel);
      return [channel.handle, fetchRequest(bench, [{}])];
    }),
    REQUIREDELEMENTMISSING: sendItems(),
    TOOMANYCONFIGKEYS: sendItems(...Array.from({ length: 33 }, () => ({}))),
    UNKNOWNCONFIGSCOPE: sendItems({ scope: 2 }),
    UNKNOWNCONFIGSTORE: sendItems({ store: 2 }),
    INVALIDCONFIGKEY: sendItems({ key: longKey }),
    // Two bytes, and for each item three and its key: 2 + 4 * 103 + 3 + 96 is one more than 512.
    INVALIDBUFFERSIZE: sendItems(...Array.from({ length: 4 }, () => ({ key: "k".repeat(100) })), {
      key: "k".repeat(96),
    }),
  },
  mvReadConfigFetchResponseData: {
    OKAY: onChannel(async ({ bench }, channel) => {
      await fetchItems(bench, channel);
      return [channel.handle, bench.place(8)];
    }),
    PARAMETERFAULT: onChannel((_, { handle }) => [handle, 0]),
    INVALIDHANDLE: ({ bench }) => [unknownHandle, bench.place(8)],
    CHANNELCLOSED: onChannel(async (on, channel) => {
      await fetchItems(on.bench, channel);
      await kill(on);
      return [channel.handle, on.bench.place(8)];
    }),
    RESPONSENOTPRESENT: onChannel(({ bench }, { handle }) => [handle, bench.place(8)]),
  },
  mvReadConfigResponseItem: {
    OKAY: onChannel(async ({ bench }, channel) => {
      await fetchItems(bench, channel);
      return [channel.handle, itemParams(bench).params];
    }),
    PARAMETERFAULT: onChannel(({ bench }, { handle }) => [handle, itemParams(bench, { data: 0 }).params]),
    INVALIDHANDLE: ({ bench }) => [unknownHandle, itemParams(bench).params],
    CHANNELCLOSED: onChannel(async (on, channel) => {
      await fetchItems(on.bench, channel);
      await kill(on);
      return [channel.handle, itemParams(on.bench).params];
    }),
    RESPONSENOTPRESENT: onChannel(({ bench }, { handle }) => [handle, itemParams(bench).params]),
    // The values are as long as their keys: the response is 2 + 5 * (3 + 100) bytes, the request has room.
    REQUESTUNSUCCESSFUL: onChannel(
      async ({ bench }, channel) => {
        await fetchItems(
          bench,
          channel,
          Array.from({ length: 5 }, () => ({ key: "k".repeat(100) })),
        );
        return [channel.handle, itemParams(bench).params];
      },
      { send_buffer_len: 1024 },
    ),
    INDEXINVALID: onChannel(async ({ bench }, channel) => {
      await fetchItems(bench, channel);
      return [channel.handle, itemParams(bench, { index: 1 }).params];
    }),
  },

  mvServerLoggingInit: {
    OKAY: ({ bench }) => [bench.place(1024, 512), 1024],
    PARAMETERFAULT: () => [0, 1024],
    INVALIDBUFFERALIGNMENT: ({ bench }) => [bench.place(2048, 512) + 8, 1024],
    INVALIDBUFFERSIZE: ({ bench }) => [bench.place(1024, 512), 1000],
    BUFFERALREADYINUSE({ bench }) {
      const { buffer } = setUpCentre(bench, { buffer: bench.place(1024, 512) + 512 });
      return [buffer - 512, 1024];
    },
  },
  mvServerLog: {
    OKAY({ bench }) {
      startLog(bench, 512);
      return [bench.putText("hello"), 5];
    },
    UNAVAILABLE: ({ bench }) => [bench.putText("hello"), 5],
    PARAMETERFAULT({ bench }) {
      startLog(bench, 512);
      return [0, 5];
    },
    INVALIDBUFFERSIZE({ bench }) {
      startLog(bench, 512);
      return [bench.place(513), 513];
    },
    LOGMESSAGETOOLONG({ bench }) {
      startLog(bench, 2048);
      return [bench.place(1025), 1025];
    },
    async LOGGINGDISABLEDBYSERVER({ bench, uplink }) {
      uplink.loggingEnabled = false;
      startLog(bench, 512);
      await goOnline(bench);
      return [bench.putText("hello"), 5];
    },
  },
};

/** Statuses that the documents name and no condition gives. */
export const unreachable: Reasons = {
  ...deviceUnreachable,
  mvReleaseNetwork: {
    UNSUPPORTEDSTRUCTUREVERSION: "the call takes no struct",
  },
  mvOpenChannel: {
    UNAVAILABLE: "it has no condition of its own; only an injected fault gives it",
  },
};

function networkRequest(bench: KernelBench, version: number, notificationHandle: number): number[] {
  const v1 = { notification_handle: notificationHandle, notification_tag: 3 };
  return [bench.put("MvRequestNetworkParams", { version, v1 }), bench.place(4)];
}

function startLog(bench: KernelBench, bytes: number): void {
  bench.call("mvServerLoggingInit", bench.place(bytes, 512), bytes);
}
