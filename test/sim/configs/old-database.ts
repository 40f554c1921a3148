/**
 * A database as versions wrote it that had no data keys: its keys are derived from the master key. Written with Node's
 * own primitives, so that it stays what it was.
 */

import { createCipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import type { Collection, ConfigStore, Credential } from "../../../sim/configs/stores/store.ts";

export interface OldDatabase {
  writeSecret(collection: Collection, key: string, value: string): Promise<void>;
  /** @returns its secret */
  writeCredential(kind: Credential["kind"], sid: string, accountSid: string): Promise<string>;
}

/** @param store as it is, not sealed @param isSealed whether secrets in it are sealed; their values as they are else */
export async function writeOldDatabase(
  store: ConfigStore,
  masterKey: Uint8Array,
  isSealed = true,
): Promise<OldDatabase> {
  const derive = (purpose: string) =>
    Buffer.from(hkdfSync("sha256", masterKey, "", `microvisor-sim ${purpose} v1`, 32));
  await store.initialise("keyCheck", derive("check").toString("base64url"));
  if (isSealed) await store.initialise("secretsSealed", "");

  function seal({ accountSid, deviceSid = "" }: Collection, key: string, value: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", derive("secrets"), nonce);
    cipher.setAAD(Buffer.from(JSON.stringify([accountSid, deviceSid, key])));
    const sealed = [nonce, cipher.update(value, "utf8"), cipher.final(), cipher.getAuthTag()];
    return `v1.${Buffer.concat(sealed).toString("base64url")}`;
  }

  return {
    async writeSecret(collection, key, value) {
      const written = isSealed ? seal(collection, key, value) : value;
      await store.put(collection, { key, value: written, updatedAt: 1, revision: randomBytes(8).toString("hex") });
    },
    async writeCredential(kind, sid, accountSid) {
      const secret = randomBytes(16).toString("hex");
      const digest = createHmac("sha256", derive("credentials")).update(secret).digest("hex");
      await store.putCredential({ kind, sid, accountSid, digest, label: undefined, createdAt: 1 });
      return secret;
    },
  };
}
