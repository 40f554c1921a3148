/**
 * The one stream of everything observable. Terminal output, assertions, exports and replay all read it; none has a
 * second source of truth. Events hold nothing of the transport (no URL, token, control frame, service time), only what
 * the firmware could see and the bytes of its channels: so the stream is the same in process and over a socket.
 *
 * Fields are written in the order in which they stand here: the JSONL form is compared byte for byte.
 */

import type { Diagnostic } from "../fault/diagnostics.ts";
import type { FirmwareFault } from "../fault/fault.ts";

/** A decoded argument or result: numbers, names of enum values, hex of handles and pointers, or a struct's fields. */
export type TraceValue =
  | number
  | string
  | boolean
  | null
  | { readonly [field: string]: TraceValue }
  | readonly TraceValue[];

/** Where code runs: `start` (the start section), `main` (the entry points) or the handler's name. */
export type TraceContext = string;

export type TraceEventBody =
  /** The device powers on or boots again. */
  | { readonly kind: "boot"; readonly device: string; readonly wakeReason: string }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly context: TraceContext;
      readonly arguments: Readonly<Record<string, TraceValue>>;
    }
  /** The call's answer; `results` is what was written through its pointers. `secret` marks results never to be shown. */
  | {
      readonly kind: "return";
      readonly name: string;
      readonly status: string;
      readonly results: Readonly<Record<string, TraceValue>>;
      readonly secret?: true;
    }
  /** The kernel wrote to memory that the firmware gave it: hex bytes, what for, and where. */
  | {
      readonly kind: "buffer";
      readonly purpose: "send" | "receive" | "log";
      readonly address: number;
      readonly bytes: string;
      readonly secret?: true;
    }
  | {
      readonly kind: "notification";
      readonly handle: string;
      readonly irq: number;
      readonly type: string;
      readonly tag: number;
      readonly address: number;
      readonly microseconds: number;
    }
  | {
      readonly kind: "interrupt";
      readonly phase: "pend" | "enter" | "exit";
      readonly irq: number;
      readonly name: string;
    }
  | { readonly kind: "sleep"; readonly phase: "enter" | "exit"; readonly context: TraceContext }
  /** `logging`: what the service says of the device's logging, at each connection. */
  | { readonly kind: "network"; readonly status: string; readonly logging?: "enabled" | "disabled" }
  | {
      readonly kind: "channel";
      readonly handle: string;
      readonly phase: "open" | "dead" | "closed";
      readonly reason: string;
    }
  /**
   * A channel's bytes on the wire, by the channel's number there. `unheard`: an answer that was on the air when its
   * channel, the boot or the run came to its end.
   */
  | {
      readonly kind: "frame";
      readonly direction: "sent" | "received" | "unheard";
      readonly type: "data" | "close";
      readonly channel: number;
      readonly bytes: string;
      readonly secret?: true;
    }
  /** Text from the firmware. `server`: mvServerLog; `test`: mvTestLog; `uart`: what it sends over the UART, and its language's console. */
  | { readonly kind: "log"; readonly source: "server" | "test" | "uart"; readonly text: string }
  /** A pin's level has changed: the firmware's doing, or (of an input) something's outside. */
  | {
      readonly kind: "gpio";
      readonly pin: string;
      readonly direction: "input" | "output";
      readonly level: 0 | 1;
    }
  /** Whether the kernel may show the device's state on the system LED has changed. */
  | { readonly kind: "led"; readonly enabled: boolean }
  /** A log line that was still queued when the run ended. */
  | { readonly kind: "unsent"; readonly text: string }
  /** Something that came from outside and answers nothing that the device sent. */
  | { readonly kind: "outside"; readonly input: string; readonly detail: TraceValue }
  /** Legal, but most likely not meant. */
  | ({ readonly kind: "diagnostic" } & Diagnostic)
  | { readonly kind: "fault"; readonly fault: Omit<FirmwareFault, "places"> }
  /** The last event of a run. */
  | { readonly kind: "end"; readonly reason: string };

export type TraceEvent = {
  readonly sequence: number;
  /** Virtual time in cycles since power-on. */
  readonly cycles: number;
} & TraceEventBody;

export type TraceListener = (event: TraceEvent) => void;

/** Where the parts of a device write. `undefined` while nobody listens: then no event is built. */
export type TraceSink = ((body: TraceEventBody) => void) | undefined;
