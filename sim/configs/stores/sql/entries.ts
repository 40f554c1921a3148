/** Entries in SQL: each operation is one statement, reads see what is committed, and nothing is cached. */

import type { Kysely } from "kysely";
import type { Collection, Entry, EntryStore, SecretConversion, SettingChange, WriteResult } from "../store.ts";
import { ascending, boundOf } from "./listing.ts";
import { decodeText, encodeText, isStorable, type Tables } from "./tables.ts";

type EntryRow = Pick<Tables["entry"], (typeof columns)[number]>;

const columns = ["key", "value", "updated_at", "revision"] as const;

export function createSqlEntries(database: Kysely<Tables>): EntryStore {
  const select = (collection: Collection) =>
    database
      .selectFrom("entry")
      .select(columns)
      .where(({ and }) => and(ownersOf(collection)));

  async function get(collection: Collection, key: string): Promise<Entry | undefined> {
    if (!isStorable(key)) return undefined;
    const row = await select(collection).where("key", "=", key).executeTakeFirst();
    return row && entryOf(row);
  }

  /** A write that found nothing: either there is none, or its revision is another. */
  async function missingOrChanged(collection: Collection, key: string, ifRevision?: string): Promise<WriteResult> {
    return ifRevision !== undefined && (await get(collection, key)) ? "changed" : "missing";
  }

  return {
    async create(collection, entry) {
      const insert = database.insertInto("entry").values(rowOf(collection, entry));
      const created = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      return created.numInsertedOrUpdatedRows === 1n;
    },
    async update(collection, entry, ifRevision) {
      const { key, value, updated_at, revision } = rowOf(collection, entry);
      const updated = await database
        .updateTable("entry")
        .set({ value, updated_at, revision })
        .where(({ and }) => and(target(collection, key, ifRevision)))
        .executeTakeFirst();
      return updated.numUpdatedRows === 1n ? "done" : missingOrChanged(collection, key, ifRevision);
    },
    async put(collection, entry) {
      const row = rowOf(collection, entry);
      const { value, updated_at, revision } = row;
      await database
        .insertInto("entry")
        .values(row)
        .onConflict((conflict) =>
          conflict.columns(["account_sid", "device_sid", "store", "key"]).doUpdateSet({ value, updated_at, revision }),
        )
        .execute();
    },
    get,
    async delete(collection, key, ifRevision) {
      if (!isStorable(key)) return "missing";
      const deleted = await database
        .deleteFrom("entry")
        .where(({ and }) => and(target(collection, key, ifRevision)))
        .executeTakeFirst();
      return deleted.numDeletedRows === 1n ? "done" : missingOrChanged(collection, key, ifRevision);
    },
    async list(collection, range) {
      const bound = boundOf(range);
      const rows = await select(collection)
        .where("key", bound.operator, bound.name)
        .orderBy("key", bound.order)
        .limit(range.limit)
        .execute();
      return ascending(rows, bound).map(entryOf);
    },
    replaceSetting(change, convert) {
      return database.transaction().execute(async (transaction) => {
        const isReplaced = await replaceSetting(transaction, change);
        if (isReplaced && convert) await convertSecrets(transaction, convert);
        return isReplaced;
      });
    },
  };
}

async function replaceSetting(database: Kysely<Tables>, { name, from, to }: SettingChange): Promise<boolean> {
  if (from === undefined) {
    const insert = database.insertInto("setting").values({ name, value: to });
    const inserted = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n;
  }
  const update = database.updateTable("setting").set({ value: to }).where("name", "=", name).where("value", "=", from);
  return (await update.executeTakeFirst()).numUpdatedRows === 1n;
}

async function convertSecrets(database: Kysely<Tables>, convert: SecretConversion): Promise<void> {
  const rows = await database.selectFrom("entry").selectAll().where("store", "=", "secret").execute();
  for (const row of rows) {
    const [collection, entry] = [collectionOf(row), entryOf(row)];
    const value = convert(collection, entry);
    if (value === entry.value) continue;
    await database
      .updateTable("entry")
      .set({ value: encodeText(value) })
      // PostgreSQL lets others write meanwhile: what is newer stays.
      .where(({ and }) => and(target(collection, row.key, row.revision)))
      .execute();
  }
}

function ownersOf({ accountSid, deviceSid = "", store }: Collection) {
  return { account_sid: accountSid, device_sid: deviceSid, store };
}

function collectionOf({ account_sid, device_sid, store }: Tables["entry"]): Collection {
  return { accountSid: account_sid, deviceSid: device_sid === "" ? undefined : device_sid, store };
}

function target(collection: Collection, key: string, ifRevision: string | undefined) {
  const place = { ...ownersOf(collection), key };
  return ifRevision === undefined ? place : { ...place, revision: ifRevision };
}

function rowOf(collection: Collection, { key, value, updatedAt, revision }: Entry): Tables["entry"] {
  return { ...ownersOf(collection), key, value: encodeText(value), updated_at: updatedAt, revision };
}

export function entryOf({ key, value, updated_at, revision }: EntryRow): Entry {
  return { key, value: decodeText(value), updatedAt: updated_at, revision };
}
