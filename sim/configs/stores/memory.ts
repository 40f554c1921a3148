/** A store that forgets everything with its process. */

import { createMemoryAccess } from "./memory/access.ts";
import { createMemoryDevices } from "./memory/devices.ts";
import { createMemoryEntries } from "./memory/entries.ts";
import { createMemoryLogs } from "./memory/logs.ts";
import { createNoticeListeners } from "./notice-listeners.ts";
import type { ConfigStore } from "./store.ts";

/** @returns an empty store; closing it does nothing */
export function createMemoryStore(): ConfigStore {
  const settings = new Map<string, string>();
  const entries = createMemoryEntries(settings);
  const devices = createMemoryDevices();
  const access = createMemoryAccess(settings);
  const listeners = createNoticeListeners();
  return {
    ...entries.operations,
    ...devices.operations,
    ...access.operations,
    ...createMemoryLogs(),
    notify: async (notice) => listeners.deliver(notice),
    onNotice: (listener) => listeners.add(listener),
    hasOneProcess: true,
    accountSids: async () => [...new Set([entries, devices, access].flatMap((part) => part.accountSids()))].sort(),
    async check() {},
    async close() {},
  };
}
