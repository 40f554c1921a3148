/** Details of what is done to the device as it stands on the desk, and of its server's switch. */

import { bytesOfHex } from "../data/hex.ts";
import { pinOfName } from "../mcu/peripherals/gpio.ts";
import type { TraceValue } from "../trace/events.ts";
import { invalidInput } from "./detail.ts";

export function loggingDetail(detail: TraceValue): boolean {
  const { enabled } = (detail ?? {}) as { readonly enabled?: unknown };
  if (typeof enabled === "boolean") return enabled;
  throw invalidInput(detail, "is no switch: { enabled: true or false }");
}

export function gpioDetail(detail: TraceValue): { readonly pin: number; readonly level: 0 | 1 | null } {
  const { pin: name, level } = (detail ?? {}) as { readonly pin?: unknown; readonly level?: unknown };
  const pin = typeof name === "string" ? pinOfName(name) : undefined;
  if (pin !== undefined && (level === 0 || level === 1 || level === null)) return { pin, level };
  throw invalidInput(detail, 'is no level of a pin: { pin: "PA0" to "PI15", level: 0, 1 or null (let go) }');
}

export function uartDetail(detail: TraceValue): Uint8Array {
  const { bytes } = (detail ?? {}) as { readonly bytes?: unknown };
  if (typeof bytes === "string" && /^([0-9a-f]{2})*$/.test(bytes)) return bytesOfHex(bytes);
  throw invalidInput(detail, 'are no bytes for the UART: { bytes: "48690a" }, two lower-case hex digits a byte');
}
