/** `mvsim master-key change`, as a process that may be killed, on a database file that others have open. */

import { readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openSealedSqliteStore } from "../../../sim/configs/index.ts";
import { changeSqliteMasterKey } from "../../../sim/configs/master-key-change.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, refusal, startMvsim } from "./mvsim.ts";

const secrets = { accountSid: `AC${"a".repeat(32)}`, store: "secret" } as const;
const failing = { NODE_OPTIONS: `--import ${new URL("./failing-file-changes.mjs", import.meta.url).href}` };

let file: string;
let keyFile: string;
let newKeyFile: string;
beforeEach(() => {
  file = join(temporaryFolder(), "configs.db");
  keyFile = join(temporaryFolder(), "master.key");
  newKeyFile = join(temporaryFolder(), "new.key");
});

async function writeSecret(keyFileOfStore?: string): Promise<void> {
  const { store } = await openSealedSqliteStore(file, { keyFile: keyFileOfStore });
  await store.create(secrets, { key: "k", value: "planted", updatedAt: 1, revision: "1" });
  await store.close();
}

/** Undefined: the key does not open the database. */
async function readSecret(keyFileOfStore?: string): Promise<string | undefined> {
  try {
    const { store } = await openSealedSqliteStore(file, { keyFile: keyFileOfStore });
    const secret = await store.get(secrets, "k");
    await store.close();
    return secret?.value;
  } catch (error) {
    expect(error).toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
    return undefined;
  }
}

/** Kills the command in front of each change that it makes to files, one a time, until it makes no further one. */
async function killEverywhere(words: readonly string[], afterEach: () => Promise<void>): Promise<number> {
  for (let kills = 0; ; kills++) {
    const env = { ...failing, KILLED_AT: String(kills + 1) };
    const { status, stderr } = await startMvsim(words, { env }).ended;
    await afterEach();
    if (status === null) continue;
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    return kills;
  }
}

const besideDatabase = () => readdirSync(dirname(file)).filter((name) => name.startsWith(`${basename(file)}.key`));

describe("mvsim master-key change of the key beside the database", () => {
  it("puts another in its place, and keeps the former one for backups", async () => {
    await writeSecret();
    const former = readFileSync(`${file}.key`, "utf8");
    const backup = join(temporaryFolder(), "backup.db");
    await mvsim("backup", backup, "--sqlite", file);
    const { status, stdout, stderr } = await mvsim("master-key", "change", "--sqlite", file);
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    const formerFile = /former one is in (\S+), /.exec(stdout)![1]!;
    expect(besideDatabase()).toEqual([basename(`${file}.key`), basename(formerFile)]);
    expect(readFileSync(formerFile, "utf8")).toBe(former);
    expect(readFileSync(`${file}.key`, "utf8")).not.toBe(former);
    for (const each of [formerFile, `${file}.key`]) expect(statSync(each).mode & 0o777).toBe(0o600);
    expect(await readSecret()).toBe("planted");
    expect(await readSecret(formerFile)).toBeUndefined();
    writeFileSync(`${file}.key.new-0a1b2c3d.half-made`, "0a1b", { mode: 0o600 });
    renameSync(backup, file);
    expect(await readSecret()).toBeUndefined();
    expect(await readSecret(formerFile)).toBe("planted");
  });

  it("leaves a database that opens by itself, wherever it is killed", { timeout: 60_000 }, async () => {
    await writeSecret();
    const kills = await killEverywhere(["master-key", "change", "--sqlite", file], async () => {
      expect(await readSecret()).toBe("planted");
    });
    // The new key's draft, its name, the draft's end, the former key's name, the new key in its place.
    expect(kills).toBe(5);
  });

  it("is ended by whoever opens the database, when it was cut off in front of its last step", async () => {
    await writeSecret();
    const former = readFileSync(`${file}.key`, "utf8");
    const env = { ...failing, KILLED_AT: "5" };
    expect((await startMvsim(["master-key", "change", "--sqlite", file], { env }).ended).status).toBeNull();
    expect(readFileSync(`${file}.key`, "utf8")).toBe(former);
    const opened = await Promise.all([1, 2, 3].map(() => openSealedSqliteStore(file)));
    for (const { store } of opened) await store.close();
    expect(readFileSync(`${file}.key`, "utf8")).not.toBe(former);
    expect(besideDatabase()).toHaveLength(2);
  });

  it("leaves no more files than there were changes, when several are made at once", async () => {
    await writeSecret();
    const request = { source: {}, newKeyFile: undefined, renew: false };
    const changes = await Promise.allSettled([1, 2, 3].map(() => changeSqliteMasterKey(file, request)));
    const changed = changes.filter(({ status }) => status === "fulfilled");
    expect(changed.length).toBeGreaterThan(0);
    for (const each of changes) if (each.status === "rejected") expect(each.reason.code).toBe("ERR_MVSIM_WRONG_KEY");
    expect(besideDatabase()).toHaveLength(1 + changed.length);
    expect(await readSecret()).toBe("planted");
  });

  it("says where the new key is when it can't have the former one's place, and the database opens nevertheless", async () => {
    await writeSecret();
    const env = { ...failing, REFUSED: "rename" };
    const { status, stderr } = await startMvsim(["master-key", "change", "--sqlite", file], { env }).ended;
    expect(stderr).toMatch(/ERR_MVSIM_NOT_WRITABLE: The master key is changed/);
    expect(status).toBe(2);
    const newFile = /Move it there: (\S+) to/.exec(stderr)![1]!;
    const list = ["accounts", "list", "--sqlite", file];
    expect(await startMvsim(list, { env }).ended).toMatchObject({ status: 0 });
    rmSync(`${file}.key`);
    expect(besideDatabase()).toContain(basename(newFile));
    expect(await mvsim(...list)).toMatchObject({ status: 0 });
    expect(besideDatabase()).not.toContain(basename(newFile));
    const untouched = readFileSync(`${file}.key`, "utf8");
    const refused = await startMvsim(["master-key", "change", "--sqlite", file], {
      env: { ...failing, REFUSED: "link" },
    }).ended;
    expect(refused).toMatchObject(refusal(2, "INVALID_KEY", "can't be made (EBUSY)"));
    expect(readFileSync(`${file}.key`, "utf8")).toBe(untouched);
    expect(await readSecret()).toBe("planted");
  });
});

