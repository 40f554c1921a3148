/** What devices may do: show their token, fetch entries of their account and their own, log. */

import type { Access } from "./access.ts";
import type { ActivityFeed } from "./activity.ts";
import type { ConnectedDevices } from "./connected-devices.ts";
import type { ConnectedDevice, DeviceBackend, DeviceOrigin, FetchedItem, FetchItem } from "./device-backend.ts";
import { isLogging } from "./device-logging.ts";
import type { DeviceLogs } from "./device-logs.ts";
import { type FailedAttempts, TurnedAway } from "./failed-attempts.ts";
import type { RateLimits } from "./rate-limits.ts";
import type { ConfigStore, DeviceRecord } from "./stores/store.ts";
import { isDeviceSid } from "./validate.ts";

export interface DeviceAccessPorts {
  readonly store: ConfigStore;
  readonly access: Access;
  readonly failedAttempts: FailedAttempts;
  readonly limits: RateLimits;
  readonly connected: ConnectedDevices;
  readonly clock: () => number;
  readonly reportError: (error: unknown) => void;
  readonly activity: ActivityFeed;
  readonly logs: DeviceLogs;
}

export function createDeviceAccess(ports: DeviceAccessPorts): DeviceBackend {
  const { store, access, limits, clock, activity } = ports;

  async function authenticateDevice(deviceSid: string, token: string, { clock: deviceClock, address }: DeviceOrigin) {
    if (!isDeviceSid(deviceSid)) return undefined;
    const shown = access.digest(token);
    const admitted = await ports.failedAttempts.check({ sid: deviceSid, shown, address }, () =>
      access.findDevice(deviceSid, shown),
    );
    if (!admitted) return undefined;
    const { accountSid } = admitted;
    if (deviceClock === "real") {
      const retryAfterMilliseconds = await limits.connections.take(deviceSid);
      if (retryAfterMilliseconds !== undefined) throw new TurnedAway(retryAfterMilliseconds);
    }
    const device = admitted.record ?? (await openDevice(store, { deviceSid, accountSid, now: clock() }));
    if (device.accountSid !== accountSid) return undefined;
    return { accountSid, deviceSid, loggingEnabled: isLogging(device, clock()), clock: deviceClock, shown };
  }

  function deliver({ accountSid, deviceSid }: ConnectedDevice, text: string): void {
    ports.logs.receive({ accountSid, deviceSid, text, receivedAt: clock() });
  }

  return {
    async authenticateDevice(deviceSid, token, origin = {}) {
      try {
        return await authenticateDevice(deviceSid, token, origin);
      } catch (error) {
        if (error instanceof TurnedAway) activity.report({ kind: "rateRefusal", of: "connection" });
        else ports.reportError(error);
        throw error;
      }
    },
    async isStillGood({ accountSid, deviceSid, shown }) {
      if (shown === undefined) return true;
      try {
        return (await access.findDevice(deviceSid, shown))?.accountSid === accountSid;
      } catch (error) {
        ports.reportError(error);
        throw error;
      }
    },
    async mayFetch({ deviceSid }) {
      if ((await limits.fetches.take(deviceSid)) === undefined) return true;
      activity.report({ kind: "rateRefusal", of: "fetch" });
      return false;
    },
    enter: (deviceSid, session) => ports.connected.enter(deviceSid, session),
    async fetchItems(device, items) {
      return Promise.all(items.map((item) => fetchItem(ports, device, item)));
    },
    receiveLog(device, text) {
      if (device.clock !== "real") return deliver(device, text);
      void limits.logs.take(device.deviceSid).then((retryAfter) => {
        if (retryAfter === undefined) deliver(device, text);
        else activity.report({ kind: "rateRefusal", of: "log" });
      });
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
