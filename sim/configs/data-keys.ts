/**
 * The keys of a store's data: secrets are sealed with them, credentials digested. They are random, belong to the store,
 * and stand in it sealed under its master key: another master key seals them anew, in one write, and all that they seal
 * stays as it is.
 *
 * Databases from before derived both from the master key. They are taken over when they are opened: the derived keys
 * become data keys, so that every secret and every credential stays good, and secrets get a new one beside.
 */

import { randomBytes } from "node:crypto";
import { SimulatorError } from "../../host/fault/fault.ts";
import { deriveKey, masterKeyBytes } from "./derived-key.ts";
import { openText, sealText } from "./sealed-text.ts";
import { newSecretKey, type SecretKeys, sealAnew, sealSecret } from "./secret-keys.ts";
import type { ConfigStore } from "./stores/store.ts";

export interface DataKeys {
  /** For digests of credentials: it lasts as long as they do. */
  readonly credentials: Uint8Array;
  readonly secrets: SecretKeys;
}

/** Settings of the store; the other two are those of databases from before. */
const sealedKeys = "dataKeys";
const oldKeyCheck = "keyCheck";
const oldIsSealed = "secretsSealed";

/** Whether the store has data keys, so that only its own master key opens it. */
export async function hasDataKeys(store: ConfigStore): Promise<boolean> {
  const found = [await store.readSetting(oldKeyCheck), await store.readSetting(sealedKeys)];
  return found.some((value) => value !== undefined);
}

/**
 * Opens the store's data keys; a store without gets them, and what secrets it holds as plain text are sealed.
 *
 * @throws SimulatorError ERR_MVSIM_INVALID_KEY: not 32 bytes; ERR_MVSIM_WRONG_KEY: not the key of this store
 */
export async function openDataKeys(store: ConfigStore, masterKey: Uint8Array): Promise<DataKeys> {
  return (await open(store, masterKey)).keys;
}

/**
 * Seals the data keys under another master key; the former one opens nothing of the store from then on. Secrets that an
 * older data key sealed are sealed with the newest, in the same transaction. Who has the store open goes on.
 *
 * @param renew whether secrets get a new data key, with which all are sealed anew. Who has the store open can't read
 *   them until it opens it again; what it writes meanwhile is not lost: former data keys stay.
 * @throws SimulatorError ERR_MVSIM_INVALID_KEY, ERR_MVSIM_WRONG_KEY: not the key of this store, or no longer
 */
export async function changeMasterKey(
  store: ConfigStore,
  { masterKey, newMasterKey, renew = false }: { masterKey: Uint8Array; newMasterKey: Uint8Array; renew?: boolean },
): Promise<void> {
  assertMasterKey(newMasterKey);
  const { sealed, keys } = await open(store, masterKey);
  const secrets: SecretKeys = renew ? [...keys.secrets, newSecretKey()] : keys.secrets;
  const change = { name: sealedKeys, from: sealed, to: seal({ ...keys, secrets }, newMasterKey) };
  const isChanged = await store.replaceSetting(
    change,
    secrets.length > 1 ? (collection, entry) => sealAnew(secrets, collection, entry) : undefined,
  );
  if (!isChanged) throw wrongKey("The master key was changed by somebody else meanwhile.");
}

async function open(store: ConfigStore, masterKey: Uint8Array): Promise<{ sealed: string; keys: DataKeys }> {
  assertMasterKey(masterKey);
  // In this order: who takes the store over at the same time drops the check last.
  const check = await store.readSetting(oldKeyCheck);
  const sealed = (await store.readSetting(sealedKeys)) ?? (await make(store, masterKey, check));
  const keys = unseal(sealed, masterKey);
  if (!keys) throw wrongKey("The store's data is sealed with another master key.");
  // It would tell what the former master key was.
  if (check) await store.replaceSetting({ name: oldKeyCheck, from: check, to: "" });
  return { sealed, keys };
}

async function make(store: ConfigStore, masterKey: Uint8Array, check: string | undefined): Promise<string> {
  if (check !== undefined && check !== deriveKey(masterKey, "check").toString("base64url")) {
    throw wrongKey("The store's data is sealed with another master key.");
  }
  const newest = newSecretKey();
  const keys: DataKeys =
    check === undefined
      ? { credentials: randomBytes(32), secrets: [newest] }
      : {
          credentials: deriveKey(masterKey, "credentials"),
          secrets: [{ name: "v1", key: deriveKey(masterKey, "secrets") }, newest],
        };
  const isSealed = (await store.readSetting(oldIsSealed)) !== undefined;
  const made = seal(keys, masterKey);
  const isFirst = await store.replaceSetting(
    { name: sealedKeys, from: undefined, to: made },
    isSealed ? undefined : (collection, entry) => sealSecret(keys.secrets, collection, entry),
  );
  return isFirst ? made : (await store.readSetting(sealedKeys))!;
}

/** The form in which the keys are sealed. */
interface WrittenKeys {
  readonly credentials: string;
  readonly secrets: readonly { readonly name: string; readonly key: string }[];
}

const place = "data keys v1";

function seal({ credentials, secrets }: DataKeys, masterKey: Uint8Array): string {
  const written: WrittenKeys = {
    credentials: encode(credentials),
    secrets: secrets.map(({ name, key }) => ({ name, key: encode(key) })),
  };
  return sealText(deriveKey(masterKey, "data keys"), place, JSON.stringify(written));
}

function unseal(sealed: string, masterKey: Uint8Array): DataKeys | undefined {
  const text = openText(deriveKey(masterKey, "data keys"), place, sealed);
  if (text === undefined) return undefined;
  const { credentials, secrets } = JSON.parse(text) as WrittenKeys;
  const [oldest, ...newer] = secrets.map(({ name, key }) => ({ name, key: Buffer.from(key, "base64url") }));
  return { credentials: Buffer.from(credentials, "base64url"), secrets: [oldest!, ...newer] };
}

function encode(key: Uint8Array): string {
  return Buffer.from(key).toString("base64url");
}

function assertMasterKey({ byteLength }: Uint8Array): void {
  if (byteLength === masterKeyBytes) return;
  throw new SimulatorError("ERR_MVSIM_INVALID_KEY", `A master key has ${masterKeyBytes} bytes.`);
}

export function isWrongKey(error: unknown): boolean {
  return error instanceof SimulatorError && error.code === wrongKeyCode;
}

const wrongKeyCode = "ERR_MVSIM_WRONG_KEY";

function wrongKey(what: string): SimulatorError {
  const message = `${what} Name the one that it has now, with --key-file FILE or MVSIM_KEY: for a backup that is the one of its day.`;
  return new SimulatorError(wrongKeyCode, message);
}
