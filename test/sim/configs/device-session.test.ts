import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { closeCodes } from "../../../host/wire/close-codes.ts";
import { encodeRequest } from "../../../host/wire/config-fetch.ts";
import { wireLimits } from "../../../host/wire/limits.ts";
import { decodeFrame, encodeFrame, type Frame } from "../../../host/wire/protocol.ts";
import { createDeviceSession, type DeviceSession } from "../../../sim/configs/device-session.ts";
import { hello, openFrame, readResponse, requestFor } from "./frames.ts";
import { deviceSid, type MemoryBackend, memoryBackend, serverTime } from "./memory-backend.ts";

let backend: MemoryBackend;
let session: DeviceSession;
let sent: Frame[];
let closed: { code: number; reason: string } | undefined;

beforeEach(() => {
  backend = memoryBackend({
    "account/config/k": "account config",
    "account/secret/k": "account secret",
    "device/config/k": "device config",
    "device/secret/k": "device secret",
    "account/config/broken": "!",
  });
  sent = [];
  closed = undefined;
  session = createDeviceSession(backend, {
    send: (frame) => sent.push(decodeFrame(frame)),
    close: (code, reason) => {
      expect(closed).toBeUndefined();
      closed = { code, reason };
    },
  });
});

describe("a device session before the welcome", () => {
  it("answers a good token with the service's time and whether logging is on", async () => {
    receive(hello);
    await answered();
    expect(sent).toEqual([{ type: "welcome", serverTime, loggingEnabled: true }]);
  });

  it("refuses a token that is not good for the device", async () => {
    receive({ ...hello, token: "bad" } as Frame);
    await answered();
    expect(closed).toEqual({ code: closeCodes.tokenRefused, reason: `the token is not good for device ${deviceSid}` });
    expect(sent).toEqual([]);
  });

  it("ends when the service can't check the token", async () => {
    receive({ ...hello, token: "broken-token" } as Frame);
    await answered();
    expect(closed?.code).toBe(closeCodes.serviceFailed);
  });

  it("takes nothing but hello first", () => {
    receive({ type: "ping", nonce: 1 });
    expect(closed).toEqual({ code: closeCodes.outOfOrderFrame, reason: "ping before hello" });
  });

  it("takes nothing while the token is checked, and sends no welcome afterwards", async () => {
    receive(hello, openFrame(1));
    expect(closed).toEqual({ code: closeCodes.outOfOrderFrame, reason: "open before the welcome" });
    await answered();
    expect(sent).toEqual([]);
  });

  it("sends no welcome to a connection that is gone", async () => {
    receive(hello);
    session.disconnected();
    await answered();
    expect([sent, closed]).toEqual([[], undefined]);
  });
});

