/**
 * What the kernel needs of the world around it. `host/device.ts` provides it; tests provide parts of it.
 */

import type { Memory } from "../mcu/core.ts";
import type { QueueState } from "../time/queue.ts";
import type { RandomState } from "../time/random.ts";
import type { TraceSink } from "../trace/events.ts";

export interface Interrupts {
  /** Makes a line pending; its handler runs when the NVIC says so. */
  pend(irq: number): void;
}

export interface Clock {
  /** Cycles since power-on. */
  now(): number;
}

/** What an uplink tells the kernel. Calls may come at any time from the host's event loop, never from within `open`, `send` or `close`. */
export interface UplinkListener {
  onOpen(): void;
  /** One whole frame of the device protocol (`host/wire/protocol.ts`), not yet decoded. */
  onFrame(bytes: Uint8Array): void;
  /** The connection could not be made, or is gone. `code` is a close code of the device protocol, or 1006. Comes once an `open`. */
  onClose(code: number, reason: string): void;
}

/** One connection to the service. It opens, closes and reports, nothing more: reconnecting is the kernel's. */
export interface Uplink {
  /** Starts to connect. After `close` or `onClose` it may be called again. */
  open(listener: UplinkListener): void;
  send(frame: Uint8Array): void;
  /** Ends the connection; the listener hears nothing more. */
  close(): void;
}

export type { Memory, QueueState, RandomState, TraceSink };
