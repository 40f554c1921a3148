/**
 * Notices between the processes that share a SQLite file: rows of a table. SQLite tells nobody of a change, but it
 * counts other connections' commits (`PRAGMA data_version`, no file access to speak of): while somebody listens, that
 * is asked four times a second, and the table is read only when it has changed. A process's own notices are delivered
 * at once. A process that was suspended for so long that rows are gone hears of a gap.
 */

import { randomUUID } from "node:crypto";
import { createNoticeListeners } from "../notice-listeners.ts";
import type { NoticeStore } from "../store.ts";
import type { OpenDatabase } from "./database.ts";

const pollMilliseconds = 250;

/** Far longer than any listener takes to poll, also after a suspended process or a long transaction. */
const keepMilliseconds = 60_000;

export interface SqliteNotices extends NoticeStore {
  close(): void;
}

export function createSqliteNotices({ connection, transact }: OpenDatabase): SqliteNotices {
  const version = connection.prepare("PRAGMA data_version");
  const last = connection.prepare("SELECT coalesce(max(id), 0) AS id FROM notice");
  const behind = connection.prepare("SELECT id, source, body FROM notice WHERE id > ? ORDER BY id");
  const insert = connection.prepare("INSERT INTO notice (source, body, created_at) VALUES (?, ?, ?)");
  const prune = connection.prepare("DELETE FROM notice WHERE created_at < ?");
  /** This open store among those that share the file. */
  const source = randomUUID();
  const listeners = createNoticeListeners(() => (listeners.size > 0 ? start() : stop()));
  let timer: NodeJS.Timeout | undefined;
  let lastVersion = 0;
  let lastId = 0;

  const readVersion = () => (version.get() as { data_version: number }).data_version;

  function start(): void {
    lastVersion = readVersion();
    lastId = (last.get() as { id: number }).id;
    timer = setInterval(poll, pollMilliseconds).unref();
  }

  function stop(): void {
    clearInterval(timer);
    timer = undefined;
  }

  function poll(): void {
    try {
      const current = readVersion();
      if (current === lastVersion) return;
      const rows = behind.all(lastId);
      lastVersion = current;
      for (const row of rows as { id: number; source: string; body: string }[]) {
        // AUTOINCREMENT leaves none out.
        if (row.id > lastId + 1) listeners.deliver({ kind: "gap" });
        lastId = row.id;
        if (row.source !== source) listeners.deliver(JSON.parse(row.body));
      }
    } catch (error) {
      // What is wrong with the file now may be well at the next turn; operations and `check` say what it is.
      if (!(error instanceof Error && "code" in error)) throw error;
    }
  }

  return {
    async notify(notice) {
      await transact(() => {
        const now = Date.now();
        insert.run(source, JSON.stringify(notice), now);
        prune.run(now - keepMilliseconds);
        // Whom it is for ends with the machine too, and devices announce themselves by the thousand.
      }, "process");
      listeners.deliver(notice);
    },
    onNotice: (listener) => listeners.add(listener),
    close: stop,
  };
}
