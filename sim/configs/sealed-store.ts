/** Opens a store together with the master key that its secrets and credentials need. */

import { SimulatorError } from "../../host/fault/fault.ts";
import { type DataKeys, openDataKeys } from "./data-keys.ts";
import { openWithKeyBeside } from "./key-beside.ts";
import { type MasterKeySource, readMasterKey } from "./master-key.ts";
import { openPostgresStore } from "./stores/postgres.ts";
import { sealSecrets } from "./stores/sealed.ts";
import { openSqliteStore } from "./stores/sqlite.ts";
import type { ConfigStore } from "./stores/store.ts";

export interface SealedStore {
  readonly store: ConfigStore;
  /** With which the store's credentials are digested. */
  readonly credentialKey: Uint8Array;
}

/**
 * A store whose secrets are encrypted from now on; those that it has as plain text, at once. It is closed with the one
 * that is returned.
 *
 * @throws SimulatorError ERR_MVSIM_INVALID_KEY: not 32 bytes; ERR_MVSIM_WRONG_KEY: not the key of this store
 */
export async function sealStore(store: ConfigStore, masterKey: Uint8Array): Promise<SealedStore> {
  return sealedWith(store, await openDataKeys(store, masterKey));
}

/**
 * A SQLite file whose secrets are encrypted. Where no key is named it is `FILE.key`, which is made for a new database.
 *
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE, ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY
 */
export async function openSealedSqliteStore(path: string, source: MasterKeySource = {}): Promise<SealedStore> {
  const named = await readMasterKey(source);
  const store = await openSqliteStore(path);
  return closingOnFailure(store, async () =>
    named ? sealStore(store, named) : sealedWith(store, (await openWithKeyBeside(store, path)).keys),
  );
}

/**
 * A PostgreSQL database whose secrets are encrypted. Its nodes share one key, so it must be named.
 *
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE, ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY
 */
export async function openSealedPostgresStore(url: string, source: MasterKeySource): Promise<SealedStore> {
  const masterKey = await readNamedKey(source);
  const store = await openPostgresStore({ url });
  return closingOnFailure(store, () => sealStore(store, masterKey));
}

/** @throws SimulatorError ERR_MVSIM_INVALID_KEY */
export async function readNamedKey(source: MasterKeySource): Promise<Uint8Array> {
  const masterKey = await readMasterKey(source);
  if (masterKey) return masterKey;
  const message =
    "A PostgreSQL store needs its master key, the same on all nodes: name it with --key-file or MVSIM_KEY.";
  throw new SimulatorError("ERR_MVSIM_INVALID_KEY", `${message} Make one with: openssl rand -hex 32`);
}

function sealedWith(store: ConfigStore, { secrets, credentials }: DataKeys): SealedStore {
  return { store: sealSecrets(store, secrets), credentialKey: credentials };
}

async function closingOnFailure<Result>(store: ConfigStore, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    await store.close();
    throw error;
  }
}
