/** Logs of the memory store. */

import type { LogRecord, LogStore } from "../store.ts";

/** @returns the operations */
export function createMemoryLogs(): LogStore {
  const logs = new Map<string, LogRecord[]>();
  let lastSequence = 0;
  return {
    async appendLog({ deviceSid, text, receivedAt }, keep) {
      const kept = logs.get(deviceSid) ?? [];
      const sequence = ++lastSequence;
      kept.push({ sequence, deviceSid, text, receivedAt });
      kept.splice(0, Math.max(0, kept.length - keep));
      logs.set(deviceSid, kept);
      return sequence;
    },
    async listLogs(deviceSid, after, limit) {
      const behind = (logs.get(deviceSid) ?? []).filter(({ sequence }) => sequence > after);
      return behind.slice(Math.max(0, behind.length - limit));
    },
  };
}