describe("a welcomed device session", () => {
  beforeEach(async () => {
    receive(hello);
    await answered();
    sent.length = 0;
  });

  it("answers each scope and store from its own values", async () => {
    const all = [0, 1].flatMap((scope) => [0, 1].map((store) => ({ scope, store, key: "k" })));
    receive(openFrame(1, encodeRequest(all)));
    await answered();
    expect(responses()).toEqual({ 1: ["account secret", "account config", "device secret", "device config"] });
  });

  it("answers key not found and server error in their places", async () => {
    const keys = ["k", "missing", "broken"];
    receive(openFrame(1, encodeRequest(keys.map((key) => ({ scope: 0, store: 1, key })))));
    await answered();
    expect(responses()).toEqual({ 1: ["account config", 1, 2] });
  });

  it("takes the request in a frame of its own too", async () => {
    receive(openFrame(1), { type: "data", channel: 1, bytes: requestFor("k") });
    await answered();
    expect(responses()).toEqual({ 1: ["account config"] });
  });

  it("answers channels in whatever order the answers come", async () => {
    backend.holding = true;
    receive(openFrame(1, requestFor("k")), openFrame(2, requestFor("missing")));
    await answered();
    backend.held[1]!();
    await answered();
    backend.held[0]!();
    await answered();
    expect(sent.map((frame) => frame.type === "data" && frame.channel)).toEqual([2, 1]);
    expect(responses()).toEqual({ 1: ["account config"], 2: [1] });
  });

  it("drops the answer of a channel that was closed", async () => {
    backend.holding = true;
    receive(openFrame(1, requestFor("k")), { type: "close", channel: 1, reason: "closedByApplication" });
    await answered();
    backend.held[0]!();
    await answered();
    expect([sent, closed]).toEqual([[], undefined]);
  });

  it.each<[string, Frame[]]>([
    ["request that is none", [openFrame(1, Uint8Array.of(9))]],
    ["scope that does not exist", [openFrame(1, encodeRequest([{ scope: 2, store: 0, key: "k" }]))]],
    ["store that does not exist", [openFrame(1, encodeRequest([{ scope: 0, store: 2, key: "k" }]))]],
    ["channel type that it does not know", [{ type: "open", channel: 1, channelType: "mqtt" }]],
    ["second request", [openFrame(1, requestFor("k")), { type: "data", channel: 1, bytes: requestFor("k") }]],
  ])("resets the channel for a %s, and lives on", async (_, frames) => {
    receive(...frames);
    await answered();
    expect(sent).toEqual([{ type: "close", channel: 1, reason: "resetByServer" }]);
    receive({ type: "ping", nonce: 7 });
    expect(sent.at(-1)).toEqual({ type: "pong", nonce: 7 });
  });

  it("resets the channel for a second request after the answer", async () => {
    receive(openFrame(1, requestFor("k")));
    await answered();
    receive({ type: "data", channel: 1, bytes: requestFor("k") });
    expect(sent[1]).toEqual({ type: "close", channel: 1, reason: "resetByServer" });
  });

  it("resets the channel when the backend fails against its promise", async () => {
    backend.fetchItems = async () => {
      throw new Error("broken promise");
    };
    receive(openFrame(1, requestFor("k")));
    await answered();
    expect(sent).toEqual([{ type: "close", channel: 1, reason: "resetByServer" }]);
  });

  it("ignores data and close for a channel that it has closed itself", async () => {
    receive(openFrame(1, Uint8Array.of(9)));
    await answered();
    receive({ type: "data", channel: 1, bytes: requestFor("k") });
    receive({ type: "close", channel: 1, reason: "closedByApplication" });
    await answered();
    expect([sent.length, closed]).toEqual([1, undefined]);
  });

  it("hands log messages on as text, whatever their bytes are", () => {
    receive({ type: "log", bytes: new TextEncoder().encode("\ufeffgr\u00fc\u00df") });
    receive({ type: "log", bytes: Uint8Array.of(0x61, 0xff) });
    expect(backend.logs).toEqual(["\ufeffgr\u00fc\u00df", "a\ufffd"]);
  });

  it.each<[string, Frame, string]>([
    ["a second hello", hello, "a second hello"],
    ["a welcome", { type: "welcome", serverTime, loggingEnabled: true }, "welcome comes from the service only"],
    ["a pong", { type: "pong", nonce: 1 }, "pong comes from the service only"],
    ["data for a channel that was never opened", { type: "data", channel: 6, bytes: new Uint8Array() }, "channel 6"],
    ["the close of a channel that was never opened", closeFrame(6), "channel 6"],
    ["a close with a reason of the service", closeFrame(5, "closedByServer"), "closedByServer comes from the service"],
    ["a channel number used before", openFrame(5), "open of channel 5 after 5"],
    ["a channel number lower than one before", openFrame(4), "open of channel 4 after 5"],
  ])("ends at %s", (_, frame, reason) => {
    receive(openFrame(5), frame);
    expect(closed?.code).toBe(closeCodes.outOfOrderFrame);
    expect(closed?.reason).toContain(reason);
  });

  it("ends when more channels are open than may be", () => {
    for (let channel = 1; channel <= wireLimits.openChannels; channel++) receive(openFrame(channel));
    expect(closed).toBeUndefined();
    receive(openFrame(wireLimits.openChannels + 1));
    expect(closed?.code).toBe(closeCodes.tooManyChannels);
  });

  it("counts closed channels whose answer is still being worked on, and no others", async () => {
    for (let channel = 1; channel <= wireLimits.openChannels; channel++) {
      receive(openFrame(channel), closeFrame(channel));
    }
    backend.holding = true;
    const first = wireLimits.openChannels + 1;
    for (let channel = first; channel < first + wireLimits.openChannels; channel++) {
      receive(openFrame(channel, requestFor("k")), closeFrame(channel));
    }
    expect(closed).toBeUndefined();
    receive(openFrame(1000));
    expect(closed?.code).toBe(closeCodes.tooManyChannels);
  });

  it("does nothing after its end", () => {
    session.close("shuttingDown", "the end");
    receive({ type: "ping", nonce: 1 }, hello);
    session.close("replaced", "again");
    expect([sent, closed]).toEqual([[], { code: closeCodes.shuttingDown, reason: "the end" }]);
  });

  it("takes any bytes without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const fresh = createDeviceSession(backend, { send() {}, close() {} });
        fresh.receive(bytes);
      }),
    );
  });
});

function receive(...frames: Frame[]): void {
  for (const frame of frames) session.receive(encodeFrame(frame));
}

/** The backend of these tests works in microtasks: they are all done when this resolves. */
function answered(): Promise<void> {
  return new Promise(setImmediate);
}

function closeFrame(channel: number, reason: (Frame & { type: "close" })["reason"] = "closedByApplication"): Frame {
  return { type: "close", channel, reason };
}

/** The items of each response, by channel. */
function responses(): Record<number, (string | number)[]> {
  return Object.fromEntries(
    sent.filter((frame) => frame.type === "data").map(({ channel, bytes }) => [channel, readResponse(bytes)]),
  );
}
