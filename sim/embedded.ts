/**
 * A Configs service in the device's own process, on the device's clock: one clock for firmware, network and service,
 * its `date_updated` too. What a person gives on the command line or in a file becomes its content.
 */

import type { Device, Uplink } from "../host/index.ts";
import {
  type Account,
  type Collection,
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  developmentAccount,
  openSealedSqliteStore,
  pipeUplink,
} from "./configs/index.ts";

/** The four places where an entry can be, by the names that the command line and YAML files use. */
export const collectionNames = ["configs", "secrets", "deviceConfigs", "deviceSecrets"] as const;
export type CollectionName = (typeof collectionNames)[number];

export interface GivenEntry {
  readonly collection: CollectionName;
  readonly key: string;
  readonly value: string;
}

export interface EmbeddedServiceOptions {
  readonly deviceSid: string;
  /** The time before there is a device. */
  readonly epochMilliseconds: number;
  readonly entries: readonly GivenEntry[];
  /** A database file; in memory without one. */
  readonly sqlite?: string | undefined;
}

export interface EmbeddedService {
  readonly uplink: Uplink;
  readonly token: string;
  /** From now on the service's clock is the device's. */
  follow(device: Device): void;
  /** Creates or changes an entry. @throws SimulatorError ERR_MVSIM_INVALID_CONFIG */
  put(entry: GivenEntry): Promise<void>;
  /** Answers false when there was no such entry. */
  delete(entry: Omit<GivenEntry, "value">): Promise<boolean>;
  close(): Promise<void>;
}

/**
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE, ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY, ERR_MVSIM_ACCOUNT_NEEDED (the database holds several accounts),
 * ERR_MVSIM_INVALID_CONFIG, ERR_MVSIM_INVALID_DEVICE (the device belongs to another account)
 */
export async function openEmbeddedService(options: EmbeddedServiceOptions): Promise<EmbeddedService> {
  const { deviceSid, epochMilliseconds, entries, sqlite } = options;
  const { store, credentialKey } =
    sqlite === undefined
      ? { store: createMemoryStore(), credentialKey: undefined }
      : await openSealedSqliteStore(sqlite, { text: process.env.MVSIM_KEY });
  let device: Device | undefined;
  try {
    const account = await developmentAccount(store);
    const clock = () => device?.wallTimeMilliseconds() ?? epochMilliseconds;
    const service = createConfigsService({
      store,
      credentialKey,
      accounts: [account],
      clock,
      trustAccountTokens: true,
    });
    const put = ({ collection, key, value }: GivenEntry) =>
      service.put(placeOf(collection, account, deviceSid), key, value);
    for (const entry of entries) await put(entry);
    return {
      put,
      delete: ({ collection, key }) => service.delete(placeOf(collection, account, deviceSid), key),
      uplink: pipeUplink(service.backend),
      token: deriveDeviceToken(account),
      follow(followed) {
        device = followed;
      },
      close: () => service.close(),
    };
  } catch (error) {
    await store.close();
    throw error;
  }
}

function placeOf(collection: CollectionName, { sid: accountSid }: Account, deviceSid: string): Collection {
  const store = collection === "configs" || collection === "deviceConfigs" ? "config" : "secret";
  return collection.startsWith("device") ? { accountSid, deviceSid, store } : { accountSid, store };
}
