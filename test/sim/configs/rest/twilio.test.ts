/** The vendor's own client library, as published, on all four collections of entries. */

import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type ConfigStore, createMemoryStore, openSqliteStore } from "../../../../sim/configs/index.ts";
import { type ServedService, serveForTest, twilioClient } from "../served-service.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { createDevice } from "./created-device.ts";

type Client = ReturnType<typeof twilioClient>;
type V1 = Client["microvisor"]["v1"];

/** What the four have in common, but for secrets: they have a `dateRotated` and no value. */
type Entries = V1["accountConfigs"];

const date = new Date("2021-01-01T12:34:56Z");

describe.each([
  ["accountConfigs", "config", "/v1/Configs", (v1: V1) => v1.accountConfigs],
  ["accountSecrets", "secret", "/v1/Secrets", (v1: V1) => v1.accountSecrets],
  ["deviceConfigs", "config", "Configs", (v1: V1, sid: string) => v1.devices(sid).deviceConfigs],
  ["deviceSecrets", "secret", "Secrets", (v1: V1, sid: string) => v1.devices(sid).deviceSecrets],
] as const)("the twilio client's %s", (name, store, path, select) => {
  const isOfDevice = name.startsWith("device");
  let served: ServedService;
  let sid: string;
  let entries: Entries;

  beforeEach(async () => serve(await openSqliteStore(join(temporaryFolder(), "configs.db"))));

  async function serve(database: ConfigStore) {
    served = await serveForTest({ store: database, clock: () => Date.parse("2021-01-01T12:34:56.789Z") });
    sid = await createDevice(served);
    entries = entriesOf(sid);
  }

  const entriesOf = (device: string, account = served.account) =>
    select(twilioClient(served, account).microvisor.v1, device) as unknown as Entries;
  const collection = () =>
    ({ accountSid: served.account.sid, deviceSid: isOfDevice ? sid : undefined, store }) as const;
  const stored = async (key: string) => (await served.store.get(collection(), key))?.value;
  const resource = (key: string, value: string) => ({
    ...(isOfDevice && { deviceSid: sid }),
    key,
    ...(store === "secret" ? { dateRotated: date } : { value, dateUpdated: date }),
    url: `${served.server.url}${isOfDevice ? `/v1/Devices/${sid}/` : ""}${path}/${encodeURIComponent(key)}`,
  });

  it("creates, fetches, updates and removes, by context and by instance", async () => {
    const created = await entries.create({ key: "k", value: "1" });
    expect(created.toJSON()).toEqual(resource("k", "1"));
    expect((await entries("k").fetch()).toJSON()).toEqual(resource("k", "1"));
    expect((await entries("k").update({ value: "2" })).toJSON()).toEqual(resource("k", "2"));
    expect((await created.update({ value: "3" })).toJSON()).toEqual(resource("k", "3"));
    expect((await created.fetch()).toJSON()).toEqual(resource("k", "3"));
    expect(await stored("k")).toBe("3");
    expect(await entries("k").remove()).toBe(true);
    expect(await stored("k")).toBeUndefined();
    await entries.create({ key: "k", value: "4" });
    expect(await created.remove()).toBe(true);
    expect(await entries.list()).toEqual([]);
  });

  it("has dates that are Dates, of the last write", async () => {
    const entry = (await entries.create({ key: "k", value: "v" })) as unknown as Record<string, unknown>;
    expect(store === "secret" ? entry.dateRotated : entry.dateUpdated).toEqual(date);
    expect(entry.value).toBe(store === "secret" ? undefined : "v");
  });

  it.each(["a b", "a/b", "a%2Fb", "50%", "a+b", "a?b#c", "~!*'();:@&=$,[]"])(
    "reaches the key %s when it is encoded for the path",
    async (key) => {
      await entries.create({ key, value: "v" });
      expect((await entries(encodeURIComponent(key)).fetch()).key).toBe(key);
      expect(await entries(encodeURIComponent(key)).remove()).toBe(true);
    },
  );

  it("sends any text as a value", async () => {
    const value = "a+b&c=d %41 ä €\u{1f600}\r\n\0";
    await entries.create({ key: "k", value });
    expect(await stored("k")).toBe(value);
    await entries("k").update({ value: `${value}2` });
    expect(await stored("k")).toBe(`${value}2`);
  });

  describe("with 1503 entries", () => {
    const keys = Array.from({ length: 1503 }, (_, n) => `k${String(n).padStart(4, "0")}`);
    beforeEach(async () => {
      await serve(createMemoryStore());
      for (const key of keys) {
        await served.store.create(collection(), { key, value: "v", updatedAt: date.getTime(), revision: key });
      }
    });

    it("lists all of them, or as many as asked for", async () => {
      const keysOf = (list: { key: string }[]) => list.map(({ key }) => key);
      expect(keysOf(await entries.list())).toEqual(keys);
      expect(keysOf(await entries.list({ limit: 20 }))).toEqual(keys.slice(0, 20));
      expect(keysOf(await entries.list({ limit: 1500 }))).toEqual(keys.slice(0, 1500));
      const listed = await entries.list({ pageSize: 500 });
      expect(keysOf(listed)).toEqual(keys);
      expect(listed[1000]!.toJSON()).toEqual(resource(keys[1000]!, "v"));
    });

    it("gives each of them, or as many as asked for", async () => {
      const each = (options: { pageSize: number; limit?: number }) =>
        new Promise<string[]>((resolve, reject) => {
          const seen: string[] = [];
          const done = (error?: Error) => (error ? reject(error) : resolve(seen));
          entries.each({ ...options, callback: ({ key }) => seen.push(key), done });
        });
      expect(await each({ pageSize: 400 })).toEqual(keys);
      expect(await each({ pageSize: 7, limit: 20 })).toEqual(keys.slice(0, 20));
    });

    it("goes from page to page and back, and to a page by its URL", async () => {
      const first = await entries.page({ pageSize: 10 });
      const second = (await first.nextPage())!;
      const third = (await second.nextPage())!;
      expect(third.instances.map(({ key }) => key)).toEqual(keys.slice(20, 30));
      const back = (await third.previousPage())!;
      expect(back.instances.map(({ key }) => key)).toEqual(keys.slice(10, 20));
      expect((await back.previousPage())!.instances[0]!.key).toBe(keys[0]);
      expect(first.previousPage()).toBeUndefined();
      const again = await entries.getPage(second.nextPageUrl!);
      expect(again.instances[0]!.toJSON()).toEqual(resource(keys[20]!, "v"));
    });
  });

  describe("gets errors as RestException:", () => {
    const refusal = (status: number, code: number) => expect.objectContaining({ status, code });

    it("404 and 20404 for what is not there", async () => {
      await expect(entries("none").fetch()).rejects.toEqual(refusal(404, 20404));
      await expect(entries("none").update({ value: "v" })).rejects.toEqual(refusal(404, 20404));
      await expect(entries("none").remove()).rejects.toEqual(refusal(404, 20404));
    });

    it("409 and 20409 for a key that exists", async () => {
      await entries.create({ key: "k", value: "1" });
      await expect(entries.create({ key: "k", value: "2" })).rejects.toEqual(refusal(409, 20409));
      expect(await stored("k")).toBe("1");
    });

    it("400 and 20001, with the parameter's name, for what is not valid", async () => {
      const invalid = (parameter: string) => ({ code: 20001, message: expect.stringMatching(`^${parameter} `) });
      await expect(entries.create({ key: "k".repeat(101), value: "v" })).rejects.toMatchObject(invalid("Key"));
      await expect(entries.create({ key: "k", value: "v".repeat(4097) })).rejects.toMatchObject(invalid("Value"));
      await expect(entries.page({ pageSize: -1 })).rejects.toEqual(refusal(400, 20001));
    });

    it("401 and 20003 for a wrong token", async () => {
      const strange = entriesOf(sid, { ...served.account, authToken: "wrong" });
      await expect(strange.list()).rejects.toEqual(refusal(401, 20003));
      await expect(strange("k").remove()).rejects.toEqual(refusal(401, 20003));
    });
  });

  it("of another account sees nothing of this one's", async () => {
    await entries.create({ key: "k", value: "v" });
    const others = entriesOf(sid, served.otherAccount);
    await expect(others("k").fetch()).rejects.toMatchObject({ code: 20404 });
    await expect(others("k").remove()).rejects.toMatchObject({ code: 20404 });
    if (isOfDevice) await expect(others.list()).rejects.toMatchObject({ code: 20404 });
    else expect(await others.list()).toEqual([]);
    expect(await stored("k")).toBe("v");
  });
});
