/**
 * Who may speak for whom: operators with an account's auth token or an API key, devices with a token. Accounts are
 * those given in process (the command line's), and those in the store. Each check makes one digest and the same reads
 * of the store, whether what is shown is known or not, and compares in constant time; a store's reads do not depend on
 * the secret.
 */

import { randomBytes, timingSafeEqual } from "node:crypto";
import type { AccountBook } from "./accounts.ts";
import type { Digest } from "./credentials.ts";
import { type ConfigStore, type DeviceRecord, revokedDigest } from "./stores/store.ts";

/** An operator who has shown a good secret. */
export interface Operator {
  readonly accountSid: string;
  /** What was shown: the account's own SID, or that of an API key. */
  readonly credentialSid: string;
}

export interface AdmittedDevice {
  readonly accountSid: string;
  /** Undefined for a device that is to be provisioned. */
  readonly record: DeviceRecord | undefined;
}

export interface Access {
  hasAccount(accountSid: string): Promise<boolean>;
  /** @param sid of an account or an API key @param shown the digest of its secret */
  findOperator(sid: string, shown: Uint8Array): Promise<Operator | undefined>;
  /** @param shown the digest of its token */
  findDevice(deviceSid: string, shown: Uint8Array): Promise<AdmittedDevice | undefined>;
  readonly digest: Digest;
}

export interface AccessPorts {
  readonly store: ConfigStore;
  readonly accounts: AccountBook;
  readonly digest: Digest;
  /** Whether the device token of a given account is good for devices without a token of their own. */
  readonly provisionUnknownDevices: boolean;
  /** Whether it is good for those with one too: where the service serves the device of its own process. */
  readonly trustAccountTokens: boolean;
}

const operatorSid = /^(?:AC|SK)[0-9a-fA-F]{32}$/;

export function createAccess(ports: AccessPorts): Access {
  const { store, accounts, digest, provisionUnknownDevices, trustAccountTokens } = ports;
  const nobody = randomBytes(32);
  const isDigest = (shown: Uint8Array, expected: string | undefined) => {
    const isRevoked = expected === undefined || expected === revokedDigest;
    return timingSafeEqual(shown, isRevoked ? nobody : Buffer.from(expected, "hex"));
  };

  return {
    digest,
    async hasAccount(accountSid) {
      return accounts.has(accountSid) || (await store.findCredential(accountSid))?.kind === "account";
    },
    async findOperator(sid, shown) {
      // Whoever names what can't be one waits for the store too.
      const credential = await store.findCredential(operatorSid.test(sid) ? sid : "AC");
      const stored = credential?.kind === "device" ? undefined : credential;
      const isGiven = accounts.isAuthToken(sid, shown);
      const isStored = isDigest(shown, stored?.digest);
      if (isGiven) return { accountSid: sid, credentialSid: sid };
      return isStored && stored ? { accountSid: stored.accountSid, credentialSid: sid } : undefined;
    },
    async findDevice(deviceSid, shown) {
      const [credential, record] = await Promise.all([store.findCredential(deviceSid), store.findDevice(deviceSid)]);
      const own = credential?.kind === "device" ? credential : undefined;
      const isOwn = isDigest(shown, own?.digest);
      const opened = accounts.findByDeviceToken(shown);
      const ofAccount = provisionUnknownDevices && (!own || trustAccountTokens) ? opened : undefined;
      const accountSid = isOwn ? own?.accountSid : ofAccount;
      if (accountSid === undefined || (record && record.accountSid !== accountSid)) return undefined;
      // A token of its own is that of a device that exists.
      return record || !isOwn ? { accountSid, record } : undefined;
    },
  };
}
