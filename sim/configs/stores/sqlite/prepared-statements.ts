/**
 * What every REST request, every fetch and every write of an entry asks for, as statements that are prepared once: a
 * query that Kysely builds, compiles and reads as objects takes several times as long. They see what is committed, and
 * nothing is cached.
 */

import type Database from "libsql";
import { decodeText, encodeText, isStorable } from "../sql/tables.ts";
import type { Collection, ConfigStore, Credential, Entry } from "../store.ts";
import type { StatementGroups } from "./statement-groups.ts";

type Prepared = Pick<ConfigStore, "get" | "create" | "update" | "put" | "delete" | "findCredential">;

export interface PreparedStatements extends Prepared {
  /** Lets go of the file, which statements would keep open. */
  close(): void;
}

type EntryRow = [key: string, value: Uint8Array, updatedAt: number, revision: string];
type CredentialRow = [Credential["kind"], accountSid: string, digest: string, label: string | null, createdAt: number];

const place = "account_sid = ? AND device_sid = ? AND store = ? AND key = ?";
const insert = `INSERT INTO entry (account_sid, device_sid, store, key, value, updated_at, revision)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;
const update = `UPDATE entry SET value = ?, updated_at = ?, revision = ? WHERE ${place}`;

function prepareAll(connection: Database.Database) {
  return {
    // As an array a row is read twice as fast as libsql's object.
    read: connection.prepare(`SELECT key, value, updated_at, revision FROM entry WHERE ${place}`).raw(),
    create: connection.prepare(`${insert} ON CONFLICT DO NOTHING`),
    put: connection.prepare(`${insert} ON CONFLICT (account_sid, device_sid, store, key)
      DO UPDATE SET value = excluded.value, updated_at = excluded.updated_at, revision = excluded.revision`),
    update: connection.prepare(update),
    updateRevision: connection.prepare(`${update} AND revision = ?`),
    delete: connection.prepare(`DELETE FROM entry WHERE ${place}`),
    deleteRevision: connection.prepare(`DELETE FROM entry WHERE ${place} AND revision = ?`),
    credential: connection
      .prepare("SELECT kind, account_sid, digest, label, created_at FROM credential WHERE sid = ?")
      .raw(),
  };
}

export function createPreparedStatements(
  connection: Database.Database,
  { read, write }: StatementGroups,
): PreparedStatements {
  let prepared: ReturnType<typeof prepareAll> | undefined = prepareAll(connection);

  function statement(name: keyof ReturnType<typeof prepareAll>): Database.Statement {
    if (!prepared) throw new TypeError("The database connection is not open");
    return prepared[name];
  }

  function get(collection: Collection, key: string): Entry | undefined {
    const row = statement("read").get(placeOf(collection, key)) as EntryRow | undefined;
    if (!row) return undefined;
    const [name, value, updatedAt, revision] = row;
    return { key: name, value: decodeText(value), updatedAt, revision };
  }

  const change = (name: "create" | "put" | "update" | "updateRevision" | "delete" | "deleteRevision", all: unknown[]) =>
    statement(name).run(all).changes === 1;

  /** One that found nothing: either there is none, or its revision is another. */
  const missingOrChanged = (collection: Collection, key: string, ifRevision: string | undefined) =>
    ifRevision !== undefined && get(collection, key) ? "changed" : "missing";

  return {
    get: async (collection, key) => (isStorable(key) ? read(() => get(collection, key)) : undefined),
    create: (collection, entry) => write(() => change("create", [...placeOf(collection, entry.key), ...dataOf(entry)])),
    async put(collection, entry) {
      await write(() => change("put", [...placeOf(collection, entry.key), ...dataOf(entry)]));
    },
    update(collection, entry, ifRevision) {
      const all = [...dataOf(entry), ...placeOf(collection, entry.key)];
      return write(() => {
        const isDone =
          ifRevision === undefined ? change("update", all) : change("updateRevision", [...all, ifRevision]);
        return isDone ? "done" : missingOrChanged(collection, entry.key, ifRevision);
      });
    },
    async delete(collection, key, ifRevision) {
      if (!isStorable(key)) return "missing";
      const all = placeOf(collection, key);
      return write(() => {
        const isDone =
          ifRevision === undefined ? change("delete", all) : change("deleteRevision", [...all, ifRevision]);
        return isDone ? "done" : missingOrChanged(collection, key, ifRevision);
      });
    },
    async findCredential(sid) {
      if (!isStorable(sid)) return undefined;
      const row = await read(() => statement("credential").get([sid]) as CredentialRow | undefined);
      if (!row) return undefined;
      const [kind, accountSid, digest, label, createdAt] = row;
      return { kind, sid, accountSid, digest, label: label ?? undefined, createdAt };
    },
    close() {
      prepared = undefined;
    },
  };
}

function placeOf({ accountSid, deviceSid = "", store }: Collection, key: string): unknown[] {
  return [accountSid, deviceSid, store, key];
}

function dataOf({ value, updatedAt, revision }: Entry): unknown[] {
  return [encodeText(value), updatedAt, revision];
}
