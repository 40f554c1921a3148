import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Collection, Entry } from "../../../../sim/configs/stores/store.ts";
import { account, configs, device, entry, type Opened, otherAccount } from "./place.ts";

const keys = (entries: Entry[]) => entries.map(({ key }) => key);

export function describeEntries(opened: Opened): void {
  describe("create", () => {
    it("adds an entry that get answers", async () => {
      expect(await opened.store.create(configs, entry("a", "1", 5))).toBe(true);
      expect(await opened.store.get(configs, "a")).toEqual({ key: "a", value: "1", updatedAt: 5, revision: "1@5" });
    });

    it("leaves an entry that exists as it is and answers false", async () => {
      await opened.store.create(configs, entry("a", "first", 1));
      expect(await opened.store.create(configs, entry("a", "second", 2))).toBe(false);
      expect(await opened.store.get(configs, "a")).toEqual(entry("a", "first", 1));
    });

    it("lets one of many at once win", async () => {
      const { store } = opened;
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, n) => store.create(configs, entry("a", `${n}`))),
      );
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await store.get(configs, "a"))?.value).toBe(`${answers.indexOf(true)}`);
    });
  });

  describe("update, put and delete", () => {
    it("update changes an entry and creates none", async () => {
      const { store } = opened;
      expect(await store.update(configs, entry("a"))).toBe("missing");
      expect(await store.get(configs, "a")).toBeUndefined();
      await store.create(configs, entry("a", "old", 1));
      expect(await store.update(configs, entry("a", "new", 2))).toBe("done");
      expect(await store.get(configs, "a")).toEqual(entry("a", "new", 2));
    });

    it("put creates and changes", async () => {
      await opened.store.put(configs, entry("a", "old", 1));
      await opened.store.put(configs, entry("a", "new", 2));
      expect(await opened.store.list(configs, { limit: 9 })).toEqual([entry("a", "new", 2)]);
    });

    it("delete removes an entry once", async () => {
      const { store } = opened;
      await store.create(configs, entry("a"));
      expect(await store.delete(configs, "a")).toBe("done");
      expect(await store.delete(configs, "a")).toBe("missing");
      expect(await store.get(configs, "a")).toBeUndefined();
      expect(await store.list(configs, { limit: 9 })).toEqual([]);
    });

    it("changing what was handed in changes nothing in the store", async () => {
      const mutable = { ...entry("a", "kept") };
      await opened.store.create(configs, mutable);
      mutable.value = "changed";
      expect((await opened.store.get(configs, "a"))?.value).toBe("kept");
    });
  });

  describe("a revision", () => {
    const first = entry("a", "first");
    const second = entry("a", "second");
    beforeEach(() => opened.store.create(configs, first));

    it("lets update and delete pass while the entry has it", async () => {
      expect(await opened.store.update(configs, second, first.revision)).toBe("done");
      expect(await opened.store.get(configs, "a")).toEqual(second);
      expect(await opened.store.delete(configs, "a", second.revision)).toBe("done");
      expect(await opened.store.get(configs, "a")).toBeUndefined();
    });

    it("that another write has replaced stops update and delete", async () => {
      await opened.store.put(configs, second);
      expect(await opened.store.update(configs, entry("a", "third"), first.revision)).toBe("changed");
      expect(await opened.store.delete(configs, "a", first.revision)).toBe("changed");
      expect(await opened.store.get(configs, "a")).toEqual(second);
    });

    it("of an entry that is gone answers missing", async () => {
      await opened.store.delete(configs, "a");
      expect(await opened.store.update(configs, second, first.revision)).toBe("missing");
      expect(await opened.store.delete(configs, "a", first.revision)).toBe("missing");
      expect(await opened.store.get(configs, "a")).toBeUndefined();
    });

    it("lets one of many writers at once win", async () => {
      const { store } = opened;
      const written = Array.from({ length: 20 }, (_, n) => entry("a", `${n}`));
      const answers = await Promise.all(written.map((one) => store.update(configs, one, first.revision)));
      expect(answers.filter((answer) => answer === "changed")).toHaveLength(19);
      expect(await store.get(configs, "a")).toEqual(written[answers.indexOf("done")]);
    });
  });

  it("keeps collections apart: by account, device and store", async () => {
    const { store } = opened;
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
    await store.update(collections[2]!, entry("same key", "changed"));
    expect((await store.get(collections[1]!, "same key"))?.value).toBe("1");
    expect((await store.get(collections[3]!, "same key"))?.value).toBe("3");
  });

  it("tells keys apart by case and takes every printable character", async () => {
    const { store } = opened;
    const printable = Array.from({ length: 95 }, (_, n) => String.fromCharCode(32 + n))
      .join("")
      .trim();
    for (const key of ["Key", "key", "KEY", printable, "%", "_", "'", '"', "a%b", "a_b"]) {
      expect(await store.create(configs, entry(key, key))).toBe(true);
      expect((await store.get(configs, key))?.value).toBe(key);
    }
    expect(await store.delete(configs, "%")).toBe("done");
    expect(await store.list(configs, { limit: 99 })).toHaveLength(9);
  });

  it("finds no key with a NUL character", async () => {
    await opened.store.create(configs, entry("a"));
    expect(await opened.store.get(configs, "a\0")).toBeUndefined();
    expect(await opened.store.delete(configs, "a\0b")).toBe("missing");
    expect(await opened.store.get(configs, "a")).toEqual(entry("a"));
  });

  it("gives back any text exactly", async () => {
    const text = fc.string({ unit: "binary", minLength: 1, maxLength: 300 });
    await fc.assert(
      fc.asyncProperty(text, async (value) => {
        const written = { ...entry("a"), value };
        await opened.store.put(configs, written);
        expect(await opened.store.get(configs, "a")).toEqual(written);
      }),
      { numRuns: 50, examples: [["nul \0 inside"], ["\ufeffbyte order mark"], ["\u{10ffff}"]] },
    );
  });

  describe("replaceSetting", () => {
    const ofDevice: Collection = { accountSid: account, deviceSid: device, store: "secret" };
    const ofAccount: Collection = { accountSid: otherAccount, store: "secret" };
    beforeEach(async () => {
      for (const collection of [configs, ofDevice, ofAccount]) await opened.store.create(collection, entry("a", "v"));
    });

    it("changes a setting that is the one that was asked for, and no other", async () => {
      const { store } = opened;
      expect(await store.replaceSetting({ name: "one", from: "", to: "1" })).toBe(false);
      expect(await store.readSetting("one")).toBeUndefined();
      expect(await store.replaceSetting({ name: "one", from: undefined, to: "1" })).toBe(true);
      expect(await store.replaceSetting({ name: "one", from: undefined, to: "2" })).toBe(false);
      expect(await store.replaceSetting({ name: "one", from: "2", to: "3" })).toBe(false);
      expect(await store.readSetting("one")).toBe("1");
      expect(await store.replaceSetting({ name: "one", from: "1", to: "" })).toBe(true);
      expect(await store.readSetting("one")).toBe("");
      expect(await store.get(ofDevice, "a")).toEqual(entry("a", "v"));
    });

    it("lets one of many through", async () => {
      const { store } = opened;
      await store.initialise("one", "0");
      const values = Array.from({ length: 10 }, (_, n) => `${n + 1}`);
      const replaced = await Promise.all(values.map((to) => store.replaceSetting({ name: "one", from: "0", to })));
      expect(replaced.filter((isReplaced) => isReplaced)).toHaveLength(1);
      expect(await store.readSetting("one")).toBe(values[replaced.indexOf(true)]);
    });

    it("changes the values of all secrets with it", async () => {
      const { store } = opened;
      const convert = ({ accountSid, deviceSid }: Collection, { key, value }: Entry) =>
        `${accountSid} ${deviceSid} ${key} ${value}`;
      const change = { name: "converted", from: undefined, to: "" };
      expect(await store.replaceSetting(change, convert)).toBe(true);
      expect(await store.replaceSetting(change, () => "again")).toBe(false);
      expect(await store.get(ofDevice, "a")).toEqual({ ...entry("a", "v"), value: `${account} ${device} a v` });
      expect(await store.get(ofAccount, "a")).toEqual({ ...entry("a", "v"), value: `${otherAccount} undefined a v` });
      expect(await store.get(configs, "a")).toEqual(entry("a", "v"));
    });

    it("changes nothing when a secret can't be converted", async () => {
      const { store } = opened;
      let count = 0;
      const failing = store.replaceSetting({ name: "converted", from: undefined, to: "" }, () => {
        if (++count === 2) throw new Error("no");
        return "changed";
      });
      await expect(failing).rejects.toThrow("no");
      expect(await store.get(ofDevice, "a")).toEqual(entry("a", "v"));
      expect(await store.get(ofAccount, "a")).toEqual(entry("a", "v"));
      expect(await store.readSetting("converted")).toBeUndefined();
    });
  });

  describe("list", () => {
    beforeEach(async () => {
      for (const key of ["b", "a", "Z", "c", "0", "~", "a b"]) await opened.store.create(configs, entry(key));
    });

    it("goes by the keys' bytes", async () => {
      expect(keys(await opened.store.list(configs, { limit: 99 }))).toEqual(["0", "Z", "a", "a b", "b", "c", "~"]);
    });

    it.each([
      [{ limit: 2 }, ["0", "Z"]],
      [{ after: "Z", limit: 2 }, ["a", "a b"]],
      [{ after: "a a", limit: 2 }, ["a b", "b"]],
      [{ after: "a\0", limit: 1 }, ["a b"]],
      [{ after: "", limit: 1 }, ["0"]],
      [{ after: "~", limit: 2 }, []],
      [{ before: "b", limit: 2 }, ["a", "a b"]],
      [{ before: "aa", limit: 9 }, ["0", "Z", "a", "a b"]],
      [{ before: "0", limit: 2 }, []],
      [{ before: "c\0", limit: 1 }, ["c"]],
      [{ before: "a\0b", limit: 1 }, ["a"]],
    ])("of %j is %j", async (range, expected) => {
      expect(keys(await opened.store.list(configs, range))).toEqual(expected);
    });
  });
}
