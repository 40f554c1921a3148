/** A store in one SQLite file (Kysely over libsql, WAL). Several processes may use the file at once. */

import type { ConfigStore } from "./store.ts";

/**
 * @param path the file; it is created when it does not exist, its folder is not
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE: no such folder, not writable, not a database, not one of ours
 */
export async function openSqliteStore(path: string): Promise<ConfigStore> {
  // Kysely and libsql take a while to load: only who opens a file waits for them.
  const { openSqliteFile } = await import("./sqlite/file-store.ts");
  return openSqliteFile(path);
}
