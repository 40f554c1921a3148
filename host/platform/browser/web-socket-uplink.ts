/**
 * The uplink over WebSocket, for browsers. It passes whole frames and says no word of its own: hello is the kernel's,
 * and so is reconnecting. A browser does not say why a connection could not be made.
 */

import { type Connection, type Uplink, type UplinkListener, uplinkOf } from "../../kernel/ports.ts";
import { closeCodes, connectionLost } from "../../wire/close-codes.ts";
import { subprotocol } from "../../wire/protocol.ts";
import { checkServiceAddress } from "../../wire/service-address.ts";

export interface WebSocketUplinkOptions {
  /** Where the service's device socket is: `ws://127.0.0.1:8080/device`. */
  readonly url: string;
  /** How long a connection may take to be made; 10 s unless given. */
  readonly connectTimeoutMilliseconds?: number;
}

/** @throws SimulatorError when the URL is not one of a WebSocket */
export function webSocketUplink({ url, connectTimeoutMilliseconds = 10_000 }: WebSocketUplinkOptions): Uplink {
  checkServiceAddress(url);
  return uplinkOf((listener) => connect(url, connectTimeoutMilliseconds, listener));
}

function connect(url: string, timeoutMilliseconds: number, listener: UplinkListener): Connection {
  const socket = new WebSocket(url, subprotocol);
  socket.binaryType = "arraybuffer";
  // Undefined once the device has closed, or heard of the close.
  let hearing: UplinkListener | undefined = listener;
  let opened = false;

  function end(code: number, reason: string): void {
    clearTimeout(timer);
    hearing?.onClose(code, reason);
    hearing = undefined;
  }

  const timer = setTimeout(() => {
    end(connectionLost, `no connection to ${url} within ${timeoutMilliseconds} ms`);
    socket.close();
  }, timeoutMilliseconds);
  socket.addEventListener("open", () => {
    clearTimeout(timer);
    opened = true;
    hearing?.onOpen();
  });
  socket.addEventListener("message", ({ data }) => {
    if (data instanceof ArrayBuffer) return hearing?.onFrame(new Uint8Array(data));
    end(closeCodes.malformedFrame, "the service sent a text message; frames are binary");
    socket.close();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    if (code >= 4000) end(code, reason);
    else if (opened) end(connectionLost, `the connection was lost (WebSocket code ${code})`);
    else end(connectionLost, `no connection to ${url}`);
  });

  return {
    send(frame) {
      socket.send(frame as Uint8Array<ArrayBuffer>);
    },
    close() {
      clearTimeout(timer);
      hearing = undefined;
      socket.close();
    },
  };
}
