import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { encode } from "cborg";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { encodeRequest } from "../../../host/wire/config-fetch.ts";
import { wireLimits } from "../../../host/wire/limits.ts";
import { type Frame, subprotocol } from "../../../host/wire/protocol.ts";
import { deviceService, singleByteProxy } from "./device-service.ts";
import { helloBytes, openFrame, readResponse, requestFor } from "./frames.ts";
import { memoryBackend, serverTime } from "./memory-backend.ts";
import { rawDevice, welcomedDevice } from "./raw-device.ts";

describe("the device socket", () => {
  it("welcomes a device and answers its fetch in one round trip", async () => {
    const { url } = await deviceService({ backend: memoryBackend({ "account/config/k": "value" }) });
    const device = await rawDevice(url);
    device.send(helloBytes());
    expect(await device.next()).toEqual({ type: "welcome", serverTime, loggingEnabled: true });
    device.send(openFrame(1, requestFor("k")));
    expect(await fetched(device.next())).toEqual(["value"]);
  });

  it("serves a device whose bytes come and go one at a time", async () => {
    const { port } = await deviceService({ backend: memoryBackend({ "account/config/k": "v".repeat(500) }) });
    const device = await welcomedDevice(`ws://127.0.0.1:${await singleByteProxy(port)}/device`);
    device.send(openFrame(1, requestFor("k")));
    expect(await fetched(device.next())).toEqual(["v".repeat(500)]);
  });

  it.each<[string, (Uint8Array | string)[], string, RegExp]>([
    ["garbage", [Buffer.from("GET / HTTP/1.1")], "malformedFrame", /not a CBOR array/],
    ["a text message", ["hello"], "malformedFrame", /frames are binary/],
    ["an empty message", [new Uint8Array()], "malformedFrame", /the frame is missing/],
    ["an unknown type of frame", [helloBytes(), encode([42])], "unknownFrameType", /type 42/],
    ["a frame before hello", [encode([7, 1])], "outOfOrderFrame", /ping before hello/],
    ["a second hello", [helloBytes(), helloBytes()], "outOfOrderFrame", /hello/],
    ["a version of the future", [encode([1, 2, "?"])], "unsupportedVersion", /version 1/],
    ["a bad token", [helloBytes({ token: "bad" })], "tokenRefused", /the token is not good for device UV/],
    ["an oversized frame", [new Uint8Array(wireLimits.frameBytes + 1)], "frameTooLarge", /up to 1048576 bytes/],
  ])("closes on %s with a code and a message", async (_, messages, code, message) => {
    const { url } = await deviceService();
    const device = await rawDevice(url);
    device.send(...messages);
    const closed = await device.closed;
    expect(closed.code).toBe(code);
    expect(closed.reason).toMatch(message);
  });

  it("closes with a message when WebSocket itself is broken", async () => {
    const { url } = await deviceService();
    const device = await rawDevice(url);
    // A frame with reserved bits set.
    (device.socket as unknown as { _socket: NodeJS.WritableStream })._socket.write(
      Uint8Array.of(0xf2, 0x80, 0, 0, 0, 0),
    );
    expect(await device.closed).toEqual({ code: 1002, reason: "not a valid WebSocket frame" });
  });

  it("does not read an oversized frame to its end", async () => {
    const { url, devices } = await deviceService({ closeTimeoutMilliseconds: 20 });
    const device = await rawDevice(url);
    const raw = (device.socket as unknown as { _socket: NodeJS.WritableStream })._socket;
    // The head of a masked binary frame of 2^40 bytes, of which no more than a few ever come.
    raw.write(Uint8Array.of(0x82, 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5));
    expect((await device.closed).code).toBe("frameTooLarge");
    await expect.poll(() => devices.connections).toBe(0);
  });

  it("closes a connection that says no hello in time, and cuts it when it does not answer that", async () => {
    const { port, devices } = await deviceService({ helloTimeoutMilliseconds: 20, closeTimeoutMilliseconds: 20 });
    const silent = connect(port, "127.0.0.1");
    silent.write(upgradeRequest());
    const received: Buffer[] = [];
    silent.on("data", (chunk) => received.push(chunk));
    await once(silent, "close");
    expect(Buffer.concat(received).toString("latin1")).toContain("no hello was accepted within 20 ms");
    await expect.poll(() => devices.connections).toBe(0);
  });

  it("counts a hello whose token is never checked as none", async () => {
    const backend = { ...memoryBackend(), authenticateDevice: () => new Promise<undefined>(() => {}) };
    const { url } = await deviceService({ backend, helloTimeoutMilliseconds: 20 });
    const device = await rawDevice(url);
    device.send(helloBytes());
    expect((await device.closed).code).toBe("helloTimeout");
  });

  it("lets a welcomed device be silent beyond the time for hello", async () => {
    const { url } = await deviceService({ helloTimeoutMilliseconds: 20, pingIntervalMilliseconds: 20 });
    const device = await welcomedDevice(url);
    await once(device.socket, "ping");
    expect(device.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("closes the earlier connection of a device that connects again", async () => {
    const { url, devices } = await deviceService();
    const earlier = await welcomedDevice(url);
    const other = await welcomedDevice(url, { deviceSid: `UV${"f".repeat(32)}` });
    const later = await welcomedDevice(url);
    expect(await earlier.closed).toEqual({ code: "replaced", reason: "the device has connected again" });
    for (const device of [other, later]) {
      device.send({ type: "ping", nonce: 3 });
      expect(await device.next()).toEqual({ type: "pong", nonce: 3 });
    }
    expect(devices.connections).toBe(2);
    await welcomedDevice(url);
    expect((await later.closed).code).toBe("replaced");
  });

  it("gives up a connection that answers no ping, and keeps one that does", async () => {
    const { url } = await deviceService({ pingIntervalMilliseconds: 20 });
    const alive = await welcomedDevice(url);
    const dead = await rawDevice(url);
    dead.socket.pong = () => {};
    expect((await dead.closed).code).toBe(1006);
    await once(alive.socket, "ping");
    await once(alive.socket, "ping");
    expect(alive.socket.readyState).toBe(WebSocket.OPEN);
  });

  it("drops a device that does not read its answers", async () => {
    const backend = memoryBackend({ "account/config/k": "\u{1f600}".repeat(4096) });
    const { url, devices } = await deviceService({ backend, closeTimeoutMilliseconds: 20 });
    const device = await welcomedDevice(url);
    device.socket.pause();
    // 32 responses of half a MiB: more than the limit and what the operating system buffers.
    const request = encodeRequest(Array.from({ length: 32 }, () => ({ scope: 0, store: 1, key: "k" })));
    for (let channel = 1; channel <= 32; channel++) device.send(openFrame(channel, request));
    await expect.poll(() => devices.connections).toBe(0);
    device.socket.resume();
    // The close stands behind what was not read: it may not have got through.
    expect(["tooSlow", 1006]).toContain((await device.closed).code);
  });

  it("lets a device that reads have as much", async () => {
    const backend = memoryBackend({ "account/config/k": "\u{1f600}".repeat(4096) });
    const { url } = await deviceService({ backend });
    const device = await welcomedDevice(url);
    const request = encodeRequest(Array.from({ length: 32 }, () => ({ scope: 0, store: 1, key: "k" })));
    for (let channel = 1; channel <= 32; channel++) {
      device.send(openFrame(channel, request));
      expect(await fetched(device.next())).toHaveLength(32);
    }
  });

  it("closes all connections as shutting down, and takes no new ones", async () => {
    const { url, devices } = await deviceService();
    const connected = [await welcomedDevice(url), await rawDevice(url)];
    await devices.close();
    for (const { closed } of connected) {
      expect(await closed).toEqual({ code: "shuttingDown", reason: "the service shuts down" });
    }
    expect(devices.connections).toBe(0);
    await expect(rawDevice(url)).rejects.toThrow("404");
  });
});

describe("an upgrade that the device socket refuses", () => {
  it.each<[string, string, Record<string, string>, number, string]>([
    ["of another path", "/elsewhere", {}, 404, "Devices connect to /device."],
    ["to another protocol", "/device", { upgrade: "h2c" }, 426, "/device speaks WebSocket only."],
    ["without the subprotocol", "/device", { "sec-websocket-protocol": "" }, 400, `subprotocol ${subprotocol}`],
    ["with another subprotocol", "/device", { "sec-websocket-protocol": "mvsim.device.v9" }, 400, subprotocol],
    ["without a WebSocket key", "/device", { "sec-websocket-key": "" }, 400, "Sec-WebSocket-Key"],
    ["of an unknown WebSocket version", "/device", { "sec-websocket-version": "99" }, 400, "Sec-WebSocket-Version"],
  ])("%s is told why", async (_, path, headers, status, message) => {
    const { port } = await deviceService();
    const answer = await upgradeAnswer(port, path, headers);
    expect(answer).toEqual({ status, text: expect.stringContaining(message) });
  });

  it("beyond the most connections is told so, until one is free again", async () => {
    const { url, port, devices } = await deviceService({ maxConnections: 1 });
    const only = await welcomedDevice(url);
    expect(await upgradeAnswer(port, "/device", {})).toEqual({ status: 503, text: "1 devices are connected already." });
    only.socket.close();
    await expect.poll(() => devices.connections).toBe(0);
    await welcomedDevice(url);
  });
});

const upgradeHeaders = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-protocol": subprotocol,
};

function upgradeRequest(): string {
  const lines = Object.entries(upgradeHeaders).map(([name, value]) => `${name}: ${value}\r\n`);
  return `GET /device HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join("")}\r\n`;
}

async function upgradeAnswer(
  port: number,
  path: string,
  headers: Record<string, string>,
): Promise<{ status: number | undefined; text: string }> {
  const upgrade = request({ port, host: "127.0.0.1", path, headers: { ...upgradeHeaders, ...headers } }).end();
  const [response] = await once(upgrade, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode, text };
}

async function fetched(frame: Promise<Frame>): Promise<(string | number)[]> {
  const data = await frame;
  if (data.type !== "data") throw new Error(`${data.type} in place of data`);
  return readResponse(data.bytes);
}
