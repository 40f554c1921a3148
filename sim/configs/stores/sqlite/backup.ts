/** Copies a SQLite store while others use it: the copy is one whole state, in one file. */

import { constants } from "node:fs";
import { access, open, rm } from "node:fs/promises";
import Database from "libsql";
import { SimulatorError } from "../../../../host/fault/fault.ts";
import { assertOurs, checkPath, reasonOf, unusable } from "./database.ts";

/**
 * Writes a copy of the store (`VACUUM INTO`); nothing in the store changes. The copy is on the disk when it resolves.
 *
 * @param to a file that does not exist yet; only its owner can read it
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE: not there, not ours; ERR_MVSIM_NOT_WRITABLE: the copy
 */
export async function backupSqliteFile(path: string, to: string): Promise<void> {
  await access(path, constants.F_OK).catch((cause) => {
    throw unusable(path, "there is no such file", cause);
  });
  await checkPath(path);
  let source: Database.Database | undefined;
  try {
    source = new Database(path);
    assertOurs(source, path);
    await writeCopy(source, to);
  } catch (error) {
    throw error instanceof SimulatorError ? error : unusable(path, reasonOf(error), error);
  } finally {
    source?.close();
  }
}

async function writeCopy(source: Database.Database, to: string): Promise<void> {
  // SQLite fills an empty file, and would make one that everybody can read.
  const copy = await open(to, "wx", 0o600).catch((cause: NodeJS.ErrnoException) => {
    const reason = cause.code === "EEXIST" ? "it exists; name a new file" : cause.message;
    throw new SimulatorError("ERR_MVSIM_NOT_WRITABLE", `${to} can't be written: ${reason}.`, { cause });
  });
  try {
    source.prepare("VACUUM INTO ?").run(to);
    await copy.sync();
  } catch (error) {
    await rm(to, { force: true });
    throw error;
  } finally {
    await copy.close();
  }
}
