/**
 * Secrets at rest: a store in which the values of secrets are encrypted. Whoever has the database but not the master
 * key can't read them, nor move one to another place: AES-256-GCM binds each to its account, device and key. Keys,
 * dates and revisions stay readable, and so do configs. What lists answer of secrets has no value: nobody shows it.
 *
 * A sealed value is `v1.` and base64url of nonce, ciphertext and tag. Nonces are random: NIST's bound for one key is
 * 2^32 of them. The key for it is derived from the master key, which other purposes derive theirs from too.
 */

import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { SimulatorError } from "../../../host/fault/fault.ts";
import { deriveKey, masterKeyBytes } from "../derived-key.ts";
import type { Collection, ConfigStore, Entry } from "./store.ts";

const prefix = "v1.";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Seals secrets from now on; those that an older version wrote as plain text, at once. The store is closed with the one
 * that is returned.
 *
 * @throws SimulatorError ERR_MVSIM_INVALID_KEY: not 32 bytes; ERR_MVSIM_WRONG_KEY: not the key of this store
 */
export async function sealSecrets(store: ConfigStore, masterKey: Uint8Array): Promise<ConfigStore> {
  if (masterKey.byteLength !== masterKeyBytes) {
    throw new SimulatorError("ERR_MVSIM_INVALID_KEY", `A master key has ${masterKeyBytes} bytes.`);
  }
  const check = deriveKey(masterKey, "check").toString("base64url");
  if ((await store.initialise("keyCheck", check)) !== check) {
    const message = "The secrets in this store were sealed with another master key. Start with that one.";
    throw new SimulatorError("ERR_MVSIM_WRONG_KEY", message);
  }
  const key = deriveKey(masterKey, "secrets");
  const seal = (collection: Collection, entry: Entry): Entry =>
    collection.store === "secret"
      ? { ...entry, value: sealValue(key, placeOf(collection, entry.key), entry.value) }
      : entry;
  await store.convertSecrets("secretsSealed", (collection, entry) => seal(collection, entry).value);

  return {
    ...store,
    create: (collection, entry) => store.create(collection, seal(collection, entry)),
    update: (collection, entry, ifRevision) => store.update(collection, seal(collection, entry), ifRevision),
    put: (collection, entry) => store.put(collection, seal(collection, entry)),
    async get(collection, name) {
      const entry = await store.get(collection, name);
      if (!entry || collection.store !== "secret") return entry;
      return { ...entry, value: openValue(key, placeOf(collection, entry.key), entry.value) };
    },
    async list(collection, range) {
      const entries = await store.list(collection, range);
      return collection.store === "secret" ? entries.map((entry) => ({ ...entry, value: "" })) : entries;
    },
    convertSecrets(setting, convert) {
      return store.convertSecrets(setting, (collection, entry) => {
        const value = openValue(key, placeOf(collection, entry.key), entry.value);
        return seal(collection, { ...entry, value: convert(collection, { ...entry, value }) }).value;
      });
    },
  };
}

/** Where a secret belongs, the same for no two places. */
function placeOf({ accountSid, deviceSid = "" }: Collection, key: string): string {
  return JSON.stringify([accountSid, deviceSid, key]);
}

function sealValue(key: Buffer, place: string, value: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes }).setAAD(Buffer.from(place));
  const sealed = [nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()];
  return prefix + Buffer.concat(sealed).toString("base64url");
}

function openValue(key: Buffer, place: string, sealed: string): string {
  try {
    if (!sealed.startsWith(prefix)) throw new Error("not sealed");
    const bytes = Buffer.from(sealed.slice(prefix.length), "base64url");
    const nonce = bytes.subarray(0, nonceBytes);
    const tagAt = bytes.length - tagBytes;
    const decipher = createDecipheriv("aes-256-gcm", key, nonce, { authTagLength: tagBytes });
    decipher.setAAD(Buffer.from(place)).setAuthTag(bytes.subarray(tagAt));
    return Buffer.concat([decipher.update(bytes.subarray(nonceBytes, tagAt)), decipher.final()]).toString();
  } catch {
    // Without a cause: it may hold parts of the value.
    const message = `The secret ${place} was damaged, or moved here from another place. Write it anew, or delete it.`;
    throw new SimulatorError("ERR_MVSIM_SECRET_UNREADABLE", message);
  }
}
