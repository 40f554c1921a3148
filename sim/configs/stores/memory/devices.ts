/** Devices of the memory store. */

import type { DeviceRecord, DeviceStore } from "../store.ts";
import { createOrderedMap, type OrderedMap } from "./ordered-map.ts";
import type { MemoryPart } from "./part.ts";

export function createMemoryDevices(): MemoryPart<DeviceStore> {
  const devices = new Map<string, DeviceRecord>();
  const accounts = new Map<string, OrderedMap<DeviceRecord>>();

  function write(device: DeviceRecord): void {
    const ofAccount = accounts.get(device.accountSid) ?? createOrderedMap();
    accounts.set(device.accountSid, ofAccount);
    ofAccount.set(device.sid, device);
    devices.set(device.sid, device);
  }

  function findByName(accountSid: string, uniqueName: string | undefined): DeviceRecord | undefined {
    if (uniqueName === undefined) return undefined;
    const ofAccount = accounts.get(accountSid)?.list({ limit: Number.POSITIVE_INFINITY }) ?? [];
    return ofAccount.find((device) => device.uniqueName === uniqueName);
  }

  return {
    operations: {
      async createDevice(device) {
        if (devices.has(device.sid)) return "exists";
        if (findByName(device.accountSid, device.uniqueName)) return "taken";
        write({ ...device });
        return "done";
      },
      async provisionDevice(device) {
        const known = devices.get(device.sid);
        if (!known) write({ ...device });
        return known ?? device;
      },
      findDevice: async (deviceSid) => devices.get(deviceSid),
      findDeviceByName: async (accountSid, uniqueName) => findByName(accountSid, uniqueName),
      async updateDevice(deviceSid, changes) {
        const device = devices.get(deviceSid);
        if (!device) return "missing";
        const namesake = findByName(device.accountSid, changes.uniqueName);
        if (namesake && namesake.sid !== deviceSid) return "taken";
        const changed = { ...device, ...changes };
        write(changed);
        return changed;
      },
      listDevices: async (accountSid, range) => accounts.get(accountSid)?.list(range) ?? [],
    },
    accountSids: () => [...accounts.keys()],
  };
}
