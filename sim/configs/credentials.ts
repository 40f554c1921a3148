/**
 * Credentials in a store: auth tokens of accounts, API keys, tokens of devices. Each is 128 random bits or more, is
 * told once, when it is made, and kept as an HMAC-SHA-256 digest. A change acts at once on all that use the store.
 */

import { createHmac, randomBytes } from "node:crypto";
import { type ConfigStore, type Credential, revokedDigest } from "./stores/store.ts";

/** A keyed digest of a secret, 32 bytes. */
export type Digest = (secret: string) => Uint8Array;

/** @param credentialKey of the store; a key of this process for a store that ends with it */
export function createDigest(credentialKey: Uint8Array = randomBytes(32)): Digest {
  return (secret) => createHmac("sha256", credentialKey).update(secret).digest();
}

/** A credential, and its secret for the only time. */
export interface NewCredential {
  readonly credential: Credential;
  readonly secret: string;
}

export interface CredentialBook {
  createAccount(label?: string): Promise<NewCredential>;
  /** Gives the account another auth token; one that was revoked gets in again. */
  rotateAccount(accountSid: string): Promise<NewCredential>;
  /** Shuts the account out: its auth token, its API keys, its devices' tokens. What it holds stays. */
  revokeAccount(accountSid: string): Promise<void>;
  createKey(accountSid: string, label?: string): Promise<NewCredential>;
  /** Answers false when the account has no such key. */
  revokeKey(accountSid: string, sid: string): Promise<boolean>;
  /** Gives the device a token of its own, in place of the one that it had. */
  rotateDeviceToken(accountSid: string, deviceSid: string): Promise<NewCredential>;
  /** From now on no token is good for the device, until it gets another. */
  revokeDeviceToken(accountSid: string, deviceSid: string): Promise<void>;
  list(kind: Credential["kind"], accountSid?: string): Promise<Credential[]>;
}

export interface CredentialBookPorts {
  readonly store: ConfigStore;
  readonly digest: Digest;
  readonly clock: () => number;
}

export function createCredentialBook({ store, digest, clock }: CredentialBookPorts): CredentialBook {
  function make(kind: Credential["kind"], sid: string, accountSid: string, label?: string): NewCredential {
    const secret = randomBytes(kind === "account" ? 16 : 24).toString(kind === "account" ? "hex" : "base64url");
    const credential = {
      kind,
      sid,
      accountSid,
      digest: Buffer.from(digest(secret)).toString("hex"),
      label,
      createdAt: clock(),
    };
    return { credential, secret };
  }

  async function replace(made: NewCredential): Promise<NewCredential> {
    await store.putCredential(made.credential);
    await store.notify({ kind: "credential", sid: made.credential.sid });
    return made;
  }

  async function create(made: NewCredential): Promise<NewCredential> {
    await store.createCredential(made.credential);
    return made;
  }

  async function remove(sid: string): Promise<void> {
    await store.deleteCredential(sid);
    await store.notify({ kind: "credential", sid });
  }

  async function revokeDeviceToken(accountSid: string, deviceSid: string): Promise<void> {
    const { credential } = make("device", deviceSid, accountSid);
    await replace({ credential: { ...credential, digest: revokedDigest }, secret: "" });
  }

  return {
    createAccount(label) {
      const sid = newSid("AC");
      return create(make("account", sid, sid, label));
    },
    async rotateAccount(accountSid) {
      const { label } = (await store.findCredential(accountSid)) ?? {};
      return replace(make("account", accountSid, accountSid, label));
    },
    async revokeAccount(accountSid) {
      for (const sid of await store.revokeCredentials(accountSid)) await store.notify({ kind: "credential", sid });
    },
    createKey: (accountSid, label) => create(make("key", newSid("SK"), accountSid, label)),
    async revokeKey(accountSid, sid) {
      const key = await store.findCredential(sid);
      if (key?.kind !== "key" || key.accountSid !== accountSid) return false;
      await remove(sid);
      return true;
    },
    rotateDeviceToken: (accountSid, deviceSid) => replace(make("device", deviceSid, accountSid)),
    revokeDeviceToken,
    list: store.listCredentials,
  };
}

function newSid(prefix: "AC" | "SK"): string {
  return `${prefix}${randomBytes(16).toString("hex")}`;
}
