/** Where the master key of a database comes from. */

import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
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

  /** Opens the file. @returns the key of its credentials, which is its own whatever the master key is */
  async function open(source?: MasterKeySource): Promise<string> {
    const { store, credentialKey } = await openSealedSqliteStore(file, source);
    await store.close();
    return Buffer.from(credentialKey).toString("hex");
  }

  it("is made beside a new file, for its owner alone, and found again", async () => {
    const opened = await open();
    const made = readFileSync(`${file}.key`, "utf8");
    expect(made).toMatch(/^[0-9a-f]{64}\n$/);
    expect(statSync(`${file}.key`).mode & 0o777).toBe(0o600);
    expect(await open()).toBe(opened);
    expect(await open({ text: made })).toBe(opened);
  });

  it("is one key for two that start at once", async () => {
    const opened = await Promise.all([openSealedSqliteStore(file), openSealedSqliteStore(file)]);
    expect(opened[0].credentialKey).toEqual(opened[1].credentialKey);
    for (const { store } of opened) await store.close();
  });

  it("is that of a key file, else that of MVSIM_KEY, in hex or base64url", async () => {
    const keyFile = join(temporaryFolder(), "key");
    writeFileSync(keyFile, `${hex}\n`, { mode: 0o600 });
    const opened = await open({ keyFile, text: "b2".repeat(32) });
    expect(await open({ text: base64url })).toBe(opened);
    expect(existsSync(`${file}.key`)).toBe(false);
  });

  it.runIf(process.platform !== "win32").each(["644", "640", "604", "620", "601"])(
    "is refused in a file of mode %s, which others may use, and the message says the cure",
    async (mode) => {
      const keyFile = join(temporaryFolder(), "key");
      writeFileSync(keyFile, hex);
      chmodSync(keyFile, Number.parseInt(mode, 8));
      await expect(open({ keyFile })).rejects.toMatchObject({
        code: "ERR_MVSIM_INVALID_KEY",
        message: expect.stringMatching(new RegExp(`mode ${mode}.*chmod 600 ${keyFile}$`)),
      });
      chmodSync(keyFile, 0o400);
      await open({ keyFile });
      renameSync(keyFile, `${file}.key`);
      chmodSync(`${file}.key`, Number.parseInt(mode, 8));
      await expect(open()).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_KEY" });
    },
  );

  it("is refused when it is another than the secrets were sealed with", async () => {
    await open({ text: hex });
    await expect(open({ text: "b2".repeat(32) })).rejects.toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
    writeFileSync(`${file}.key`, "b2".repeat(32), { mode: 0o600 });
    await expect(open()).rejects.toMatchObject({
      code: "ERR_MVSIM_WRONG_KEY",
      message: expect.stringContaining(`${file}.key does not open`),
    });
    rmSync(`${file}.key`);
    await expect(open()).rejects.toMatchObject({
      code: "ERR_MVSIM_WRONG_KEY",
      message: expect.stringContaining("is missing"),
    });
    expect(existsSync(`${file}.key`)).toBe(false);
  });

  it("is not made anew when its file is lost", async () => {
    await open();
    rmSync(`${file}.key`);
    await expect(open()).rejects.toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
  });

  it.each(["", "short", hex.slice(1), `${hex}0`, `${base64url}A`])(
    "is not %j, and no message shows it",
    async (text) => {
      const keyFile = join(temporaryFolder(), "key");
      writeFileSync(keyFile, text, { mode: 0o600 });
      const refusal = await open({ keyFile }).catch((error) => error);
      expect(refusal.code).toBe("ERR_MVSIM_INVALID_KEY");
      if (text !== "") expect(refusal.message).not.toContain(text);
      await expect(open({ keyFile: join(temporaryFolder(), "none") })).rejects.toThrow("There is no key file");
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
