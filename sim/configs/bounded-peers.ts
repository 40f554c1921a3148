/** Holds peers to the limits of a server, as far as they are Node's to hold. Apart, since its types are Node's. */

import type { ServerOptions, ServerResponse } from "node:http";
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
  const deadline = setTimeout(() => outgoing.destroy(), answerTimeoutMilliseconds);
  outgoing.once("close", () => clearTimeout(deadline));
}
