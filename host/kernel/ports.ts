/**
 * What the kernel needs of the world around it, and the kernel as its own modules see it. `host/device.ts` provides
 * the ports; tests provide parts of them.
 */

import type { MemberOf } from "../abi/enums.ts";
import type { Memory } from "../mcu/core.ts";
import type { QueueState } from "../time/queue.ts";
import type { RandomState } from "../time/random.ts";
import type { TraceSink, TraceValue } from "../trace/events.ts";
import type { DeviceClock } from "../wire/protocol.ts";
import type { NetworkModel } from "./network-model.ts";
import type { KernelState } from "./state.ts";

/** What an uplink tells the kernel; never from within `open`, `send` or `close`. */
export interface UplinkListener {
  onOpen(): void;
  /** One whole frame of the device protocol (`host/wire/protocol.ts`), not yet decoded. */
  onFrame(bytes: Uint8Array): void;
  /**
   * The connection could not be made, or is gone. `code` is a close code of the device protocol, or 1006. Comes at
   * most once for each `open`, and never after `close`.
   */
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

/** One connection of an uplink, from its `open` on. After `close` its listener hears nothing more. */
export interface Connection {
  send(frame: Uint8Array): void;
  close(): void;
}

/** An uplink that makes a new connection at each `open`. What is sent without one is lost. */
export function uplinkOf(connect: (listener: UplinkListener) => Connection): Uplink {
  let connection: Connection | undefined;
  return {
    open(listener) {
      connection = connect(listener);
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

/** The kernel: its ports, and the roots of its state. The roots are replaced as a whole when a state is restored. */
export interface Kernel {
  readonly state: KernelState;
  readonly queue: QueueState;
  readonly random: RandomState;
  readonly memory: Memory;
  /** Cycles since power-on. */
  now(): number;
  /** Makes an interrupt line pending; its handler runs when the NVIC says so. */
  pend(irq: number): void;
  /** Whether an interrupt handler makes the call in progress. */
  inHandler(): boolean;
  /** The call in progress ends in sleep, as WFI does. */
  wait(): void;
  /** The call in progress takes so much longer; its effects are to stand beforehand. */
  takeTime(cycles: number): void;
  /** The call in progress does not return: the device boots again. */
  restart(restart: Restart): never;
  /** The call in progress does not return: the run ends, well with status 0. */
  completeTesting(status: number): never;
  readonly fastInterrupts: FastInterrupts;
  /** The external flash chip; undefined on a device that has none. */
  readonly externalFlash: ExternalFlash | undefined;
  readonly trace: TraceSink;
  /** Results of the call in progress that it wrote through nested pointers, for the trace; undefined without one. */
  readonly results: CallResults | undefined;
  readonly uplink: Uplink | undefined;
  /** Something came from the service: whoever waits for it may look. */
  activity(): void;
  /** The service wants something of the device: an input from outside, applied at the next boundary. */
  input(name: string, detail: TraceValue): void;
  readonly settings: KernelSettings;
}

export interface Restart {
  readonly wakeReason: MemberOf<"MvWakeReason">;
  /** How long the device stays off beforehand (default 0). */
  readonly delayMicroseconds?: number;
}

/** The NVIC's fast lines. */
export interface FastInterrupts {
  /** Whether the firmware has a handler for the line. */
  hasHandler(irq: number): boolean;
  isFast(irq: number): boolean;
  /** It is disabled then, as after `clear`. */
  set(irq: number): void;
  clear(irq: number): void;
  enable(irq: number): void;
  disable(irq: number): void;
  maskAll(masked: boolean): void;
}

/** The content of a flash chip. Who uses it keeps to its size, and to what flash can do. */
export interface ExternalFlash {
  readonly sizeBytes: number;
  /** A copy. */
  read(address: number, bytes: number): Uint8Array;
  write(address: number, bytes: Uint8Array): void;
}

export interface CallResults {
  readonly values: Record<string, TraceValue>;
  /** The values are never to be shown. */
  secret: boolean;
}

export interface KernelSettings {
  readonly deviceSid: string;
  readonly token: string;
  readonly clock: DeviceClock;
  /** Wall time at power-on, in microseconds since 1970. */
  readonly epochMicroseconds: number;
  readonly network: NetworkModel;
  /** Whether the calls for tests work. */
  readonly testMode: boolean;
  /** How long after the beginning of a deep sleep the device checks in with the server. */
  readonly checkInMicroseconds: number;
  /** How long after it the RTC's alarm wakes the device; undefined: none is set. */
  readonly rtcAlarmMicroseconds: number | undefined;
}
