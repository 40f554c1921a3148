/** Entries of the memory store. */

import type { Collection, Entry, EntryStore, WriteResult } from "../store.ts";
import { createOrderedMap, type OrderedMap } from "./ordered-map.ts";
import type { MemoryPart } from "./part.ts";

interface Shelf {
  readonly collection: Collection;
  readonly entries: OrderedMap<Entry>;
}

/** @param settings of the store as a whole */
export function createMemoryEntries(settings: Map<string, string>): MemoryPart<EntryStore> {
  const shelves = new Map<string, Shelf>();

  function entriesOf(collection: Collection): OrderedMap<Entry> {
    const { accountSid, deviceSid, store } = collection;
    const name = `${accountSid}/${deviceSid ?? ""}/${store}`;
    const shelf = shelves.get(name) ?? { collection: { accountSid, deviceSid, store }, entries: createOrderedMap() };
    shelves.set(name, shelf);
    return shelf.entries;
  }

  return {
    operations: {
      async create(collection, entry) {
        const entries = entriesOf(collection);
        if (entries.get(entry.key)) return false;
        entries.set(entry.key, { ...entry });
        return true;
      },
      async update(collection, entry, ifRevision) {
        const entries = entriesOf(collection);
        const result = compare(entries.get(entry.key), ifRevision);
        if (result === "done") entries.set(entry.key, { ...entry });
        return result;
      },
      async put(collection, entry) {
        entriesOf(collection).set(entry.key, { ...entry });
      },
      get: async (collection, key) => entriesOf(collection).get(key),
      async delete(collection, key, ifRevision) {
        const entries = entriesOf(collection);
        const result = compare(entries.get(key), ifRevision);
        if (result === "done") entries.delete(key);
        return result;
      },
      list: async (collection, range) => entriesOf(collection).list(range),
      async replaceSetting({ name, from, to }, convert = (_, { value }) => value) {
        if (settings.get(name) !== from) return false;
        const secrets = [...shelves.values()].filter(({ collection }) => collection.store === "secret");
        const converted = secrets.flatMap(({ collection, entries }) =>
          entries
            .list({ limit: Number.POSITIVE_INFINITY })
            .map((entry) => ({ entries, entry: { ...entry, value: convert(collection, entry) } })),
        );
        for (const { entries, entry } of converted) entries.set(entry.key, entry);
        settings.set(name, to);
        return true;
      },
    },
    accountSids: () =>
      [...shelves.values()].filter(({ entries }) => entries.size > 0).map(({ collection }) => collection.accountSid),
  };
}

function compare(entry: Entry | undefined, ifRevision: string | undefined): WriteResult {
  if (!entry) return "missing";
  return ifRevision === undefined || ifRevision === entry.revision ? "done" : "changed";
}
