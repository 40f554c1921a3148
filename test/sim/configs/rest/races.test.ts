/** Operators who change the same key at once. */

import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type ConfigStore, createMemoryStore, openSqliteStore } from "../../../../sim/configs/index.ts";
import { type Answer, form, type ServedService, serveForTest } from "../served-service.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const path = "/v1/Configs/k";

describe("between the check of a condition and the write", () => {
  let served: ServedService;
  let etag: string;
  /** Is called with what a conditional request has read, before it goes on. */
  let afterRead: () => Promise<unknown>;
  beforeEach(async () => {
    afterRead = async () => {};
    const inner = createMemoryStore();
    const store: ConfigStore = {
      ...inner,
      async get(collection, key) {
        const entry = await inner.get(collection, key);
        await afterRead();
        return entry;
      },
    };
    served = await serveForTest({ store });
    const created = await served.send("POST", "/v1/Configs", { headers: form, body: "Key=k&Value=one" });
    etag = created.headers.etag!;
  });

  const update = (value: string, headers = {}) =>
    served.send("POST", path, { headers: { ...form, ...headers }, body: `Value=${value}` });
  const remove = (headers = {}) => served.send("DELETE", path, { headers });
  /** Lets another operator come in between, once. */
  const meanwhile = (act: () => Promise<Answer>) => {
    afterRead = async () => {
      afterRead = async () => {};
      expect((await act()).status).toBeLessThan(300);
    };
  };
  const stored = async () => (await served.send("GET", path)).json.value;

  it("another's update makes If-Match fail: nothing is overwritten", async () => {
    meanwhile(() => update("theirs"));
    const answer = await update("mine", { "if-match": etag });
    expect([answer.status, answer.json.code, await stored()]).toEqual([412, 20412, "theirs"]);
  });

  it("another's update keeps a delete with If-Match from deleting it", async () => {
    meanwhile(() => update("theirs"));
    expect([(await remove({ "if-match": etag })).status, await stored()]).toEqual([412, "theirs"]);
  });

  it("another's delete, and creation with the same value, make If-Match fail", async () => {
    meanwhile(async () => {
      await remove();
      return served.send("POST", "/v1/Configs", { headers: form, body: "Key=k&Value=one" });
    });
    expect([(await update("mine", { "if-match": etag })).status, await stored()]).toEqual([412, "one"]);
  });

  it("another's delete leaves nothing to update", async () => {
    meanwhile(() => remove());
    expect((await update("mine", { "if-match": etag })).status).toBe(404);
    expect((await served.send("GET", path)).status).toBe(404);
  });

  it.each([{ "if-match": "*" }, { "if-none-match": '"other"' }])(
    "another's update does not matter to %j, which holds for the new entry too",
    async (headers) => {
      meanwhile(() => update("theirs"));
      expect([(await update("mine", headers)).status, await stored()]).toEqual([200, "mine"]);
    },
  );
});

describe.each(["memory", "SQLite"])("operators who race for one key (%s)", (kind) => {
  const serve = async () =>
    kind === "memory"
      ? serveForTest()
      : serveForTest({ store: await openSqliteStore(join(temporaryFolder(), "configs.db")) });

  it("lose no update: each that read an ETag and wrote with it counted once", async () => {
    const served = await serve();
    await served.send("POST", "/v1/Configs", { headers: form, body: "Key=k&Value=0" });
    let refusals = 0;
    const addOne = async () => {
      for (;;) {
        const { json, headers } = await served.send("GET", path);
        const condition = { ...form, "if-match": headers.etag! };
        const body = `Value=${Number(json.value) + 1}`;
        const { status } = await served.send("POST", path, { headers: condition, body });
        if (status === 200) return;
        expect(status).toBe(412);
        refusals++;
      }
    };
    await Promise.all(
      Array.from({ length: 4 }, async () => {
        for (let n = 0; n < 25; n++) await addOne();
      }),
    );
    expect((await served.send("GET", path)).json.value).toBe("100");
    expect(refusals).toBeGreaterThan(0);
  });

  it("win one at a time with the same ETag, whatever they do", async () => {
    const served = await serve();
    for (let n = 0; n < 20; n++) {
      const created = await served.send("POST", "/v1/Configs", { headers: form, body: `Key=k${n}&Value=0` });
      const headers = { ...form, "if-match": created.headers.etag! };
      const answers = await Promise.all([
        served.send("POST", `/v1/Configs/k${n}`, { headers, body: "Value=1" }),
        served.send("DELETE", `/v1/Configs/k${n}`, { headers }),
        served.send("POST", `/v1/Configs/k${n}`, { headers, body: "Value=2" }),
      ]);
      expect(answers.filter(({ status }) => status < 300)).toHaveLength(1);
      for (const { status } of answers) expect([200, 204, 404, 412]).toContain(status);
    }
  });
});
