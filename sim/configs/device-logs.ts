/**
 * Log messages of devices: kept in the store, the last of each device, and told to who listens. A message of a device
 * whose logging is off is dropped. A device's messages are written in order, one after the other. While the store is
 * slow no more of a device wait than it would keep, and of all devices no more than a fixed number.
 */

import { isLogging } from "./device-logging.ts";
import type { ConfigStore, LogRecord } from "./stores/store.ts";

export const defaultKeptLogs = 1000;

/** Of all devices: about 16 MiB. */
export const defaultWaitingLogs = 16_384;

/** The longest time that a request waits for messages. */
export const maxLogWaitMilliseconds = 25_000;

export interface DeviceLog {
  readonly accountSid: string;
  readonly deviceSid: string;
  readonly text: string;
  /** When the service got it, in milliseconds since 1970. */
  readonly receivedAt: number;
}

export interface DeviceLogs {
  receive(log: DeviceLog): void;
  /** Resolves when everything that was received is written. */
  settled(): Promise<void>;
}

export interface DeviceLogsPorts {
  readonly store: ConfigStore;
  /** Messages that are kept for each device. */
  readonly keep: number;
  /** Messages that may wait to be written; those that come then are dropped. */
  readonly maxWaiting?: number;
  readonly clock: () => number;
  readonly listeners: ReadonlySet<(log: DeviceLog) => void>;
  readonly reportError: (error: unknown) => void;
}

export function createDeviceLogs(ports: DeviceLogsPorts): DeviceLogs {
  const { store, keep, maxWaiting = defaultWaitingLogs, clock, listeners, reportError } = ports;
  /** What waits, by device; a device is in it while it is being written. */
  const waiting = new Map<string, DeviceLog[]>();
  const writers = new Set<Promise<void>>();
  /** Those that are being written too. */
  let waitingCount = 0;
  let isDropping = false;

  async function write(deviceSid: string, logs: DeviceLog[]): Promise<void> {
    while (logs.length > 0) {
      const batch = logs.splice(0);
      try {
        await keepBatch(deviceSid, batch);
      } catch (error) {
        reportError(error);
      }
      waitingCount -= batch.length;
      isDropping = false;
    }
    waiting.delete(deviceSid);
  }

  async function keepBatch(deviceSid: string, batch: readonly DeviceLog[]): Promise<void> {
    const device = await store.findDevice(deviceSid);
    if (!device || !isLogging(device, clock())) return;
    let sequence = 0;
    for (const log of batch) {
      for (const listener of listeners) listener(log);
      const { text, receivedAt } = log;
      sequence = await store.appendLog({ deviceSid, text, receivedAt }, keep);
    }
    await store.notify({ kind: "log", deviceSid, sequence });
  }

  return {
    receive(log) {
      if (waitingCount >= maxWaiting) {
        if (!isDropping) reportError(new Error("Log messages of devices are dropped: the store does not keep up."));
        isDropping = true;
        return;
      }
      waitingCount++;
      const logs = waiting.get(log.deviceSid);
      if (logs) {
        logs.push(log);
        if (logs.length > keep) {
          logs.shift();
          waitingCount--;
        }
        return;
      }
      const first = [log];
      waiting.set(log.deviceSid, first);
      const writer = write(log.deviceSid, first).finally(() => writers.delete(writer));
      writers.add(writer);
    },
    async settled() {
      while (writers.size > 0) await Promise.all(writers);
    },
  };
}

export interface LogWait {
  readonly deviceSid: string;
  /** The sequence behind which messages are asked for; 0 for all. */
  readonly after: number;
  readonly limit: number;
  readonly waitMilliseconds: number;
  /** Ends the waiting. */
  readonly signals?: readonly (AbortSignal | undefined)[];
}

/** The messages behind `after`; while there are none, waits for the first. Empty when none came in time. */
export async function awaitLogs(store: ConfigStore, wait: LogWait): Promise<LogRecord[]> {
  const { deviceSid, after, limit, waitMilliseconds, signals = [] } = wait;
  const read = () => store.listLogs(deviceSid, after, limit);
  if (waitMilliseconds === 0) return read();
  let come = () => {};
  const hasCome = new Promise<void>((resolve) => (come = resolve));
  // Before the first look, so that nothing comes in between.
  const stopHearing = store.onNotice((notice) => {
    if (notice.kind === "gap" || (notice.kind === "log" && notice.deviceSid === deviceSid)) come();
  });
  const timer = setTimeout(come, waitMilliseconds);
  for (const signal of signals) signal?.addEventListener("abort", come);
  try {
    const there = await read();
    if (there.length > 0 || signals.some((signal) => signal?.aborted)) return there;
    await hasCome;
    return await read();
  } finally {
    stopHearing();
    clearTimeout(timer);
    for (const signal of signals) signal?.removeEventListener("abort", come);
  }
}
