import { copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import { form, serveForTest } from "../served-service.ts";
import { configs, device, entry } from "../store-contract/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { until } from "../until.ts";

const large = "x".repeat(4000);

describe("a damaged file", () => {
  it("is refused at the start, and left as it is", async () => {
    const file = join(temporaryFolder(), "a.db");
    const store = await openSqliteStore(file);
    for (let n = 0; n < 50; n++) await store.create(configs, entry(`k${n}`, large));
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, bytes.length / 2, bytes.length / 2 + 8192);
    writeFileSync(file, bytes);
    await expect(openSqliteStore(file)).rejects.toMatchObject({
      code: "ERR_MVSIM_DATABASE_UNUSABLE",
      message: expect.stringMatching(/a\.db can't be used: it is damaged; restore a backup/),
    });
    expect(readFileSync(file).equals(bytes)).toBe(true);
  });
});

describe("a service whose disk is full", () => {
  it("answers 500 to what needs more, says why in its log, serves the rest, and writes again when there is room", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "a.db"), { maxBytes: 300_000 });
    const { send, reported } = await serveForTest({ store });
    const post = (key: string) =>
      send("POST", "/v1/Configs", { headers: form, body: `Key=${key}&Value=${large}` }).then(({ status }) => status);
    let written = 0;
    while ((await post(`k${written}`)) === 201) written++;
    expect(await post("one-more")).toBe(500);
    expect(reported.at(-1)).toMatchObject({ code: "SQLITE_FULL", message: "database or disk is full" });
    expect(await send("GET", "/v1/Configs/k0")).toMatchObject({ status: 200, json: { value: large } });
    expect(await send("GET", "/v1/Configs/one-more")).toMatchObject({ status: 404 });
    for (const key of ["k0", "k1", "k2"]) expect((await send("DELETE", `/v1/Configs/${key}`)).status).toBe(204);
    expect(await post("one-more")).toBe(201);
    expect((await send("GET", "/v1/Configs?PageSize=1000")).json.configs).toHaveLength(written - 2);
  });

  it("keeps a log or a notice whole or not at all, and works on", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "a.db"), { maxBytes: 300_000 });
    const append = () => store.appendLog({ deviceSid: device, text: large, receivedAt: 1 }, 1000);
    let appended = 0;
    const error = await (async () => {
      for (;;) await append().then(() => appended++);
    })().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "SQLITE_FULL" });
    const node = large.repeat(3);
    const notice = { kind: "connected", deviceSid: device, node, at: 1 } as const;
    await expect(store.notify(notice)).rejects.toMatchObject({ code: "SQLITE_FULL" });
    expect(await store.listLogs(device, 0, 1000)).toHaveLength(appended);
    await expect(store.check()).resolves.toBeUndefined();
    await store.close();
  });
});

describe("a service whose database another process keeps locked", () => {
  it("answers 500 after the wait, and works again when it is free", async () => {
    const file = join(temporaryFolder(), "a.db");
    const { send, reported } = await serveForTest({ store: await openSqliteStore(file) });
    const other = new Database(file);
    other.exec("BEGIN IMMEDIATE");
    const create = { headers: form, body: "Key=k&Value=v" };
    expect((await send("POST", "/v1/Configs", create)).status).toBe(500);
    expect(reported.at(-1)).toMatchObject({ code: "SQLITE_BUSY" });
    expect((await send("GET", "/v1/Configs/k")).status).toBe(404);
    other.exec("ROLLBACK");
    other.close();
    expect((await send("POST", "/v1/Configs", create)).status).toBe(201);
  });
});

describe("a service whose database file goes away under it", () => {
  const create = (key: string) => ({ headers: form, body: `Key=${key}&Value=v` });

  async function served() {
    const file = join(temporaryFolder(), "a.db");
    const { send, reported } = await serveForTest({ store: await openSqliteStore(file) });
    expect((await send("POST", "/v1/Configs", create("before"))).status).toBe(201);
    return { file, send, reported };
  }

  it("acknowledges no write until the file is back, says why, and goes on by itself then", async () => {
    const { file, send, reported } = await served();
    renameSync(file, `${file}.away`);
    expect(await send("POST", "/v1/Configs", create("meanwhile"))).toMatchObject({
      status: 500,
      json: { code: 20500 },
    });
    expect(reported.at(-1)).toMatchObject({
      code: "ERR_MVSIM_DATABASE_UNUSABLE",
      message: expect.stringMatching(
        /a\.db can't be used: its file was removed or replaced while it is in use; put it/,
      ),
    });
    expect((await send("GET", "/v1/Configs/before")).status).toBe(200);
    expect(await send("GET", "/readyz")).toMatchObject({ status: 503, json: { reason: "storeFailed" } });
    renameSync(`${file}.away`, file);
    expect((await send("POST", "/v1/Configs", create("after"))).status).toBe(201);
    await until(async () => (await send("GET", "/readyz")).status === 200);
  });

  it.each([
    ["another takes its place", replaceByCopy],
    ["the log beside it is removed", (file: string) => rmSync(`${file}-wal`)],
  ])("acknowledges no write when %s", async (_, harm) => {
    const { file, send, reported } = await served();
    harm(file);
    expect((await send("POST", "/v1/Configs", create("meanwhile"))).status).toBe(500);
    expect(String(reported.at(-1))).toContain("removed or replaced");
  });
});

function replaceByCopy(file: string): void {
  copyFileSync(file, `${file}.copy`);
  renameSync(`${file}.copy`, file);
}
