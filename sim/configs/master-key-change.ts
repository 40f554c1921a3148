/**
 * Changes the master key of a database, also while services use it: they have its data keys, and go on. Whatever cuts
 * the change off, the database opens with the former key or with the new one, and both are in files.
 */

import { stat } from "node:fs/promises";
import { SimulatorError } from "../../host/fault/fault.ts";
import { changeMasterKey, isWrongKey, openDataKeys } from "./data-keys.ts";
import { changeKeyBeside, openWithKeyBeside, tryKeys } from "./key-beside.ts";
import { createKeyFile, type MasterKeySource, readKeyFile, readMasterKey } from "./master-key.ts";
import { readNamedKey } from "./sealed-store.ts";
import { openPostgresStore } from "./stores/postgres.ts";
import { unusable } from "./stores/sqlite/database.ts";
import { openSqliteStore } from "./stores/sqlite.ts";
import type { ConfigStore } from "./stores/store.ts";

export interface MasterKeyChange {
  /** The present master key; beside a SQLite file unless it is named. */
  readonly source: MasterKeySource;
  /** Has the new key, or gets one when it does not exist. Undefined where the key beside a SQLite file is changed. */
  readonly newKeyFile: string | undefined;
  /** Whether secrets are sealed anew, with a new data key. */
  readonly renew: boolean;
}

export interface ChangedMasterKey {
  /** Where the new key is. */
  readonly keyFile: string;
  /** Where the former key is, if it was beside the database. */
  readonly formerKeyFile?: string;
}

/** @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE, ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY, ERR_MVSIM_USAGE */
export async function changeSqliteMasterKey(path: string, change: MasterKeyChange): Promise<ChangedMasterKey> {
  const { newKeyFile, renew } = change;
  const named = await readMasterKey(change.source);
  if (named && newKeyFile === undefined) throw needsNewKeyFile();
  await stat(path).catch((cause) => {
    throw unusable(path, "there is no such file", cause);
  });
  const store = await openSqliteStore(path);
  try {
    if (newKeyFile !== undefined) return await changeToFile(store, named ?? { beside: path }, newKeyFile, renew);
    const { masterKey } = await openWithKeyBeside(store, path);
    const formerKeyFile = await changeKeyBeside(path, (newMasterKey) =>
      changeMasterKey(store, { masterKey, newMasterKey, renew }),
    );
    return { keyFile: `${path}.key`, formerKeyFile };
  } finally {
    await store.close();
  }
}

/** @throws SimulatorError as `changeSqliteMasterKey` does */
export async function changePostgresMasterKey(url: string, change: MasterKeyChange): Promise<ChangedMasterKey> {
  const { newKeyFile, renew } = change;
  const named = await readNamedKey(change.source);
  if (newKeyFile === undefined) throw needsNewKeyFile();
  const store = await openPostgresStore({ url });
  try {
    return await changeToFile(store, named, newKeyFile, renew);
  } finally {
    await store.close();
  }
}

async function changeToFile(
  store: ConfigStore,
  present: Uint8Array | { readonly beside: string },
  newKeyFile: string,
  renew: boolean,
): Promise<ChangedMasterKey> {
  const known = await readKeyFile(newKeyFile);
  const masterKey = await openPresent(store, present).catch(async (error) => {
    // A command that was cut off behind its change is given again.
    if (isWrongKey(error) && known && (await tryKeys(store, known))) return undefined;
    throw error;
  });
  if (masterKey === undefined) return { keyFile: newKeyFile };
  if (known && Buffer.compare(known, masterKey) === 0) {
    const message = `${newKeyFile} has the present master key. Name a file that does not exist: it gets a new one.`;
    throw new SimulatorError("ERR_MVSIM_USAGE", message);
  }
  const newMasterKey = known ?? (await createKeyFile(newKeyFile));
  await changeMasterKey(store, { masterKey, newMasterKey, renew });
  return { keyFile: newKeyFile };
}

async function openPresent(store: ConfigStore, present: Uint8Array | { readonly beside: string }): Promise<Uint8Array> {
  if ("beside" in present) return (await openWithKeyBeside(store, present.beside)).masterKey;
  await openDataKeys(store, present);
  return present;
}

function needsNewKeyFile(): SimulatorError {
  const message = "Name the new key's file with --new-key-file FILE; it gets a new key when it does not exist.";
  return new SimulatorError("ERR_MVSIM_USAGE", message);
}
