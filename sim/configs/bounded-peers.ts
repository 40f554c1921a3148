/** Holds peers to the limits of a server, as far as they are Node's to hold. Apart, since its types are Node's. */

import type { ServerOptions, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { ServerLimits } from "./server-limits.ts";

/** What Node enforces of them: it answers a 408 to who writes too slowly. */
export function nodeOptions(limits: ServerLimits): ServerOptions & { handshakeTimeout: number } {
  const { maxHeaderBytes, headersTimeoutMilliseconds, requestTimeoutMilliseconds } = limits;
  return {
    maxHeaderSize: maxHeaderBytes,
    // Node refuses a limit on the part that is above that on the whole.
    headersTimeout: Math.min(headersTimeoutMilliseconds, requestTimeoutMilliseconds),
    requestTimeout: requestTimeoutMilliseconds,
    connectionsCheckingInterval: Math.min(5000, headersTimeoutMilliseconds, requestTimeoutMilliseconds),
    // Of TLS; without TLS nobody reads it.
    handshakeTimeout: headersTimeoutMilliseconds,
  };
}

/** Cuts off who does not read: answers would pile up, and one that a client lets trickle would never end. */
export function dropWhenUnread(outgoing: ServerResponse, { answerTimeoutMilliseconds }: ServerLimits): void {
  const deadlines = deadlinesOn(outgoing.req.socket);
  const deadline = setTimeout(() => outgoing.destroy(), answerTimeoutMilliseconds);
  deadlines.add(deadline);
  outgoing.once("close", () => {
    clearTimeout(deadline);
    deadlines.delete(deadline);
  });
}

const deadlinesOfSockets = new WeakMap<Socket, Set<NodeJS.Timeout>>();

/** Node tells answers that wait behind another nothing of the connection's end: they would be kept until their time. */
function deadlinesOn(socket: Socket): Set<NodeJS.Timeout> {
  const known = deadlinesOfSockets.get(socket);
  if (known) return known;
  const deadlines = new Set<NodeJS.Timeout>();
  deadlinesOfSockets.set(socket, deadlines);
  socket.once("close", () => {
    for (const deadline of deadlines) clearTimeout(deadline);
  });
  return deadlines;
}

const endsOfSockets = new WeakMap<Socket, AbortSignal>();

/** Aborts when the client has ended its side, which is also how one goes away. */
export function endOf(socket: Socket): AbortSignal {
  const known = endsOfSockets.get(socket);
  if (known) return known;
  const ended = new AbortController();
  endsOfSockets.set(socket, ended.signal);
  if (socket.readableEnded || socket.destroyed) ended.abort();
  else for (const event of ["end", "close"]) socket.once(event, () => ended.abort());
  return ended.signal;
}
