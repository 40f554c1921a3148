/**
 * What the service asks of a store. Rules (what a key may be, who may see what) stand in the service; a store keeps
 * entries, each operation whole or not at all, also against other processes on the same store. Every store passes
 * `test/sim/configs/store-contract.ts`.
 */

import type { FetchStore } from "../device-backend.ts";

/** One name space of keys: an account's or a device's, configs or secrets. */
export interface Collection {
  readonly accountSid: string;
  /** Undefined for the account's own. */
  readonly deviceSid?: string | undefined;
  readonly store: FetchStore;
}

export interface Entry {
  readonly key: string;
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
}

export interface DeviceRecord {
  readonly sid: string;
  readonly accountSid: string;
  readonly loggingEnabled: boolean;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** A stretch of a collection in the order of the keys' bytes. Both bounds are exclusive; at most one is given. */
export interface ListRange {
  /** The first `limit` entries behind this key. */
  readonly after?: string | undefined;
  /** The last `limit` entries in front of this key (still in ascending order). */
  readonly before?: string | undefined;
  readonly limit: number;
}

export interface ConfigStore {
  /** Adds an entry. Answers false, and changes nothing, when the key exists. */
  create(collection: Collection, entry: Entry): Promise<boolean>;
  /** Changes an entry. Answers false when there is none. */
  update(collection: Collection, entry: Entry): Promise<boolean>;
  /** Creates or changes an entry. */
  put(collection: Collection, entry: Entry): Promise<void>;
  get(collection: Collection, key: string): Promise<Entry | undefined>;
  /** Answers false when there was none. */
  delete(collection: Collection, key: string): Promise<boolean>;
  list(collection: Collection, range: ListRange): Promise<Entry[]>;
  /** Adds the device unless its SID exists, in whatever account. Answers what the store now holds. */
  provisionDevice(device: DeviceRecord): Promise<DeviceRecord>;
  findDevice(deviceSid: string): Promise<DeviceRecord | undefined>;
  /** Every account that has entries or devices, in ascending order. */
  accountSids(): Promise<string[]>;
  close(): Promise<void>;
}
