/**
 * The device protocol over WebSocket: attaches to the upgrades of an HTTP server, and puts a session in front of the
 * backend for each device. Every peer is bounded: in the size of what it sends, in the time it takes to say hello, in
 * what it leaves unread.
 */

import { type IncomingMessage, type Server, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import { type ServerOptions, WebSocket, WebSocketServer } from "ws";
import { closeCodes } from "../../host/wire/close-codes.ts";
import { wireLimits } from "../../host/wire/limits.ts";
import { subprotocol } from "../../host/wire/protocol.ts";
import { type ClientAddress, createClientAddress } from "./client-address.ts";
import type { DeviceBackend } from "./device-backend.ts";
import { createDeviceSession, type DeviceSession } from "./device-session.ts";

export interface DeviceSocketOptions {
  readonly backend: DeviceBackend;
  /** Where devices connect; "/device" unless given. */
  readonly path?: string;
  /** From the connection to an accepted hello; 10 s unless given. */
  readonly helloTimeoutMilliseconds?: number;
  /** A connection that was silent for this long is pinged, and given up after as long again; 30 s unless given. */
  readonly pingIntervalMilliseconds?: number;
  /** How long a peer may take to answer a close; 5 s unless given. */
  readonly closeTimeoutMilliseconds?: number;
  /** 1000 unless given. */
  readonly maxConnections?: number;
  /** How much may wait for a device that does not read; 4 MiB unless given. */
  readonly maxUnreadBytes?: number;
  /** Where a device connects from; its connection's other end unless given. */
  readonly addressOf?: ClientAddress;
}

export interface DeviceSocket {
  /** How many devices are connected now. */
  readonly connections: number;
  /** Closes every connection as shutting down, and takes no new ones; resolves when all are gone. */
  close(): Promise<void>;
}

interface Connection {
  readonly socket: WebSocket;
  readonly session: DeviceSession;
  /** Ping intervals since the peer was heard. */
  silentIntervals: number;
}

export function attachDeviceSocket(server: Server, options: DeviceSocketOptions): DeviceSocket {
  const {
    backend,
    path = "/device",
    helloTimeoutMilliseconds = 10_000,
    pingIntervalMilliseconds = 30_000,
    closeTimeoutMilliseconds = 5_000,
    maxConnections = 1000,
    maxUnreadBytes = 4 * 1024 * 1024,
    addressOf = createClientAddress(),
  } = options;
  const upgrader = createUpgrader(closeTimeoutMilliseconds);
  const connections = new Set<Connection>();

  function upgrade(request: IncomingMessage, stream: Duplex, head: Buffer): void {
    const refusal = refusalOf(request);
    if (refusal) refuse(stream, ...refusal);
    else upgrader.handleUpgrade(request, stream, head, (socket) => serve(socket, addressOf(request)));
  }

  function refusalOf(request: IncomingMessage): [status: number, message: string] | undefined {
    if (request.url?.split("?")[0] !== path) return [404, `Devices connect to ${path}.`];
    if (request.headers.upgrade?.toLowerCase() !== "websocket") return [426, `${path} speaks WebSocket only.`];
    const offered = request.headers["sec-websocket-protocol"]?.split(",").map((name) => name.trim()) ?? [];
    if (!offered.includes(subprotocol)) return [400, `Devices name the WebSocket subprotocol ${subprotocol}.`];
    if (connections.size >= maxConnections) return [503, `${maxConnections} devices are connected already.`];
    return undefined;
  }

  function serve(socket: WebSocket, address: string | undefined): void {
    const session = createDeviceSession(backend, {
      address,
      isExclusive: true,
      send(frame) {
        if (socket.bufferedAmount <= maxUnreadBytes) socket.send(frame);
        else session.close("tooSlow", `${socket.bufferedAmount} bytes wait to be read`);
      },
      close(code, reason) {
        socket.close(code, reason);
      },
      accepted() {
        clearTimeout(helloTimer);
      },
    });
    const connection: Connection = { socket, session, silentIntervals: 0 };
    const helloTimer = setTimeout(() => {
      session.close("helloTimeout", `no hello was accepted within ${helloTimeoutMilliseconds} ms`);
    }, helloTimeoutMilliseconds);
    connections.add(connection);
    socket.on("message", (data, isBinary) => {
      connection.silentIntervals = 0;
      if (isBinary) session.receive(data as Buffer);
      else session.close("malformedFrame", "a text message; frames are binary");
    });
    socket.on("pong", () => {
      connection.silentIntervals = 0;
    });
    // What breaks WebSocket itself: ws closes the connection, see `DeviceWebSocket`.
    socket.on("error", () => session.disconnected());
    socket.on("close", () => {
      clearTimeout(helloTimer);
      session.disconnected();
      connections.delete(connection);
    });
  }

  const pingTimer = setInterval(() => {
    for (const connection of connections) {
      connection.silentIntervals++;
      if (connection.silentIntervals === 2) connection.socket.ping();
      if (connection.silentIntervals > 2) connection.socket.terminate();
    }
  }, pingIntervalMilliseconds);
  pingTimer.unref();
  server.on("upgrade", upgrade);

  return {
    get connections() {
      return connections.size;
    },
    async close() {
      server.off("upgrade", upgrade);
      clearInterval(pingTimer);
      const gone = [...connections].map(({ socket }) => new Promise((resolve) => socket.once("close", resolve)));
      for (const { session } of connections) session.close("shuttingDown", "the service shuts down");
      await Promise.all(gone);
    },
  };
}

function createUpgrader(closeTimeout: number): WebSocketServer {
  // `closeTimeout` is documented, but missing in the type declarations.
  const options: ServerOptions<typeof WebSocket> & { closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: wireLimits.frameBytes,
    handleProtocols: () => subprotocol,
    closeTimeout,
    WebSocket: DeviceWebSocket,
  };
  return new WebSocketServer(options);
}

/** Gives a code of ours and a message to what ws refuses by itself, with a bare WebSocket code. */
class DeviceWebSocket extends WebSocket {
  override close(code?: number, reason?: string | Buffer): void {
    if (code === 1009) super.close(closeCodes.frameTooLarge, `frames have up to ${wireLimits.frameBytes} bytes`);
    else super.close(code, reason ?? "not a valid WebSocket frame");
  }
}

function refuse(stream: Duplex, status: number, message: string): void {
  stream.on("error", () => stream.destroy());
  stream.once("finish", () => stream.destroy());
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    "Connection: close",
    "Content-Type: text/plain; charset=utf-8",
    `Content-Length: ${Buffer.byteLength(message)}`,
    ...(status === 426 ? ["Upgrade: websocket"] : []),
  ];
  stream.end(`${head.join("\r\n")}\r\n\r\n${message}`);
}
