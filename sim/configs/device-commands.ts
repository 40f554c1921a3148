/**
 * What operators command of devices, wherever these are connected: to this node, or to another with the same store.
 * The node that has sent it to the device says so. Notices are acted on one after the other: a device hears commands
 * in the order in which they were given.
 */

import { randomUUID } from "node:crypto";
import type { ConnectedDevices } from "./connected-devices.ts";
import { isLogging } from "./device-logging.ts";
import type { ConfigStore, Notice } from "./stores/store.ts";

export const defaultDeliveryTimeoutMilliseconds = 1000;

/** `device`: its record has changed; the device is told whether it logs. */
export type DeviceCommandKind = "device" | "restart";

export interface DeviceCommands {
  /** @returns whether every one was sent to the device within the timeout */
  send(deviceSid: string, kinds: readonly DeviceCommandKind[]): Promise<boolean>;
  hear(notice: Notice): void;
}

export interface DeviceCommandsPorts {
  readonly store: ConfigStore;
  readonly connected: ConnectedDevices;
  /** This process among those with the same store. */
  readonly node: string;
  readonly clock: () => number;
  readonly timeoutMilliseconds: number;
  readonly reportError: (error: unknown) => void;
}

export function createDeviceCommands(ports: DeviceCommandsPorts): DeviceCommands {
  const { store, connected, node, clock, timeoutMilliseconds, reportError } = ports;
  /** What other nodes were asked for, by id. */
  const awaited = new Map<string, () => void>();
  let heard = Promise.resolve();

  /** To a device of this node. */
  async function deliver(kind: DeviceCommandKind, deviceSid: string): Promise<boolean> {
    if (!connected.has(deviceSid)) return false;
    if (kind === "restart") return connected.restart(deviceSid);
    const device = await store.findDevice(deviceSid);
    return device !== undefined && connected.setLogging(deviceSid, isLogging(device, clock()));
  }

  async function deliverForOther(kind: DeviceCommandKind, deviceSid: string, id?: string): Promise<void> {
    const isDelivered = await deliver(kind, deviceSid);
    if (isDelivered && id !== undefined) await store.notify({ kind: "delivered", id });
  }

  /** @returns resolves when another node has delivered it, or never */
  async function passOn(kind: DeviceCommandKind, deviceSid: string): Promise<{ id: string; delivered: Promise<void> }> {
    const id = randomUUID();
    const delivered = new Promise<void>((resolve) => awaited.set(id, resolve));
    await store.notify({ kind, deviceSid, node, id });
    return { id, delivered };
  }

  function act(work: () => Promise<void>): void {
    heard = heard.then(work).catch(reportError);
  }

  return {
    async send(deviceSid, kinds) {
      const elsewhere: { id: string; delivered: Promise<void> }[] = [];
      try {
        for (const kind of kinds) {
          if (await deliver(kind, deviceSid)) continue;
          elsewhere.push(await passOn(kind, deviceSid));
        }
        if (elsewhere.length === 0) return true;
        if (store.hasOneProcess) return false;
        return await within(timeoutMilliseconds, Promise.all(elsewhere.map(({ delivered }) => delivered)));
      } finally {
        for (const { id } of elsewhere) awaited.delete(id);
      }
    },
    hear(notice) {
      if (notice.kind === "delivered") awaited.get(notice.id)?.();
      else if (notice.kind === "device" || notice.kind === "restart") {
        const { kind, deviceSid, id } = notice;
        if (notice.node !== node && connected.has(deviceSid)) act(() => deliverForOther(kind, deviceSid, id));
      } else if (notice.kind === "gap") {
        for (const deviceSid of connected.deviceSids()) act(() => deliverForOther("device", deviceSid));
      }
    },
  };
}

/** Whether it resolves in time. */
async function within(milliseconds: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const isLate = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), milliseconds);
  });
  try {
    return await Promise.race([work.then(() => true), isLate]);
  } finally {
    clearTimeout(timer);
  }
}
