/**
 * A service that stays the same while its store becomes new for each session: sessions don't depend on each other, so
 * that one which fails can be made smaller and run again; and what the service itself keeps of them shows in its memory.
 */

import {
  type Account,
  type ConfigStore,
  type ConfigsService,
  createConfigsService,
  createDigest,
  createMemoryStore,
} from "../../../sim/configs/index.ts";
import { describeInvalidKey, describeInvalidUniqueName, describeInvalidValue } from "../../../sim/configs/validate.ts";
import { basic } from "../../sim/configs/served-service.ts";
import { Known } from "./fuzz-request.ts";

export const planted = "planted-4d1f0a";
export const deviceSid = `UV${"0123456789abcdef".repeat(2)}`;
const accountSid = `AC${"fedcba9876543210".repeat(2)}`;
const authToken = `${planted}-token`;
/** Of the account, as a header. */
export const authorization = basic({ sid: accountSid, authToken });
const otherAccountSid = `AC${"0".repeat(32)}`;
const credentialKey = new Uint8Array(32).fill(7);

export interface FuzzedService {
  readonly service: ConfigsService;
  readonly reported: unknown[];
  /** Begins anew: one account, one device (`attic`), in each collection one entry (`k`). @returns what is known of them */
  renew(): Promise<{ readonly account: Account; readonly known: Known }>;
  /** Says what is in the store that no request may put there. */
  findInvalid(): Promise<string[]>;
}

export function createFuzzedService(): FuzzedService {
  const listeners = createMemoryStore();
  let current = createMemoryStore();
  const store = new Proxy(listeners, {
    get(_, name: keyof ConfigStore) {
      if (name === "notify" || name === "onNotice" || typeof current[name] !== "function") return listeners[name];
      return (...parameters: never[]) => (current[name] as (...all: never[]) => unknown)(...parameters);
    },
  });
  const reported: unknown[] = [];
  const service = createConfigsService({
    store,
    accounts: [],
    credentialKey,
    reportError: (error) => reported.push(error),
    deliveryTimeoutMilliseconds: 0,
  });
  const kinds = ["config", "secret"] as const;
  const collections = (sids: readonly (string | undefined)[]) =>
    sids.flatMap((sid) => kinds.map((kind) => ({ accountSid, deviceSid: sid, store: kind })));

  async function renew() {
    current = createMemoryStore();
    await store.notify({ kind: "gap" });
    const digest = Buffer.from(createDigest(credentialKey)(authToken)).toString("hex");
    for (const sid of [accountSid, otherAccountSid]) {
      await current.createCredential({ kind: "account", sid, accountSid: sid, digest, createdAt: 0 });
    }
    const device = {
      sid: deviceSid,
      accountSid,
      uniqueName: "attic",
      loggingEnabled: true,
      createdAt: 0,
      updatedAt: 0,
    };
    await current.createDevice(device);
    await current.appendLog({ deviceSid, text: "hello", receivedAt: 0 }, 10);
    for (const collection of collections([undefined, deviceSid])) {
      await service.put(collection, "k", collection.store === "secret" ? planted : "v");
    }
    // Another account's: nothing of it may be seen.
    await service.put({ accountSid: otherAccountSid, store: "config" }, "k", planted);
    const known = new Known();
    for (const [name, value] of Object.entries({ key: "k", sid: deviceSid, uniqueName: "attic" }))
      known.add(name, value);
    return { account: { sid: accountSid, authToken }, known };
  }

  async function findInvalid(): Promise<string[]> {
    const limit = Number.MAX_SAFE_INTEGER;
    const devices = await current.listDevices(accountSid, { limit });
    const problems = devices.map(({ sid, uniqueName }) => {
      if (!/^UV[0-9a-fA-F]{32}$/.test(sid)) return `device ${sid}`;
      return uniqueName === undefined ? undefined : describeInvalidUniqueName(uniqueName);
    });
    for (const collection of collections([undefined, ...devices.map(({ sid }) => sid)])) {
      for (const { key, value } of await current.list(collection, { limit })) {
        problems.push(describeInvalidKey(key), describeInvalidValue(value));
      }
    }
    const theirs = await current.list({ accountSid: otherAccountSid, store: "config" }, { limit });
    if (theirs.length !== 1 || theirs[0]!.value !== planted) problems.push("another account's config was changed");
    const accounts = await current.accountSids();
    if (accounts.join() !== [otherAccountSid, accountSid].sort().join()) problems.push(`accounts ${accounts}`);
    return problems.filter((problem) => problem !== undefined);
  }

  return { service, reported, renew, findInvalid };
}
