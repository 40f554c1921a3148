/** Devices in SQL. */

import type { Kysely } from "kysely";
import type { DeviceChanges, DeviceRecord, DeviceStore } from "../store.ts";
import { ascending, boundOf } from "./listing.ts";
import { isStorable, type Tables } from "./tables.ts";

type DeviceRow = Tables["device"];

/** @param isDuplicate whether the database's error says that a unique column has this value already */
export function createSqlDevices(database: Kysely<Tables>, isDuplicate: (error: unknown) => boolean): DeviceStore {
  async function insert(device: DeviceRecord): Promise<boolean> {
    const values = database.insertInto("device").values(rowOf(device));
    const inserted = await values.onConflict((conflict) => conflict.doNothing()).executeTakeFirst();
    return inserted.numInsertedOrUpdatedRows === 1n;
  }

  async function findDevice(sid: string): Promise<DeviceRecord | undefined> {
    if (!isStorable(sid)) return undefined;
    const row = await database.selectFrom("device").selectAll().where("sid", "=", sid).executeTakeFirst();
    return row && deviceOf(row);
  }

  return {
    async createDevice(device) {
      if (await insert(device)) return "done";
      return (await findDevice(device.sid)) ? "exists" : "taken";
    },
    async provisionDevice(device) {
      const nameless = { ...device, uniqueName: undefined };
      if (await insert(nameless)) return nameless;
      return (await findDevice(device.sid)) ?? nameless;
    },
    findDevice,
    async findDeviceByName(accountSid, uniqueName) {
      if (!isStorable(uniqueName)) return undefined;
      const ofAccount = database.selectFrom("device").selectAll().where("account_sid", "=", accountSid);
      const row = await ofAccount.where("unique_name", "=", uniqueName).executeTakeFirst();
      return row && deviceOf(row);
    },
    async updateDevice(deviceSid, changes) {
      // The SID is its own: so that there is something to set when nothing changes.
      const values = { sid: deviceSid, ...columnsOf(changes) };
      const update = database.updateTable("device").set(values).where("sid", "=", deviceSid);
      try {
        const row = await update.returningAll().executeTakeFirst();
        return row ? deviceOf(row) : "missing";
      } catch (error) {
        if (isDuplicate(error)) return "taken";
        throw error;
      }
    },
    async listDevices(accountSid, range) {
      const bound = boundOf(range);
      const rows = await database
        .selectFrom("device")
        .selectAll()
        .where("account_sid", "=", accountSid)
        .where("sid", bound.operator, bound.name)
        .orderBy("sid", bound.order)
        .limit(range.limit)
        .execute();
      return ascending(rows, bound).map(deviceOf);
    },
  };
}

function rowOf(device: DeviceRecord): DeviceRow {
  return {
    sid: device.sid,
    account_sid: device.accountSid,
    unique_name: device.uniqueName ?? null,
    logging_enabled: device.loggingEnabled ? 1 : 0,
    logging_expires_at: device.loggingExpiresAt ?? null,
    target_app: device.targetApp ?? null,
    targeted_at: device.targetedAt ?? null,
    created_at: device.createdAt,
    updated_at: device.updatedAt,
  };
}

function deviceOf(row: DeviceRow): DeviceRecord {
  return {
    sid: row.sid,
    accountSid: row.account_sid,
    uniqueName: row.unique_name ?? undefined,
    loggingEnabled: row.logging_enabled === 1,
    loggingExpiresAt: row.logging_expires_at ?? undefined,
    targetApp: row.target_app ?? undefined,
    targetedAt: row.targeted_at ?? undefined,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

const columnOf = {
  uniqueName: "unique_name",
  loggingEnabled: "logging_enabled",
  loggingExpiresAt: "logging_expires_at",
  targetApp: "target_app",
  targetedAt: "targeted_at",
  updatedAt: "updated_at",
} as const satisfies Record<keyof DeviceChanges, keyof DeviceRow>;

function columnsOf(changes: DeviceChanges): Partial<DeviceRow> {
  const row: Partial<Record<keyof DeviceRow, string | number | null>> = {};
  for (const [field, column] of Object.entries(columnOf)) {
    if (!(field in changes)) continue;
    const value = changes[field as keyof DeviceChanges];
    row[column] = typeof value === "boolean" ? Number(value) : (value ?? null);
  }
  return row as Partial<DeviceRow>;
}
