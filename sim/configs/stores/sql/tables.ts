/**
 * The tables that SQL stores share, as queries see them; each database's migrations create them with its own types.
 *
 * Values and texts of logs are bytes: a text column of libsql cuts a value at its first NUL character, and PostgreSQL
 * refuses one. An account's own entries have the empty device SID, so that the primary key covers them (NULLs would all
 * differ). Columns by which lists are sorted compare bytes. Truth is 0 or 1: SQLite has no other.
 */

import type { Generated } from "kysely";

export interface Tables {
  entry: {
    account_sid: string;
    device_sid: string;
    store: "config" | "secret";
    key: string;
    value: Uint8Array;
    updated_at: number;
    revision: string;
  };
  device: {
    sid: string;
    account_sid: string;
    unique_name: string | null;
    logging_enabled: number;
    logging_expires_at: number | null;
    target_app: string | null;
    targeted_at: number | null;
    created_at: number;
    updated_at: number;
  };
  credential: {
    sid: string;
    kind: "account" | "key" | "device";
    account_sid: string;
    digest: string;
    label: string | null;
    created_at: number;
  };
  setting: { name: string; value: string };
  log: { sequence: Generated<number>; device_sid: string; text: Uint8Array; received_at: number };
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export function encodeText(text: string): Uint8Array {
  return encoder.encode(text);
}

export function decodeText(bytes: Uint8Array): string {
  return decoder.decode(bytes);
}

/** Whether a name can be in a text column: databases cut or refuse what has a NUL. */
export function isStorable(name: string): boolean {
  return !name.includes("\0");
}
