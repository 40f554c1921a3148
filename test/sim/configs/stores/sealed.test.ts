import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import Database from "libsql";
import { describe, expect, it } from "vitest";
import { sealStore } from "../../../../sim/configs/sealed-store.ts";
import { createMemoryStore } from "../../../../sim/configs/stores/memory.ts";
import { openSqliteStore } from "../../../../sim/configs/stores/sqlite.ts";
import type { Collection, ConfigStore, Entry } from "../../../../sim/configs/stores/store.ts";
import { account, configs, device, otherAccount } from "../store-contract/place.ts";
import { describeStoreContract } from "../store-contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { typescriptArguments } from "../typescript-process.ts";

const masterKey = randomBytes(32);
const secrets: Collection = { accountSid: account, store: "secret" };
const deviceSecrets: Collection = { ...secrets, deviceSid: device };
const entry = (key: string, value: string): Entry => ({ key, value, updatedAt: 1, revision: "1" });
const planted = "planted: \u{1f600} long enough to need pages of its own ".repeat(60);

const sealSecrets = async (store: ConfigStore, key: Uint8Array) => (await sealStore(store, key)).store;

describeStoreContract("a sealed store", {
  newPlace: async () => ({ open: () => sealSecrets(createMemoryStore(), masterKey) }),
  isShared: false,
});

describe("sealed secrets", () => {
  it("are read back exactly, whatever the text, in every collection", async () => {
    const store = await sealSecrets(createMemoryStore(), masterKey);
    const collection = fc.constantFrom(secrets, deviceSecrets);
    await fc.assert(
      fc.asyncProperty(collection, fc.string({ unit: "binary", minLength: 1 }), async (where, value) => {
        await store.put(where, entry("k", value));
        expect((await store.get(where, "k"))?.value).toBe(value);
      }),
      {
        examples: [
          [secrets, "v1.looks sealed"],
          [secrets, "nul \0 inside"],
        ],
      },
    );
  });

  it("are encrypted by every way to write, differently each time; configs stay as they are", async () => {
    const inside = createMemoryStore();
    const store = await sealSecrets(inside, masterKey);
    await store.create(secrets, entry("k", "planted"));
    const seen = [(await inside.get(secrets, "k"))?.value];
    await store.update(secrets, entry("k", "planted"));
    seen.push((await inside.get(secrets, "k"))?.value);
    await store.put(secrets, entry("k", "planted"));
    seen.push((await inside.get(secrets, "k"))?.value);
    expect(new Set(seen).size).toBe(3);
    for (const value of seen) expect(value).toMatch(/^k[0-9a-f]{8}\.[\w-]{47}$/);
    await store.create(configs, entry("k", "public"));
    expect((await inside.get(configs, "k"))?.value).toBe("public");
  });

  it("are listed without their values", async () => {
    const store = await sealSecrets(createMemoryStore(), masterKey);
    await store.create(secrets, entry("k", "planted"));
    expect(await store.list(secrets, { limit: 9 })).toEqual([{ ...entry("k", "planted"), value: "" }]);
  });

  it.each<[string, Collection, string]>([
    ["another key", secrets, "other"],
    ["another account", { ...secrets, accountSid: otherAccount }, "k"],
    ["a device", deviceSecrets, "k"],
  ])("that were moved to %s do not open", async (_, collection, key) => {
    const inside = createMemoryStore();
    const store = await sealSecrets(inside, masterKey);
    await store.create(secrets, entry("k", "planted"));
    await inside.create(collection, { ...(await inside.get(secrets, "k"))!, key });
    await expect(store.get(collection, key)).rejects.toMatchObject({ code: "ERR_MVSIM_SECRET_UNREADABLE" });
  });

  it("do not open when a bit of them has changed, and the error does not show them", async () => {
    const inside = createMemoryStore();
    const store = await sealSecrets(inside, masterKey);
    await store.create(secrets, entry("k", "planted"));
    const [keyName, text = ""] = (await inside.get(secrets, "k"))!.value.split(".");
    const sealed = Buffer.from(text, "base64url");
    for (let n = 0; n < sealed.length; n++) {
      const damaged = Buffer.from(sealed);
      damaged[n]! ^= 1;
      await inside.put(secrets, entry("k", `${keyName}.${damaged.toString("base64url")}`));
      await expect(store.get(secrets, "k")).rejects.toThrow(/damaged/);
    }
    for (const value of ["planted", `${keyName}.`, `${keyName}.AAAA`, `v1.${text}`, keyName!, ""]) {
      await inside.put(secrets, entry("k", value));
      await expect(store.get(secrets, "k")).rejects.toThrow(/^(?!.*planted).*damaged/);
    }
  });
});

