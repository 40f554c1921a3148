/** Where the master key of a database comes from. */

import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { type MasterKeySource, openSealedPostgresStore, openSealedSqliteStore } from "../../../sim/configs/index.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const hex = "a1".repeat(32);
const base64url = Buffer.from(hex, "hex").toString("base64url");

describe("a SQLite file's master key", () => {
  let file: string;
  beforeEach(() => {
    file = join(temporaryFolder(), "configs.db");
  });

  async function keyOf(source?: MasterKeySource): Promise<string> {
    const { store, masterKey } = await openSealedSqliteStore(file, source);
    await store.close();
    return Buffer.from(masterKey).toString("hex");
  }

  it("is made beside a new file, for its owner alone, and found again", async () => {
    const made = await keyOf();
    expect(made).toMatch(/^[0-9a-f]{64}$/);
    expect(readFileSync(`${file}.key`, "utf8")).toBe(`${made}\n`);
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
    expect(await keyOf()).toBe(made);
  });

  it("is one key for two that start at once", async () => {
    const opened = await Promise.all([openSealedSqliteStore(file), openSealedSqliteStore(file)]);
    expect(opened[0].masterKey).toEqual(opened[1].masterKey);
    for (const { store } of opened) await store.close();
  });

  it("is that of a key file, else that of MVSIM_KEY, in hex or base64url", async () => {
    const keyFile = join(temporaryFolder(), "key");
    writeFileSync(keyFile, `${hex}\n`);
    expect(await keyOf({ keyFile, text: "b2".repeat(32) })).toBe(hex);
    expect(await keyOf({ text: base64url })).toBe(hex);
    expect(existsSync(`${file}.key`)).toBe(false);
  });

  it("is refused when it is another than the secrets were sealed with", async () => {
    await keyOf({ text: hex });
    await expect(keyOf({ text: "b2".repeat(32) })).rejects.toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
    await expect(keyOf()).rejects.toMatchObject({
      code: "ERR_MVSIM_WRONG_KEY",
      message: expect.stringContaining("is missing"),
    });
    expect(existsSync(`${file}.key`)).toBe(false);
  });

  it("is not made anew when its file is lost", async () => {
    await keyOf();
    rmSync(`${file}.key`);
    await expect(keyOf()).rejects.toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
  });

  it.each(["", "short", hex.slice(1), `${hex}0`, `${base64url}A`])(
    "is not %j, and no message shows it",
    async (text) => {
      const keyFile = join(temporaryFolder(), "key");
      writeFileSync(keyFile, text);
      const refusal = await keyOf({ keyFile }).catch((error) => error);
      expect(refusal.code).toBe("ERR_MVSIM_INVALID_KEY");
      if (text !== "") expect(refusal.message).not.toContain(text);
      await expect(keyOf({ keyFile: join(temporaryFolder(), "none") })).rejects.toThrow("There is no key file");
    },
  );
});

it("a PostgreSQL store's master key must be named: all its nodes have the same", async () => {
  const opening = openSealedPostgresStore("postgres://127.0.0.1:1/none", {});
  await expect(opening).rejects.toMatchObject({
    code: "ERR_MVSIM_INVALID_KEY",
    message: expect.stringContaining("--key-file"),
  });
});
