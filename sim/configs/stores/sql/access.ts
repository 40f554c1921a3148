/** Credentials and settings in SQL. */

import type { Kysely } from "kysely";
import { type AccessStore, type Credential, revokedDigest } from "../store.ts";
import { isStorable, type Tables } from "./tables.ts";

type CredentialRow = Tables["credential"];

export function createSqlAccess(database: Kysely<Tables>): AccessStore {
  async function readSetting(name: string): Promise<string | undefined> {
    if (!isStorable(name)) return undefined;
    const row = await database.selectFrom("setting").select("value").where("name", "=", name).executeTakeFirst();
    return row?.value;
  }

  return {
    async createCredential(credential) {
      const insert = database.insertInto("credential").values(rowOf(credential));
      const created = await insert.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
      return created.numInsertedOrUpdatedRows === 1n;
    },
    async putCredential(credential) {
      const row = rowOf(credential);
      const insert = database.insertInto("credential").values(row);
      await insert.onConflict((conflict) => conflict.column("sid").doUpdateSet(row)).execute();
    },
    async findCredential(sid) {
      if (!isStorable(sid)) return undefined;
      const row = await database.selectFrom("credential").selectAll().where("sid", "=", sid).executeTakeFirst();
      return row && credentialOf(row);
    },
    async deleteCredential(sid) {
      if (!isStorable(sid)) return false;
      const deleted = await database.deleteFrom("credential").where("sid", "=", sid).executeTakeFirst();
      return deleted.numDeletedRows === 1n;
    },
    async revokeCredentials(accountSid) {
      const rows = await database
        .transaction()
        .execute(async (transaction) => [
          ...(await transaction
            .deleteFrom("credential")
            .where("account_sid", "=", accountSid)
            .where("kind", "!=", "device")
            .returning("sid")
            .execute()),
          ...(await transaction
            .updateTable("credential")
            .set({ digest: revokedDigest })
            .where("account_sid", "=", accountSid)
            .returning("sid")
            .execute()),
        ]);
      return rows.map(({ sid }) => sid);
    },
    async listCredentials(kind, accountSid) {
      const all = database.selectFrom("credential").selectAll().where("kind", "=", kind).orderBy("sid");
      const some = accountSid === undefined ? all : all.where("account_sid", "=", accountSid);
      return (await some.execute()).map(credentialOf);
    },
    async initialise(name, value) {
      const insert = database.insertInto("setting").values({ name, value });
      await insert.onConflict((conflict) => conflict.doNothing()).execute();
      return (await readSetting(name)) ?? value;
    },
    readSetting,
  };
}

function rowOf({ kind, sid, accountSid, digest, label, createdAt }: Credential): CredentialRow {
  return { kind, sid, account_sid: accountSid, digest, label: label ?? null, created_at: createdAt };
}

export function credentialOf({ kind, sid, account_sid, digest, label, created_at }: CredentialRow): Credential {
  return { kind, sid, accountSid: account_sid, digest, label: label ?? undefined, createdAt: created_at };
}
