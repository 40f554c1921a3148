/** Logs in SQLite: one transaction, thus one write to the disk, for each message and what it pushes out. */

import { createSqlLogReader } from "../sql/logs.ts";
import { encodeText } from "../sql/tables.ts";
import type { LogStore } from "../store.ts";
import type { OpenDatabase } from "./database.ts";

export function createSqliteLogs({ database, connection, transact }: OpenDatabase): LogStore {
  const insert = connection.prepare(
    "INSERT INTO log (device_sid, text, received_at) VALUES (?, ?, ?) RETURNING sequence",
  );
  const prune = connection.prepare(`DELETE FROM log WHERE device_sid = ?1 AND sequence <=
    (SELECT sequence FROM log WHERE device_sid = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`);
  return {
    ...createSqlLogReader(database),
    appendLog({ deviceSid, text, receivedAt }, keep) {
      return transact(() => {
        const { sequence } = insert.get(deviceSid, encodeText(text), receivedAt) as { sequence: number };
        prune.run(deviceSid, keep);
        return sequence;
      });
    },
  };
}
