/** Work that is asked for at the same time shares a transaction, and nobody notices but the disk. */

import { statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import { configs, device, entry } from "../store-contract/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const frameBytes = 4096 + 24;

describe("writes that are asked for at the same time", () => {
  it("end in one commit", async () => {
    const file = join(temporaryFolder(), "a.db");
    const store = await openSqliteStore(file);
    const writtenFrames = async (write: () => Promise<unknown>) => {
      const before = statSync(`${file}-wal`).size;
      await write();
      return (statSync(`${file}-wal`).size - before) / frameBytes;
    };
    const puts = Array.from({ length: 50 }, (_, n) => () => store.put(configs, entry("k", `v${n}`)));
    await puts[0]!();
    // A commit writes each page that has changed to the log.
    expect(await writtenFrames(async () => Promise.all(puts.map((put) => put())))).toBeLessThan(10);
    const oneByOne = async () => {
      for (const put of puts) await put();
    };
    expect(await writtenFrames(oneByOne)).toBeGreaterThanOrEqual(50);
    expect(await store.get(configs, "k")).toEqual(entry("k", "v49"));
    await store.close();
  });

  it("are done in their order, and each is told what it did", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "a.db"));
    const [first, second] = [entry("k", "first"), entry("k", "second")];
    const results = await Promise.all([
      store.create(configs, first),
      store.create(configs, second),
      store.update(configs, second, first.revision),
      store.update(configs, first, first.revision),
      store.delete(configs, "k", first.revision),
      store.delete(configs, "k"),
      store.update(configs, first),
    ]);
    expect(results).toEqual([true, false, "done", "changed", "changed", "done", "missing"]);
    await store.close();
  });

  it("succeed although one of them needs more than the disk has", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "a.db"), { maxBytes: 200_000 });
    const log = { deviceSid: device, text: "x".repeat(300_000), receivedAt: 1 };
    const results = await Promise.allSettled([
      store.create(configs, entry("before")),
      store.appendLog(log, 10),
      store.create(configs, entry("behind")),
    ]);
    expect(results).toMatchObject([
      { status: "fulfilled", value: true },
      { status: "rejected", reason: { code: "SQLITE_FULL" } },
      { status: "fulfilled", value: true },
    ]);
    expect((await store.list(configs, { limit: 10 })).map(({ key }) => key)).toEqual(["before", "behind"]);
    expect(await store.listLogs(device, 0, 10)).toEqual([]);
    await store.close();
  });
});

describe("reads that are asked for at the same time", () => {
  it("are each told what was found", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "a.db"));
    const [a, b] = [entry("a"), entry("b")];
    await Promise.all([store.create(configs, a), store.create(configs, b)]);
    const found = await Promise.all(["b", "none", "a"].map((key) => store.get(configs, key)));
    expect(found).toEqual([b, undefined, a]);
    await store.close();
  });

  it("see what another process has committed before they were asked for", async () => {
    const file = join(temporaryFolder(), "a.db");
    const [store, other] = [await openSqliteStore(file), await openSqliteStore(file)];
    for (const value of ["1", "2", "3"]) {
      await other.put(configs, entry("k", value));
      const found = await Promise.all([store.get(configs, "k"), store.get(configs, "k")]);
      expect(found.map((one) => one?.value)).toEqual([value, value]);
    }
    await Promise.all([store.close(), other.close()]);
  });

  it("are refused, all of them, when the store is closed", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "a.db"));
    await store.close();
    const results = await Promise.allSettled([store.get(configs, "a"), store.get(configs, "b")]);
    expect(results).toMatchObject([{ status: "rejected" }, { status: "rejected" }]);
  });
});
