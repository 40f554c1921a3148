/**
 * The device protocol: what a device and the Configs service say to each other over one WebSocket, or through the
 * in-process pipe. A frame is one binary message: a CBOR array of the frame's type number and its fields, in the
 * deterministic encoding of RFC 8949 (shortest forms, definite lengths, nothing nested, nothing after it).
 * `docs/wire.md` describes it byte by byte.
 */

import { type DecodeOptions, encode, type Token, Tokenizer, Type } from "cborg";
import { WireError } from "./close-codes.ts";
import { boolean, bytes, type FieldReader, integer, number, oneOf, text } from "./frame-fields.ts";
import { wireLimits } from "./limits.ts";

export const protocolVersion = 1;

/** What both ends name in the WebSocket handshake. */
export const subprotocol = `mvsim.device.v${protocolVersion}`;

/** The channel type of a config fetch, whose data `config-fetch.ts` encodes. */
export const configFetchChannelType = "configFetch";

/** Whether the device lives in virtual time, or by the wall clock. */
export type DeviceClock = "virtual" | "real";

/** Why a channel was closed. The device closes as the application does, the service in either of the other two ways. */
export type ChannelCloseReason = "closedByApplication" | "closedByServer" | "resetByServer";

export type Frame =
  /** Device: the first frame of a connection, and its only one before the welcome. */
  | {
      readonly type: "hello";
      readonly protocolVersion: number;
      readonly deviceSid: string;
      readonly token: string;
      readonly clock: DeviceClock;
    }
  /** Service: the token is good. `serverTime` is in milliseconds since 1970. */
  | { readonly type: "welcome"; readonly serverTime: number; readonly loggingEnabled: boolean }
  /** Device: a new channel. Its number is higher than any before it on this connection. */
  | { readonly type: "open"; readonly channel: number; readonly channelType: string; readonly firstData?: Uint8Array }
  /** Both: the channel's bytes. */
  | { readonly type: "data"; readonly channel: number; readonly bytes: Uint8Array }
  /** Both: the channel is gone; nothing follows on it. */
  | { readonly type: "close"; readonly channel: number; readonly reason: ChannelCloseReason }
  /** Device: one log message. */
  | { readonly type: "log"; readonly bytes: Uint8Array }
  /** Device: is the service there? A browser can't send WebSocket's own ping. */
  | { readonly type: "ping"; readonly nonce: number }
  /** Service: the answer, with the ping's nonce. */
  | { readonly type: "pong"; readonly nonce: number }
  /** Service: the application is to start again. */
  | { readonly type: "restart" }
  /** Service: the device's logging was switched. */
  | { readonly type: "logging"; readonly enabled: boolean };

export type FrameType = Frame["type"];

interface Field {
  readonly name: string;
  readonly read: FieldReader<unknown>;
  /** For messages: the frame's type and the field. */
  readonly where: string;
}

interface FrameLayout {
  readonly number: number;
  /** The fields in their order. */
  readonly fields: readonly Field[];
  /** How many of them, at the end, may be left out. */
  readonly optional: number;
}

/** Each type of frame: its number, and its fields in their order. */
const layouts: Readonly<Record<FrameType, FrameLayout>> = {
  hello: layout("hello", 1, [
    ["protocolVersion", supportedVersion],
    ["deviceSid", text(34, /^UV[0-9a-f]{32}$/)],
    ["token", text(wireLimits.tokenCharacters)],
    ["clock", oneOf("virtual", "real")],
  ]),
  welcome: layout("welcome", 2, [
    ["serverTime", integer(0, Number.MAX_SAFE_INTEGER)],
    ["loggingEnabled", boolean],
  ]),
  open: layout(
    "open",
    3,
    [
      ["channel", number],
      ["channelType", text(wireLimits.channelTypeCharacters)],
      ["firstData", bytes(wireLimits.frameBytes)],
    ],
    1,
  ),
  data: layout("data", 4, [
    ["channel", number],
    ["bytes", bytes(wireLimits.frameBytes)],
  ]),
  close: layout("close", 5, [
    ["channel", number],
    ["reason", oneOf("closedByApplication", "closedByServer", "resetByServer")],
  ]),
  log: layout("log", 6, [["bytes", bytes(wireLimits.logBytes)]]),
  ping: layout("ping", 7, [["nonce", number]]),
  pong: layout("pong", 8, [["nonce", number]]),
  restart: layout("restart", 9, []),
  logging: layout("logging", 10, [["enabled", boolean]]),
};

const typesByNumber = new Map(
  Object.entries(layouts).map(([type, { number }]) => [number, type as FrameType] as const),
);

const strictDecoding: DecodeOptions = {
  strict: true,
  allowIndefinite: false,
  retainStringBytes: true,
};

/** Encodes one frame. It is not checked: its author keeps the limits. */
export function encodeFrame(frame: Frame): Uint8Array {
  const { number, fields } = layouts[frame.type];
  const elements: unknown[] = [number];
  for (const { name } of fields) {
    const value = (frame as unknown as Record<string, unknown>)[name];
    if (value !== undefined) elements.push(value);
  }
  return encode(elements);
}

/**
 * Decodes one frame. Its byte strings are copies.
 * @throws WireError when the bytes are no frame of this protocol, whatever they are
 */
export function decodeFrame(bytes: Uint8Array): Frame {
  if (bytes.length > wireLimits.frameBytes) {
    throw new WireError("frameTooLarge", `a frame of ${bytes.length} bytes; ${wireLimits.frameBytes} are allowed`);
  }
  // A plain view: the slices of Node's Buffer would be views into the frame, not copies.
  const tokens = new Tokenizer(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length), strictDecoding);
  const head = next(tokens, "the frame");
  if (head.type !== Type.array) throw new WireError("malformedFrame", "the frame is not a CBOR array");
  const number = next(tokens, "the frame's type");
  const type = number.type === Type.uint ? typesByNumber.get(number.value) : undefined;
  if (type === undefined) throw new WireError("unknownFrameType", `no frame has the type ${number.value}`);
  return readFields(type, head.value - 1, tokens);
}

function readFields(type: FrameType, count: number, tokens: Tokenizer): Frame {
  const { fields, optional } = layouts[type];
  const frame: Record<string, unknown> = { type };
  for (let index = 0; index < count && index < fields.length; index++) {
    const { name, read, where } = fields[index] as Field;
    frame[name] = read(next(tokens, where), where);
  }
  if (count > fields.length || count < fields.length - optional) {
    throw new WireError("malformedFrame", `${type} has ${fields.length} fields, not ${count}`);
  }
  if (!tokens.done()) throw new WireError("malformedFrame", `bytes after the end of ${type}`);
  return frame as unknown as Frame;
}

function next(tokens: Tokenizer, where: string): Token {
  if (tokens.done()) throw new WireError("malformedFrame", `${where} is missing`);
  try {
    return tokens.next();
  } catch (error) {
    throw new WireError("malformedFrame", `${where}: ${(error as Error).message}`);
  }
}

/** Comes first among the fields of hello: what follows may differ in another version. */
function supportedVersion(token: Token): number {
  if (token.value !== protocolVersion) {
    throw new WireError("unsupportedVersion", `this service speaks version ${protocolVersion} only`);
  }
  return token.value;
}

function layout(
  type: FrameType,
  number: number,
  fields: readonly (readonly [name: string, read: FieldReader<unknown>])[],
  optional = 0,
): FrameLayout {
  return { number, fields: fields.map(([name, read]) => ({ name, read, where: `${type}.${name}` })), optional };
}
