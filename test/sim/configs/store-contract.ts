/** What every store must hold, concept by concept in `store-contract/`. */

import { describe, expect, it } from "vitest";
import { describeAccess } from "./store-contract/access.ts";
import { describeDevices } from "./store-contract/devices.ts";
import { describeEntries } from "./store-contract/entries.ts";
import { describeLogs } from "./store-contract/logs.ts";
import { describeNotices, describeSharedNotices } from "./store-contract/notices.ts";
import {
  account,
  configs,
  device,
  entry,
  openedForEachTest,
  otherAccount,
  type Place,
} from "./store-contract/place.ts";

export interface StoreContractOptions {
  /** A new, empty place for each test. */
  readonly newPlace: () => Promise<Place>;
  /** Whether several processes may have it open at once. */
  readonly isShared: boolean;
}

export function describeStoreContract(name: string, { newPlace, isShared }: StoreContractOptions): void {
  describe(name, () => {
    const opened = openedForEachTest(newPlace);
    describeEntries(opened);
    describeDevices(opened);
    describeAccess(opened);
    describeLogs(opened);
    describeNotices(opened);
    if (isShared) describeSharedNotices(opened);

    it("knows the accounts that have entries, devices or credentials", async () => {
      const { store } = opened;
      expect(await store.accountSids()).toEqual([]);
      await store.create({ accountSid: otherAccount, store: "secret" }, entry("a"));
      await store.create(configs, entry("a"));
      const record = { sid: device, accountSid: account, loggingEnabled: true, createdAt: 7, updatedAt: 7 };
      await store.provisionDevice(record);
      expect(await store.accountSids()).toEqual([account, otherAccount]);
      await store.delete({ accountSid: otherAccount, store: "secret" }, "a");
      expect(await store.accountSids()).toEqual([account]);
      const credential = { kind: "account", sid: otherAccount, accountSid: otherAccount, digest: "", createdAt: 7 };
      await store.createCredential({ ...credential, kind: "account" });
      expect(await store.accountSids()).toEqual([account, otherAccount]);
    });

    it("answers that it is well", async () => {
      await expect(opened.store.check()).resolves.toBeUndefined();
    });
  });
}
