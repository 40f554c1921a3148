import { encode } from "cborg";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CloseCodeName, closeCodes, WireError } from "../../../host/wire/close-codes.ts";
import { wireLimits } from "../../../host/wire/limits.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../host/wire/protocol.ts";

const deviceSid = `UV${"0123456789abcdef".repeat(2)}`;
const number = fc.integer({ min: 1, max: 0xffff_ffff });
const payload = fc.uint8Array({ maxLength: 300 });
const printable = (maxLength: number) => fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength, size: "max" });

const frames: fc.Arbitrary<Frame> = fc.oneof(
  fc.record({
    type: fc.constant("hello" as const),
    protocolVersion: fc.constant(1),
    deviceSid: fc.stringMatching(/^UV[0-9a-f]{32}$/),
    token: printable(wireLimits.tokenCharacters),
    clock: fc.constantFrom("virtual" as const, "real" as const),
  }),
  fc.record({ type: fc.constant("welcome" as const), serverTime: fc.maxSafeNat(), loggingEnabled: fc.boolean() }),
  fc.record(
    {
      type: fc.constant("open" as const),
      channel: number,
      channelType: printable(wireLimits.channelTypeCharacters),
      firstData: payload,
    },
    { requiredKeys: ["type", "channel", "channelType"] },
  ),
  fc.record({ type: fc.constant("data" as const), channel: number, bytes: payload }),
  fc.record({
    type: fc.constant("close" as const),
    channel: number,
    reason: fc.constantFrom("closedByApplication" as const, "closedByServer" as const, "resetByServer" as const),
  }),
  fc.record({ type: fc.constant("log" as const), bytes: fc.uint8Array({ maxLength: wireLimits.logBytes }) }),
  fc.record({ type: fc.constantFrom("ping" as const, "pong" as const), nonce: number }),
);

describe("the device protocol's codec", () => {
  it("gives back every frame that it encodes", () => {
    fc.assert(
      fc.property(frames, (frame) => {
        expect(decodeFrame(encodeFrame(frame))).toEqual(frame);
      }),
    );
  });

  it("decodes a Node Buffer into plain byte arrays", () => {
    const bytes = Buffer.from(encodeFrame({ type: "data", channel: 1, bytes: Uint8Array.of(1, 2) }));
    const frame = decodeFrame(bytes) as Frame & { type: "data" };
    bytes.fill(0);
    expect(frame.bytes).toStrictEqual(Uint8Array.of(1, 2));
    expect(frame.bytes.constructor).toBe(Uint8Array);
  });

  it("answers any bytes with a frame that encodes to the same bytes, or a WireError", () => {
    const nearlyFrames = fc.tuple(frames, fc.nat(), fc.nat({ max: 255 })).map(([frame, position, value]) => {
      const bytes = encodeFrame(frame);
      bytes[position % bytes.length] = value;
      return bytes;
    });
    const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 64 }), nearlyFrames);
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        const frame = decodedOrRefused(bytes);
        if (frame) expect(hex(encodeFrame(frame))).toBe(hex(bytes));
      }),
      { numRuns: 2000 },
    );
  });

  it("takes a frame of the largest size, and none that is a byte longer", () => {
    const largest = encode([4, 1, new Uint8Array(wireLimits.frameBytes - 8)]);
    expect(largest.length).toBe(wireLimits.frameBytes);
    expect(decodeFrame(largest).type).toBe("data");
    expect(refusal(encode([4, 1, new Uint8Array(wireLimits.frameBytes - 7)]))).toMatch(/^frameTooLarge/);
  });

  it("refuses another version of hello whatever its other fields are", () => {
    expect(refusal(encode([1, 2]))).toMatch(/^unsupportedVersion/);
    expect(refusal(encode([1, 2, { a: 1 }]))).toMatch(/^unsupportedVersion/);
  });

  const refused: readonly [what: string, bytes: Uint8Array, code: CloseCodeName, message: RegExp][] = [
    ["no bytes", new Uint8Array(), "malformedFrame", /the frame is missing/],
    ["no array", encode({ a: 1 }), "malformedFrame", /not a CBOR array/],
    ["an empty array", encode([]), "malformedFrame", /type is missing/],
    ["an unknown type", encode([99]), "unknownFrameType", /type 99/],
    ["a type that is a text", encode(["data"]), "unknownFrameType", /type data/],
    ["a missing field", encode([4, 1]), "malformedFrame", /data has 2 fields, not 1/],
    ["a surplus field", encode([7, 1, 2]), "malformedFrame", /ping has 1 fields, not 2/],
    ["fewer elements than the array says", unhex("8207"), "malformedFrame", /ping.nonce is missing/],
    ["bytes after the end", unhex("82070100"), "malformedFrame", /after the end of ping/],
    ["an array of indefinite length", unhex("9f0701ff"), "malformedFrame", /indefinite/],
    ["an integer that is not in its shortest form", unhex("82071801"), "malformedFrame", /more bytes than necessary/],
    ["a nonce of zero", encode([7, 0]), "malformedFrame", /ping.nonce/],
    ["a channel number of 33 bits", encode([5, 2 ** 32, "closedByServer"]), "malformedFrame", /close.channel/],
    ["a channel number that is a fraction", encode([4, 1.5, new Uint8Array()]), "malformedFrame", /data.channel/],
    ["a channel number of 64 bits", unhex("82071bffffffffffffffff"), "malformedFrame", /safe integer/],
    ["a close reason of no name", encode([5, 1, "because"]), "malformedFrame", /close.reason/],
    ["a device SID in capitals", encode([1, 1, deviceSid.toUpperCase(), "t", "real"]), "malformedFrame", /deviceSid/],
    ["an empty token", encode([1, 1, deviceSid, "", "real"]), "malformedFrame", /hello.token/],
    ["a token of 257 characters", encode([1, 1, deviceSid, "t".repeat(257), "real"]), "malformedFrame", /hello.token/],
    ["a token with a byte order mark", encode([1, 1, deviceSid, "\ufefft", "real"]), "malformedFrame", /hello.token/],
    ["text in place of bytes", encode([6, "text"]), "malformedFrame", /log.bytes/],
    ["a log message of 1025 bytes", encode([6, new Uint8Array(1025)]), "malformedFrame", /log.bytes/],
    ["undefined in place of a field", unhex("8207f7"), "malformedFrame", /ping.nonce/],
    ["a hundred thousand nested arrays", new Uint8Array(100_000).fill(0x81), "unknownFrameType", /no frame/],
  ];
  it.each(refused)("refuses %s", (_, bytes, code, message) => {
    expect(refusal(bytes)).toMatch(new RegExp(`^${code}: .*${message.source}`));
  });
});

describe("a WireError", () => {
  it("has a message that fits into a WebSocket close frame", () => {
    expect(new WireError("malformedFrame", "x".repeat(500)).message).toBe("x".repeat(123));
  });
});

function decodedOrRefused(bytes: Uint8Array): Frame | undefined {
  try {
    return decodeFrame(bytes);
  } catch (error) {
    expect(error).toBeInstanceOf(WireError);
    return undefined;
  }
}

/** The close code's name and the message. */
function refusal(bytes: Uint8Array): string {
  try {
    decodeFrame(bytes);
    return "taken";
  } catch (error) {
    const { closeCode, message } = error as WireError;
    const name = Object.entries(closeCodes).find(([, code]) => code === closeCode)?.[0];
    return `${name}: ${message}`;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

function unhex(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "hex"));
}
