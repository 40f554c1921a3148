/**
 * What the service asks of a store. Rules (what a key may be, who may see what) stand in the service; a store keeps
 * records, each operation whole or not at all, also against other processes on the same store. Every store passes
 * `test/sim/configs/store-contract.ts`.
 *
 * Values and texts of logs are any Unicode text. Names (keys, SIDs, unique names, labels, settings) hold no NUL
 * character; one that is asked for with a NUL is not found.
 */

export interface ConfigStore extends EntryStore, DeviceStore, AccessStore, LogStore, NoticeStore {
  /** Every account that has a record of any kind, in ascending order. */
  accountSids(): Promise<string[]>;
  /** True where no other process can have this store open too. */
  readonly hasOneProcess?: boolean;
  /** Whether the store answers now: for readiness. Rejects with the reason. */
  check(): Promise<void>;
  close(): Promise<void>;
}

/** One name space of keys: an account's or a device's, configs or secrets. */
export interface Collection {
  readonly accountSid: string;
  /** Undefined for the account's own. */
  readonly deviceSid?: string | undefined;
  readonly store: "config" | "secret";
}

export interface Entry {
  readonly key: string;
  readonly value: string;
  /** Milliseconds since 1970. */
  readonly updatedAt: number;
  /** Another with each write: what a condition compares. */
  readonly revision: string;
}

/** A stretch in the order of the names' bytes. Both bounds are exclusive; at most one is given. */
export interface ListRange {
  /** The first `limit` records behind this name. */
  readonly after?: string | undefined;
  /** The last `limit` records in front of this name (still in ascending order). */
  readonly before?: string | undefined;
  readonly limit: number;
}

/** `missing`: there is none. `changed`: its revision is not the one that was asked for. In both nothing is done. */
export type WriteResult = "done" | "missing" | "changed";

export interface SettingChange {
  readonly name: string;
  /** Undefined: there is none yet. */
  readonly from: string | undefined;
  readonly to: string;
}

/** Answers the value that a secret gets. */
export type SecretConversion = (collection: Collection, entry: Entry) => string;

export interface EntryStore {
  /** Adds an entry. Answers false, and changes nothing, when the key exists. */
  create(collection: Collection, entry: Entry): Promise<boolean>;
  /** Changes an entry; with a revision only if it has this one still. */
  update(collection: Collection, entry: Entry, ifRevision?: string): Promise<WriteResult>;
  /** Creates or changes an entry. */
  put(collection: Collection, entry: Entry): Promise<void>;
  get(collection: Collection, key: string): Promise<Entry | undefined>;
  delete(collection: Collection, key: string, ifRevision?: string): Promise<WriteResult>;
  /** By key. */
  list(collection: Collection, range: ListRange): Promise<Entry[]>;
  /**
   * Changes a setting and, by `convert`, the values of all secrets, all at once. Answers false, and changes nothing, when
   * the setting is another than `from`. What was replaced is nowhere in the files of a SQLite store afterwards
   * (or, where somebody still reads an older state, as soon as they are closed).
   */
  replaceSetting(change: SettingChange, convert?: SecretConversion): Promise<boolean>;
}

export interface DeviceRecord {
  readonly sid: string;
  readonly accountSid: string;
  /** Unique in its account. */
  readonly uniqueName?: string | undefined;
  readonly loggingEnabled: boolean;
  /** When logging ends by itself; undefined for never. */
  readonly loggingExpiresAt?: number | undefined;
  /** The application that was asked for; undefined for none. */
  readonly targetApp?: string | undefined;
  readonly targetedAt?: number | undefined;
  /** Milliseconds since 1970, as all these moments. */
  readonly createdAt: number;
  readonly updatedAt: number;
}

/** Fields that are undefined are cleared, fields that are missing stay. */
export type DeviceChanges = Partial<Omit<DeviceRecord, "sid" | "accountSid" | "createdAt">>;

