/** The tables of a PostgreSQL store, step by step. A step that was released is never changed; a new one is added below. */

import { Kysely, type Migration, Migrator, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { connectionSettings } from "./connection.ts";

/** So that no other program's tables are in the way. */
export const schema = "mvsim";

/** Names the lock under which nodes that start at once take turns. */
const migrationLock = 0x6d76736d;

const waitMilliseconds = 60_000;

const migrations: Record<string, Migration> = {
  "0001-all": {
    async up(database: Kysely<unknown>) {
      // Names compare as bytes, whatever the database's language.
      const statements = [
        `CREATE TABLE mvsim.entry (account_sid text COLLATE "C" NOT NULL, device_sid text COLLATE "C" NOT NULL,
          store text COLLATE "C" NOT NULL, key text COLLATE "C" NOT NULL, value bytea NOT NULL,
          updated_at bigint NOT NULL, revision text NOT NULL, PRIMARY KEY (account_sid, device_sid, store, key))`,
        `CREATE TABLE mvsim.device (sid text COLLATE "C" PRIMARY KEY, account_sid text COLLATE "C" NOT NULL,
          unique_name text COLLATE "C", logging_enabled smallint NOT NULL, logging_expires_at bigint, target_app text,
          targeted_at bigint, created_at bigint NOT NULL, updated_at bigint NOT NULL, UNIQUE (account_sid, unique_name))`,
        "CREATE INDEX device_account ON mvsim.device (account_sid, sid)",
        `CREATE TABLE mvsim.credential (sid text COLLATE "C" PRIMARY KEY, kind text NOT NULL,
          account_sid text COLLATE "C" NOT NULL, digest text NOT NULL, label text, created_at bigint NOT NULL)`,
        "CREATE INDEX credential_account ON mvsim.credential (account_sid, kind, sid)",
        `CREATE TABLE mvsim.setting (name text COLLATE "C" PRIMARY KEY, value text NOT NULL)`,
        `CREATE TABLE mvsim.log (sequence bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          device_sid text COLLATE "C" NOT NULL, text bytea NOT NULL, received_at bigint NOT NULL)`,
        "CREATE INDEX log_device ON mvsim.log (device_sid, sequence)",
      ];
      for (const statement of statements) await sql.raw(statement).execute(database);
    },
  },
  // The tables stay. Versions that know nothing of data keys (`data-keys.ts`) refuse the database, and so seal nothing twice.
  "0002-data-keys": { async up() {} },
};

/** Brings the tables up to date. Rejects with the reason as the driver gives it. */
export async function migrate(url: string): Promise<void> {
  // One connection: its session holds the lock until it ends.
  const pool = new pg.Pool({ ...connectionSettings(url), max: 1, lock_timeout: waitMilliseconds });
  pool.on("error", () => {});
  const database = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await sql`SELECT pg_advisory_lock(${migrationLock})`.execute(database);
    const migrator = new Migrator({
      db: database,
      provider: { getMigrations: async () => migrations },
      migrationTableSchema: schema,
    });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
  } finally {
    await database.destroy();
  }
}
