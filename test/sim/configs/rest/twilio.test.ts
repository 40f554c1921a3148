/** The vendor's own client library, as published, against the service. */

import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../../sim/configs/index.ts";
import { type ServedService, serveForTest, twilioClient } from "../served-service.ts";
import { temporaryFolder } from "../temporary-folder.ts";

type Client = ReturnType<typeof twilioClient>;

describe("the twilio client", () => {
  let served: ServedService;
  let configs: Client["microvisor"]["v1"]["accountConfigs"];

  beforeEach(async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "configs.db"));
    served = await serveForTest({ store, clock: () => Date.parse("2021-01-01T12:34:56.789Z") });
    configs = twilioClient(served, served.account).microvisor.v1.accountConfigs;
  });

  it("runs the seed document's three samples", async () => {
    const created = await configs.create({ key: "key_name", value: "value" });
    expect(created.toJSON()).toEqual({
      key: "key_name",
      value: "value",
      dateUpdated: new Date("2021-01-01T12:34:56Z"),
      url: `${served.server.url}/v1/Configs/key_name`,
    });
    await configs.create({ key: "Key_name", value: "place" });
    expect((await configs("Key_name").fetch()).value).toBe("place");
    expect(await configs("key_name").remove()).toBe(true);
    expect((await configs("Key_name").fetch()).key).toBe("Key_name");
  });

  it("updates by context and by instance", async () => {
    const config = await configs.create({ key: "k", value: "1" });
    expect((await configs("k").update({ value: "2" })).value).toBe("2");
    expect((await config.update({ value: "3" })).value).toBe("3");
    expect((await config.fetch()).value).toBe("3");
  });

  it.each(["a b", "a/b", "a%2Fb", "50%", "a+b", "a?b#c", "~!*'();:@&=$,[]"])(
    "reaches the key %s when it is encoded for the path",
    async (key) => {
      await configs.create({ key, value: "v" });
      expect((await configs(encodeURIComponent(key)).fetch()).key).toBe(key);
      expect(await configs(encodeURIComponent(key)).remove()).toBe(true);
    },
  );

  it("sends any text as a value", async () => {
    const value = "a+b&c=d %41 ä €\u{1f600}\r\n\0";
    expect((await configs.create({ key: "k", value })).value).toBe(value);
    expect((await configs("k").fetch()).value).toBe(value);
  });

  describe("with 1203 configs", () => {
    const keys = Array.from({ length: 1203 }, (_, n) => `k${String(n).padStart(4, "0")}`);
    beforeEach(async () => {
      const collection = { accountSid: served.account.sid, store: "config" } as const;
      for (const key of keys) await served.store.create(collection, { key, value: "v", updatedAt: 0, revision: "1" });
    });

    it("lists all of them, or as many as asked for", async () => {
      const keysOf = (list: { key: string }[]) => list.map(({ key }) => key);
      expect(keysOf(await configs.list())).toEqual(keys);
      expect(keysOf(await configs.list({ limit: 20 }))).toEqual(keys.slice(0, 20));
      expect(keysOf(await configs.list({ limit: 1100 }))).toEqual(keys.slice(0, 1100));
      expect(keysOf(await configs.list({ pageSize: 500 }))).toEqual(keys);
    });

    it("gives each of them", async () => {
      const seen: string[] = [];
      await new Promise<void>((resolve, reject) => {
        const done = (error?: Error) => (error ? reject(error) : resolve());
        configs.each({ pageSize: 400, callback: ({ key }) => seen.push(key), done });
      });
      expect(seen).toEqual(keys);
    });

    it("goes from page to page and back, and to a page by its URL", async () => {
      const first = await configs.page({ pageSize: 10 });
      const second = (await first.nextPage())!;
      const third = (await second.nextPage())!;
      expect(third.instances.map(({ key }) => key)).toEqual(keys.slice(20, 30));
      const back = (await third.previousPage())!;
      expect(back.instances.map(({ key }) => key)).toEqual(keys.slice(10, 20));
      expect((await back.previousPage())!.instances[0]!.key).toBe(keys[0]);
      expect(first.previousPage()).toBeUndefined();
      const again = await configs.getPage(second.nextPageUrl!);
      expect(again.instances[0]!.key).toBe(keys[20]);
    });
  });

  describe("gets errors as RestException:", () => {
    const refusal = (status: number, code: number) => expect.objectContaining({ status, code });

    it("404 and 20404 for what is not there", async () => {
      await expect(configs("none").fetch()).rejects.toEqual(refusal(404, 20404));
      await expect(configs("none").update({ value: "v" })).rejects.toEqual(refusal(404, 20404));
      await expect(configs("none").remove()).rejects.toEqual(refusal(404, 20404));
    });

    it("409 and 20409 for a key that exists", async () => {
      await configs.create({ key: "k", value: "1" });
      await expect(configs.create({ key: "k", value: "2" })).rejects.toEqual(refusal(409, 20409));
      expect((await configs("k").fetch()).value).toBe("1");
    });

    it("400 and 20001, with the parameter's name, for what is not valid", async () => {
      const message = expect.stringMatching(/^Key /);
      await expect(configs.create({ key: "k".repeat(101), value: "v" })).rejects.toMatchObject({
        code: 20001,
        message,
      });
      await expect(configs.create({ key: "k", value: "v".repeat(4097) })).rejects.toEqual(refusal(400, 20001));
      await expect(configs.page({ pageSize: -1 })).rejects.toEqual(refusal(400, 20001));
    });

    it("401 and 20003 for a wrong token", async () => {
      const stranger = twilioClient(served, { ...served.account, authToken: "wrong" });
      await expect(stranger.microvisor.v1.accountConfigs.list()).rejects.toEqual(refusal(401, 20003));
      await expect(stranger.microvisor.v1.accountConfigs("k").remove()).rejects.toEqual(refusal(401, 20003));
    });
  });

  it("of another account sees nothing of this one's", async () => {
    await configs.create({ key: "k", value: "v" });
    const other = twilioClient(served, served.otherAccount).microvisor.v1.accountConfigs;
    expect(await other.list()).toEqual([]);
    await expect(other("k").fetch()).rejects.toMatchObject({ code: 20404 });
    await other.create({ key: "k", value: "theirs" });
    expect((await configs("k").fetch()).value).toBe("v");
  });
});
