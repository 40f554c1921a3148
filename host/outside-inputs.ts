/**
 * Inputs from outside: what a person, a test or a replay does to the device, by name. Each is applied at a boundary and
 * stands in the trace as `outside` beforehand, with all that it takes to apply it again.
 */

import { bytesOfHex } from "./data/hex.ts";
import { SimulatorError } from "./fault/fault.ts";
import { switchLogging } from "./kernel/logging.ts";
import type { Kernel } from "./kernel/ports.ts";
import { checkIn, restartByServer } from "./kernel/power.ts";
import { downloadUpdate } from "./kernel/system-notifications.ts";
import type { McuPorts } from "./mcu/mcu.ts";
import type { PeripheralPorts } from "./mcu/peripherals/calls.ts";
import { drivePin, pinOfName } from "./mcu/peripherals/gpio.ts";
import { receiveBytes } from "./mcu/peripherals/uart.ts";
import type { TraceValue } from "./trace/events.ts";

/** An input that waits for the next boundary. */
export interface OutsideInput {
  readonly name: string;
  readonly detail: TraceValue;
}

/** What an input may act on. */
export interface OutsideParts {
  readonly kernel: Kernel;
  readonly mcu: McuPorts;
  readonly peripherals: PeripheralPorts;
}

/** @throws SimulatorError when the detail is not one of this input */
export type ApplyInput = (parts: OutsideParts, detail: TraceValue) => void;

export const outsideInputs: Readonly<Record<string, ApplyInput>> = {
  /** An update has been downloaded; no detail (null). */
  update: ({ kernel }) => downloadUpdate(kernel),
  /** The server wants to hear of the device; ends a deep sleep. No detail (null). */
  "check-in": ({ kernel, mcu }) => checkIn(kernel, mcu.costs.resetCycles),
  /** The server restarts the application. No detail (null). */
  restart: ({ kernel }) => restartByServer(kernel),
  /** The server switches the device's logging: `{ enabled: false }`. */
  logging: ({ kernel }, detail) => switchLogging(kernel, loggingDetail(detail)),
  /** A pin is driven from outside, or let go: `{ pin: "PC13", level: 1 }`, level 0, 1 or null. */
  gpio({ peripherals }, detail) {
    const { pin, level } = gpioDetail(detail);
    drivePin(peripherals, pin, level);
  },
  /** Bytes arrive at the UART: `{ bytes: "48690a" }`, in hex. */
  uart: ({ peripherals }, detail) => receiveBytes(peripherals, uartBytes(detail)),
};

/** Applies what waits, oldest first. */
export function applyInputs(parts: OutsideParts, inputs: OutsideInput[]): void {
  // One that boots the device again does not come back: what waits behind it has its turn then.
  for (let input = inputs.shift(); input; input = inputs.shift()) {
    parts.mcu.trace?.({ kind: "outside", input: input.name, detail: input.detail });
    outsideInputs[input.name]?.(parts, input.detail);
  }
}

/** Is it an input that the device knows, with all that it takes? @throws SimulatorError that says what is missing */
export function checkInput(name: string, detail: TraceValue): void {
  if (!(name in outsideInputs)) {
    const known = Object.keys(outsideInputs).join(", ");
    throw new SimulatorError("ERR_MVSIM_UNKNOWN_INPUT", `there is no input ${name}: there are ${known}`);
  }
  if (name === "gpio") gpioDetail(detail);
  else if (name === "uart") uartBytes(detail);
  else if (name === "logging") loggingDetail(detail);
}

function loggingDetail(detail: TraceValue): boolean {
  const { enabled } = (detail ?? {}) as { readonly enabled?: unknown };
  if (typeof enabled === "boolean") return enabled;
  throw new SimulatorError(
    "ERR_MVSIM_INVALID_INPUT",
    `${JSON.stringify(detail)} is no switch: { enabled: true or false }`,
  );
}

function gpioDetail(detail: TraceValue): { readonly pin: number; readonly level: 0 | 1 | null } {
  const { pin: name, level } = (detail ?? {}) as { readonly pin?: unknown; readonly level?: unknown };
  const pin = typeof name === "string" ? pinOfName(name) : undefined;
  if (pin !== undefined && (level === 0 || level === 1 || level === null)) return { pin, level };
  throw new SimulatorError(
    "ERR_MVSIM_INVALID_INPUT",
    `${JSON.stringify(detail)} is no level of a pin: { pin: "PA0" to "PI15", level: 0, 1 or null (let go) }`,
  );
}

function uartBytes(detail: TraceValue): Uint8Array {
  const { bytes } = (detail ?? {}) as { readonly bytes?: unknown };
  if (typeof bytes === "string" && /^([0-9a-f]{2})*$/.test(bytes)) return bytesOfHex(bytes);
  throw new SimulatorError(
    "ERR_MVSIM_INVALID_INPUT",
    `${JSON.stringify(detail)} are no bytes for the UART: { bytes: "48690a" }, two lower-case hex digits a byte`,
  );
}
