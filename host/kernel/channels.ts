/**
 * Channels of the config-fetch type: open, close, closure reason. Contract: between open and close the two buffers
 * belong to the kernel; a channel that dies by itself says so in a notification, gives its buffers back, and keeps its
 * handle until it is closed; a close works in every state, and raises nothing.
 */

import { limits } from "../abi/limits.ts";
import { hexOfBytes, hexOfWord } from "../data/hex.ts";
import { SimulatorError } from "../fault/fault.ts";
import { coreHertz, cyclesOf } from "../time/cycles.ts";
import { cancel, type QueuedEvent, schedule } from "../time/queue.ts";
import { configFetchChannelType } from "../wire/protocol.ts";
import { isInUse, overlaps } from "./buffers.ts";
import type { Handlers } from "./dispatch.ts";
import { findCentre, findChannel, findNetworkRequest, newHandle } from "./handles.ts";
import { sendFrame } from "./link.ts";
import { dropRecords, notify } from "./notifications.ts";
import type { Kernel } from "./ports.ts";
import { secretFlag } from "./secrets.ts";
import type { ChannelDeath, ChannelState, InboxItem } from "./state.ts";

const alignment = limits.channelBufferAlignmentBytes.value;
const unit = limits.channelBufferUnitBytes.value;

export const channelCalls = {
  mvOpenChannel(kernel, { params, handle }) {
    const { state } = kernel;
    const { v1 } = params;
    const receive = { address: v1.receive_buffer, bytes: v1.receive_buffer_len };
    const send = { address: v1.send_buffer, bytes: v1.send_buffer_len };
    if (params.version !== 1) return "UNSUPPORTEDSTRUCTUREVERSION";
    if (!findCentre(kernel, v1.notification_handle)) return "INVALIDHANDLE";
    if (!findNetworkRequest(kernel, v1.network_handle)) return "INVALIDHANDLE";
    if (receive.address % alignment !== 0 || send.address % alignment !== 0) return "INVALIDBUFFERALIGNMENT";
    if (!isBufferSize(receive.bytes) || !isBufferSize(send.bytes)) return "INVALIDBUFFERSIZE";
    if (overlaps(receive, send) || isInUse(state, receive) || isInUse(state, send)) return "BUFFERALREADYINUSE";
    if (typeof v1.channel_type === "number") return "UNKNOWNCHANNELTYPE";
    if (v1.channel_type !== "CONFIGFETCH") throw channelTypeNotSimulated(v1.channel_type);
    if (v1.endpoint.length !== 0) return "UNKNOWNCHANNELENDPOINT";
    if (state.network.status !== "CONNECTED") return "NETWORKNOTCONNECTED";
    if (recentOpens(kernel).length >= limits.channelOpensPerSecond.value) return "RATELIMITED";
    if (state.channels.filter((channel) => !channel.death).length >= limits.channels.value) return "TOOMANYCHANNELS";
    const channel: ChannelState = {
      handle: newHandle(kernel),
      number: 0,
      centre: v1.notification_handle,
      tag: v1.notification_tag,
      receiveBuffer: receive.address,
      receiveBytes: receive.bytes,
      sendBuffer: send.address,
      sendBytes: send.bytes,
      death: "",
      opened: false,
      requestedStores: [],
      reply: "none",
      request: null,
      responseBytes: 0,
      responseSum: -1,
    };
    state.channels.push(channel);
    state.channelOpens = [...recentOpens(kernel), kernel.now()];
    const at = kernel.now() + cyclesOf(limits.channelOpenHoldMicroseconds.value);
    schedule(kernel.queue, { at, kind: "channel-open", channel: channel.handle });
    traceChannel(kernel, channel, "open", "NONE");
    handle.value = channel.handle;
    return "OKAY";
  },

  mvCloseChannel(kernel, { handle }) {
    const { state } = kernel;
    const channel = findChannel(kernel, handle.value);
    if (!channel) return "INVALIDHANDLE";
    const reason = channel.death || "CLOSEDBYAPPLICATION";
    if (!channel.death) closeOnWire(kernel, channel);
    reportUnheard(kernel, channel);
    cancelChannelEvents(kernel, channel);
    dropRecords(kernel, channel.handle);
    state.channels = state.channels.filter((other) => other !== channel);
    state.closedChannels.push({ handle: channel.handle, reason });
    state.closedChannels = state.closedChannels.slice(-limits.closedChannelsRemembered.value);
    traceChannel(kernel, channel, "closed", reason);
    handle.value = 0;
    return "OKAY";
  },

  mvGetChannelClosureReason(kernel, { handle, reason_out }) {
    const channel = findChannel(kernel, handle);
    const closed = kernel.state.closedChannels.find((candidate) => candidate.handle === handle);
    if (!channel && !closed) return "INVALIDHANDLE";
    reason_out.value = closed?.reason ?? (channel?.death || "NONE");
    return "OKAY";
  },
} satisfies Handlers;

function isBufferSize(bytes: number): boolean {
  return bytes > 0 && bytes % unit === 0;
}

