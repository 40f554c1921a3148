import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { subprotocol } from "../../../host/wire/protocol.ts";
import { attachDeviceSocket, type DeviceSocket, type DeviceSocketOptions } from "../../../sim/configs/device-socket.ts";
import { memoryBackend } from "./memory-backend.ts";

export interface DeviceService {
  readonly server: Server;
  readonly devices: DeviceSocket;
  readonly port: number;
  readonly url: string;
}

/** A device socket on a free loopback port; closed when the test has finished. */
export async function deviceService(options: Partial<DeviceSocketOptions> = {}): Promise<DeviceService> {
  const server = createServer((_, response) => response.writeHead(404).end());
  const devices = attachDeviceSocket(server, { backend: memoryBackend(), ...options });
  const port = await listening(server);
  onTestFinished(async () => {
    await devices.close();
    server.closeAllConnections();
    server.close();
  });
  return { server, devices, port, url: `ws://127.0.0.1:${port}/device` };
}

/** A WebSocket server that does one thing with each connection; its URL. */
export async function webSocketServer(act: (socket: WebSocket) => void, protocol = subprotocol): Promise<string> {
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: true, handleProtocols: () => protocol });
  sockets.on("connection", (socket) => {
    socket.on("error", () => {});
    act(socket);
  });
  onTestFinished(() => {
    for (const client of sockets.clients) client.terminate();
    server.close();
  });
  return `ws://127.0.0.1:${await listening(server)}/device`;
}

/** A TCP proxy that hands on one byte at a time, each in a turn of its own. */
export async function singleByteProxy(port: number): Promise<number> {
  const proxy = createTcpServer((client) => {
    const server = connect(port, "127.0.0.1");
    trickle(client, server);
    trickle(server, client);
  });
  onTestFinished(() => {
    proxy.close();
  });
  return listening(proxy);
}

export async function listening(server: Server | ReturnType<typeof createTcpServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function trickle(from: Socket, to: Socket): void {
  to.setNoDelay();
  from.on("error", () => to.destroy());
  void (async () => {
    try {
      for await (const chunk of from) {
        for (const byte of chunk as Buffer) {
          to.write(Uint8Array.of(byte));
          await new Promise(setImmediate);
        }
      }
      to.end();
    } catch {
      to.destroy();
    }
  })();
}
