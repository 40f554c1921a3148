/** The keys of a store's data under its master key: how a database from before gets them, and how that key is changed. */

import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { createDigest } from "../../../sim/configs/credentials.ts";
import { changeMasterKey } from "../../../sim/configs/data-keys.ts";
import { deriveKey } from "../../../sim/configs/derived-key.ts";
import { type SealedStore, sealStore } from "../../../sim/configs/sealed-store.ts";
import { openText } from "../../../sim/configs/sealed-text.ts";
import { openSqliteStore } from "../../../sim/configs/stores/sqlite.ts";
import type { Collection, ConfigStore, Entry } from "../../../sim/configs/stores/store.ts";
import { type OldDatabase, writeOldDatabase } from "./old-database.ts";
import { basic, serveForTest } from "./served-service.ts";
import { account, device } from "./store-contract/place.ts";
import { temporaryFolder } from "./temporary-folder.ts";

const [masterKey, newMasterKey] = [randomBytes(32), randomBytes(32)];
const apiKey = `SK${"d".repeat(32)}`;
const secrets: Collection = { accountSid: account, store: "secret" };
const deviceSecrets: Collection = { ...secrets, deviceSid: device };
const entry = (value: string): Entry => ({ key: "k", value, updatedAt: 2, revision: randomBytes(8).toString("hex") });
const wrongKey = { code: "ERR_MVSIM_WRONG_KEY" };

let file: string;
beforeEach(() => {
  file = join(temporaryFolder(), "configs.db");
});

/** The file's store as it is, closed after the test. */
async function openPlain(): Promise<ConfigStore> {
  const store = await openSqliteStore(file);
  onTestFinished(() => store.close());
  return store;
}

async function open(key: Uint8Array): Promise<SealedStore> {
  return sealStore(await openPlain(), key);
}

async function secretOf({ store }: SealedStore, collection: Collection): Promise<string | undefined> {
  return (await store.get(collection, "k"))?.value;
}

/** As it stands in the file. */
async function sealedValue(collection: Collection): Promise<string> {
  return (await (await openPlain()).get(collection, "k"))!.value;
}

async function change(from: Uint8Array, to: Uint8Array, renew = false): Promise<void> {
  await changeMasterKey(await openPlain(), { masterKey: from, newMasterKey: to, renew });
}

