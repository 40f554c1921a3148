/** Puts a SQLite store together from its opened file. */

import { createSqlAccess } from "../sql/access.ts";
import { listAccountSids } from "../sql/accounts.ts";
import { createSqlDevices } from "../sql/devices.ts";
import { createSqlEntries } from "../sql/entries.ts";
import { createSqlLogs } from "../sql/logs.ts";
import type { ConfigStore } from "../store.ts";
import { openSqliteDatabase } from "./database.ts";
import { createSqliteNotices } from "./notices.ts";

/** @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE */
export async function openSqliteFile(path: string): Promise<ConfigStore> {
  const { connection, database, close } = await openSqliteDatabase(path);
  const { close: stopNotices, ...notices } = createSqliteNotices(connection, database);
  return {
    ...createSqlEntries(database),
    ...createSqlDevices(database, isDuplicate),
    ...createSqlAccess(database),
    ...createSqlLogs(database),
    ...notices,
    accountSids: () => listAccountSids(database),
    async check() {
      await database.selectFrom("setting").select("name").limit(1).execute();
    },
    async close() {
      stopNotices();
      await close();
    },
  };
}

function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown }).code === "SQLITE_CONSTRAINT_UNIQUE";
}
