import { join } from "node:path";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deriveDeviceToken } from "../../../../sim/configs/index.ts";
import { changePostgresMasterKey } from "../../../../sim/configs/master-key-change.ts";
import { openSealedPostgresStore } from "../../../../sim/configs/sealed-store.ts";
import { openPostgresStore } from "../../../../sim/configs/stores/postgres.ts";
import type { Notice } from "../../../../sim/configs/stores/store.ts";
import { hasPostgres, type PostgresServer, serverMilliseconds, startPostgres } from "../postgres-server.ts";
import { welcomedDevice } from "../raw-device.ts";
import { serveForTest } from "../served-service.ts";
import { configs, device, entry } from "../store-contract/place.ts";
import { describeStoreContract } from "../store-contract.ts";
import { temporaryFolder } from "../temporary-folder.ts";

describe.runIf(hasPostgres())("PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, serverMilliseconds);
  afterAll(() => server.stop(), serverMilliseconds);

  let contractDatabase: string | undefined;
  describeStoreContract("the PostgreSQL store", {
    newPlace: async () => {
      contractDatabase ??= await server.createDatabase();
      const url = contractDatabase;
      // Much cheaper than a database for each test.
      await server.execute(url, "DROP SCHEMA IF EXISTS mvsim CASCADE");
      return { open: () => openPostgresStore({ url }) };
    },
    isShared: true,
  });

  it("has its tables made by one of ten nodes that start at once", async () => {
    const url = await server.createDatabase();
    const stores = await Promise.all(Array.from({ length: 10 }, () => openPostgresStore({ url, maxConnections: 2 })));
    const created = await Promise.all(stores.map((store) => store.create(configs, entry("a"))));
    expect(created.filter(Boolean)).toHaveLength(1);
    for (const store of stores) await store.close();
  });

  it("keeps what was written when it is closed and opened again", async () => {
    const url = await server.createDatabase();
    const first = await openPostgresStore({ url });
    await first.create(configs, entry("a", "kept"));
    await first.close();
    const second = await openPostgresStore({ url });
    expect(await second.get(configs, "a")).toEqual(entry("a", "kept"));
    await second.close();
  });

  it("leaves another program's tables alone", async () => {
    const url = await server.createDatabase();
    await server.execute(url, "CREATE TABLE entry (mine text); CREATE TABLE kysely_migration (mine text)");
    const store = await openPostgresStore({ url });
    expect(await store.create(configs, entry("a"))).toBe(true);
    await store.close();
    expect(await server.execute(url, "SELECT count(*) FROM public.entry")).toBe("0\n");
  });

  it("leaves a secret that is written while all are converted as it was written", async () => {
    const url = await server.createDatabase();
    const [here, there] = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
    const secrets = { ...configs, store: "secret" } as const;
    const keys = Array.from({ length: 50 }, (_, n) => `k${String(n).padStart(2, "0")}`);
    for (const key of keys) await here.create(secrets, entry(key));
    let written: Promise<unknown> | undefined;
    await here.replaceSetting({ name: "one", from: undefined, to: "1" }, (_, { value }) => {
      written ??= there.update(secrets, entry("k49", "newer"));
      return `${value} converted`;
    });
    expect(await written).toBe("done");
    expect((await here.get(secrets, "k49"))?.value).toBe("newer");
    expect((await here.get(secrets, "k48"))?.value).toBe("value converted");
    await Promise.all([here.close(), there.close()]);
  });

  it("has its master key changed while nodes use it: they go on, and new ones need the new key", async () => {
    const url = await server.createDatabase();
    const [text, newKeyFile] = ["a1".repeat(32), join(temporaryFolder(), "new.key")];
    const secrets = { ...configs, store: "secret" } as const;
    const nodes = [await openSealedPostgresStore(url, { text }), await openSealedPostgresStore(url, { text })];
    await nodes[0]!.store.put(secrets, entry("a", "before"));
    const change = { source: { text }, newKeyFile, renew: false };
    for (let n = 0; n < 2; n++) expect(await changePostgresMasterKey(url, change)).toEqual({ keyFile: newKeyFile });
    await expect(openSealedPostgresStore(url, { text })).rejects.toMatchObject({ code: "ERR_MVSIM_WRONG_KEY" });
    await nodes[1]!.store.put(secrets, entry("b", "after"));
    nodes.push(await openSealedPostgresStore(url, { keyFile: newKeyFile }));
    for (const { store, credentialKey } of nodes) {
      const values = await Promise.all(["a", "b"].map(async (key) => (await store.get(secrets, key))?.value));
      expect(values).toEqual(["before", "after"]);
      expect(credentialKey).toEqual(nodes[0]!.credentialKey);
      await store.close();
    }
    const unnamed = changePostgresMasterKey(url, { ...change, newKeyFile: undefined });
    await expect(unnamed).rejects.toMatchObject({ code: "ERR_MVSIM_USAGE" });
  });

  it("works again by itself after the server was away, and listeners hear of the gap", async () => {
    const url = await server.createDatabase();
    const [here, there] = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
    const heard: Notice[] = [];
    const gap = new Promise<void>((resolve) => {
      here.onNotice((notice) => {
        heard.push(notice);
        if (notice.kind === "gap") resolve();
      });
    });
    await here.create(configs, entry("a"));
    await server.restart();
    await gap;
    const restart: Notice = { kind: "restart", deviceSid: device, node: "n", id: "i" };
    const again = new Promise<void>((resolve) => here.onNotice(() => resolve()));
    await there.check();
    await there.notify(restart);
    await again;
    expect(heard).toEqual([{ kind: "gap" }, restart]);
    expect(await here.get(configs, "a")).toEqual(entry("a"));
    await Promise.all([here.close(), there.close()]);
  });

  it("gives up an operation that hangs, takes no more connections than it may, and works on", async () => {
    const url = await server.createDatabase();
    const store = await openPostgresStore({ url, maxConnections: 2, operationTimeoutMilliseconds: 500 });
    // Within a transaction the activity stays what it was when it was first asked for.
    const [locking, watching] = [new pg.Client(url), new pg.Client(url)];
    await Promise.all([locking.connect(), watching.connect()]);
    await locking.query("BEGIN; LOCK TABLE mvsim.entry");
    const operations = Array.from({ length: 8 }, () => store.create(configs, entry("a")));
    let settled = false;
    const results = Promise.allSettled(operations).finally(() => (settled = true));
    const counted = "FROM pg_stat_activity WHERE application_name = 'microvisor-sim' AND datname = current_database()";
    let most = 0;
    while (!settled) {
      const { rows } = await watching.query(`SELECT count(*)::int AS connections ${counted}`);
      most = Math.max(most, rows[0].connections);
    }
    // One more listens.
    expect(most).toBe(3);
    for (const result of await results) {
      const message = expect.stringContaining("statement timeout");
      expect(result).toMatchObject({ status: "rejected", reason: { message } });
    }
    await Promise.all([locking.end(), watching.end()]);
    expect(await store.create(configs, entry("a"))).toBe(true);
    await store.close();
  });

  it("lets a service find what was revoked while it could not hear of it", async () => {
    const url = await server.createDatabase();
    const [store, elsewhere] = await Promise.all([openPostgresStore({ url }), openPostgresStore({ url })]);
    const served = await serveForTest({ store });
    const { sid } = served.account;
    const connected = await welcomedDevice(served.server.deviceUrl, {
      deviceSid: device,
      token: deriveDeviceToken(served.account),
    });
    const revoked = { kind: "device", sid: device, accountSid: sid, digest: "", createdAt: 1 } as const;
    await elsewhere.putCredential(revoked);
    const listening = "query LIKE 'LISTEN%' AND datname = current_database()";
    await server.execute(url, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${listening}`);
    expect(await connected.closed).toMatchObject({ code: "tokenRefused" });
    await elsewhere.close();
  });

  describe("refuses, with the cause and without the password:", () => {
    const refusal = async (url: string) => {
      const error = await openPostgresStore({ url }).then(
        async (store) => store.close(),
        (reason: unknown) => reason,
      );
      expect(error).toMatchObject({ code: "ERR_MVSIM_DATABASE_UNUSABLE" });
      const { message, cause } = error as Error;
      expect(`${message} ${JSON.stringify(cause)} ${cause}`).not.toContain("planted");
      return message;
    };

    it("a wrong password", async () => {
      const url = (await server.createDatabase()).replace(server.password, "planted-but-wrong");
      expect(await refusal(url)).toMatch(
        /database test\d+ at 127\.0\.0\.1:\d+ can't be used: user or password are wrong/,
      );
    });

    it("a database that does not exist", async () => {
      const url = (await server.createDatabase()).replace(/test\d+$/, "none");
      expect(await refusal(url)).toMatch(/there is no such database/);
    });

    it("a port where no server listens", async () => {
      expect(await refusal("postgres://mvsim:planted@127.0.0.1:1/db")).toMatch(/no server listens there/);
    });

    it("what is not a URL", async () => {
      expect(await refusal("postgres://mvsim:planted@[bad/db")).toMatch(/the URL is not valid/);
    });

    it("a user who may create nothing there", async () => {
      const url = await server.createDatabase();
      await server.execute(url, `CREATE ROLE guest LOGIN PASSWORD '${server.password}'`);
      expect(await refusal(url.replace("//mvsim", "//guest"))).toMatch(/may not create tables/);
    });

    it("tables that a newer version wrote", async () => {
      const url = await server.createDatabase();
      await (await openPostgresStore({ url })).close();
      await server.execute(url, "INSERT INTO mvsim.kysely_migration VALUES ('9999-from-the-future', '2099-01-01')");
      expect(await refusal(url)).toMatch(/a newer version/);
    });
  });
});
