/** A store in a PostgreSQL database (Kysely over pg), for several nodes behind a load balancer. */

import type { ConfigStore } from "./store.ts";

export interface PostgresStoreOptions {
  /** `postgres://user:password@host:port/database`, with libpq's parameters; what it lacks comes from `PGPASSWORD` & co. */
  readonly url: string;
  /** Connections for operations; one more listens for notices. Default: 10. */
  readonly maxConnections?: number | undefined;
  /** After which an operation is given up. Default: 10,000. */
  readonly operationTimeoutMilliseconds?: number | undefined;
}

/**
 * Creates or migrates the tables (in a schema of their own, `mvsim`); nodes that start at once wait for each other.
 *
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE: no server, no database, access refused, a newer version's tables
 */
export async function openPostgresStore(options: PostgresStoreOptions): Promise<ConfigStore> {
  // Kysely and pg take a while to load: only who needs them waits for them.
  const { openPostgresDatabase } = await import("./postgres/database-store.ts");
  return openPostgresDatabase(options.url, {
    maxConnections: options.maxConnections ?? 10,
    timeoutMilliseconds: options.operationTimeoutMilliseconds ?? 10_000,
  });
}
