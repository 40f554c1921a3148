import { createConnectedDevices } from "../../../sim/configs/connected-devices.ts";
import type { DeviceBackend, FetchedItem, FetchItem } from "../../../sim/configs/device-backend.ts";

export const deviceSid = `UV${"0123456789abcdef".repeat(2)}`;
export const accountSid = `AC${"0".repeat(32)}`;
export const goodToken = "good-token";
export const serverTime = 1_700_000_000_000;

export interface MemoryBackend extends DeviceBackend {
  readonly logs: string[];
  /** Fetches that wait until the test answers them, while `holding`; in the order in which they came. */
  readonly held: (() => void)[];
  holding: boolean;
}

/** A backend of one account. Its values are keyed `scope/store/key`; the value `!` is one that can't be read. */
export function memoryBackend(values: Readonly<Record<string, string>> = {}): MemoryBackend {
  const connected = createConnectedDevices({ node: "this", async announce() {} });
  const backend: MemoryBackend = {
    enter: connected.enter,
    logs: [],
    held: [],
    holding: false,
    async authenticateDevice(deviceSid, token) {
      if (token === "broken-token") throw new Error("the database is gone");
      return token === goodToken ? { accountSid, deviceSid, loggingEnabled: true } : undefined;
    },
    async fetchItems(_, items) {
      if (backend.holding) await new Promise<void>((resolve) => backend.held.push(resolve));
      return items.map(fetchedItem);
    },
    receiveLog(_, text) {
      backend.logs.push(text);
    },
    now: () => serverTime,
  };
  function fetchedItem({ scope, store, key }: FetchItem): FetchedItem {
    const value = values[`${scope}/${store}/${key}`];
    if (value === undefined) return { result: "keyNotFound" };
    return value === "!" ? { result: "serverError" } : { result: "ok", value };
  }
  return backend;
}
