/**
 * The uplink to a service in the same process: the very frames that a WebSocket would carry, handed over in
 * microtasks, never from within `open`, `send` or `close`.
 */

import type { Uplink, UplinkListener } from "../../host/kernel/ports.ts";
import type { DeviceBackend } from "./device-backend.ts";
import { createDeviceSession } from "./device-session.ts";

interface Connection {
  send(frame: Uint8Array): void;
  close(): void;
}

/** An uplink for one device; each `open` begins a new session with the backend. */
export function pipeUplink(backend: DeviceBackend): Uplink {
  let connection: Connection | undefined;
  return {
    open(listener) {
      connection = connect(backend, listener);
    },
    send(frame) {
      connection?.send(frame);
    },
    close() {
      connection?.close();
      connection = undefined;
    },
  };
}

function connect(backend: DeviceBackend, listener: UplinkListener): Connection {
  // Undefined once the device has closed, or heard of the close.
  let hearing: UplinkListener | undefined = listener;
  const session = createDeviceSession(backend, {
    send(frame) {
      queueMicrotask(() => hearing?.onFrame(frame));
    },
    close(code, reason) {
      queueMicrotask(() => {
        hearing?.onClose(code, reason);
        hearing = undefined;
      });
    },
  });
  queueMicrotask(() => hearing?.onOpen());
  return {
    send(frame) {
      queueMicrotask(() => session.receive(frame));
    },
    close() {
      hearing = undefined;
      // What was sent before still arrives, as it does on a socket.
      queueMicrotask(() => session.disconnected());
    },
  };
}
