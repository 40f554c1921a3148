/** Lists, page by page. */

import { createHash } from "node:crypto";
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type ServedService, serveForTest } from "../served-service.ts";

describe("a list", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest();
  });

  const collection = () => ({ accountSid: served.account.sid, store: "config" }) as const;
  const add = (key: string) => served.store.create(collection(), { key, value: "v", updatedAt: 0, revision: "1" });
  const remove = (key: string) => served.store.delete(collection(), key);
  const keysOf = (answer: { json: { configs: { key: string }[] } }) => answer.json.configs.map(({ key }) => key);

  /** A path below the service, or one of its own URLs. */
  async function page(pathOrUrl: string) {
    const answer = await served.send("GET", pathOrUrl.replace(served.server.url, ""));
    expect(answer.status).toBe(200);
    return { keys: keysOf(answer), meta: answer.json.meta, json: answer.json };
  }

  it("without entries has an empty array and no other pages", async () => {
    const { json } = await page("/v1/Configs");
    expect(json).toEqual({
      configs: [],
      meta: {
        page: 0,
        page_size: 50,
        first_page_url: `${served.server.url}/v1/Configs?PageSize=50&Page=0`,
        previous_page_url: null,
        url: `${served.server.url}/v1/Configs?PageSize=50&Page=0`,
        next_page_url: null,
        key: "configs",
      },
    });
  });

  it("has whole resources, sorted by the keys' bytes", async () => {
    for (const key of ["b", "B", "a/b", "_", "10", "9"]) await add(key);
    const { keys, json } = await page("/v1/Configs");
    expect(keys).toEqual(["10", "9", "B", "_", "a/b", "b"]);
    const url = `${served.server.url}/v1/Configs/a%2Fb`;
    expect(json.configs[4]).toEqual({ key: "a/b", value: "v", date_updated: "1970-01-01T00:00:00Z", url });
  });

  describe("of 120 entries", () => {
    const all = Array.from({ length: 120 }, (_, n) => `k${String(n).padStart(3, "0")}`);
    beforeEach(async () => {
      for (const key of all) await add(key);
    });

    it("goes forth and back over the URLs in meta, counting pages", async () => {
      const first = await page("/v1/Configs");
      expect([first.keys, first.meta.page]).toEqual([all.slice(0, 50), 0]);
      const second = await page(first.meta.next_page_url);
      expect([second.keys, second.meta.page, second.meta.page_size]).toEqual([all.slice(50, 100), 1, 50]);
      const third = await page(second.meta.next_page_url);
      expect([third.keys, third.meta.page, third.meta.next_page_url]).toEqual([all.slice(100), 2, null]);
      const back = await page(third.meta.previous_page_url);
      expect([back.keys, back.meta.page]).toEqual([all.slice(50, 100), 1]);
      const start = await page(back.meta.previous_page_url);
      expect([start.keys, start.meta.page, start.meta.previous_page_url]).toEqual([all.slice(0, 50), 0, null]);
      expect((await page(start.meta.next_page_url)).keys).toEqual(second.keys);
      expect((await page(third.meta.first_page_url)).keys).toEqual(first.keys);
      expect((await page(second.meta.url)).json).toEqual(second.json);
    });

    it("that fills its last page exactly ends there", async () => {
      const first = await page("/v1/Configs?PageSize=60");
      expect((await page(first.meta.next_page_url)).meta.next_page_url).toBeNull();
    });

    it("is moved by PageToken only: Page is echoed", async () => {
      const { keys, meta } = await page("/v1/Configs?Page=7&PageSize=3");
      expect([keys, meta.page]).toEqual([all.slice(0, 3), 7]);
      expect(meta.next_page_url).toMatch(/\?PageSize=3&Page=8&PageToken=/);
    });

    it("takes another page size with a token", async () => {
      const { meta } = await page("/v1/Configs?PageSize=3");
      expect((await page(meta.next_page_url.replace("PageSize=3", "PageSize=5"))).keys).toEqual(all.slice(3, 8));
    });

    it("has a way back from a page that others have emptied", async () => {
      const first = await page("/v1/Configs?PageSize=100");
      for (const key of all.slice(60)) await remove(key);
      const empty = await page(first.meta.next_page_url);
      expect([empty.keys, empty.meta.next_page_url]).toEqual([[], null]);
      expect((await page(empty.meta.previous_page_url)).keys).toEqual(all.slice(0, 60));
    });

    it("has a way back from an emptied page to the entry behind which it begins", async () => {
      const first = await page("/v1/Configs?PageSize=100");
      for (const key of all.slice(100)) await remove(key);
      const empty = await page(first.meta.next_page_url);
      expect(empty.keys).toEqual([]);
      expect((await page(empty.meta.previous_page_url)).keys).toEqual(all.slice(0, 100));
    });

    it("has a way forth from a page that others have emptied", async () => {
      const second = await page((await page("/v1/Configs?PageSize=100")).meta.next_page_url);
      for (const key of all.slice(0, 100)) await remove(key);
      const empty = await page(second.meta.previous_page_url);
      expect([empty.keys, empty.meta.previous_page_url]).toEqual([[], null]);
      expect((await page(empty.meta.next_page_url)).keys).toEqual(all.slice(100));
    });

    describe("meets each key once while others insert and delete", () => {
      interface Change {
        readonly kind: "insert" | "delete";
        readonly key: string;
      }
      const anyKey = fc.integer({ min: 0, max: 119 }).map((n) => all[n]!);
      const change = fc.record({ kind: fc.constantFrom("insert" as const, "delete" as const), key: anyKey });
      const changesPerPage = fc.array(fc.array(change, { maxLength: 6 }), { minLength: 1, maxLength: 8 });

      /** Follows the links from a page on, makes changes behind each, and says which keys it met and which changed. */
      async function walk(start: string, link: "next_page_url" | "previous_page_url", changes: Change[][]) {
        const seen: string[] = [];
        const touched = new Set<string>();
        let url: string | null = start;
        for (let n = 0; url !== null; n++) {
          const { keys, meta }: Awaited<ReturnType<typeof page>> = await page(url);
          seen.push(...(link === "next_page_url" ? keys : keys.toReversed()));
          url = meta[link];
          for (const { kind, key } of changes[n % changes.length]!) {
            const name = kind === "insert" ? `${key}+${n}` : key;
            touched.add(name);
            await (kind === "insert" ? add(name) : remove(name));
          }
        }
        for (const key of touched) await remove(key);
        for (const key of all) await add(key);
        return { seen, touched };
      }

      function expectEachOnce({ seen, touched }: Awaited<ReturnType<typeof walk>>) {
        expect(new Set(seen).size).toBe(seen.length);
        expect(seen.filter((key) => !touched.has(key))).toEqual(all.filter((key) => !touched.has(key)));
      }

      it("on the way forth", async () => {
        const property = fc.asyncProperty(
          fc.integer({ min: 7, max: 40 }),
          changesPerPage,
          async (pageSize, changes) => {
            expectEachOnce(await walk(`/v1/Configs?PageSize=${pageSize}`, "next_page_url", changes));
          },
        );
        await fc.assert(property, { numRuns: 20 });
      });

      it("on the way back", async () => {
        const property = fc.asyncProperty(
          fc.integer({ min: 7, max: 40 }),
          changesPerPage,
          async (pageSize, changes) => {
            // The page behind the last entry: from there everything lies in front.
            await add("z");
            const { meta } = await page(`/v1/Configs?PageSize=${all.length}`);
            const behind = await page(meta.next_page_url);
            await remove("z");
            const start = behind.meta.previous_page_url.replace(/PageSize=\d+/, `PageSize=${pageSize}`);
            const { seen, touched } = await walk(start, "previous_page_url", changes);
            expectEachOnce({ seen: seen.toReversed(), touched });
          },
        );
        await fc.assert(property, { numRuns: 20 });
      });
    });
  });

  describe("parameters:", () => {
    it.each(["1", "50", "1000", "007"])("PageSize=%s is taken", async (size) => {
      expect((await page(`/v1/Configs?PageSize=${size}`)).meta.page_size).toBe(Number(size));
    });

    it.each(["1001", "1500", "9".repeat(400)])("PageSize=%s gives 1000", async (size) => {
      expect((await page(`/v1/Configs?PageSize=${size}`)).meta.page_size).toBe(1000);
    });

    it.each([
      ["PageSize=", /^PageSize /],
      ["PageSize=0", /^PageSize /],
      ["PageSize=-1", /^PageSize /],
      ["PageSize=1.5", /^PageSize /],
      ["PageSize=1e2", /^PageSize /],
      ["PageSize=+5", /^PageSize /],
      ["PageSize=%205", /^PageSize /],
      ["PageSize=0x10", /^PageSize /],
      ["PageSize=%D9%A3", /^PageSize /],
      ["PageSize=5&PageSize=6", /^PageSize /],
      ["PageSize=%", /^PageSize /],
      ["Page=", /^Page /],
      ["Page=-1", /^Page /],
      ["Page=1.0", /^Page /],
      ["Page=two", /^Page /],
      [`Page=${"9".repeat(30)}`, /^Page /],
      ["PageToken=", /^PageToken /],
      ["PageToken=x", /^PageToken /],
      ["PageToken=azE", /^PageToken /],
      ["PageToken=.", /^PageToken /],
    ])("%s is a 400 that names it", async (query, message) => {
      const answer = await served.send("GET", `/v1/Configs?${query}`);
      expect([answer.status, answer.json.code]).toEqual([400, 20001]);
      expect(answer.json.message).toMatch(message);
    });

    it("others are left alone", async () => {
      expect((await page("/v1/Configs?pagesize=x&Other=%20&Page=0")).meta.page_size).toBe(50);
    });
  });

  describe("a page token", () => {
    let token: string;
    beforeEach(async () => {
      for (const key of ["a", "b", "c"]) await add(key);
      const { meta } = await page("/v1/Configs?PageSize=1");
      token = new URL(meta.next_page_url).searchParams.get("PageToken")!;
    });

    it("is another account's nothing but a 400", async () => {
      const answer = await served.send("GET", `/v1/Configs?PageToken=${token}`, { as: served.otherAccount });
      expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(/^PageToken /)]);
    });

    it("with any character changed, added or left out is a 400", async () => {
      for (let n = 0; n < token.length; n++) {
        const other = token[n] === "A" ? "B" : "A";
        for (const bad of [
          token.slice(0, n) + other + token.slice(n + 1),
          token.slice(0, n) + token.slice(n + 1),
          `${token}A`,
        ]) {
          expect((await served.send("GET", `/v1/Configs?PageToken=${bad}`)).status).toBe(400);
        }
      }
    });

    it("that a client made up with its check names nothing but what a key can be", async () => {
      const made = (text: string) => {
        const check = createHash("sha256").update(JSON.stringify([served.account.sid, "", "config", text]));
        return `${Buffer.from(text).toString("base64url")}.${check.digest("base64url").slice(0, 16)}`;
      };
      expect(made(">a")).toBe(token);
      for (const text of [">\0", "<a\0", ">ä", ">\ufeff", "<\u{1f600}", ">\n"]) {
        expect((await served.send("GET", `/v1/Configs?PageToken=${made(text)}`)).status).toBe(400);
      }
    });

    it("holds on another server with the same content", async () => {
      const again = await serveForTest({ store: served.store, accounts: [served.account] });
      const answer = await again.send("GET", `/v1/Configs?PageSize=1&PageToken=${token}`, { as: served.account });
      expect(keysOf(answer)).toEqual(["b"]);
    });
  });
});
