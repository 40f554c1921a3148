/** Logs in SQLite: a message and what it pushes out are one work, so that both or neither are on the disk. */

import { createSqlLogReader } from "../sql/logs.ts";
import { encodeText } from "../sql/tables.ts";
import type { LogStore } from "../store.ts";
import type { OpenDatabase } from "./database.ts";
import type { StatementGroups } from "./statement-groups.ts";

export function createSqliteLogs({ database, connection }: OpenDatabase, { write }: StatementGroups): LogStore {
  const insert = connection.prepare(
    "INSERT INTO log (device_sid, text, received_at) VALUES (?, ?, ?) RETURNING sequence",
  );
  const prune = connection.prepare(`DELETE FROM log WHERE device_sid = ?1 AND sequence <=
    (SELECT sequence FROM log WHERE device_sid = ?1 ORDER BY sequence DESC LIMIT 1 OFFSET ?2)`);
  return {
    ...createSqlLogReader(database),
    appendLog({ deviceSid, text, receivedAt }, keep) {
      return write(() => {
        const { sequence } = insert.get(deviceSid, encodeText(text), receivedAt) as { sequence: number };
        prune.run(deviceSid, keep);
        return sequence;
      });
    },
  };
}