function recentOpens({ state, now }: Kernel): number[] {
  const since = now() - coreHertz;
  return state.channelOpens.filter((at) => at > since);
}

/** The queue's `channel-open` event: nothing was sent in time, so the open travels alone. */
export function openOnWire(kernel: Kernel, event: { readonly channel: number }): void {
  const channel = findChannel(kernel, event.channel);
  if (channel && !channel.opened) sendOpen(kernel, channel);
}

/** Tells the service of the channel, with its first data if there is some. */
export function sendOpen(kernel: Kernel, channel: ChannelState, firstData?: Uint8Array): void {
  // Not before: the service wants opens in the order of their numbers, and one that is held may be overtaken.
  if (!channel.opened) channel.number = kernel.state.nextChannelNumber++;
  channel.opened = true;
  const { number } = channel;
  const channelType = configFetchChannelType;
  sendFrame(
    kernel,
    firstData
      ? { type: "open", channel: number, channelType, firstData }
      : { type: "open", channel: number, channelType },
  );
}

/** Tells the service that the channel is gone; one that it never heard of needs no close. */
function closeOnWire(kernel: Kernel, channel: ChannelState): void {
  if (channel.opened) sendFrame(kernel, { type: "close", channel: channel.number, reason: "closedByApplication" });
}

/**
 * The channel dies by itself. Its buffers are the application's again.
 * @param quietly no notification says so (a LATEFAULT's status already did)
 */
export function killChannel(kernel: Kernel, channel: ChannelState, death: ChannelDeath, quietly = false): void {
  channel.death = death;
  if (isUnknownToService(death)) closeOnWire(kernel, channel);
  cancelChannelEvents(kernel, channel);
  traceChannel(kernel, channel, "dead", death);
  if (quietly) return;
  const record = { type: "CHANNELNOTCONNECTED", tag: channel.tag, source: channel.handle } as const;
  notify(kernel, channel.centre, record, limits.notificationDelayMicroseconds.value);
}

function isUnknownToService(death: ChannelDeath): boolean {
  return death === "CONNECTIONTERMINATED" || death === "UNEXPECTEDLYTERMINATED";
}

/**
 * Input from outside: a living channel dies, for whatever reason; the service is told that it is gone.
 * @param number its number on the wire (default: the newest one)
 */
export function closeFromOutside(kernel: Kernel, death: ChannelDeath, number?: number): void {
  const living = kernel.state.channels.filter((channel) => !channel.death);
  const channel = number === undefined ? living.at(-1) : living.find((candidate) => candidate.number === number);
  if (!channel) return;
  if (!isUnknownToService(death)) closeOnWire(kernel, channel);
  killChannel(kernel, channel, death);
}

function cancelChannelEvents(kernel: Kernel, channel: ChannelState): void {
  traceUnheard(kernel, channel);
  cancel(kernel.queue, (event) => "channel" in event && event.channel === channel.handle);
}

/** The answer that is on the air, if there is one: it has its share of the link, although nobody will hear it. */
export function traceUnheard(kernel: Kernel, channel: ChannelState): void {
  const arrival = kernel.trace && arrivalOf(kernel, channel);
  if (!arrival) return;
  const { answer } = arrival;
  const bytes = answer.type === "data" ? hexOfBytes(answer.bytes) : "";
  const { number } = channel;
  kernel.trace?.({
    kind: "frame",
    direction: "unheard",
    type: answer.type,
    channel: number,
    bytes,
    ...secretFlag(channel),
  });
}

function arrivalOf({ queue }: Kernel, { handle }: ChannelState): Arrival | undefined {
  return queue.events.find(
    (event) => event.kind === "reply-arrival" && "channel" in event && event.channel === handle,
  ) as Arrival | undefined;
}

type Arrival = QueuedEvent & { readonly answer: InboxItem };

/** The application closes the channel, and its answer would have been there soon. */
function reportUnheard(kernel: Kernel, channel: ChannelState): void {
  const arrival = kernel.trace && arrivalOf(kernel, channel);
  // What a service that a test keeps silent would have sent is on no way.
  if (!arrival || kernel.now() < kernel.state.weather.silentUntil) return;
  const milliseconds = (arrival.at - kernel.now()) / cyclesOf(1000);
  kernel.trace?.({
    kind: "diagnostic",
    id: "answer-unheard",
    message:
      `the channel ${hexOfWord(channel.handle)} was closed ${milliseconds.toFixed(3)} ms before its answer would have ` +
      "been there, which was on its way already: wait longer for it",
  });
}

function traceChannel(
  kernel: Kernel,
  { handle }: ChannelState,
  phase: "open" | "dead" | "closed",
  reason: string,
): void {
  kernel.trace?.({ kind: "channel", handle: hexOfWord(handle), phase, reason });
}

function channelTypeNotSimulated(type: string): SimulatorError {
  return new SimulatorError(
    "ERR_MVSIM_NOT_SIMULATED",
    `mvOpenChannel asked for a channel of type MV_CHANNELTYPE_${type}, which is not simulated; only MV_CHANNELTYPE_CONFIGFETCH is`,
  );
}
