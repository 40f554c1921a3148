import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import type { Collection, Notice } from "../../../../sim/configs/stores/store.ts";
import { describeStoreContract } from "../store-contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { typescriptArguments } from "../typescript-process.ts";

const configs: Collection = { accountSid: `AC${"a".repeat(32)}`, store: "config" };

const contractFolder = mkdtempSync(join(tmpdir(), "mvsim-"));
afterAll(() => rmSync(contractFolder, { recursive: true }));
let contractFiles = 0;
describeStoreContract("the SQLite store", {
  newPlace: async () => {
    const file = join(contractFolder, `${contractFiles++}.db`);
    return { open: () => openSqliteStore(file) };
  },
  isShared: true,
});

describe("a SQLite file", () => {
  it("survives a restart, and a copy of the closed file is whole", async () => {
    const folder = temporaryFolder();
    const first = await openSqliteStore(join(folder, "a.db"));
    await first.create(configs, { key: "a", value: "kept", updatedAt: 1, revision: "1" });
    await first.close();
    copyFileSync(join(folder, "a.db"), join(folder, "copy.db"));
    for (const name of ["a.db", "copy.db"]) {
      const again = await openSqliteStore(join(folder, name));
      expect(await again.get(configs, "a")).toEqual({ key: "a", value: "kept", updatedAt: 1, revision: "1" });
      await again.close();
    }
  });

  it("has the credentials of an account revoked wholly or not at all", async () => {
    const file = join(temporaryFolder(), "revoked.db");
    const store = await openSqliteStore(file);
    const { accountSid } = configs;
    const [token, deviceToken] = [
      { kind: "account", sid: accountSid, accountSid, digest: "01", createdAt: 1 },
      { kind: "device", sid: `UV${"c".repeat(32)}`, accountSid, digest: "02", createdAt: 1 },
    ] as const;
    for (const one of [token, deviceToken]) await store.createCredential(one);
    const other = new Database(file);
    other.exec("CREATE TRIGGER failing BEFORE UPDATE ON credential BEGIN SELECT RAISE(ABORT, 'no room'); END");
    await expect(store.revokeCredentials(accountSid)).rejects.toThrow("no room");
    expect(await store.findCredential(accountSid)).toEqual(token);
    other.exec("DROP TRIGGER failing");
    other.close();
    expect(await store.revokeCredentials(accountSid)).toHaveLength(2);
    expect(await store.findCredential(accountSid)).toBeUndefined();
    await store.close();
  });

  it("tells of a gap when notices are gone that were not read yet", async () => {
    const file = join(temporaryFolder(), "gap.db");
    const store = await openSqliteStore(file);
    const log: Notice = { kind: "log", deviceSid: "UV1", sequence: 1 };
    await store.notify(log);
    const heard: Notice[] = [];
    const isHeard = new Promise<void>((resolve) => {
      store.onNotice((notice) => {
        heard.push(notice);
        if (heard.length === 3) resolve();
      });
    });
    // As another process leaves the table that prunes it long after it has written to it.
    const other = new Database(file);
    const write = other.prepare("INSERT INTO notice (source, body, created_at) VALUES ('other', ?, 0)");
    other.exec("BEGIN");
    for (let n = 0; n < 3; n++) write.run(JSON.stringify(log));
    other.exec("DELETE FROM notice WHERE id = (SELECT max(id) - 2 FROM notice); COMMIT");
    other.close();
    await isHeard;
    expect(heard).toEqual([{ kind: "gap" }, log, log]);
    await store.close();
  });

  it("answers no read when it is closed", async () => {
    const store = await openSqliteStore(join(temporaryFolder(), "closed.db"));
    await store.close();
    await expect(store.get(configs, "a")).rejects.toThrow("not open");
    await expect(store.findCredential(configs.accountSid)).rejects.toThrow("not open");
  });

  it("is held by no read: another process can move the whole log into the file, and write, and so can this", async () => {
    const file = join(temporaryFolder(), "read.db");
    const store = await openSqliteStore(file);
    const other = new Database(file, { timeout: 0 });
    await store.create(configs, { key: "a", value: "1", updatedAt: 1, revision: "1" });
    await store.get(configs, "a");
    await store.findCredential(configs.accountSid);
    expect(other.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()).toMatchObject({ busy: 0 });
    other.exec("UPDATE entry SET updated_at = 2");
    expect(await store.update(configs, { key: "a", value: "3", updatedAt: 3, revision: "3" }, "1")).toBe("done");
    other.close();
    await store.close();
  });

  it("shows at once what another process writes", async () => {
    const file = join(temporaryFolder(), "shared.db");
    const store = await openSqliteStore(file);
    expect(await store.get(configs, "a0")).toBeUndefined();
    const writer = await startWriter(file, "a", 1);
    await writer.write();
    expect((await store.get(configs, "a0"))?.value).toMatch(/^by \d+$/);
    await store.close();
  });

  it("is created by one of several processes that start at once, and one of them creates a key", async () => {
    const file = join(temporaryFolder(), "shared.db");
    const writers = await Promise.all([1, 2, 3].map(() => startWriter(file, "k", 50)));
    const created = (await Promise.all(writers.map(({ write }) => write()))).flat();
    const expected = Array.from({ length: 50 }, (_, n) => `k${n}`);
    expect(created.toSorted()).toEqual(expected.toSorted());
  });
});

