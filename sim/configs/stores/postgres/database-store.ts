/** Puts a PostgreSQL store together: tables, pool, notices. */

import { Kysely, PostgresDialect, sql } from "kysely";
import pg from "pg";
import { createSqlAccess } from "../sql/access.ts";
import { listAccountSids } from "../sql/accounts.ts";
import { createSqlDevices } from "../sql/devices.ts";
import { createSqlEntries } from "../sql/entries.ts";
import type { Tables } from "../sql/tables.ts";
import type { ConfigStore } from "../store.ts";
import { connectionSettings, unusable } from "./connection.ts";
import { createPostgresLogs } from "./logs.ts";
import { migrate, schema } from "./migrations.ts";
import { openPostgresNotices } from "./notices.ts";

export interface PoolLimits {
  readonly maxConnections: number;
  /** No operation of ours takes long; one that hangs must not keep its connection. */
  readonly timeoutMilliseconds: number;
}

/** @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE */
export async function openPostgresDatabase(url: string, limits: PoolLimits): Promise<ConfigStore> {
  let pool: pg.Pool | undefined;
  try {
    await migrate(url);
    pool = new pg.Pool({
      ...connectionSettings(url),
      max: limits.maxConnections,
      statement_timeout: limits.timeoutMilliseconds,
      idle_in_transaction_session_timeout: limits.timeoutMilliseconds,
    });
    // A connection that breaks is replaced when it is needed, and whoever uses it hears of that by the operation. Without
    // a listener the process would end: idle ones are the pool's, those in use tell it of themselves.
    pool.on("error", () => {});
    pool.on("connect", (client) => client.on("error", () => {}));
    const notices = await openPostgresNotices(url, pool);
    return createStore(new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) }), notices);
  } catch (error) {
    await pool?.end();
    throw unusable(url, error);
  }
}

function createStore(
  unqualified: Kysely<Tables>,
  { close: stopNotices, ...notices }: Awaited<ReturnType<typeof openPostgresNotices>>,
): ConfigStore {
  const database = unqualified.withSchema(schema);
  return {
    ...createSqlEntries(database),
    ...createSqlDevices(database, isDuplicate),
    ...createSqlAccess(database),
    ...createPostgresLogs(database),
    ...notices,
    accountSids: () => listAccountSids(database),
    async check() {
      await sql`SELECT 1`.execute(database);
    },
    async close() {
      await stopNotices();
      await unqualified.destroy();
    },
  };
}

function isDuplicate(error: unknown): boolean {
  return (error as { code?: unknown }).code === "23505";
}
