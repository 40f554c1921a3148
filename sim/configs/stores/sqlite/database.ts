/**
 * Opens the file of a SQLite store: checks that it is ours, migrates it, and says in plain words why it can't be used.
 */

import { constants } from "node:fs";
import { access, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { Kysely, Migrator, SqliteDialect, sql } from "kysely";
import Database from "libsql";
import { SimulatorError } from "../../../../host/fault/fault.ts";
import type { Tables } from "../sql/tables.ts";
import { migrationProvider } from "./migrations.ts";

/** "mvsm": marks a file as ours, so that a path that names another program's database does it no harm. */
const applicationId = 0x6d76736d;

/** How long a statement waits for another process that writes. */
const busyMilliseconds = 5000;

/** `process`: a transaction that survives a killed process, but need not survive the machine's end. It waits for no disk. */
export type Lasting = "disk" | "process";

export interface OpenDatabase {
  readonly connection: Database.Database;
  readonly database: Kysely<Tables>;
  /**
   * One transaction, in turn with what goes through Kysely. The work is synchronous, so that the file is locked no
   * longer than it takes, and two stores of one process can't wait for each other.
   */
  transact<Result>(work: () => Result, lasting?: Lasting): Promise<Result>;
  /** Removes from the file and its log what pages still hold of deleted and former values. */
  forgetDeleted(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param maxBytes what the database may have at most; undefined for as much as the disk holds
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE
 */
export async function openSqliteDatabase(path: string, maxBytes?: number): Promise<OpenDatabase> {
  await checkPath(path);
  let connection: Database.Database | undefined;
  try {
    // `timeout` is libsql's own option; the types are those of better-sqlite3, which has it too.
    connection = new Database(path, { timeout: busyMilliseconds });
    const database = new Kysely<Tables>({
      dialect: new SqliteDialect({ database: cachingStatements(connection) }),
    });
    await prepare(connection, database, path);
    if (maxBytes !== undefined) limitSize(connection, maxBytes);
    const opened = connection;
    return {
      connection,
      database,
      transact: (work, lasting = "disk") =>
        database.connection().execute(async () => {
          if (lasting === "disk") return transact(opened, work);
          opened.exec("PRAGMA synchronous = NORMAL");
          try {
            return transact(opened, work);
          } finally {
            opened.exec("PRAGMA synchronous = FULL");
          }
        }),
      forgetDeleted: () => forgetDeleted(database),
      close: () => close(opened, database),
    };
  } catch (error) {
    connection?.close();
    if (error instanceof SimulatorError) throw error;
    throw unusable(path, reasonOf(error), error);
  }
}

/** libsql says only "14" for what goes wrong when it opens a file: look first. */
export async function checkPath(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) throw unusable(path, "it is a folder");
  if (found) {
    await access(path, constants.R_OK | constants.W_OK).catch((cause) => {
      throw unusable(path, "this user may not read and write it", cause);
    });
    return;
  }
  const folder = dirname(path);
  const folderFound = await stat(folder).catch(() => undefined);
  if (!folderFound?.isDirectory()) throw unusable(path, `there is no folder ${folder}; create it first`);
  await access(folder, constants.W_OK).catch((cause) => {
    throw unusable(path, `this user may not write to the folder ${folder}`, cause);
  });
}

/** One transaction that locks out other processes: two that start at once on a new file must not both create it. */
async function prepare(connection: Database.Database, database: Kysely<Tables>, path: string): Promise<void> {
  assertOurs(connection, path);
  assertWhole(connection, path);
  // With secure_delete no page keeps the bytes of what was deleted or changed: secrets, for one.
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON;");
  connection.exec("BEGIN IMMEDIATE");
  try {
    assertOurs(connection, path);
    connection.exec(`PRAGMA application_id = ${applicationId}`);
    const migrator = new Migrator({ db: database, provider: migrationProvider, disableTransactions: true });
    const { error } = await migrator.migrateToLatest();
    if (error) throw error;
    connection.exec("COMMIT");
  } catch (error) {
    connection.exec("ROLLBACK");
    throw error;
  }
}

/** Reads the whole file: better no service than one that finds out while devices wait. */
function assertWhole(connection: Database.Database, path: string): void {
  const { quick_check } = connection.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (quick_check !== "ok") throw unusable(path, damaged);
}

function limitSize(connection: Database.Database, maxBytes: number): void {
  const { page_size } = connection.prepare("PRAGMA page_size").get() as { page_size: number };
  connection.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / page_size))}`);
}

function transact<Result>(connection: Database.Database, work: () => Result): Result {
  connection.exec("BEGIN IMMEDIATE");
  try {
    const result = work();
    connection.exec("COMMIT");
    return result;
  } catch (error) {
    // SQLite itself has rolled back already where the disk is full or the file can't be read.
    if (connection.inTransaction) connection.exec("ROLLBACK");
    throw error;
  }
}

/** A file is ours when it is marked, or still empty. */
export function assertOurs(connection: Database.Database, path: string): void {
  const { application_id } = connection.prepare("PRAGMA application_id").get() as { application_id: number };
  if (application_id === applicationId) return;
  const { tables } = connection.prepare("SELECT count(*) AS tables FROM sqlite_schema").get() as { tables: number };
  if (tables > 0 || application_id !== 0) throw unusable(path, "it is the database of another program");
}

/** Kysely prepares each query anew; its queries are few, so keep their statements: twice as fast. */
function cachingStatements(connection: Database.Database) {
  const statements = new Map<string, Database.Statement>();
  return {
    close: () => {
      statements.clear();
      connection.close();
    },
    prepare(sql: string) {
      const statement = statements.get(sql) ?? connection.prepare(sql);
      statements.set(sql, statement);
      return statement;
    },
  };
}

/** Files of versions without secure_delete hold former values in pages that are free. */
async function forgetDeleted(database: Kysely<Tables>): Promise<void> {
  await sql`VACUUM`.execute(database);
  await sql`PRAGMA wal_checkpoint(TRUNCATE)`.execute(database);
}

async function close(connection: Database.Database, database: Kysely<Tables>): Promise<void> {
  // Moves the log into the file, so that a copy of the one file is a whole copy.
  if (connection.open) connection.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  await database.destroy();
}

const damaged = "it is damaged; restore a backup";

export function reasonOf(error: unknown): string {
  const { code, message } = error as { code?: string; message: string };
  if (code?.startsWith("SQLITE_CORRUPT")) return damaged;
  if (code === "SQLITE_NOTADB") return "it is not a SQLite database";
  if (code === "SQLITE_BUSY") return `another process kept it locked for ${busyMilliseconds / 1000} s`;
  if (message.startsWith("corrupted migrations")) return "a newer version of microvisor-sim wrote it";
  return message;
}

export function unusable(path: string, reason: string, cause?: unknown): SimulatorError {
  const message = `The database ${path} can't be used: ${reason}.`;
  return new SimulatorError("ERR_MVSIM_DATABASE_UNUSABLE", message, { cause });
}