describe("a file that can't be used", () => {
  const open = (path: string) => openSqliteStore(path).then((store) => store.close());
  const refusal = (reason: RegExp) =>
    expect.objectContaining({ code: "ERR_MVSIM_DATABASE_UNUSABLE", message: expect.stringMatching(reason) });

  it("is refused when it is not a database, and left as it is", async () => {
    const file = join(temporaryFolder(), "letter.txt");
    writeFileSync(file, "Dear reader, ".repeat(500));
    await expect(open(file)).rejects.toEqual(refusal(/letter\.txt can't be used: it is not a SQLite database/));
    expect(readFileSync(file, "utf8")).toBe("Dear reader, ".repeat(500));
  });

  it("is refused when another program's tables are in it", async () => {
    const file = join(temporaryFolder(), "other.db");
    const other = new Database(file);
    other.exec("CREATE TABLE entry (mine TEXT)");
    other.close();
    const before = readFileSync(file);
    await expect(open(file)).rejects.toEqual(refusal(/another program/));
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("is refused when a newer version wrote it", async () => {
    const file = join(temporaryFolder(), "newer.db");
    await open(file);
    const newer = new Database(file);
    newer.exec("INSERT INTO kysely_migration VALUES ('9999-from-the-future', '2099-01-01')");
    newer.close();
    await expect(open(file)).rejects.toEqual(refusal(/a newer version/));
  });

  it("is refused when it is a folder, or its folder does not exist", async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "inner"));
    await expect(open(join(folder, "inner"))).rejects.toEqual(refusal(/it is a folder/));
    await expect(open(join(folder, "none", "a.db"))).rejects.toEqual(refusal(/there is no folder .*none; create it/));
  });

  it("is refused when this user may not write it, or not into its folder", () => {
    const folder = temporaryFolder();
    chmodSync(folder, 0o755);
    const file = join(folder, "read-only.db");
    writeFileSync(file, "");
    chmodSync(file, 0o444);
    expect(openAsUnprivileged(file)).toMatch(/may not read and write it/);
    chmodSync(folder, 0o555);
    expect(openAsUnprivileged(join(folder, "new.db"))).toMatch(/may not write to the folder/);
    chmodSync(folder, 0o755);
  });
});

/** Another process that creates the keys prefix0, prefix1 … as soon as it is told to, and says which it created. */
async function startWriter(file: string, prefix: string, count: number) {
  const program = new URL("./writer-process.ts", import.meta.url);
  const child = spawn(process.execPath, typescriptArguments(program, file, prefix, String(count)));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const errors: Buffer[] = [];
  child.stderr.on("data", (chunk) => errors.push(chunk));
  const nextLine = async () => {
    const { done, value } = await lines.next();
    if (done) throw new Error(Buffer.concat(errors).toString());
    return value as string;
  };
  expect(await nextLine()).toBe("ready");
  return {
    async write(): Promise<string[]> {
      child.stdin.end("go");
      return JSON.parse(await nextLine());
    },
  };
}

/** Root may write everywhere: then the process gives its rights away. Answers the error's message. */
function openAsUnprivileged(file: string): string {
  const program = new URL("./opener-process.ts", import.meta.url);
  return spawnSync(process.execPath, typescriptArguments(program, file), { encoding: "utf8" }).stdout;
}

describe("a file of the version before devices had names", () => {
  it("keeps its entries, each with a revision of its own, and its devices", async () => {
    const file = join(temporaryFolder(), "old.db");
    const old = new Database(file);
    // The tables and marks of 0.1.0, as it wrote them.
    old.exec(`PRAGMA application_id = ${0x6d76736d};
      CREATE TABLE kysely_migration (name varchar(255) NOT NULL PRIMARY KEY, timestamp varchar(255) NOT NULL);
      CREATE TABLE kysely_migration_lock (id varchar(255) NOT NULL PRIMARY KEY, is_locked integer NOT NULL DEFAULT 0);
      INSERT INTO kysely_migration VALUES ('0001-entries-and-devices', '2026-01-01T00:00:00.000Z');
      INSERT INTO kysely_migration_lock VALUES ('migration_lock', 0);
      CREATE TABLE entry (account_sid text NOT NULL, device_sid text NOT NULL, store text NOT NULL, key text NOT NULL,
        value blob NOT NULL, updated_at integer NOT NULL,
        CONSTRAINT entry_primary_key PRIMARY KEY (account_sid, device_sid, store, key));
      CREATE TABLE device (sid text NOT NULL PRIMARY KEY, account_sid text NOT NULL, logging_enabled integer NOT NULL,
        created_at integer NOT NULL);
      INSERT INTO entry VALUES ('${configs.accountSid}', '', 'config', 'a', x'31', 5),
        ('${configs.accountSid}', '', 'config', 'b', x'32', 6);
      INSERT INTO device VALUES ('UV1', '${configs.accountSid}', 1, 7);`);
    old.close();
    const store = await openSqliteStore(file);
    const revision = expect.stringMatching(/^[0-9a-f]{16}$/);
    const entries = await store.list(configs, { limit: 9 });
    expect(entries).toEqual([
      { key: "a", value: "1", updatedAt: 5, revision },
      { key: "b", value: "2", updatedAt: 6, revision },
    ]);
    expect(entries[0]?.revision).not.toBe(entries[1]?.revision);
    const device = { sid: "UV1", accountSid: configs.accountSid, loggingEnabled: true, createdAt: 7, updatedAt: 7 };
    expect(await store.findDevice("UV1")).toEqual(device);
    await store.close();
  });
});
