/**
 * The tables of a SQLite store, step by step. A step that was released is never changed; a new one is added below.
 *
 * Values are BLOBs: a text column of libsql cuts a value at its first NUL character. An account's own entries have the
 * empty device SID, so that the primary key covers them (NULLs would all differ).
 */

import type { Kysely, Migration, MigrationProvider } from "kysely";

export interface Tables {
  entry: {
    account_sid: string;
    device_sid: string;
    store: "config" | "secret";
    key: string;
    value: Uint8Array;
    updated_at: number;
  };
  device: { sid: string; account_sid: string; logging_enabled: number; created_at: number };
}

const migrations: Record<string, Migration> = {
  "0001-entries-and-devices": {
    async up(database: Kysely<unknown>) {
      await database.schema
        .createTable("entry")
        .addColumn("account_sid", "text", (column) => column.notNull())
        .addColumn("device_sid", "text", (column) => column.notNull())
        .addColumn("store", "text", (column) => column.notNull())
        .addColumn("key", "text", (column) => column.notNull())
        .addColumn("value", "blob", (column) => column.notNull())
        .addColumn("updated_at", "integer", (column) => column.notNull())
        .addPrimaryKeyConstraint("entry_primary_key", ["account_sid", "device_sid", "store", "key"])
        .execute();
      await database.schema
        .createTable("device")
        .addColumn("sid", "text", (column) => column.primaryKey().notNull())
        .addColumn("account_sid", "text", (column) => column.notNull())
        .addColumn("logging_enabled", "integer", (column) => column.notNull())
        .addColumn("created_at", "integer", (column) => column.notNull())
        .execute();
    },
  },
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };
