/**
 * A store in one SQLite file (Kysely over libsql, WAL). Several processes may use the file at once: each operation is
 * one statement, reads see what is committed, and nothing is cached.
 */

import type { Kysely } from "kysely";
import type { Tables } from "./sqlite-migrations.ts";
import type { Collection, ConfigStore, DeviceRecord, Entry } from "./store.ts";

type EntryRow = Pick<Tables["entry"], "key" | "value" | "updated_at">;

const columns = ["key", "value", "updated_at"] as const;

/**
 * @param path the file; it is created when it does not exist, its folder is not
 * @throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE: no such folder, not writable, not a database, not one of ours
 */
export async function openSqliteStore(path: string): Promise<ConfigStore> {
  // Kysely and libsql take a while to load: only who opens a file waits for them.
  const { openSqliteDatabase } = await import("./sqlite-database.ts");
  const { database, close } = await openSqliteDatabase(path);

  return {
    async create(collection, entry) {
      const insert = database.insertInto("entry").values(rowOf(collection, entry));
      const created = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      return created.numInsertedOrUpdatedRows === 1n;
    },
    async update(collection, entry) {
      const { value, updated_at } = rowOf(collection, entry);
      const updated = await database
        .updateTable("entry")
        .set({ value, updated_at })
        .where(({ and }) => and({ ...ownersOf(collection), key: entry.key }))
        .executeTakeFirst();
      return updated.numUpdatedRows === 1n;
    },
    async put(collection, entry) {
      const row = rowOf(collection, entry);
      await database
        .insertInto("entry")
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(["account_sid", "device_sid", "store", "key"])
            .doUpdateSet({ value: row.value, updated_at: row.updated_at }),
        )
        .execute();
    },
    async get(collection, key) {
      const row = await entriesOf(database, collection).where("key", "=", key).executeTakeFirst();
      return row && entryOf(row);
    },
    async delete(collection, key) {
      const deleted = await database
        .deleteFrom("entry")
        .where(({ and }) => and({ ...ownersOf(collection), key }))
        .executeTakeFirst();
      return deleted.numDeletedRows === 1n;
    },
    async list(collection, { after, before, limit }) {
      let query = entriesOf(database, collection).limit(limit);
      if (before === undefined) {
        if (after !== undefined) query = query.where("key", ">", after);
        return (await query.orderBy("key", "asc").execute()).map(entryOf);
      }
      const rows = await query.where("key", "<", before).orderBy("key", "desc").execute();
      return rows.reverse().map(entryOf);
    },
    async provisionDevice(device) {
      const row = {
        sid: device.sid,
        account_sid: device.accountSid,
        logging_enabled: device.loggingEnabled ? 1 : 0,
        created_at: device.createdAt,
      };
      const insert = database.insertInto("device").values(row);
      const inserted = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      if (inserted.numInsertedOrUpdatedRows === 1n) return device;
      return (await findDevice(database, device.sid)) ?? device;
    },
    findDevice: (deviceSid) => findDevice(database, deviceSid),
    async accountSids() {
      const holders = database.selectFrom("entry").select("account_sid");
      const all = holders.union(database.selectFrom("device").select("account_sid")).orderBy("account_sid");
      return (await all.execute()).map((row) => row.account_sid);
    },
    close,
  };
}

function ownersOf({ accountSid, deviceSid = "", store }: Collection) {
  return { account_sid: accountSid, device_sid: deviceSid, store };
}

function rowOf(collection: Collection, { key, value, updatedAt }: Entry): Tables["entry"] {
  return { ...ownersOf(collection), key, value: new TextEncoder().encode(value), updated_at: updatedAt };
}

function entryOf({ key, value, updated_at }: EntryRow): Entry {
  return { key, value: new TextDecoder("utf-8", { ignoreBOM: true }).decode(value), updatedAt: updated_at };
}

function entriesOf(database: Kysely<Tables>, collection: Collection) {
  return database
    .selectFrom("entry")
    .select(columns)
    .where(({ and }) => and(ownersOf(collection)));
}

async function findDevice(database: Kysely<Tables>, sid: string): Promise<DeviceRecord | undefined> {
  const row = await database.selectFrom("device").selectAll().where("sid", "=", sid).executeTakeFirst();
  if (!row) return undefined;
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    loggingEnabled: row.logging_enabled === 1,
    createdAt: row.created_at,
  };
}
