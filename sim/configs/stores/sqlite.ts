/** A store in one SQLite file (Kysely over libsql, WAL). Several processes may use the file at once. */

import type { ConfigStore } from "./store.ts";

export interface SqliteStoreOptions {
  /** What the database may have at most; writes that need more fail. Default: as much as the disk holds. */
  readonly maxBytes?: number | undefined;
}

/**
 * @param path the file; it is created when it does not exist, its folder is not
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE: no such folder, not writable, not a database, not one of ours,
 *   damaged
 */
export async function openSqliteStore(path: string, { maxBytes }: SqliteStoreOptions = {}): Promise<ConfigStore> {
  // Kysely and libsql take a while to load: only who opens a file waits for them.
  const { openSqliteFile } = await import("./sqlite/file-store.ts");
  return openSqliteFile(path, maxBytes);
}

/**
 * Copies the store, also while services use it: the copy is one whole state, in one new file that only its owner reads.
 *
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE: not there, not ours; ERR_MVSIM_NOT_WRITABLE: the copy
 */
export async function backupSqliteStore(path: string, to: string): Promise<void> {
  const { backupSqliteFile } = await import("./sqlite/backup.ts");
  await backupSqliteFile(path, to);
}
