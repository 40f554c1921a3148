/** A device by what people call it: its SID, or its unique name in the account. */

import type { ConfigStore, DeviceRecord } from "./stores/store.ts";
import { describeInvalidUniqueName, isDeviceSid } from "./validate.ts";

/** @returns undefined when the account has no such device, whoever else has it */
export async function findNamedDevice(
  store: ConfigStore,
  accountSid: string,
  name: string,
): Promise<DeviceRecord | undefined> {
  // A name that no device can have is not asked of the store.
  if (!isDeviceSid(name) && describeInvalidUniqueName(name) !== undefined) return undefined;
  const found = await (isDeviceSid(name) ? store.findDevice(name) : store.findDeviceByName(accountSid, name));
  return found?.accountSid === accountSid ? found : undefined;
}
