/** Logs in PostgreSQL. */

import { type Kysely, sql } from "kysely";
import { createSqlLogReader } from "../sql/logs.ts";
import { encodeText, type Tables } from "../sql/tables.ts";
import type { LogStore } from "../store.ts";

export function createPostgresLogs(database: Kysely<Tables>): LogStore {
  return {
    ...createSqlLogReader(database),
    appendLog({ deviceSid, text, receivedAt }, keep) {
      return database.transaction().execute(async (transaction) => {
        // One writer for a device: else a higher sequence may be seen before a lower one, and who follows misses that.
        await sql`SELECT pg_advisory_xact_lock(hashtextextended(${deviceSid}, 0))`.execute(transaction);
        const { sequence } = await transaction
          .insertInto("log")
          .values({ device_sid: deviceSid, text: encodeText(text), received_at: receivedAt })
          .returning("sequence")
          .executeTakeFirstOrThrow();
        await transaction
          .deleteFrom("log")
          .where("device_sid", "=", deviceSid)
          .where("sequence", "<=", ({ selectFrom }) =>
            selectFrom("log")
              .select("sequence")
              .where("device_sid", "=", deviceSid)
              .orderBy("sequence", "desc")
              .limit(1)
              .offset(keep),
          )
          .execute();
        return sequence;
      });
    },
  };
}
