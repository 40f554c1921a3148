/** The tables of a SQLite store, step by step. A step that was released is never changed; a new one is added below. */

import { type Kysely, type Migration, type MigrationProvider, sql } from "kysely";

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
  "0002-revisions-access-logs": {
    async up(database: Kysely<unknown>) {
      // SQLite adds no column that must be set without a default; each row gets its own at once.
      await sql`ALTER TABLE entry ADD COLUMN revision TEXT NOT NULL DEFAULT ''`.execute(database);
      await sql`UPDATE entry SET revision = lower(hex(randomblob(8)))`.execute(database);
      for (const column of [
        "unique_name TEXT",
        "logging_expires_at INTEGER",
        "target_app TEXT",
        "targeted_at INTEGER",
      ]) {
        await sql`ALTER TABLE device ADD COLUMN ${sql.raw(column)}`.execute(database);
      }
      await sql`ALTER TABLE device ADD COLUMN updated_at INTEGER NOT NULL DEFAULT 0`.execute(database);
      await sql`UPDATE device SET updated_at = created_at`.execute(database);
      await sql`CREATE UNIQUE INDEX device_unique_name ON device (account_sid, unique_name)`.execute(database);
      await sql`CREATE INDEX device_account ON device (account_sid, sid)`.execute(database);
      await sql`CREATE TABLE credential (sid TEXT PRIMARY KEY NOT NULL, kind TEXT NOT NULL, account_sid TEXT NOT NULL,
        digest TEXT NOT NULL, label TEXT, created_at INTEGER NOT NULL)`.execute(database);
      await sql`CREATE INDEX credential_account ON credential (account_sid, kind, sid)`.execute(database);
      await sql`CREATE TABLE setting (name TEXT PRIMARY KEY NOT NULL, value TEXT NOT NULL)`.execute(database);
      // AUTOINCREMENT: no number comes twice, also when the last row was deleted.
      await sql`CREATE TABLE log (sequence INTEGER PRIMARY KEY AUTOINCREMENT, device_sid TEXT NOT NULL,
        text BLOB NOT NULL, received_at INTEGER NOT NULL)`.execute(database);
      await sql`CREATE INDEX log_device ON log (device_sid, sequence)`.execute(database);
      await sql`CREATE TABLE notice (id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, body TEXT NOT NULL,
        created_at INTEGER NOT NULL)`.execute(database);
      await sql`CREATE INDEX notice_created_at ON notice (created_at)`.execute(database);
    },
  },
  // The tables stay. Versions that know nothing of data keys (`data-keys.ts`) refuse the file, and so seal nothing twice.
  "0003-data-keys": { async up() {} },
};

export const migrationProvider: MigrationProvider = { getMigrations: async () => migrations };
