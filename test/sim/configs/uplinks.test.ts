import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { WebSocket } from "ws";
import type { Uplink } from "../../../host/kernel/ports.ts";
import { webSocketUplink as browserUplink } from "../../../host/platform/browser/web-socket-uplink.ts";
import { webSocketUplink as nodeUplink } from "../../../host/platform/node/web-socket-uplink.ts";
import { closeCodes } from "../../../host/wire/close-codes.ts";
import { pipeUplink } from "../../../sim/configs/pipe.ts";
import { deviceService, webSocketServer } from "./device-service.ts";
import { hello, openFrame, readResponse, requestFor } from "./frames.ts";
import { listening, sendFrames } from "./heard.ts";
import { deviceSid, type MemoryBackend, memoryBackend, serverTime } from "./memory-backend.ts";

const welcome = { type: "welcome", serverTime, loggingEnabled: true };

/** Plays the browser's class; `test/host/platform/browser` uses a browser. There, an error needs no listener. */
class BrowserWebSocket extends WebSocket {
  constructor(url: string, protocol: string) {
    super(url, protocol);
    this.on("error", () => {});
  }
}

beforeEach(() => {
  vi.stubGlobal("WebSocket", BrowserWebSocket);
});
afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each<[string, (backend: MemoryBackend) => Promise<Uplink>]>([
  ["the pipe", async (backend) => pipeUplink(backend)],
  ["the WebSocket uplink for Node", async (backend) => nodeUplink(await deviceService({ backend }))],
  ["the WebSocket uplink for browsers", async (backend) => browserUplink(await deviceService({ backend }))],
])("%s", (_, uplinkTo) => {
  let backend: MemoryBackend;
  let uplink: Uplink;
  beforeEach(async () => {
    backend = memoryBackend({ "account/config/k": "value" });
    uplink = await uplinkTo(backend);
  });
  afterEach(() => {
    uplink.close();
  });

  it("passes whole frames both ways", async () => {
    const listener = listening();
    uplink.open(listener);
    expect(await listener.count(1)).toEqual(["open"]);
    sendFrames(uplink, hello);
    expect((await listener.count(2))[1]).toEqual(welcome);
    sendFrames(uplink, openFrame(1, requestFor("k")), { type: "ping", nonce: 5 });
    const [, , ...answers] = await listener.count(4);
    const data = answers.find((heard) => typeof heard === "object" && "bytes" in heard) as { bytes: Uint8Array };
    expect(readResponse(data.bytes)).toEqual(["value"]);
    expect(answers).toContainEqual({ type: "pong", nonce: 5 });
  });

  it("tells the code and the reason when the service closes", async () => {
    const listener = listening();
    uplink.open(listener);
    await listener.count(1);
    sendFrames(uplink, { ...hello, token: "bad" } as typeof hello);
    const reason = `the token is not good for device ${deviceSid}`;
    expect((await listener.count(2))[1]).toEqual({ code: closeCodes.tokenRefused, reason });
  });

  it("calls nobody from within open, send and close", async () => {
    const listener = listening();
    uplink.open(listener);
    expect(listener.heard).toEqual([]);
    await listener.count(1);
    sendFrames(uplink, hello);
    sendFrames(uplink, hello);
    expect(listener.heard).toEqual(["open"]);
    uplink.close();
    expect(listener.heard).toEqual(["open"]);
  });

  it("tells nothing after its close, and delivers what was sent before", async () => {
    const listener = listening();
    uplink.open(listener);
    await listener.count(1);
    sendFrames(uplink, hello);
    await listener.count(2);
    sendFrames(uplink, { type: "ping", nonce: 1 }, { type: "log", bytes: new TextEncoder().encode("last words") });
    expect(backend.logs).toEqual([]);
    uplink.close();
    await vi.waitUntil(() => backend.logs.length === 1);
    expect(backend.logs).toEqual(["last words"]);
    expect(listener.heard).toEqual(["open", welcome]);
  });

  it("can be closed before it is open, and opened again", async () => {
    const first = listening();
    uplink.open(first);
    uplink.close();
    const second = listening();
    uplink.open(second);
    await second.count(1);
    sendFrames(uplink, hello);
    expect(await second.count(2)).toEqual(["open", welcome]);
    expect(first.heard).toEqual([]);
  });

  it("can be opened again when the service has closed it", async () => {
    const first = listening();
    uplink.open(first);
    await first.count(1);
    sendFrames(uplink, { type: "ping", nonce: 1 });
    await first.count(2);
    const second = listening();
    uplink.open(second);
    await second.count(1);
    sendFrames(uplink, hello);
    expect(await second.count(2)).toEqual(["open", welcome]);
    expect(first.heard).toHaveLength(2);
  });
});

describe.each([
  ["Node", nodeUplink],
  ["browsers", browserUplink],
])("the WebSocket uplink for %s", (_, webSocketUplink) => {
  it("ends the connection at a text message, and tells so once", async () => {
    let hungUp: Promise<unknown> | undefined;
    const url = await webSocketServer((socket) => {
      hungUp = once(socket, "close");
      socket.send("text");
    });
    const listener = listening();
    webSocketUplink({ url }).open(listener);
    await listener.count(2);
    await hungUp;
    await new Promise(setImmediate);
    const reason = "the service sent a text message; frames are binary";
    expect(listener.heard).toEqual(["open", { code: closeCodes.malformedFrame, reason }]);
  });

  it("lets an open connection live beyond the time for connecting", async () => {
    const { url } = await deviceService({ helloTimeoutMilliseconds: 100 });
    const listener = listening();
    webSocketUplink({ url, connectTimeoutMilliseconds: 50 }).open(listener);
    await listener.count(2);
    expect(listener.heard[1]).toMatchObject({ code: closeCodes.helloTimeout });
  });

  it.each([
    "",
    "127.0.0.1:80",
    "http://127.0.0.1/device",
    "ws://",
    "ws://127.0.0.1:70000",
    "ws://a b",
    "ws://127.0.0.1/#x",
  ])('refuses the address "%s"', (url) => {
    expect(() => webSocketUplink({ url })).toThrow(
      expect.objectContaining({ code: "ERR_MVSIM_SERVICE_ADDRESS", message: expect.stringContaining(`"${url}"`) }),
    );
  });

  it.each(["ws://localhost", "wss://configs.example.com:8443/device?a=b", "ws://[::1]:80/device"])(
    "takes the address %s",
    (url) => {
      expect(() => webSocketUplink({ url })).not.toThrow();
    },
  );
});
