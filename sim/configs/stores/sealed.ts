/**
 * Secrets at rest: a store in which the values of secrets are encrypted. Whoever has the database but not the master
 * key can't read them, nor move one to another place: each is bound to its account, device and key. Keys, dates and
 * revisions stay readable, and so do configs. What lists answer of secrets has no value: nobody shows it.
 */

import { SimulatorError } from "../../../host/fault/fault.ts";
import { isOfUnknownKey, openSecret, placeOf, type SecretKeys, sealSecret } from "../secret-keys.ts";
import type { Collection, ConfigStore, Entry } from "./store.ts";

/** Seals secrets from now on. The store is closed with the one that is returned. */
export function sealSecrets(store: ConfigStore, keys: SecretKeys): ConfigStore {
  const seal = (collection: Collection, entry: Entry): Entry =>
    collection.store === "secret" ? { ...entry, value: sealSecret(keys, collection, entry) } : entry;
  const open = (collection: Collection, entry: Entry): Entry => {
    const value = openSecret(keys, collection, entry);
    if (value === undefined) throw unreadable(keys, collection, entry);
    return { ...entry, value };
  };

  return {
    ...store,
    create: (collection, entry) => store.create(collection, seal(collection, entry)),
    update: (collection, entry, ifRevision) => store.update(collection, seal(collection, entry), ifRevision),
    put: (collection, entry) => store.put(collection, seal(collection, entry)),
    async get(collection, name) {
      const entry = await store.get(collection, name);
      return entry && collection.store === "secret" ? open(collection, entry) : entry;
    },
    async list(collection, range) {
      const entries = await store.list(collection, range);
      return collection.store === "secret" ? entries.map((entry) => ({ ...entry, value: "" })) : entries;
    },
    replaceSetting(change, convert) {
      return store.replaceSetting(
        change,
        convert &&
          ((collection, entry) => {
            const value = convert(collection, open(collection, entry));
            return seal(collection, { ...entry, value }).value;
          }),
      );
    },
  };
}

/** Without a cause: it may hold parts of the value. */
function unreadable(keys: SecretKeys, collection: Collection, { key, value }: Entry): SimulatorError {
  const secret = `The secret ${placeOf(collection, key)}`;
  const message = isOfUnknownKey(keys, value)
    ? `${secret} is sealed with a data key that is newer than this process. Start it anew, with the master key of now.`
    : `${secret} was damaged, or moved here from another place. Write it anew, or delete it.`;
  return new SimulatorError("ERR_MVSIM_SECRET_UNREADABLE", message);
}