describe("mvsim master-key change to a key in a file", () => {
  const words = () => ["master-key", "change", "--sqlite", file, "--key-file", keyFile, "--new-key-file", newKeyFile];
  beforeEach(async () => {
    writeFileSync(keyFile, "a1".repeat(32), { mode: 0o600 });
    await writeSecret(keyFile);
  });

  it("makes the key, for its owner alone, and says what to start services with", async () => {
    expect(await mvsim(...words())).toEqual({
      status: 0,
      stdout: `The master key is now the one in ${newKeyFile}.\nStart services with --key-file ${newKeyFile} from now on.\n`,
      stderr: "",
    });
    expect(statSync(newKeyFile).mode & 0o777).toBe(0o600);
    expect(await readSecret(newKeyFile)).toBe("planted");
    expect(await readSecret(keyFile)).toBeUndefined();
    const start = await mvsim("serve", "--port", "0", "--sqlite", file, "--key-file", keyFile);
    expect(start).toMatchObject(refusal(2, "WRONG_KEY", "Name the one that it has now, with --key-file FILE"));
  });

  it("takes a key that is there, and can be given again", async () => {
    writeFileSync(newKeyFile, "b2".repeat(32), { mode: 0o600 });
    for (let n = 0; n < 2; n++) expect(await mvsim(...words())).toMatchObject({ status: 0 });
    expect(readFileSync(newKeyFile, "utf8")).toBe("b2".repeat(32));
    expect(await readSecret(newKeyFile)).toBe("planted");
  });

  it("leaves one key that opens the database, wherever it is killed", { timeout: 60_000 }, async () => {
    const kills = await killEverywhere(words(), async () => {
      const opens = [await readSecret(keyFile), (await isThere(newKeyFile)) && (await readSecret(newKeyFile))];
      expect(opens.filter((value) => value === "planted")).toHaveLength(1);
    });
    // The new key's draft, its name, and the draft's end, behind which the key is there.
    expect(kills).toBe(3);
    expect(await readSecret(newKeyFile)).toBe("planted");
  });

  it("takes the place of the key beside the database", async () => {
    file = join(temporaryFolder(), "configs.db");
    await writeSecret();
    const change = ["master-key", "change", "--sqlite", file, "--new-key-file", newKeyFile];
    for (let n = 0; n < 2; n++) expect(await mvsim(...change)).toMatchObject({ status: 0 });
    expect(await readSecret(newKeyFile)).toBe("planted");
    const start = await mvsim("accounts", "list", "--sqlite", file);
    expect(start).toMatchObject(refusal(2, "WRONG_KEY", `${file}.key does not open ${file}`));
  });

  it("refuses the present key, a key that others may read, a wrong one, and what is no database of ours", async () => {
    writeFileSync(newKeyFile, "a1".repeat(32), { mode: 0o600 });
    expect(await mvsim(...words())).toMatchObject(refusal(2, "USAGE", "has the present master key"));
    writeFileSync(join(dirname(newKeyFile), "open.key"), "b2".repeat(32), { mode: 0o644 });
    newKeyFile = join(dirname(newKeyFile), "open.key");
    expect(await mvsim(...words())).toMatchObject(refusal(2, "INVALID_KEY", `chmod 600 ${newKeyFile}`));
    newKeyFile = join(dirname(newKeyFile), "unused.key");
    writeFileSync(keyFile, "c3".repeat(32));
    expect(await mvsim(...words())).toMatchObject(refusal(2, "WRONG_KEY", "another master key"));
    expect(await isThere(newKeyFile)).toBe(false);
    file = join(temporaryFolder(), "none.db");
    expect(await mvsim(...words())).toMatchObject(refusal(2, "DATABASE_UNUSABLE", "there is no such file"));
    expect(await isThere(file)).toBe(false);
  });

  it("must name it where the present one is named too, and one database", async () => {
    const named = await mvsim("master-key", "change", "--sqlite", file, "--key-file", keyFile);
    expect(named).toMatchObject(refusal(2, "USAGE", "--new-key-file FILE"));
    const both = await mvsim(...words(), "--postgres", "postgres://127.0.0.1:1/none");
    expect(both).toMatchObject(refusal(2, "USAGE", "--sqlite FILE or --postgres URL"));
  });
});

