/**
 * The service of a replay: an uplink that answers what the recorded trace says was answered. It looks ahead from the
 * event that the replay has come to; so whatever the device does, it gets no more than the recording holds.
 */

import { type Uplink, type UplinkListener, uplinkOf } from "../../host/kernel/ports.ts";
import type { TraceEvent } from "../../host/trace/events.ts";
import { connectionLost } from "../../host/wire/close-codes.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../host/wire/protocol.ts";

export interface RecordedUplink extends Uplink {
  /** The recorded loss of the link. */
  loseLink(): void;
  /** A close that answers nothing, as recorded. */
  closeChannel(channel: number, reason: string): void;
}

/** @param position the sequence number that the device's next event will have */
export function recordedUplink(events: readonly TraceEvent[], position: () => number): RecordedUplink {
  let listener: UplinkListener | undefined;

  const uplink = uplinkOf((next) => {
    listener = next;
    const later = (tell: (listener: UplinkListener) => void): void => {
      queueMicrotask(() => listener === next && tell(next));
    };
    const say = (frame: Frame): void => later(({ onFrame }) => onFrame(encodeFrame(frame)));
    const result = connectionResult(events, position());
    if (result === "refused") later(({ onClose }) => onClose(connectionLost, "the recorded connection failed"));
    else if (result !== "none") later(({ onOpen }) => onOpen());
    return {
      send(bytes) {
        const frame = decodeFrame(bytes);
        if (frame.type === "hello" && typeof result === "object") {
          say({ type: "welcome", serverTime: 0, loggingEnabled: result.loggingEnabled });
        }
        const asks = frame.type === "data" || (frame.type === "open" && frame.firstData);
        const answer = asks ? answerTo(events, frame.channel, position()) : undefined;
        if (answer) say(answer);
      },
      close() {
        listener = undefined;
      },
    };
  });

  return {
    ...uplink,
    loseLink: () => listener?.onClose(connectionLost, "the recorded link is lost"),
    closeChannel: (channel, reason) => listener?.onFrame(encodeFrame(closeFrame(channel, reason))),
  };
}

/** What becomes of a connection that begins now. `none`: the device gave up before there was a result. */
function connectionResult(
  events: readonly TraceEvent[],
  position: number,
): { readonly loggingEnabled: boolean } | "refused" | "none" {
  for (let index = position; index < events.length; index++) {
    const event = events[index]!;
    if (event.kind === "boot" || (event.kind === "network" && event.status === "DELIBERATELYOFFLINE")) return "none";
    if (event.kind === "network" && event.status === "CONNECTED")
      return { loggingEnabled: event.logging === "enabled" };
    if (event.kind === "network" || (event.kind === "end" && event.reason === "error")) return "refused";
  }
  return "none";
}

/** What came back for a request that is sent now. */
function answerTo(events: readonly TraceEvent[], channel: number, position: number): Frame | undefined {
  const isOfChannel = (event: TraceEvent) =>
    event.kind === "boot" || (event.kind === "frame" && event.channel === channel);
  // The request itself stands there as the next thing sent.
  const request = find(events, position, isOfChannel);
  const index = find(events, request + 1, isOfChannel);
  const answer = events[index];
  if (answer?.kind !== "frame" || answer.direction === "sent") return undefined;
  if (answer.type === "data") return { type: "data", channel, bytes: Buffer.from(answer.bytes, "hex") };
  const death = events[find(events, index, (event) => event.kind === "channel" && event.phase === "dead")];
  return closeFrame(channel, death?.kind === "channel" ? death.reason : "");
}

/** Where the first such event stands, from a place on; the end, if there is none. */
function find(events: readonly TraceEvent[], from: number, predicate: (event: TraceEvent) => boolean): number {
  let index = from;
  while (index < events.length && !predicate(events[index]!)) index++;
  return index;
}

/** @param reason a short name of MvClosureReason */
function closeFrame(channel: number, reason: string): Frame {
  return { type: "close", channel, reason: reason === "CHANNELRESETBYSERVER" ? "resetByServer" : "closedByServer" };
}
