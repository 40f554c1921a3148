/**
 * The uplink to a service in the same process: the very frames that a WebSocket would carry, handed over in
 * microtasks, never from within `open`, `send` or `close`.
 */

import { type Connection, type Uplink, type UplinkListener, uplinkOf } from "../../host/kernel/ports.ts";
import type { DeviceBackend } from "./device-backend.ts";
import { createDeviceSession } from "./device-session.ts";

/** An uplink for one device; each `open` begins a new session with the backend. */
export function pipeUplink(backend: DeviceBackend): Uplink {
  return uplinkOf((listener) => connect(backend, listener));
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
