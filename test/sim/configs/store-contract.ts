/** What every store must hold. `open` opens the same store again when it is one that lasts. */

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Collection, ConfigStore, Entry } from "../../../sim/configs/stores/store.ts";

const account = `AC${"a".repeat(32)}`;
const otherAccount = `AC${"b".repeat(32)}`;
const device = `UV${"c".repeat(32)}`;
const configs: Collection = { accountSid: account, store: "config" };

export function describeStoreContract(name: string, open: () => Promise<ConfigStore>): void {
  describe(name, () => {
    let store: ConfigStore;
    beforeEach(async () => {
      store = await open();
    });
    afterEach(() => store.close());

    const entry = (key: string, value = "value", updatedAt = 1_000): Entry => ({
      key,
      value,
      updatedAt,
      revision: `${value}@${updatedAt}`,
    });
    const keys = (entries: Entry[]) => entries.map(({ key }) => key);

    describe("create", () => {
      it("adds an entry that get answers", async () => {
        expect(await store.create(configs, entry("a", "1", 5))).toBe(true);
        expect(await store.get(configs, "a")).toEqual({ key: "a", value: "1", updatedAt: 5, revision: "1" });
      });

      it("leaves an entry that exists as it is and answers false", async () => {
        await store.create(configs, entry("a", "first", 1));
        expect(await store.create(configs, entry("a", "second", 2))).toBe(false);
        expect(await store.get(configs, "a")).toEqual({ key: "a", value: "first", updatedAt: 1, revision: "1" });
      });

      it("lets one of many at once win", async () => {
        const answers = await Promise.all(
          Array.from({ length: 20 }, (_, n) => store.create(configs, entry("a", `${n}`))),
        );
        expect(answers.filter(Boolean)).toHaveLength(1);
        expect((await store.get(configs, "a"))?.value).toBe(`${answers.indexOf(true)}`);
      });
    });

    describe("update, put and delete", () => {
      it("update changes an entry and creates none", async () => {
        expect(await store.update(configs, entry("a"))).toBe(false);
        expect(await store.get(configs, "a")).toBeUndefined();
        await store.create(configs, entry("a", "old", 1));
        expect(await store.update(configs, entry("a", "new", 2))).toBe(true);
        expect(await store.get(configs, "a")).toEqual({ key: "a", value: "new", updatedAt: 2, revision: "1" });
      });

      it("put creates and changes", async () => {
        await store.put(configs, entry("a", "old", 1));
        await store.put(configs, entry("a", "new", 2));
        expect(await store.list(configs, { limit: 9 })).toEqual([
          { key: "a", value: "new", updatedAt: 2, revision: "1" },
        ]);
      });

      it("delete removes an entry once", async () => {
        await store.create(configs, entry("a"));
        expect(await store.delete(configs, "a")).toBe(true);
        expect(await store.delete(configs, "a")).toBe(false);
        expect(await store.get(configs, "a")).toBeUndefined();
        expect(await store.list(configs, { limit: 9 })).toEqual([]);
      });

      it("changing what was handed out or in changes nothing in the store", async () => {
        const mutable = { key: "a", value: "kept", updatedAt: 1, revision: "1" };
        await store.create(configs, mutable);
        mutable.value = "changed";
        expect((await store.get(configs, "a"))?.value).toBe("kept");
      });
    });

    it("keeps collections apart: by account, device and store", async () => {
      const collections: Collection[] = [account, otherAccount].flatMap((accountSid) =>
        [undefined, device].flatMap((deviceSid) =>
          (["config", "secret"] as const).map((kind) => ({ accountSid, deviceSid, store: kind })),
        ),
      );
      for (const [n, collection] of collections.entries()) {
        expect(await store.create(collection, entry("same key", `${n}`))).toBe(true);
      }
      for (const [n, collection] of collections.entries()) {
        expect((await store.get(collection, "same key"))?.value).toBe(`${n}`);
        expect(await store.list(collection, { limit: 9 })).toHaveLength(1);
      }
      await store.delete(collections[0]!, "same key");
      expect((await store.get(collections[1]!, "same key"))?.value).toBe("1");
    });

    it("tells keys apart by case and takes every printable character", async () => {
      const printable = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
        .join("")
        .trim();
      for (const key of ["Key", "key", "KEY", printable, "%", "_", "'", '"', "a%b", "a_b"]) {
        expect(await store.create(configs, entry(key, key))).toBe(true);
        expect((await store.get(configs, key))?.value).toBe(key);
      }
      expect(await store.delete(configs, "%")).toBe(true);
      expect(await store.list(configs, { limit: 99 })).toHaveLength(9);
    });

    it("gives back any text exactly", async () => {
      const text = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
      await fc.assert(
        fc.asyncProperty(text, async (value) => {
          await store.put(configs, entry("a", value));
          expect((await store.get(configs, "a"))?.value).toBe(value);
        }),
        { numRuns: 50, examples: [["nul \0 inside"], ["\ufeffbyte order mark"], ["\u{10ffff}"]] },
      );
    });

    describe("list", () => {
      beforeEach(async () => {
        for (const key of ["b", "a", "Z", "c", "0", "~", "a b"]) await store.create(configs, entry(key));
      });

      it("goes by the keys' bytes", async () => {
        expect(keys(await store.list(configs, { limit: 99 }))).toEqual(["0", "Z", "a", "a b", "b", "c", "~"]);
      });

      it.each([
        [{ limit: 2 }, ["0", "Z"]],
        [{ after: "Z", limit: 2 }, ["a", "a b"]],
        [{ after: "a a", limit: 2 }, ["a b", "b"]],
        [{ after: "", limit: 1 }, ["0"]],
        [{ after: "~", limit: 2 }, []],
        [{ before: "b", limit: 2 }, ["a", "a b"]],
        [{ before: "aa", limit: 9 }, ["0", "Z", "a", "a b"]],
        [{ before: "0", limit: 2 }, []],
        [{ before: "c\0", limit: 1 }, ["c"]],
      ])("of %j is %j", async (range, expected) => {
        expect(keys(await store.list(configs, range))).toEqual(expected);
      });
    });

    describe("devices", () => {
      const record = { sid: device, accountSid: account, loggingEnabled: true, createdAt: 7 };

      it("are created once and keep their account", async () => {
        expect(await store.findDevice(device)).toBeUndefined();
        expect(await store.provisionDevice(record)).toEqual(record);
        expect(await store.provisionDevice({ ...record, accountSid: otherAccount, createdAt: 8 })).toEqual(record);
        expect(await store.findDevice(device)).toEqual(record);
      });

      it("keep their logging switch", async () => {
        await store.provisionDevice({ ...record, loggingEnabled: false });
        expect((await store.findDevice(device))?.loggingEnabled).toBe(false);
      });
    });

    it("knows the accounts that have entries or devices", async () => {
      expect(await store.accountSids()).toEqual([]);
      await store.create({ accountSid: otherAccount, store: "secret" }, entry("a"));
      await store.provisionDevice({ sid: device, accountSid: account, loggingEnabled: true, createdAt: 7 });
      expect(await store.accountSids()).toEqual([account, otherAccount]);
      await store.delete({ accountSid: otherAccount, store: "secret" }, "a");
      expect(await store.accountSids()).toEqual([account]);
    });
  });
}
