/**
 * How much RAM the device has: what the firmware's memory may grow to. Past it `memory.grow` fails, as allocation does
 * on a device.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import type { Limits } from "../binary/segments.ts";

const pageBytes = 65536;
const mostPages = 65536;
/** As much as applications have on the device. */
const defaultPages = 8;

/**
 * The limits of the prepared memory, in pages. It has one at least: suspended frames pass through the top 64 KiB.
 *
 * @param ramBytes undefined: 512 KiB, or the declared minimum if that is more
 */
export function limitMemory({ minimum, maximum = mostPages }: Limits, ramBytes: number | undefined): Required<Limits> {
  const least = Math.max(minimum, 1);
  const ramPages = ramBytes === undefined ? Math.max(defaultPages, least) : ramBytes / pageBytes;
  if (!Number.isInteger(ramPages) || ramPages < 1 || ramPages > mostPages) {
    throw new SimulatorError(
      "ERR_MVSIM_INVALID_RAM",
      `the device can't have ${ramBytes} bytes of RAM: give whole pages of 65536 bytes, from 65536 to 4294967296`,
    );
  }
  if (ramPages < least) {
    throw new SimulatorError(
      "ERR_MVSIM_INVALID_RAM",
      `the firmware needs ${least * pageBytes} bytes of RAM from the start, and the device has ${ramBytes}. Raise ` +
        "the limit (ramBytes), or make the firmware's static data and stack smaller",
    );
  }
  return { minimum: least, maximum: Math.min(maximum, ramPages) };
}
