/** What devices and embedding programs get of the service, over both stores. */

import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type Account,
  type Collection,
  type ConfigStore,
  type ConfigsServiceOptions,
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  type FetchItem,
  generateAccount,
  openSqliteStore,
} from "../../../sim/configs/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const deviceSid = `UV${"1".repeat(32)}`;
const otherDeviceSid = `UV${"2".repeat(32)}`;

const stores: [string, () => Promise<ConfigStore>][] = [
  ["memory", async () => createMemoryStore()],
  ["SQLite", () => openSqliteStore(join(temporaryFolder(), "configs.db"))],
];

describe.each(stores)("the service on %s", (_name, openStore) => {
  async function start(options: Partial<ConfigsServiceOptions> = {}) {
    const [account, otherAccount] = [generateAccount(), generateAccount()];
    const store = await openStore();
    const accounts = [account, otherAccount];
    const service = createConfigsService({ accounts, clock: () => 1234, ...options, store });
    onTestFinished(() => service.close());
    const connect = async (as: Account, sid = deviceSid) =>
      service.backend.authenticateDevice(sid, deriveDeviceToken(as));
    return { service, account, otherAccount, connect };
  }

  const collections = (accountSid: string, sid: string): Collection[] =>
    [undefined, sid].flatMap((device) =>
      (["config", "secret"] as const).map((store) => ({ accountSid, deviceSid: device, store })),
    );

  const items: FetchItem[] = (["account", "device"] as const).flatMap((scope) =>
    (["config", "secret"] as const).map((store) => ({ scope, store, key: "k" })),
  );

  it("gives a device the values of all four scopes and stores, in the order asked for", async () => {
    const { service, account, connect } = await start();
    for (const [n, collection] of collections(account.sid, deviceSid).entries())
      await service.put(collection, "k", `${n}`);
    const device = (await connect(account))!;
    expect(device).toMatchObject({ accountSid: account.sid, deviceSid, loggingEnabled: true });
    const asked = [...items.toReversed(), { ...items[0]!, key: "none" }, items[0]!];
    const values = ["3", "2", "1", "0"].map((value) => ({ result: "ok", value }));
    expect(await service.backend.fetchItems(device, asked)).toEqual([...values, { result: "keyNotFound" }, values[3]]);
  });

  it("keeps a device out of what belongs to another device or account", async () => {
    const { service, account, otherAccount, connect } = await start();
    for (const collection of collections(account.sid, deviceSid)) await service.put(collection, "k", "v");
    const keyNotFound = { result: "keyNotFound" };
    const ok = { result: "ok", value: "v" };
    const sibling = (await connect(account, otherDeviceSid))!;
    expect(await service.backend.fetchItems(sibling, items)).toEqual([ok, ok, keyNotFound, keyNotFound]);
    const stranger = (await connect(otherAccount, `UV${"3".repeat(32)}`))!;
    expect(await service.backend.fetchItems(stranger, items)).toEqual(Array(4).fill(keyNotFound));
  });

  it("takes a device's SID for one account only", async () => {
    const { service, account, otherAccount, connect } = await start();
    expect(await connect(account)).toBeDefined();
    expect(await connect(otherAccount)).toBeUndefined();
    const theirs = { accountSid: otherAccount.sid, deviceSid, store: "config" } as const;
    await expect(service.put(theirs, "k", "v")).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_DEVICE" });
  });

  it("refuses devices with another token or what is no SID", async () => {
    const { service, account } = await start();
    const { backend } = service;
    expect(await backend.authenticateDevice(deviceSid, "wrong")).toBeUndefined();
    expect(await backend.authenticateDevice(deviceSid, account.authToken)).toBeUndefined();
    expect(await backend.authenticateDevice("UV1", deriveDeviceToken(account))).toBeUndefined();
    expect(await backend.authenticateDevice("", deriveDeviceToken(account))).toBeUndefined();
  });

  it("takes no account's device token where provisioning is off, also of devices that exist", async () => {
    const { service, account, connect } = await start({ provisionUnknownDevices: false });
    expect(await connect(account)).toBeUndefined();
    await service.put({ accountSid: account.sid, deviceSid, store: "config" }, "k", "v");
    expect(await connect(account)).toBeUndefined();
  });

  it("shows a change at the next fetch", async () => {
    const { service, account, connect } = await start();
    const device = (await connect(account))!;
    const collection = { accountSid: account.sid, store: "config" } as const;
    const fetch = async () => (await service.backend.fetchItems(device, [items[0]!]))[0];
    await service.put(collection, "k", "1");
    expect(await fetch()).toEqual({ result: "ok", value: "1" });
    await service.put(collection, "k", "2");
    expect(await fetch()).toEqual({ result: "ok", value: "2" });
    expect(await service.delete(collection, "k")).toBe(true);
    expect(await service.delete(collection, "k")).toBe(false);
    expect(await fetch()).toEqual({ result: "keyNotFound" });
  });

  it("refuses what no client could create", async () => {
    const { service, account } = await start();
    const collection = { accountSid: account.sid, store: "secret" } as const;
    const invalid = { code: "ERR_MVSIM_INVALID_CONFIG" };
    await expect(service.put(collection, "k".repeat(101), "v")).rejects.toMatchObject(invalid);
    await expect(service.put(collection, "k", "v".repeat(4097))).rejects.toMatchObject(invalid);
    await expect(service.put(collection, "k", "")).rejects.toMatchObject(invalid);
    const unknown = { ...collection, accountSid: generateAccount().sid };
    await expect(service.put(unknown, "k", "v")).rejects.toMatchObject({ code: "ERR_MVSIM_UNKNOWN_ACCOUNT" });
    const device = { ...collection, deviceSid: "UV1" };
    await expect(service.put(device, "k", "v")).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_DEVICE" });
  });

  it("hands on what devices log, with the clock's time, to those who listen", async () => {
    const { service, account, connect } = await start();
    const device = (await connect(account))!;
    const logs: unknown[] = [];
    const logged = (text: string) =>
      new Promise<() => void>((resolve) => {
        const stop = service.onLog((log) => {
          if (log.text === text) resolve(stop);
        });
        service.backend.receiveLog(device, text);
      });
    const stopHearing = service.onLog((log) => logs.push(log));
    const stopFirst = await logged("first");
    stopHearing();
    stopFirst();
    await logged("second");
    expect(logs).toEqual([{ accountSid: account.sid, deviceSid, text: "first", receivedAt: 1234 }]);
    expect(service.backend.now()).toBe(1234);
  });
});

it("a failing store is a serverError for the device, and is reported", async () => {
  const file = join(temporaryFolder(), "configs.db");
  const account = generateAccount();
  const reported: unknown[] = [];
  const reportError = (error: unknown) => reported.push(error);
  const service = createConfigsService({ store: await openSqliteStore(file), accounts: [account], reportError });
  onTestFinished(() => service.close());
  const device = (await service.backend.authenticateDevice(deviceSid, deriveDeviceToken(account)))!;
  const other = new Database(file);
  other.exec("DROP TABLE entry");
  other.close();
  const items = [{ scope: "account", store: "config", key: "k" }] as const;
  expect(await service.backend.fetchItems(device, items)).toEqual([{ result: "serverError" }]);
  expect(reported.map(String)).toEqual([expect.stringContaining("no such table")]);
});