function bytesOfFiles(): Buffer {
  const folder = dirname(file);
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

describe("a database from before data keys", () => {
  let old: OldDatabase;
  let tokens: Record<string, string>;
  beforeEach(async () => {
    old = await writeOldDatabase(await openPlain(), masterKey);
    await old.writeSecret(secrets, "k", "of the account");
    await old.writeSecret(deviceSecrets, "k", "of the device");
    tokens = {
      [account]: await old.writeCredential("account", account, account),
      [apiKey]: await old.writeCredential("key", apiKey, account),
      [device]: await old.writeCredential("device", device, account),
    };
  });

  async function expectNothingLost(opened: SealedStore): Promise<void> {
    expect(await secretOf(opened, secrets)).toBe("of the account");
    expect(await secretOf(opened, deviceSecrets)).toBe("of the device");
    const digest = createDigest(opened.credentialKey);
    for (const [sid, token] of Object.entries(tokens)) {
      expect((await opened.store.findCredential(sid))?.digest).toBe(Buffer.from(digest(token)).toString("hex"));
    }
    const { send } = await serveForTest({ ...opened, accounts: [] });
    for (const sid of [account, apiKey]) {
      const headers = { authorization: basic({ sid, authToken: tokens[sid]! }) };
      expect((await send("GET", "/v1/Secrets/k", { headers })).status).toBe(200);
      headers.authorization = basic({ sid, authToken: "another" });
      expect((await send("GET", "/v1/Secrets/k", { headers })).status).toBe(401);
    }
  }

  it("loses no secret and no credential when it is opened, and when its master key is changed then", async () => {
    await expectNothingLost(await open(masterKey));
    await expectNothingLost(await open(masterKey));
    await change(masterKey, newMasterKey);
    await expectNothingLost(await open(newMasterKey));
  });

  it("has its master key changed before anybody has opened it, too", async () => {
    await change(masterKey, newMasterKey);
    await expectNothingLost(await open(newMasterKey));
  });

  it("is left as it is by another key", async () => {
    await expect(open(newMasterKey)).rejects.toMatchObject(wrongKey);
    await expect(change(newMasterKey, masterKey)).rejects.toMatchObject(wrongKey);
    expect(await (await openPlain()).readSetting("dataKeys")).toBeUndefined();
    await expectNothingLost(await open(masterKey));
  });

  it("gets its data keys once, from several that open it at the same time", async () => {
    const opened = await Promise.all([1, 2, 3, 4].map(() => open(masterKey)));
    await opened[0]!.store.put(secrets, entry("written by one"));
    for (const each of opened) expect(await secretOf(each, secrets)).toBe("written by one");
  });

  it("gets them in the end when that was cut off at any of its writes", async () => {
    for (let survived = 0; survived < 2; survived++) {
      let left = survived;
      const plain = await openPlain();
      const failing: ConfigStore = {
        ...plain,
        async replaceSetting(...words) {
          if (left-- === 0) throw new Error("power failure");
          return plain.replaceSetting(...words);
        },
      };
      await expect(sealStore(failing, masterKey)).rejects.toThrow("power failure");
    }
    await expectNothingLost(await open(masterKey));
    expect(await (await openPlain()).readSetting("keyCheck")).toBe("");
  });

  it("reads what a process of the older version goes on to write, and writes with a data key itself", async () => {
    const opened = await open(masterKey);
    await old.writeSecret(secrets, "k", "written by the older version");
    expect(await secretOf(opened, secrets)).toBe("written by the older version");
    await opened.store.put(deviceSecrets, entry("written by this one"));
    expect(await sealedValue(deviceSecrets)).toMatch(/^k[0-9a-f]{8}\./);
  });

  it("has nothing in its files that its first master key opens, once that is changed", async () => {
    await open(masterKey);
    const former = [await sealedValue(secrets), await sealedValue(deviceSecrets)];
    const plain = await openPlain();
    former.push((await plain.readSetting("dataKeys"))!);
    await change(masterKey, newMasterKey);
    for (const text of former) expect(bytesOfFiles().includes(text)).toBe(false);
    expect(bytesOfFiles().includes(deriveKey(masterKey, "check").toString("base64url"))).toBe(false);
    const [, sealed = ""] = (await sealedValue(secrets)).split(".");
    const place = JSON.stringify([account, "", "k"]);
    expect(openText(deriveKey(masterKey, "secrets"), place, sealed)).toBeUndefined();
  });

  it("whose secrets are still plain text has them sealed", async () => {
    file = join(temporaryFolder(), "plain.db");
    const plain = await writeOldDatabase(await openPlain(), masterKey, false);
    await plain.writeSecret(secrets, "k", "plain text");
    tokens = { [account]: await plain.writeCredential("account", account, account) };
    const opened = await open(masterKey);
    expect(await secretOf(opened, secrets)).toBe("plain text");
    expect(bytesOfFiles().includes("plain text")).toBe(false);
    const [digest] = await opened.store.listCredentials("account");
    expect(digest?.digest).toBe(Buffer.from(createDigest(opened.credentialKey)(tokens[account]!)).toString("hex"));
  });
});

describe("a changed master key", () => {
  let first: SealedStore;
  beforeEach(async () => {
    first = await open(masterKey);
    await first.store.put(secrets, entry("of the account"));
  });

  it("opens the store in place of the former one, and nothing else has changed", async () => {
    const before = await sealedValue(secrets);
    await change(masterKey, newMasterKey);
    await expect(open(masterKey)).rejects.toMatchObject(wrongKey);
    const opened = await open(newMasterKey);
    expect(await secretOf(opened, secrets)).toBe("of the account");
    expect(opened.credentialKey).toEqual(first.credentialKey);
    expect(await sealedValue(secrets)).toBe(before);
  });

  it("leaves nothing in the files of what the former one opened, although they are in use", async () => {
    const former = (await first.store.readSetting("dataKeys"))!;
    expect(bytesOfFiles().includes(former)).toBe(true);
    await change(masterKey, newMasterKey);
    expect(bytesOfFiles().includes(former)).toBe(false);
    expect(openText(deriveKey(masterKey, "data keys"), "data keys v1", former)).toBeDefined();
  });

  it("needs the former one, and 32 bytes", async () => {
    await expect(change(newMasterKey, masterKey)).rejects.toMatchObject(wrongKey);
    await expect(change(masterKey, randomBytes(31))).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_KEY" });
    expect(await secretOf(await open(masterKey), secrets)).toBe("of the account");
  });

  it("is one of those that several change it to at once", async () => {
    const keys = Array.from({ length: 5 }, () => randomBytes(32));
    const changes = await Promise.allSettled(keys.map((key) => change(masterKey, key)));
    const changed = changes.flatMap(({ status }, index) => (status === "fulfilled" ? [keys[index]!] : []));
    expect(changed).toHaveLength(1);
    for (const each of changes) if (each.status === "rejected") expect(each.reason).toMatchObject(wrongKey);
    expect(await secretOf(await open(changed[0]!), secrets)).toBe("of the account");
  });

  it("lets who has the store open read and write on, and what that writes is read with the new key", async () => {
    await change(masterKey, newMasterKey);
    expect(await secretOf(first, secrets)).toBe("of the account");
    await first.store.put(secrets, entry("written later"));
    const second = await open(newMasterKey);
    expect(await secretOf(second, secrets)).toBe("written later");
    await second.store.put(deviceSecrets, entry("of the device"));
    expect(await secretOf(first, deviceSecrets)).toBe("of the device");
  });
});

describe("a renewed data key", () => {
  it("seals every secret anew; who has the store open can't read them, and says why", async () => {
    const first = await open(masterKey);
    await first.store.put(secrets, entry("of the account"));
    const before = await sealedValue(secrets);
    await change(masterKey, newMasterKey, true);
    const after = await sealedValue(secrets);
    expect(after.split(".")[0]).not.toBe(before.split(".")[0]);
    expect(bytesOfFiles().includes(before)).toBe(false);
    await expect(secretOf(first, secrets)).rejects.toMatchObject({
      code: "ERR_MVSIM_SECRET_UNREADABLE",
      message: expect.stringContaining("Start it anew"),
    });
    expect(await secretOf(await open(newMasterKey), secrets)).toBe("of the account");
  });

  it("loses nothing that is written with the former one meanwhile: the next change seals that anew", async () => {
    const first = await open(masterKey);
    await change(masterKey, newMasterKey, true);
    await first.store.put(secrets, entry("written with the former key"));
    const sealedBefore = await sealedValue(secrets);
    const second = await open(newMasterKey);
    expect(await secretOf(second, secrets)).toBe("written with the former key");
    await second.store.put(deviceSecrets, entry("written with the newer key"));
    const untouched = await sealedValue(deviceSecrets);
    await change(newMasterKey, masterKey);
    expect(await sealedValue(secrets)).not.toBe(sealedBefore);
    expect(await sealedValue(deviceSecrets)).toBe(untouched);
    expect(await secretOf(second, secrets)).toBe("written with the former key");
  });

  it("leaves a damaged secret as it is, and seals the others", async () => {
    const first = await open(masterKey);
    await first.store.put(secrets, entry("of the account"));
    const moved = await sealedValue(secrets);
    await (await openPlain()).put(deviceSecrets, entry(moved));
    await change(masterKey, newMasterKey, true);
    expect(await sealedValue(deviceSecrets)).toBe(moved);
    const second = await open(newMasterKey);
    expect(await secretOf(second, secrets)).toBe("of the account");
    await expect(secretOf(second, deviceSecrets)).rejects.toMatchObject({ code: "ERR_MVSIM_SECRET_UNREADABLE" });
  });
});
