/**
 * The master key of a SQLite file that stands beside it, as `FILE.key`, and how it is changed there. Whenever the
 * change is cut off, the data opens with a key that is beside it: the new key has a file before it is the store's,
 * `FILE.key.new-…`, and becomes `FILE.key` when it is. Whoever opens the data meanwhile finds it, and ends the change.
 * The former key stays as `FILE.key.until-…`: backups from before need it.
 */

import { randomBytes } from "node:crypto";
import { link, readdir, rename, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SimulatorError } from "../../host/fault/fault.ts";
import { type DataKeys, hasDataKeys, isWrongKey, openDataKeys } from "./data-keys.ts";
import { createKeyFile, keepNames, readKeyFile } from "./master-key.ts";
import type { ConfigStore } from "./stores/store.ts";

const newFileInfix = ".new-";

export interface OpenedKeys {
  readonly masterKey: Uint8Array;
  readonly keys: DataKeys;
}

/**
 * Opens the store with the key beside its file, which is made for a new one.
 * @throws SimulatorError ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY
 */
export async function openWithKeyBeside(store: ConfigStore, path: string): Promise<OpenedKeys> {
  const keyFile = `${path}.key`;
  // In this order: who makes both at the same time makes the file first.
  const isKeyed = await hasDataKeys(store);
  const beside = await readKeyFile(keyFile);
  const masterKey = beside ?? (isKeyed ? undefined : await createKeyFile(keyFile));
  const keys = masterKey && (await tryKeys(store, masterKey));
  if (keys) return { masterKey, keys };
  const opened = (await endChange(store, keyFile)) ?? (await tryFile(store, keyFile));
  if (opened) return opened;
  const message = beside
    ? `${keyFile} does not open ${path}: its data is sealed with another master key. Name that one with --key-file or MVSIM_KEY; for a backup it is that of its day, ${keyFile}.until-….`
    : `The secrets in ${path} are encrypted, and ${keyFile} is missing. Name their key with --key-file or MVSIM_KEY.`;
  throw new SimulatorError("ERR_MVSIM_WRONG_KEY", message);
}

/** Makes a key and changes the store to it by `change`. @returns where the former key is */
export async function changeKeyBeside(path: string, change: (newKey: Uint8Array) => Promise<void>): Promise<string> {
  const keyFile = `${path}.key`;
  const random = randomBytes(4).toString("hex");
  const newFile = keyFile + newFileInfix + random;
  const newKey = await createKeyFile(newFile);
  const formerFile = `${keyFile}.until-${new Date().toISOString().slice(0, 10)}-${random}`;
  await link(keyFile, formerFile).catch((cause) => {
    throw new SimulatorError("ERR_MVSIM_NOT_WRITABLE", `${formerFile} can't be made: ${cause.message}.`, { cause });
  });
  await change(newKey).catch(async (error) => {
    // Somebody else was first: that the store does not have this key is certain then, and only then.
    if (isWrongKey(error)) await Promise.all([unlink(newFile), unlink(formerFile)]);
    throw error;
  });
  await takeName(newFile, keyFile).catch((cause) => {
    const message = `The master key is changed, but its file can't take the former one's place (${cause.message}). Move it there: ${newFile} to ${keyFile}.`;
    throw new SimulatorError("ERR_MVSIM_NOT_WRITABLE", message, { cause });
  });
  return formerFile;
}

/** A change that was cut off between store and file, or is between them now. */
async function endChange(store: ConfigStore, keyFile: string): Promise<OpenedKeys | undefined> {
  for (const name of await readdir(dirname(keyFile))) {
    if (!isNewFileOf(keyFile, name)) continue;
    const newFile = join(dirname(keyFile), name);
    const opened = await tryFile(store, newFile);
    if (!opened) continue;
    // Where that is not possible now, the file goes on to be found.
    await takeName(newFile, keyFile).catch(() => {});
    return opened;
  }
  return undefined;
}

/** Not what is left of a file that was being made. */
function isNewFileOf(keyFile: string, name: string): boolean {
  const prefix = basename(keyFile) + newFileInfix;
  return name.startsWith(prefix) && /^[0-9a-f]{8}$/.test(name.slice(prefix.length));
}

/** No two keys have one `newFile`: whoever comes second finds that it has been renamed. */
async function takeName(newFile: string, keyFile: string): Promise<void> {
  await rename(newFile, keyFile).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "ENOENT") throw error;
  });
  await keepNames(keyFile);
}

async function tryFile(store: ConfigStore, file: string): Promise<OpenedKeys | undefined> {
  const masterKey = await readKeyFile(file);
  const keys = masterKey && (await tryKeys(store, masterKey));
  return keys && { masterKey, keys };
}

/** @returns undefined: not the key of this store */
export async function tryKeys(store: ConfigStore, masterKey: Uint8Array): Promise<DataKeys | undefined> {
  try {
    return await openDataKeys(store, masterKey);
  } catch (error) {
    if (isWrongKey(error)) return undefined;
    throw error;
  }
}
