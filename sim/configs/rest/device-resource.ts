/** A device as the vendor's API shows it. */

import { isLogging } from "../device-logging.ts";
import type { DeviceRecord } from "../stores/store.ts";
import { wholeSeconds } from "./resource.ts";

/** @param origin what its URLs start with @param now logging may have ended since it was switched on */
export function representDevice(device: DeviceRecord, origin: string, now: number) {
  const url = `${origin}/v1/Devices/${device.sid}`;
  return {
    sid: device.sid,
    unique_name: device.uniqueName ?? null,
    account_sid: device.accountSid,
    app: representApp(device),
    logging: representLogging(device, now),
    date_created: wholeSeconds(device.createdAt),
    date_updated: wholeSeconds(device.updatedAt),
    url,
    links: { device_configs: `${url}/Configs`, device_secrets: `${url}/Secrets` },
  };
}

/** Nothing installs applications here: one that was asked for stays pending, and none is ever reported. */
function representApp({ targetApp, targetedAt }: DeviceRecord) {
  return {
    target_sid: targetApp ?? null,
    target_hash: null,
    date_targeted: dateOf(targetedAt),
    update_status: targetApp === undefined ? "up-to-date" : "pending",
    update_error_code: null,
    reported_sid: null,
    date_reported: null,
  };
}

function representLogging(device: DeviceRecord, now: number) {
  const enabled = isLogging(device, now);
  return { enabled, date_expires: enabled ? dateOf(device.loggingExpiresAt) : null };
}

function dateOf(milliseconds: number | undefined): string | null {
  return milliseconds === undefined ? null : wholeSeconds(milliseconds);
}
