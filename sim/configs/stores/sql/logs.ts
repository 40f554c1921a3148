/** Logs in SQL: reading them. How they are bounded while others append is each database's own. */

import type { Kysely, Selectable } from "kysely";
import type { LogRecord, LogStore } from "../store.ts";
import { decodeText, isStorable, type Tables } from "./tables.ts";

export function createSqlLogReader(database: Kysely<Tables>): Pick<LogStore, "listLogs"> {
  return {
    async listLogs(deviceSid, after, limit) {
      if (!isStorable(deviceSid)) return [];
      const rows = await database
        .selectFrom("log")
        .selectAll()
        .where("device_sid", "=", deviceSid)
        .where("sequence", ">", after)
        .orderBy("sequence", "desc")
        .limit(limit)
        .execute();
      return rows.reverse().map(recordOf);
    },
  };
}

function recordOf({ sequence, device_sid, text, received_at }: Selectable<Tables["log"]>): LogRecord {
  return { sequence, deviceSid: device_sid, text: decodeText(text), receivedAt: received_at };
}
