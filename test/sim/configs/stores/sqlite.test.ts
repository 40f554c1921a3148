import { spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import Database from "libsql";
import { afterAll, describe, expect, it } from "vitest";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import type { Collection } from "../../../../sim/configs/stores/store.ts";
import { describeStoreContract } from "../store-contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { typescriptArguments } from "../typescript-process.ts";

const configs: Collection = { accountSid: `AC${"a".repeat(32)}`, store: "config" };

const contractFolder = mkdtempSync(join(tmpdir(), "mvsim-"));
afterAll(() => rmSync(contractFolder, { recursive: true }));
let contractFiles = 0;
describeStoreContract("the SQLite store", () => openSqliteStore(join(contractFolder, `${contractFiles++}.db`)));

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