export interface DeviceStore {
  /** Adds a device. `exists`: its SID does, in whatever account; `taken`: its name is; nothing is changed then. */
  createDevice(device: DeviceRecord): Promise<"done" | "exists" | "taken">;
  /** Adds a nameless device unless its SID exists, in whatever account. Answers what the store now holds. */
  provisionDevice(device: Omit<DeviceRecord, "uniqueName">): Promise<DeviceRecord>;
  findDevice(deviceSid: string): Promise<DeviceRecord | undefined>;
  findDeviceByName(accountSid: string, uniqueName: string): Promise<DeviceRecord | undefined>;
  /** `taken`: another device of the account has the name; nothing is changed then. */
  updateDevice(deviceSid: string, changes: DeviceChanges): Promise<DeviceRecord | "missing" | "taken">;
  /** By SID. */
  listDevices(accountSid: string, range: ListRange): Promise<DeviceRecord[]>;
}

/**
 * Who may speak for whom. `account`: the account's auth token, its SID is the account's. `key`: an API key (`SK…`).
 * `device`: a device's token, its SID is the device's.
 */
export interface Credential {
  readonly kind: "account" | "key" | "device";
  readonly sid: string;
  readonly accountSid: string;
  /** A keyed digest of the secret: see `access.ts`. Lower-case hex. */
  readonly digest: string;
  /** For people. */
  readonly label?: string | undefined;
  readonly createdAt: number;
}

/** A device's token that was revoked stays as this: no secret has it, so none is good for the device. */
export const revokedDigest = "";

export interface AccessStore {
  /** Answers false, and changes nothing, when the SID has a credential. */
  createCredential(credential: Credential): Promise<boolean>;
  /** Creates it, or takes the place of the former one with this SID. */
  putCredential(credential: Credential): Promise<void>;
  findCredential(sid: string): Promise<Credential | undefined>;
  /** Answers false when there was none. */
  deleteCredential(sid: string): Promise<boolean>;
  /**
   * Shuts an account out, all at once: deletes its own credential and its keys', and gives those of its devices the
   * `revokedDigest`. Answers the SIDs of all these.
   */
  revokeCredentials(accountSid: string): Promise<string[]>;
  /** By SID; of one account, or of all. */
  listCredentials(kind: Credential["kind"], accountSid?: string): Promise<Credential[]>;
  /** A value of the store as a whole: set once, by whoever comes first. Answers what it is now. */
  initialise(name: string, value: string): Promise<string>;
  readSetting(name: string): Promise<string | undefined>;
}

export interface LogRecord {
  /** Ascending in the order of arrival, in the whole store; from 1. */
  readonly sequence: number;
  readonly deviceSid: string;
  readonly text: string;
  readonly receivedAt: number;
}

export interface LogStore {
  /** Keeps the last `keep` messages of the device. Answers its sequence. */
  appendLog(log: Omit<LogRecord, "sequence">, keep: number): Promise<number>;
  /** The last `limit` messages behind `after` (0: all), ascending. */
  listLogs(deviceSid: string, after: number, limit: number): Promise<LogRecord[]>;
}

/** Something that other nodes with the same store have to hear of at once. */
export type Notice =
  /**
   * `restart`: the device is to restart its application. `device`: its record, logging for one, has changed.
   * `node`: the one where it was commanded, whose own devices have heard of it.
   */
  | {
      readonly kind: "restart" | "device";
      readonly deviceSid: string;
      readonly node: string;
      readonly id: string;
    }
  /** The command with this id was sent to its device. */
  | { readonly kind: "delivered"; readonly id: string }
  /** A credential was rotated or revoked. */
  | { readonly kind: "credential"; readonly sid: string }
  /**
   * A device has connected to a node: the others drop its earlier connections. `at`: milliseconds since 1970. `again`:
   * said once more after a gap; who has a later connection says so then.
   */
  | {
      readonly kind: "connected";
      readonly deviceSid: string;
      readonly node: string;
      readonly at: number;
      readonly again?: boolean;
    }
  | { readonly kind: "log"; readonly deviceSid: string; readonly sequence: number }
  /** The way between the nodes was cut for a while: others' notices may be lost, so look at everything anew. */
  | { readonly kind: "gap" };

export interface NoticeStore {
  /** Reaches every listener of the store once, this process's own too; in order for one process. */
  notify(notice: Notice): Promise<void>;
  /** @returns ends it */
  onNotice(listener: (notice: Notice) => void): () => void;
}