describe("mvsim serve, while the master key is changed,", () => {
  it("goes on, and needs the new key when it starts anew", { timeout: 60_000 }, async () => {
    const created = await mvsim("accounts", "create", "--json", "--sqlite", file);
    const { account, authToken } = JSON.parse(created.stdout);
    const former = join(dirname(keyFile), "former.key");
    writeFileSync(former, readFileSync(`${file}.key`), { mode: 0o600 });
    const serve = async () => {
      const command = startMvsim(["serve", "--port", "0", "--sqlite", file]);
      const service = /REST +(\S+)\/v1\n/.exec(await command.prints("Ctrl-C stops it."))![1]!;
      const headers = { authorization: `Basic ${Buffer.from(`${account}:${authToken}`).toString("base64")}` };
      const send = async (path: string, body?: URLSearchParams) =>
        (await fetch(service + path, body ? { method: "POST", headers, body } : { headers })).status;
      return { command, send };
    };
    const running = await serve();
    expect(await running.send("/v1/Secrets", new URLSearchParams({ Key: "before", Value: "1" }))).toBe(201);
    expect(await mvsim("master-key", "change", "--sqlite", file)).toMatchObject({ status: 0 });
    expect(await running.send("/v1/Secrets", new URLSearchParams({ Key: "after", Value: "2" }))).toBe(201);
    expect(await running.send("/v1/Secrets/before")).toBe(200);
    running.command.process.kill("SIGTERM");
    expect(await running.command.ended).toMatchObject({ status: 0 });
    const refused = await mvsim("serve", "--port", "0", "--sqlite", file, "--key-file", former);
    expect(refused).toMatchObject(refusal(2, "WRONG_KEY", "another master key"));
    const again = await serve();
    for (const path of ["/v1/Secrets/before", "/v1/Secrets/after"]) expect(await again.send(path)).toBe(200);
  });
});

async function isThere(path: string): Promise<boolean> {
  return readdirSync(dirname(path)).includes(basename(path));
}
