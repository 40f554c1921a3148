/** What a device may send, from what is right to what no device sends, and what the protocol says to it. */

import { encode } from "cborg";
import fc from "fast-check";
import { WireError } from "../../host/wire/close-codes.ts";
import { encodeRequest } from "../../host/wire/config-fetch.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../host/wire/protocol.ts";
import { damaged } from "./damaged-bytes.ts";

/** Text is a text message, which the protocol has none of. */
export type Message = Uint8Array | string;

export interface Conversation {
  /** Undefined for the right hello. */
  readonly first: Message | undefined;
  readonly rest: readonly Message[];
}

const channel = fc.oneof(
  { arbitrary: fc.integer({ min: 1, max: 8 }), weight: 9 },
  fc.integer({ min: 0, max: 2 ** 32 }),
);
const request = fc
  .array(fc.record({ scope: fc.nat(2), store: fc.nat(2), key: fc.constantFrom("greeting", "pin", "none") }), {
    minLength: 1,
    maxLength: 4,
  })
  .map(encodeRequest);
const content = fc.oneof(request, fc.uint8Array({ maxLength: 40 }));
const channelType = fc.constantFrom("configFetch", "configFetch", "mqtt");
const frame: fc.Arbitrary<Frame> = fc.oneof(
  { arbitrary: fc.record({ type: fc.constant("open" as const), channel, channelType, firstData: content }), weight: 6 },
  fc.record({ type: fc.constant("open" as const), channel, channelType }),
  { arbitrary: fc.record({ type: fc.constant("data" as const), channel, bytes: content }), weight: 3 },
  fc.record({
    type: fc.constant("close" as const),
    channel,
    reason: fc.constantFrom("closedByApplication", "closedByApplication", "closedByServer"),
  }),
  fc.record({ type: fc.constant("log" as const), bytes: fc.uint8Array({ maxLength: 1100 }) }),
  { arbitrary: fc.record({ type: fc.constant("ping" as const), nonce: channel }), weight: 4 },
);
const fromService: fc.Arbitrary<Frame> = fc.constantFrom<Frame[]>(
  { type: "welcome", serverTime: 1, loggingEnabled: true },
  { type: "pong", nonce: 1 },
  { type: "restart" },
  { type: "logging", enabled: false },
);

const anyCbor = fc
  .array(fc.oneof(fc.nat(12), fc.jsonValue(), fc.uint8Array({ maxLength: 9 }), fc.maxSafeInteger(), fc.double()))
  .map((fields) => encode(fields));
/** Heads that announce more than there is, depth without end, indefinite lengths. */
const hostile = fc
  .tuple(fc.constantFrom(0x9b, 0x9f, 0x5b, 0x5f, 0x7b, 0x81, 0xbb, 0xd8, 0xfb, 0x1b), fc.nat(4000), fc.nat(255))
  .map(([head, times, fill]) => Uint8Array.from([0x83, 3, head, ...Array<number>(times).fill(fill)]));
const right = frame.map(encodeFrame);
const wrong: fc.Arbitrary<Message> = fc.oneof(
  { arbitrary: damaged(right), weight: 4 },
  fc.uint8Array({ maxLength: 60 }),
  anyCbor,
  hostile,
  fromService.map(encodeFrame),
  fc.string({ unit: "binary" }),
);
const message = fc.oneof({ arbitrary: right, weight: 8 }, wrong);

/** The same frames in an order that is right: channels are opened in turn, and used when they were. */
function inOrder(frames: readonly Frame[]): Frame[] {
  let highest = 0;
  return frames.flatMap((each): Frame[] => {
    if (each.type === "open") return [{ ...each, channel: ++highest }];
    if (each.type === "log") return [{ ...each, bytes: each.bytes.slice(0, 1024) }];
    if (each.type === "ping") return [{ ...each, nonce: Math.max(1, each.nonce - 1) }];
    if (highest === 0 || !("channel" in each)) return [];
    const channel = 1 + (each.channel % highest);
    return each.type === "close" ? [{ ...each, channel, reason: "closedByApplication" }] : [{ ...each, channel }];
  });
}

const lawful = fc.array(frame, { maxLength: 40, size: "max" }).map((frames) => inOrder(frames).map(encodeFrame));
const lawfulFirst = fc.tuple(lawful, fc.array(message, { maxLength: 8 })).map((parts) => parts.flat());

export function anyConversation(hello: Frame): fc.Arbitrary<Conversation> {
  const good = encodeFrame(hello);
  return fc.record({
    first: fc.oneof({ arbitrary: fc.constant(undefined), weight: 8 }, damaged(fc.constant(good)), message),
    rest: fc.oneof(lawful, lawfulFirst, fc.array(message, { maxLength: 20 })),
  });
}

/** A frame as the protocol reads it, or the code with which it ends the connection. */
export function readMessage(message: Message): Frame | number {
  if (typeof message === "string") return 4000;
  try {
    return decodeFrame(message);
  } catch (error) {
    if (error instanceof WireError) return error.closeCode;
    throw error;
  }
}

/** The code with which the protocol ends a welcomed connection at the first message that breaks it, if one does. */
export function expectedClose(messages: readonly Message[]): number | undefined {
  let highest = 0;
  for (const each of messages) {
    const read = readMessage(each);
    if (typeof read === "number") return read;
    if (read.type === "open") {
      if (read.channel <= highest) return 4002;
      highest = read.channel;
    } else if (read.type === "data" || read.type === "close") {
      if (read.channel > highest || ("reason" in read && read.reason !== "closedByApplication")) return 4002;
    } else if (read.type !== "log" && read.type !== "ping") return 4002;
  }
  return undefined;
}
