/** A store that forgets everything with its process. The order of its keys is that of their bytes: keys are ASCII. */

import type { Collection, ConfigStore, DeviceRecord, Entry, ListRange } from "./store.ts";

interface Shelf {
  readonly accountSid: string;
  readonly entries: Map<string, Entry>;
  /** The keys of `entries`, ascending. */
  readonly keys: string[];
}

/** @returns an empty store; closing it does nothing */
export function createMemoryStore(): ConfigStore {
  const shelves = new Map<string, Shelf>();
  const devices = new Map<string, DeviceRecord>();

  function shelfOf({ accountSid, deviceSid = "", store }: Collection): Shelf {
    const name = `${accountSid}/${deviceSid}/${store}`;
    const shelf = shelves.get(name) ?? { accountSid, entries: new Map(), keys: [] };
    shelves.set(name, shelf);
    return shelf;
  }

  return {
    async create(collection, entry) {
      const shelf = shelfOf(collection);
      if (shelf.entries.has(entry.key)) return false;
      write(shelf, entry);
      return true;
    },
    async update(collection, entry) {
      const shelf = shelfOf(collection);
      if (!shelf.entries.has(entry.key)) return false;
      write(shelf, entry);
      return true;
    },
    async put(collection, entry) {
      write(shelfOf(collection), entry);
    },
    async get(collection, key) {
      return shelfOf(collection).entries.get(key);
    },
    async delete(collection, key) {
      const { entries, keys } = shelfOf(collection);
      if (!entries.delete(key)) return false;
      keys.splice(countBelow(keys, key), 1);
      return true;
    },
    async list(collection, range) {
      const { entries, keys } = shelfOf(collection);
      return keysIn(keys, range).map((key) => entries.get(key)!);
    },
    async provisionDevice(device) {
      const known = devices.get(device.sid);
      if (!known) devices.set(device.sid, device);
      return known ?? device;
    },
    async findDevice(deviceSid) {
      return devices.get(deviceSid);
    },
    async accountSids() {
      const holders = [...shelves.values()].filter((shelf) => shelf.keys.length > 0);
      return [...new Set([...holders, ...devices.values()].map(({ accountSid }) => accountSid))].sort();
    },
    async close() {},
  };
}

function write(shelf: Shelf, entry: Entry): void {
  if (!shelf.entries.has(entry.key)) shelf.keys.splice(countBelow(shelf.keys, entry.key), 0, entry.key);
  shelf.entries.set(entry.key, { ...entry });
}

function keysIn(keys: readonly string[], { after, before, limit }: ListRange): string[] {
  if (before !== undefined) {
    const end = countBelow(keys, before);
    return keys.slice(Math.max(0, end - limit), end);
  }
  let start = after === undefined ? 0 : countBelow(keys, after);
  if (keys[start] === after) start++;
  return keys.slice(start, start + limit);
}

/** How many of the ascending keys are less than this one. */
function countBelow(keys: readonly string[], key: string): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
