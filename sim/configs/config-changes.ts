/** What it takes to make configs as a file says: the difference, and the requests that make it. */

import type { ConfigsClient } from "./client.ts";

export interface ConfigChanges {
  readonly added: readonly { readonly key: string; readonly value: string }[];
  readonly changed: readonly { readonly key: string; readonly from: string; readonly value: string }[];
  /** Only where what the file lacks is to go. */
  readonly removed: readonly { readonly key: string; readonly from: string }[];
  readonly unchanged: number;
}

export interface WantedConfigs {
  readonly entries: ReadonlyMap<string, string>;
  /** Whether configs that are not among them go. */
  readonly prune: boolean;
}

/** Compares with what the service holds now. Changes nothing. @throws as the client does */
export async function findConfigChanges(client: ConfigsClient, wanted: WantedConfigs): Promise<ConfigChanges> {
  const current = new Map<string, string>();
  for await (const { key, value } of client.list()) current.set(key, value);
  const entries = [...wanted.entries].map(([key, value]) => ({ key, value, from: current.get(key) }));
  return {
    added: entries.flatMap(({ key, value, from }) => (from === undefined ? [{ key, value }] : [])),
    changed: entries.flatMap(({ key, value, from }) =>
      from === undefined || from === value ? [] : [{ key, value, from }],
    ),
    removed: wanted.prune
      ? [...current].flatMap(([key, from]) => (wanted.entries.has(key) ? [] : [{ key, from }]))
      : [],
    unchanged: entries.filter(({ value, from }) => value === from).length,
  };
}

/** Makes the changes one by one; nothing is removed before all else is there. @throws as the client does */
export async function applyConfigChanges(client: ConfigsClient, changes: ConfigChanges): Promise<void> {
  for (const { key, value } of [...changes.added, ...changes.changed]) await client.set(key, value);
  for (const { key } of changes.removed) await client.remove(key);
}
