/** Opens a store together with the master key that its secrets and credentials need. */

import { SimulatorError } from "../../host/fault/fault.ts";
import { createKeyFile, type MasterKeySource, readKeyFile, readMasterKey } from "./master-key.ts";
import { openPostgresStore } from "./stores/postgres.ts";
import { sealSecrets } from "./stores/sealed.ts";
import { openSqliteStore } from "./stores/sqlite.ts";
import type { ConfigStore } from "./stores/store.ts";

export interface SealedStore {
  readonly store: ConfigStore;
  readonly masterKey: Uint8Array;
}

/**
 * A SQLite file whose secrets are encrypted. Where no key is named it is `FILE.key`, which is made for a new database.
 *
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE, ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY
 */
export async function openSealedSqliteStore(path: string, source: MasterKeySource = {}): Promise<SealedStore> {
  const named = await readMasterKey(source);
  const plain = await openSqliteStore(path);
  try {
    const masterKey = named ?? (await keyBeside(path, plain));
    return { store: await sealSecrets(plain, masterKey), masterKey };
  } catch (error) {
    await plain.close();
    throw error;
  }
}

/**
 * A PostgreSQL database whose secrets are encrypted. Its nodes share one key, so it must be named.
 *
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE, ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY
 */
export async function openSealedPostgresStore(url: string, source: MasterKeySource): Promise<SealedStore> {
  const masterKey = await readMasterKey(source);
  if (!masterKey) {
    const message =
      "A PostgreSQL store needs its master key, the same on all nodes: name it with --key-file or MVSIM_KEY.";
    throw new SimulatorError("ERR_MVSIM_INVALID_KEY", `${message} Make one with: openssl rand -hex 32`);
  }
  const plain = await openPostgresStore({ url });
  try {
    return { store: await sealSecrets(plain, masterKey), masterKey };
  } catch (error) {
    await plain.close();
    throw error;
  }
}

async function keyBeside(path: string, store: ConfigStore): Promise<Uint8Array> {
  const keyFile = `${path}.key`;
  const known = await readKeyFile(keyFile);
  if (known) return known;
  // A new key would not open it.
  if ((await store.readSetting("keyCheck")) !== undefined) {
    const message = `The secrets in ${path} are encrypted, and ${keyFile} is missing. Name their key with --key-file or MVSIM_KEY.`;
    throw new SimulatorError("ERR_MVSIM_WRONG_KEY", message);
  }
  return createKeyFile(keyFile);
}
