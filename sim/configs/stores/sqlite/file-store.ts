/** Puts a SQLite store together from its opened file. */

import { sql } from "kysely";
import { createSqlAccess } from "../sql/access.ts";
import { listAccountSids } from "../sql/accounts.ts";
import { createSqlDevices } from "../sql/devices.ts";
import { createSqlEntries } from "../sql/entries.ts";
import type { ConfigStore } from "../store.ts";
import { openSqliteDatabase } from "./database.ts";
import { createSqliteLogs } from "./logs.ts";
import { createSqliteNotices } from "./notices.ts";
import { watchPlace, writtenInPlace } from "./place.ts";
import { createPreparedStatements } from "./prepared-statements.ts";
import { createStatementGroups } from "./statement-groups.ts";

/** What a page held before is in the log until then; the page itself has nothing of it (secure_delete). */
const emptyLog = sql`PRAGMA wal_checkpoint(TRUNCATE)`;

/** What is not about records. */
type OfTheFile = "notify" | "onNotice" | "accountSids" | "check" | "close";

/** @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE */
export async function openSqliteFile(path: string, maxBytes?: number): Promise<ConfigStore> {
  const opened = await openSqliteDatabase(path, maxBytes);
  const { database } = opened;
  const { close: stopNotices, ...notices } = createSqliteNotices(opened);
  const groups = createStatementGroups(opened);
  const { close: closeStatements, ...prepared } = createPreparedStatements(opened.connection, groups);
  const entries = createSqlEntries(database);
  const assertInPlace = watchPlace(path);
  const operations: Omit<ConfigStore, OfTheFile> = {
    ...entries,
    async replaceSetting(change, convert) {
      const isReplaced = await entries.replaceSetting(change, convert);
      if (isReplaced) await (convert ? opened.forgetDeleted() : emptyLog.execute(database));
      return isReplaced;
    },
    ...createSqlDevices(database, isDuplicate),
    ...createSqlAccess(database),
    ...prepared,
    ...createSqliteLogs(opened, groups),
  };
  return {
    ...writtenInPlace(operations, assertInPlace),
    ...notices,
    accountSids: () => listAccountSids(database),
    async check() {
      await database.selectFrom("setting").select("name").limit(1).execute();
      assertInPlace();
    },
    async close() {
      stopNotices();
      closeStatements();
      await opened.close();
    },
  };
}

function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown }).code === "SQLITE_CONSTRAINT_UNIQUE";
}
