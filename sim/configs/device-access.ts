/** What devices may do: show their token, fetch entries of their account and their own, log. */

import type { AccountBook } from "./accounts.ts";
import type { ConnectedDevice, DeviceBackend, FetchedItem, FetchItem } from "./device-backend.ts";
import type { ConfigStore, DeviceRecord } from "./stores/store.ts";
import { isDeviceSid } from "./validate.ts";

export interface DeviceLog {
  readonly accountSid: string;
  readonly deviceSid: string;
  readonly text: string;
  /** When the service got it, in milliseconds since 1970. */
  readonly receivedAt: number;
}

export interface DeviceAccessPorts {
  readonly store: ConfigStore;
  readonly accounts: AccountBook;
  readonly clock: () => number;
  readonly provisionUnknownDevices: boolean;
  readonly reportError: (error: unknown) => void;
  readonly logListeners: ReadonlySet<(log: DeviceLog) => void>;
}

export function createDeviceAccess(ports: DeviceAccessPorts): DeviceBackend {
  const { store, accounts, clock } = ports;
  return {
    async authenticateDevice(deviceSid, token) {
      const accountSid = accounts.authenticateDevice(token);
      if (accountSid === undefined || !isDeviceSid(deviceSid)) return undefined;
      const device = ports.provisionUnknownDevices
        ? await openDevice(store, { deviceSid, accountSid, now: clock() })
        : await store.findDevice(deviceSid);
      if (device?.accountSid !== accountSid) return undefined;
      return { accountSid, deviceSid, loggingEnabled: device.loggingEnabled };
    },
    async fetchItems(device, items) {
      return Promise.all(items.map((item) => fetchItem(ports, device, item)));
    },
    receiveLog({ accountSid, deviceSid }, text) {
      const log = { accountSid, deviceSid, text, receivedAt: clock() };
      for (const listener of ports.logListeners) listener(log);
    },
    now: clock,
  };
}

/** Finds the device, or creates it with its logging on. The answer may be a device of another account. */
export async function openDevice(
  store: ConfigStore,
  { deviceSid, accountSid, now }: { deviceSid: string; accountSid: string; now: number },
): Promise<DeviceRecord> {
  const known = await store.findDevice(deviceSid);
  return (
    known ?? store.provisionDevice({ sid: deviceSid, accountSid, loggingEnabled: true, createdAt: now, updatedAt: now })
  );
}

async function fetchItem(ports: DeviceAccessPorts, device: ConnectedDevice, item: FetchItem): Promise<FetchedItem> {
  const { accountSid } = device;
  const deviceSid = item.scope === "device" ? device.deviceSid : undefined;
  try {
    const entry = await ports.store.get({ accountSid, deviceSid, store: item.store }, item.key);
    return entry ? { result: "ok", value: entry.value } : { result: "keyNotFound" };
  } catch (error) {
    ports.reportError(error);
    return { result: "serverError" };
  }
}