describe("the master key", () => {
  it("is refused when it is not the one of the store, and opens it otherwise", async () => {
    const inside = createMemoryStore();
    await (await sealSecrets(inside, masterKey)).create(secrets, entry("k", "planted"));
    await expect(sealSecrets(inside, randomBytes(32))).rejects.toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
    const again = await sealSecrets(inside, masterKey);
    expect((await again.get(secrets, "k"))?.value).toBe("planted");
  });

  it("has 32 bytes", async () => {
    for (const length of [0, 16, 31, 33]) {
      const sealing = sealSecrets(createMemoryStore(), randomBytes(length));
      await expect(sealing).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_KEY" });
    }
  });
});

describe("a SQLite file with secrets", () => {
  it("has a planted one nowhere in its bytes", async () => {
    const folder = temporaryFolder();
    const store = await sealSecrets(await openSqliteStore(join(folder, "a.db")), masterKey);
    await store.create(secrets, entry("k", planted));
    await store.create(configs, entry("k", "a config that is found"));
    expect(bytesIn(folder).includes("a config that is found")).toBe(true);
    expect(bytesIn(folder).includes("planted")).toBe(false);
    await store.close();
    expect(bytesIn(folder).includes("planted")).toBe(false);
  });

  it("that an older version wrote as plain text is sealed at the first start, and leaves nothing behind", async () => {
    const folder = temporaryFolder();
    const file = join(folder, "a.db");
    await writePlain(file);
    expect(bytesIn(folder).includes("planted")).toBe(true);
    const store = await sealSecrets(await openSqliteStore(file), masterKey);
    expect((await store.get(secrets, "k"))?.value).toBe(planted);
    expect((await store.get(deviceSecrets, "looks sealed"))?.value).toBe("v1.planted");
    expect(bytesIn(folder).includes("planted")).toBe(false);
    await store.close();
    const again = await sealSecrets(await openSqliteStore(file), masterKey);
    expect((await again.get(secrets, "k"))?.value).toBe(planted);
    await again.close();
  });

  it("is left as it is when sealing fails on the way, and sealed at the next start", async () => {
    const file = join(temporaryFolder(), "a.db");
    await writePlain(file);
    const store = await openSqliteStore(file);
    let converted = 0;
    const failing: ConfigStore = {
      ...store,
      replaceSetting: (change, convert) =>
        store.replaceSetting(change, (collection, each) => {
          if (++converted === 2) throw new Error("power failure");
          return convert!(collection, each);
        }),
    };
    await expect(sealSecrets(failing, masterKey)).rejects.toThrow("power failure");
    const sealed = await sealSecrets(store, masterKey);
    expect((await sealed.get(secrets, "k"))?.value).toBe(planted);
    expect((await sealed.get(deviceSecrets, "looks sealed"))?.value).toBe("v1.planted");
    await sealed.close();
  });

  it("is sealed once by several that start at the same time", async () => {
    const file = join(temporaryFolder(), "a.db");
    await writePlain(file);
    const program = new URL("./sealer-process.ts", import.meta.url);
    const sealers = [1, 2, 3].map(() => {
      const environment = { ...process.env, MVSIM_KEY: masterKey.toString("hex") };
      return promisify(execFile)(process.execPath, typescriptArguments(program, file), { env: environment });
    });
    for (const { stdout } of await Promise.all(sealers)) expect(stdout).toBe(`${planted}\n`);
  });
});

/** A file of a version that did not seal, and did not clean what it deleted. */
async function writePlain(file: string): Promise<void> {
  const store: ConfigStore = await openSqliteStore(file);
  await store.create(secrets, entry("k", planted));
  await store.create(deviceSecrets, entry("looks sealed", "v1.planted"));
  await store.create(secrets, entry("deleted", planted));
  await store.close();
  const old = new Database(file);
  old.exec("PRAGMA secure_delete = OFF");
  old.exec("DELETE FROM entry WHERE key = 'deleted'");
  old.close();
}

/** Of the database and what SQLite keeps beside it. */
function bytesIn(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}
