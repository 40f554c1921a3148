/**
 * The service on a port, over HTTP or HTTPS: REST, the devices' WebSocket (`/device`), and what operations and tools
 * ask for without an account (health, metrics, OpenAPI). What the REST handler must not believe of a request (its Host
 * header) is settled here, and what a peer may take of the server bounded.
 */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { getRequestListener } from "@hono/node-server";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";
import { SimulatorError } from "../../host/fault/fault.ts";
import { dropWhenUnread, endOf, nodeOptions } from "./bounded-peers.ts";
import { createClientAddress } from "./client-address.ts";
import { attachDeviceSocket } from "./device-socket.ts";
import { gather } from "./gathering.ts";
import { createOpenEndpoints } from "./open-endpoints.ts";
import { errorResponse, RestError } from "./rest/errors.ts";
import { pathOf, targetOf } from "./rest/request.ts";
import { TextResponse } from "./rest/text-response.ts";
import { defaultServerLimits, type ServerLimits } from "./server-limits.ts";
import type { ConfigsService } from "./service.ts";
import { checkTlsCredentials, type TlsCredentials } from "./tls.ts";

export interface ServeOptions {
  /** Default: 127.0.0.1. */
  readonly host?: string | undefined;
  /** Default: 0, any free port. */
  readonly port?: number | undefined;
  /** Serve HTTPS with it, and HTTPS only. */
  readonly tls?: TlsCredentials | undefined;
  /** What `/metrics` asks for as a Bearer token. Without it only a server on a loopback address has metrics. */
  readonly metricsToken?: string | undefined;
  /** Addresses and networks (`10.0.0.0/8`) of proxies whose X-Forwarded-For says where a client is. Default: none. */
  readonly trustedProxies?: readonly string[] | undefined;
  readonly limits?: Partial<ServerLimits> | undefined;
  /** How long `close()` waits for requests under way; 5000 unless given. */
  readonly closeTimeoutMilliseconds?: number | undefined;
}

export interface ConfigsServer {
  /** As in `http://127.0.0.1:8080`. */
  readonly url: string;
  /** As in `ws://127.0.0.1:8080/device`. */
  readonly deviceUrl: string;
  /** Takes nothing new, lets requests under way end, says goodbye to devices. The service itself stays open. */
  close(): Promise<void>;
}

/** A name, an IPv4 address or an IPv6 address in brackets, with or without a port. */
const hostSyntax = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*\.?|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/**
 * Listens, and resolves when requests are taken.
 * @throws SimulatorError ERR_MVSIM_PORT_IN_USE, ERR_MVSIM_CANNOT_LISTEN, ERR_MVSIM_INVALID_CERTIFICATE, ERR_MVSIM_INVALID_PROXY
 */
