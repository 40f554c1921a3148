import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { backupSqliteStore, openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import { configs, entry } from "../store-contract/place.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe("a backup", () => {
  it("is one whole state of a store that is written meanwhile, in one file that only its owner can read", async () => {
    const folder = temporaryFolder();
    const [file, copy] = [join(folder, "a.db"), join(folder, "copy.db")];
    const store = await openSqliteStore(file);
    for (let n = 0; n < 50; n++) await store.create(configs, entry(`before${n}`));
    const writing = Promise.all(Array.from({ length: 50 }, (_, n) => store.create(configs, entry(`meanwhile${n}`))));
    await backupSqliteStore(file, copy);
    await writing;
    expect(statSync(copy).mode & 0o777).toBe(0o600);
    // What the log beside the database holds is in the copy already.
    const restored = await openSqliteStore(copy);
    const keys = (await restored.list(configs, { limit: 1000 })).map(({ key }) => key);
    expect(keys.filter((key) => key.startsWith("before"))).toHaveLength(50);
    await restored.close();
    expect(await store.list(configs, { limit: 1000 })).toHaveLength(100);
    await store.close();
  });

  it("leaves a file that exists as it is", async () => {
    const folder = temporaryFolder();
    const [file, copy] = [join(folder, "a.db"), join(folder, "copy.db")];
    await (await openSqliteStore(file)).close();
    writeFileSync(copy, "mine");
    await expect(backupSqliteStore(file, copy)).rejects.toMatchObject({
      code: "ERR_MVSIM_NOT_WRITABLE",
      message: expect.stringMatching(/copy\.db can't be written: it exists; name a new file/),
    });
    expect(readFileSync(copy, "utf8")).toBe("mine");
  });

  it("needs a database, creates none, and brings none up to date", async () => {
    const folder = temporaryFolder();
    const refused = (name: string, reason: RegExp) =>
      expect(backupSqliteStore(join(folder, name), join(folder, "copy.db"))).rejects.toMatchObject({
        code: "ERR_MVSIM_DATABASE_UNUSABLE",
        message: expect.stringMatching(reason),
      });
    await refused("none.db", /there is no such file/);
    mkdirSync(join(folder, "inner"));
    await refused("inner", /it is a folder/);
    writeFileSync(join(folder, "letter.txt"), "Dear reader, ".repeat(500));
    await refused("letter.txt", /it is not a SQLite database/);
    const other = new Database(join(folder, "other.db"));
    other.exec("CREATE TABLE entry (mine TEXT)");
    other.close();
    await refused("other.db", /another program/);
    expect(() => statSync(join(folder, "copy.db"))).toThrow(/ENOENT/);
    expect(() => statSync(join(folder, "none.db"))).toThrow(/ENOENT/);
  });
});
