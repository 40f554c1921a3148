/**
 * The uplink over WebSocket, for Node. It passes whole frames and says no word of its own: hello is the kernel's, and
 * so is reconnecting. ws switches Nagle's delay off by itself.
 */

import type { IncomingMessage } from "node:http";
import type { Socket } from "node:net";
import { type ClientOptions, WebSocket } from "ws";
import { type Connection, type Uplink, type UplinkListener, uplinkOf } from "../../kernel/ports.ts";
import { closeCodes, connectionLost } from "../../wire/close-codes.ts";
import { wireLimits } from "../../wire/limits.ts";
import { subprotocol } from "../../wire/protocol.ts";
import { checkServiceAddress } from "../../wire/service-address.ts";

export interface WebSocketUplinkOptions {
  /** Where the service's device socket is: `ws://127.0.0.1:8080/device`. */
  readonly url: string;
  /** How long a connection may take to be made; 10 s unless given. */
  readonly connectTimeoutMilliseconds?: number;
}

/** How long the service may take to answer a close, before the connection is cut. */
const closeTimeoutMilliseconds = 2_000;
/** How much of a refusal's text is shown. */
const refusalCharacters = 200;

/** @throws SimulatorError when the URL is not one of a WebSocket */
export function webSocketUplink({ url, connectTimeoutMilliseconds = 10_000 }: WebSocketUplinkOptions): Uplink {
  checkServiceAddress(url);
  return uplinkOf((listener) => connect(url, connectTimeoutMilliseconds, listener));
}

function connect(url: string, handshakeTimeout: number, listener: UplinkListener): Connection {
  // `closeTimeout` is documented, but missing in the type declarations.
  const options: ClientOptions & { closeTimeout: number } = {
    perMessageDeflate: false,
    maxPayload: wireLimits.frameBytes,
    handshakeTimeout,
    closeTimeout: closeTimeoutMilliseconds,
  };
  const socket = new WebSocket(url, subprotocol, options);
  // Undefined once the device has closed, or heard of the close.
  let hearing: UplinkListener | undefined = listener;
  let problem = "";
  let wire: Socket | undefined;

  function end(code: number, reason: string): void {
    hearing?.onClose(code, reason);
    hearing = undefined;
  }

  socket.on("upgrade", ({ socket }) => {
    wire = socket;
  });
  socket.on("open", () => hearing?.onOpen());
  socket.on("message", (data, isBinary) => {
    if (isBinary) return hearing?.onFrame(data as Buffer);
    end(closeCodes.malformedFrame, "the service sent a text message; frames are binary");
    socket.close();
  });
  socket.on("unexpected-response", async (_, response) => end(connectionLost, await refusalOf(response)));
  socket.on("error", (error) => {
    problem = describe(error);
  });
  socket.on("close", (code, reason) => {
    if (code >= 4000) end(code, reason.toString());
    else end(connectionLost, problem || `the connection was lost (WebSocket code ${code})`);
  });

  return {
    send(frame) {
      if (wire && wire.writableCorked === 0) leaveTogether(wire);
      socket.send(frame);
    },
    close() {
      hearing = undefined;
      socket.close();
    },
  };
}

/** What is sent in one turn, such as a close and the next open, leaves in one write: a fifth more fetches a second. */
function leaveTogether(wire: Socket): void {
  wire.cork();
  process.nextTick(() => wire.uncork());
}

/** The service answered, but not as a WebSocket: its status and the beginning of its text. Then it hangs up. */
async function refusalOf(response: IncomingMessage): Promise<string> {
  let text = "";
  try {
    for await (const chunk of response.setEncoding("utf8")) {
      text += chunk;
      if (text.length >= refusalCharacters) break;
    }
  } catch {
    // What was read until then has to do.
  }
  return `HTTP ${response.statusCode} ${response.statusMessage}: ${text.slice(0, refusalCharacters)}`;
}

/** A host name with several addresses fails with one error for each. */
function describe(error: Error): string {
  return error instanceof AggregateError ? error.errors.map(({ message }) => message).join("; ") : error.message;
}
