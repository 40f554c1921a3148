/** Logs in SQL, the last messages of each device. */

import type { Kysely, Transaction } from "kysely";
import type { LogRecord, LogStore } from "../store.ts";
import { decodeText, encodeText, isStorable, type Tables } from "./tables.ts";

/** @param lockDevice holds off other writers of this device's log until the transaction's end */
export function createSqlLogs(
  database: Kysely<Tables>,
  lockDevice: (transaction: Transaction<Tables>, deviceSid: string) => Promise<void> = async () => {},
): LogStore {
  return {
    appendLog({ deviceSid, text, receivedAt }, keep) {
      return database.transaction().execute(async (transaction) => {
        await lockDevice(transaction, deviceSid);
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

function recordOf(row: { sequence: number; device_sid: string; text: Uint8Array; received_at: number }): LogRecord {
  const { sequence, device_sid, text, received_at } = row;
  return { sequence, deviceSid: device_sid, text: decodeText(text), receivedAt: received_at };
}