export async function serveConfigs(service: ConfigsService, options: ServeOptions = {}): Promise<ConfigsServer> {
  const { host = "127.0.0.1", port = 0, tls, closeTimeoutMilliseconds = 5000 } = options;
  const limits = { ...defaultServerLimits, ...options.limits };
  const addressOf = createClientAddress(options.trustedProxies);
  const server = createNodeServer(limits, tls);
  await listen(server, host, port);
  const authority = authorityOf(server);
  const scheme = tls ? "https" : "http";
  const devices = attachDeviceSocket(server, {
    backend: service.backend,
    maxConnections: limits.maxDevices,
    addressOf,
  });
  const endpoints = await createOpenEndpoints(service, {
    connectedDevices: () => devices.connections,
    isClosing: () => !server.listening,
    metricsToken: options.metricsToken,
    isLoopback: isLoopback(server),
  });
  const closing = new AbortController();
  const together = gather<() => unknown>((steps) => {
    for (const step of steps) step();
  }, setImmediate);
  const respond = getRequestListener(
    async (request, { incoming, outgoing }) => {
      const { headers, socket, url = "/" } = incoming as IncomingMessage;
      const endpoint = endpoints.find(pathOf(url));
      const origin = `${scheme}://${headers.host}`;
      const received = {
        target: url,
        origin,
        address: addressOf(incoming as IncomingMessage),
        endings: () => [closing.signal, endOf(socket)],
      };
      const response = await (endpoint?.(request) ?? service.fetch(request, received));
      if (!(response instanceof TextResponse)) return response;
      together(() => write(response, outgoing as ServerResponse));
      return RESPONSE_ALREADY_SENT;
    },
    {
      overrideGlobalObjects: false,
      // The adapter refuses targets that no URL can hold, and passes on nothing else: `fetch` never rejects.
      errorHandler: () => errorResponse(new RestError(400, "The request target is not valid")),
    },
  );
  server.on("request", (incoming, outgoing) => {
    settleTarget(incoming, authority);
    dropWhenUnread(outgoing, limits);
    // Else a connection that is kept alive would hold up `close()`.
    outgoing.once("close", () => !server.listening && server.closeIdleConnections());
    together(() => outgoing.destroyed || respond(incoming, outgoing));
  });

  return {
    url: `${scheme}://${authority}`,
    deviceUrl: `${tls ? "wss" : "ws"}://${authority}/device`,
    async close() {
      endpoints.close();
      closing.abort();
      const closed = new Promise((resolve) => server.close(resolve));
      const impatience = setTimeout(() => server.closeAllConnections(), closeTimeoutMilliseconds);
      await Promise.all([devices.close(), closed]);
      clearTimeout(impatience);
    },
  };
}

function createNodeServer(limits: ServerLimits, tls: TlsCredentials | undefined): Server {
  if (tls) checkTlsCredentials(tls);
  const options = nodeOptions(limits);
  const server = tls ? createTlsServer({ ...options, cert: tls.certificate, key: tls.key }) : createServer(options);
  server.maxConnections = limits.maxConnections;
  // Else who ends its side behind a request (`nc -N`) gets no answer. Node has this from its beginning, and no word on it.
  return Object.assign(server, { httpAllowHalfOpen: true });
}

/** In one piece: the adapter would take the body through a stream. */
function write({ status, fields, content }: TextResponse, outgoing: ServerResponse): void {
  outgoing.writeHead(status, { ...fields, "content-length": Buffer.byteLength(content) }).end(content);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => reject(cannotListen(error, host, port)));
    server.listen(port, host, resolve);
  });
}

function cannotListen(cause: NodeJS.ErrnoException, host: string, port: number): SimulatorError {
  if (cause.code === "EADDRINUSE") {
    const message = `Port ${port} on ${host} is in use. Stop what listens there, or choose another port (0: any free one).`;
    return new SimulatorError("ERR_MVSIM_PORT_IN_USE", message, { cause });
  }
  const message = `Can't listen on ${host}, port ${port}: ${cause.message}.`;
  return new SimulatorError("ERR_MVSIM_CANNOT_LISTEN", message, { cause });
}

/**
 * Leaves a target without a host, and a host that is one: what a client writes there ends up in `url` fields.
 * An absolute target (`GET http://host/path`) counts more than the Host header.
 */
function settleTarget(incoming: IncomingMessage, authority: string): void {
  const absolute = /^https?:\/\/([^/?#]*)/i.exec(incoming.url ?? "");
  if (absolute) {
    incoming.headers.host = absolute[1];
    incoming.url = targetOf(incoming.url!);
  }
  if (!hostSyntax.test(incoming.headers.host ?? "")) incoming.headers.host = authority;
}

/** Where this machine reaches the server: a server on all addresses is reached at the loopback one. */
function authorityOf(server: Server): string {
  const { address, port, family } = server.address() as AddressInfo;
  if (address === "0.0.0.0") return `127.0.0.1:${port}`;
  if (address === "::") return `[::1]:${port}`;
  return family === "IPv6" ? `[${address}]:${port}` : `${address}:${port}`;
}

function isLoopback(server: Server): boolean {
  const { address } = server.address() as AddressInfo;
  return address === "::1" || address.startsWith("127.");
}
