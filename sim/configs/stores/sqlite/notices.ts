/**
 * Notices between the processes that share a SQLite file: rows of a table. SQLite tells nobody of a change, but it
 * counts other connections' commits (`PRAGMA data_version`, no file access to speak of): while somebody listens, that
 * is asked four times a second, and the table is read only when it has changed. A process's own notices are delivered
 * at once.
 */

import { randomUUID } from "node:crypto";
import type { Generated, Kysely } from "kysely";
import type Database from "libsql";
import { createNoticeListeners } from "../notice-listeners.ts";
import type { Tables } from "../sql/tables.ts";
import type { Notice, NoticeStore } from "../store.ts";

const pollMilliseconds = 250;

/** Far longer than any listener takes to poll, also after a suspended process or a long transaction. */
const keepMilliseconds = 60_000;

export interface SqliteTables extends Tables {
  notice: { id: Generated<number>; source: string; body: string; created_at: number };
}

export interface SqliteNotices extends NoticeStore {
  close(): void;
}

/** Writes go through Kysely, in turn with all others; polls read directly, so that listening begins at once. */
export function createSqliteNotices(connection: Database.Database, database: Kysely<SqliteTables>): SqliteNotices {
  /** This open store among those that share the file. */
  const source = randomUUID();
  const listeners = createNoticeListeners(() => (listeners.size > 0 ? start() : stop()));
  let timer: NodeJS.Timeout | undefined;
  let lastVersion = 0;
  let lastId = 0;

  const readVersion = () => (connection.prepare("PRAGMA data_version").get() as { data_version: number }).data_version;

  function start(): void {
    lastVersion = readVersion();
    lastId = (connection.prepare("SELECT coalesce(max(id), 0) AS id FROM notice").get() as { id: number }).id;
    timer = setInterval(poll, pollMilliseconds).unref();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function poll(): void {
    try {
      const version = readVersion();
      if (version === lastVersion) return;
      const rows = connection.prepare("SELECT id, source, body FROM notice WHERE id > ? ORDER BY id").all(lastId);
      lastVersion = version;
      for (const row of rows as { id: number; source: string; body: string }[]) {
        lastId = row.id;
        if (row.source !== source) listeners.deliver(JSON.parse(row.body));
      }
    } catch (error) {
      // What is wrong with the file now may be well at the next turn; operations and `check` say what it is.
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }

  return {
    async notify(notice: Notice) {
      const created_at = Date.now();
      await database.transaction().execute(async (transaction) => {
        await transaction
          .insertInto("notice")
          .values({ source, body: JSON.stringify(notice), created_at })
          .execute();
        await transaction
          .deleteFrom("notice")
          .where("created_at", "<", created_at - keepMilliseconds)
          .execute();
      });
      listeners.deliver(notice);
    },
    onNotice: (listener) => listeners.add(listener),
    close: stop,
  };
}
