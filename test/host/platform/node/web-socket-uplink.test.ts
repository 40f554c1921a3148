import dns from "node:dns";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer, Socket } from "node:net";
import { describe, expect, it, type MockInstance, onTestFinished, vi } from "vitest";
import { webSocketUplink } from "../../../../host/platform/node/web-socket-uplink.ts";
import { connectionLost } from "../../../../host/wire/close-codes.ts";
import { wireLimits } from "../../../../host/wire/limits.ts";
import { deviceService, listening as portOf, webSocketServer } from "../../../sim/configs/device-service.ts";
import { listening } from "../../../sim/configs/heard.ts";

describe("the WebSocket uplink for Node", () => {
  it("tells that nobody listens there", async () => {
    const nobody = createTcpServer();
    const port = await portOf(nobody);
    nobody.close();
    await once(nobody, "close");
    expect(await closeOf(`ws://127.0.0.1:${port}/device`)).toEqual({
      code: connectionLost,
      reason: `connect ECONNREFUSED 127.0.0.1:${port}`,
    });
  });

  it("tells so for each address of a name that has several", async () => {
    const nobody = createTcpServer();
    const port = await portOf(nobody);
    nobody.close();
    await once(nobody, "close");
    const addresses = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
    const lookup = vi.spyOn(dns, "lookup") as unknown as MockInstance;
    lookup.mockImplementation((_name, _options, answer) => answer(null, addresses));
    onTestFinished(() => lookup.mockRestore());
    expect(await closeOf(`ws://several.test:${port}/device`)).toEqual({
      code: connectionLost,
      reason: `connect ECONNREFUSED 127.0.0.1:${port}; connect ECONNREFUSED 127.0.0.2:${port}`,
    });
  });

  it("asks for no compression", async () => {
    let extensions: string | undefined;
    const url = await webSocketServer((socket) => {
      extensions = socket.extensions;
      socket.close();
    });
    await closeOf(url);
    expect(extensions).toBe("");
  });

  it("tells what an HTTP server answered in place of a WebSocket", async () => {
    const { port } = await deviceService();
    expect(await closeOf(`ws://127.0.0.1:${port}/elsewhere`)).toEqual({
      code: connectionLost,
      reason: "HTTP 404 Not Found: Devices connect to /device.",
    });
  });

  it("shows the beginning of a long answer, and does not wait for its end", async () => {
    let hungUp: Promise<unknown> | undefined;
    const server = createServer().on("upgrade", (_, socket) => {
      hungUp = once(socket.resume(), "end");
      socket.write(`HTTP/1.1 500 No\r\ncontent-length: 1000000\r\n\r\n${"x".repeat(1000)}`);
    });
    onTestFinished(() => void server.close());
    expect(await closeOf(`ws://127.0.0.1:${await portOf(server)}/device`)).toEqual({
      code: connectionLost,
      reason: `HTTP 500 No: ${"x".repeat(200)}`,
    });
    await hungUp;
  });

  it("gives up a server that does not answer in time", async () => {
    const mute = createTcpServer((socket) => socket.on("error", () => {}));
    onTestFinished(() => void mute.close());
    const url = `ws://127.0.0.1:${await portOf(mute)}/device`;
    expect(await closeOf(url, 20)).toEqual({ code: connectionLost, reason: "Opening handshake has timed out" });
  });

  it("refuses a server that does not speak the subprotocol", async () => {
    const url = await webSocketServer(() => {}, "");
    expect(await closeOf(url)).toEqual({ code: connectionLost, reason: "Server sent no subprotocol" });
  });

  it("writes the frames of one turn at once", async () => {
    const write = vi.spyOn(Socket.prototype as Required<Socket>, "_writev");
    onTestFinished(() => write.mockRestore());
    const url = await webSocketServer(() => {});
    const uplink = webSocketUplink({ url });
    onTestFinished(() => uplink.close());
    const listener = listening();
    uplink.open(listener);
    await listener.count(1);
    write.mockClear();
    for (const byte of [1, 2, 3]) uplink.send(Uint8Array.of(byte));
    expect(write).not.toHaveBeenCalled();
    await new Promise(setImmediate);
    expect(write).toHaveBeenCalledOnce();
  });

  it("tells that the connection was lost when it is cut", async () => {
    const url = await webSocketServer((socket) => socket.terminate());
    expect(await closeOf(url)).toEqual({
      code: connectionLost,
      reason: "the connection was lost (WebSocket code 1006)",
    });
  });

  it("counts a close without a code of ours as a lost connection", async () => {
    const url = await webSocketServer((socket) => socket.close(1001, "going away"));
    expect(await closeOf(url)).toEqual({
      code: connectionLost,
      reason: "the connection was lost (WebSocket code 1001)",
    });
  });

  it("ends the connection at a frame beyond the limit", async () => {
    const url = await webSocketServer((socket) => socket.send(new Uint8Array(wireLimits.frameBytes + 1)));
    expect(await closeOf(url)).toEqual({ code: connectionLost, reason: "Max payload size exceeded" });
  });
});

/** Opens an uplink and waits for its close. */
async function closeOf(url: string, connectTimeoutMilliseconds?: number): Promise<unknown> {
  const uplink = webSocketUplink({ url, ...(connectTimeoutMilliseconds && { connectTimeoutMilliseconds }) });
  return new Promise((resolve) => {
    const listener = listening();
    uplink.open({ ...listener, onClose: (code, reason) => resolve({ code, reason }) });
  });
}
