/** The accounts of a SQL store: those that have a record of any kind. */

import type { Kysely } from "kysely";
import type { Tables } from "./tables.ts";

/** @returns their SIDs, ascending */
export async function listAccountSids(database: Kysely<Tables>): Promise<string[]> {
  const holders = (["device", "credential"] as const).map((table) => database.selectFrom(table).select("account_sid"));
  const all = holders.reduce((union, next) => union.union(next), database.selectFrom("entry").select("account_sid"));
  return (await all.orderBy("account_sid").execute()).map((row) => row.account_sid);
}
