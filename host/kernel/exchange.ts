/**
 * The one exchange of a config-fetch channel on the wire: the request goes out at once, and the answer arrives at a
 * modelled moment. When virtual time gets there before the real bytes do, the device waits for them; so the same
 * firmware, seed and service content give the same trace however fast the service is.
 */

import { limits } from "../abi/limits.ts";
import { hexOfBytes, hexOfWord } from "../data/hex.ts";
import { cyclesOf } from "../time/cycles.ts";
import { cancel, type QueuedEvent, schedule } from "../time/queue.ts";
import { answerFrom, receivedAt, sentAt } from "./airtime.ts";
import { checkRequest, checksum } from "./buffer-checks.ts";
import { killChannel, sendOpen } from "./channels.ts";
import { findCentre, findChannel } from "./handles.ts";
import { sendFrame, takeFromInbox } from "./link.ts";
import { notify } from "./notifications.ts";
import type { Kernel } from "./ports.ts";
import { secretFlag } from "./secrets.ts";
import type { ChannelDeath, ChannelState, InboxItem } from "./state.ts";

/** Sends the bytes that stand in the send buffer. */
export function sendRequest(kernel: Kernel, channel: ChannelState, bytes: Uint8Array): void {
  channel.reply = "awaited";
  channel.request = bytes;
  if (channel.opened) sendFrame(kernel, { type: "data", channel: channel.number, bytes });
  else sendOpen(kernel, channel, bytes);
  traceFrame(kernel, channel, "sent", "data", bytes);
  const from = answerFrom(kernel, sentAt(kernel, bytes.length));
  schedule(kernel.queue, { at: from, kind: "reply-due", channel: channel.handle });
  const limit = kernel.now() + cyclesOf(limits.replyTimeoutMicroseconds.value);
  schedule(kernel.queue, { at: limit, kind: "reply-timeout", channel: channel.handle });
}

interface ReplyEvent {
  readonly at: number;
  readonly channel: number;
}
type ReplyQueued = QueuedEvent & ReplyEvent;

/**
 * The queue's `reply-due` event: the earliest moment at which the answer can arrive.
 * @returns "wait" while it is not there
 */
export function replyDue(kernel: Kernel, { at, channel: handle }: ReplyEvent): "wait" | undefined {
  const channel = findChannel(kernel, handle);
  if (!channel || channel.reply === "lost") return undefined;
  const answer = takeFromInbox(kernel, channel.number);
  if (!answer) return "wait";
  const bytes = answer.type === "data" ? answer.bytes.length : 0;
  schedule(kernel.queue, { at: receivedAt(kernel, at, bytes), kind: "reply-arrival", channel: handle, answer });
  return undefined;
}

/** The queue's `reply-arrival` event: the last byte is there, unless a test keeps the service silent. */
export function replyArrival(kernel: Kernel, event: ReplyEvent & { readonly answer: InboxItem }): void {
  const channel = findChannel(kernel, event.channel);
  if (!channel) return;
  const { silentUntil } = kernel.state.weather;
  if (kernel.now() < silentUntil) {
    schedule(kernel.queue, { ...event, at: silentUntil, kind: "reply-arrival" });
    return;
  }
  checkRequest(kernel, channel);
  channel.reply = "received";
  channel.request = null;
  cancel(kernel.queue, (other) => other.kind === "reply-timeout" && (other as ReplyQueued).channel === event.channel);
  if (event.answer.type === "close") {
    traceFrame(kernel, channel, "received", "close", new Uint8Array());
    killChannel(kernel, channel, event.answer.reason);
    return;
  }
  const { bytes } = event.answer;
  traceFrame(kernel, channel, "received", "data", bytes);
  const fits = bytes.length <= channel.receiveBytes;
  channel.responseBytes = fits ? bytes.length : -1;
  if (fits) {
    channel.responseSum = checksum(bytes);
    kernel.memory.writeBytes(channel.receiveBuffer, bytes);
    kernel.trace?.({
      kind: "buffer",
      purpose: "receive",
      address: channel.receiveBuffer,
      bytes: hexOfBytes(bytes),
      ...secretFlag(channel),
    });
  }
  if (!findCentre(kernel, channel.centre)) reportNobodyListens(kernel, channel);
  const record = { type: "CHANNELDATAREADABLE", tag: channel.tag, source: channel.handle } as const;
  notify(kernel, channel.centre, record, 0);
}

function reportNobodyListens({ trace }: Kernel, { handle }: ChannelState): void {
  trace?.({
    kind: "diagnostic",
    id: "answer-unheard",
    message:
      `the answer of channel ${hexOfWord(handle)} is there, and its notification centre is closed: no notification ` +
      "tells of it. Close the channel before the centre",
  });
}

/** The queue's `reply-timeout` event. The answer's arrival takes it back. */
export function replyTimeout(kernel: Kernel, event: ReplyEvent): void {
  const channel = findChannel(kernel, event.channel);
  if (channel) killChannel(kernel, channel, "CONNECTIONTERMINATED");
}

/** Real time has run out for an answer: virtual time goes on without it. */
export function loseReply(kernel: Kernel, handle: number): void {
  const channel = findChannel(kernel, handle);
  if (!channel) return;
  channel.reply = "lost";
  channel.request = null;
  kernel.trace?.({ kind: "outside", input: "reply-lost", detail: { channel: channel.number } });
}

/** What arrived and answers nothing: a channel that the service closed by itself is an input from outside. */
export function takeUnasked(kernel: Kernel): void {
  const { link, channels } = kernel.state;
  const waiting: InboxItem[] = [];
  const unasked: { channel: ChannelState; reason: ChannelDeath }[] = [];
  for (const item of link.inbox) {
    const channel = channels.find(({ number, death }) => number === item.channel && !death);
    if (channel?.reply === "awaited") waiting.push(item);
    else if (channel && item.type === "close") unasked.push({ channel, reason: item.reason });
  }
  link.inbox = waiting;
  for (const { channel, reason } of unasked) {
    kernel.trace?.({ kind: "outside", input: "channel-closed", detail: { channel: channel.number, reason } });
    killChannel(kernel, channel, reason);
  }
}

function traceFrame(
  kernel: Kernel,
  channel: ChannelState,
  direction: "sent" | "received",
  type: "data" | "close",
  bytes: Uint8Array,
): void {
  if (!kernel.trace) return;
  const secret = direction === "received" ? secretFlag(channel) : {};
  kernel.trace({ kind: "frame", direction, type, channel: channel.number, bytes: hexOfBytes(bytes), ...secret });
}
