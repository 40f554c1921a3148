/**
 * The reads of every REST request and every fetch, as statements that are prepared once: a query that Kysely builds,
 * compiles and reads as objects takes several times as long. They see what is committed, and nothing is cached.
 */

import type Database from "libsql";
import { credentialOf } from "../sql/access.ts";
import { entryOf } from "../sql/entries.ts";
import { isStorable, type Tables } from "../sql/tables.ts";
import type { ConfigStore } from "../store.ts";

export interface PreparedReads extends Pick<ConfigStore, "get" | "findCredential"> {
  /** Lets go of the file, which statements would keep open. */
  close(): void;
}

export function createPreparedReads(connection: Database.Database): PreparedReads {
  const readEntry = prepareRow<Tables["entry"], "key" | "value" | "updated_at" | "revision">(
    connection,
    ["key", "value", "updated_at", "revision"],
    "FROM entry WHERE account_sid = ? AND device_sid = ? AND store = ? AND key = ?",
  );
  const readCredential = prepareRow<Tables["credential"], keyof Tables["credential"]>(
    connection,
    ["sid", "kind", "account_sid", "digest", "label", "created_at"],
    "FROM credential WHERE sid = ?",
  );
  return {
    async get({ accountSid, deviceSid = "", store }, key) {
      const row = isStorable(key) ? readEntry.first([accountSid, deviceSid, store, key]) : undefined;
      return row && entryOf(row);
    },
    async findCredential(sid) {
      const row = isStorable(sid) ? readCredential.first([sid]) : undefined;
      return row && credentialOf(row);
    },
    close() {
      readEntry.close();
      readCredential.close();
    },
  };
}

interface PreparedRow<Row> {
  first(parameters: readonly unknown[]): Row | undefined;
  close(): void;
}

/** As an array a row is read twice as fast as libsql's object. */
function prepareRow<Table, Column extends keyof Table & string>(
  connection: Database.Database,
  columns: readonly Column[],
  from: string,
): PreparedRow<Pick<Table, Column>> {
  const sql = `SELECT ${columns.join(", ")} ${from}`;
  let statement: Database.Statement | undefined = connection.prepare(sql).raw();
  return {
    first(parameters) {
      if (!statement) throw new TypeError("The database connection is not open");
      const values = statement.get(parameters) as unknown[] | undefined;
      return values && (Object.fromEntries(columns.map((name, index) => [name, values[index]])) as Pick<Table, Column>);
    },
    close() {
      statement = undefined;
    },
  };
}
