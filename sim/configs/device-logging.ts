/** When a device's log messages are taken. */

import type { DeviceRecord } from "./stores/store.ts";

/** How long logging lasts that an operator has switched on. */
export const loggingLastsMilliseconds = 24 * 60 * 60 * 1000;

export function isLogging({ loggingEnabled, loggingExpiresAt }: DeviceRecord, now: number): boolean {
  return loggingEnabled && (loggingExpiresAt === undefined || loggingExpiresAt > now);
}
