/** Where a store keeps its records: the contract opens it once, or several times at once when it can be shared. */

import { afterEach, beforeEach } from "vitest";
import type { ConfigStore, Entry } from "../../../../sim/configs/stores/store.ts";

export interface Place {
  open(): Promise<ConfigStore>;
}

export interface Opened {
  /** Opened anew for each test, in a new place. */
  readonly store: ConfigStore;
  /** Opens the same place once more, as another process would; it is closed after the test. */
  openAgain(): Promise<ConfigStore>;
}

/** To be called within `describe`. */
export function openedForEachTest(newPlace: () => Promise<Place>): Opened {
  let place: Place;
  let stores: ConfigStore[] = [];
  const open = async () => {
    const store = await place.open();
    stores.push(store);
    return store;
  };
  beforeEach(async () => {
    stores = [];
    place = await newPlace();
    await open();
  });
  afterEach(async () => {
    for (const store of stores) await store.close();
  });
  return {
    get store() {
      return stores[0]!;
    },
    openAgain: open,
  };
}

export const account = `AC${"a".repeat(32)}`;
export const otherAccount = `AC${"b".repeat(32)}`;
export const device = `UV${"c".repeat(32)}`;
export const configs = { accountSid: account, store: "config" } as const;

export function entry(key: string, value = "value", updatedAt = 1_000): Entry {
  return { key, value, updatedAt, revision: `${value}@${updatedAt}` };
}
