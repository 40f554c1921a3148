/** PostgreSQL that has no room, or goes away and comes back: what its service answers, and that it recovers by itself. */

import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { deriveDeviceToken, generateAccount, openPostgresStore } from "../../../../sim/configs/index.ts";
import type { ConfigStore } from "../../../../sim/configs/stores/store.ts";
import {
  hasPostgres,
  type PostgresServer,
  postgresUser,
  serverMilliseconds,
  startPostgres,
} from "../postgres-server.ts";
import { welcomedDevice } from "../raw-device.ts";
import { someDeviceSid } from "../rest/created-device.ts";
import { form, type ServedService, serveForTest } from "../served-service.ts";
import { hasSmallDisks, openSmallDisk, type SmallDisk } from "../small-disk.ts";
import { until } from "../until.ts";

/** Nothing that a page has room for, or that shrinks when it is compressed. */
const large = () => randomBytes(2000).toString("hex");

/** The vendor's form. */
const failure = {
  code: 20500,
  message: "The service failed to answer; its log says why",
  more_info: expect.any(String),
  status: 500,
};

const create = ({ send }: ServedService, key: string, value: string) =>
  send("POST", "/v1/Configs", { headers: form, body: `Key=${key}&Value=${value}` });

const gap = (store: ConfigStore) =>
  new Promise<void>((resolve) => {
    const stop = store.onNotice(({ kind }) => {
      if (kind !== "gap") return;
      stop();
      resolve();
    });
  });

describe.runIf(hasPostgres() && hasSmallDisks(postgresUser))("PostgreSQL on a full disk", () => {
  let disk: SmallDisk;
  let server: PostgresServer;
  beforeAll(async () => {
    disk = await openSmallDisk(96, postgresUser);
    server = await startPostgres({ disk });
  }, serverMilliseconds);
  afterAll(async () => {
    await server?.stop();
    await disk?.close();
  }, serverMilliseconds);

  it("gives 500 to what needs room, and the log says why; the rest goes on, and writes do when there is room", async () => {
    const served = await serveForTest({ store: await openPostgresStore({ url: await server.createDatabase() }) });
    const kept = new Map<string, string>();
    const write = async () => {
      const [key, value] = [`k${kept.size}`, large()];
      const answer = await create(served, key, value);
      if (answer.status === 201) kept.set(key, value);
      return answer;
    };
    await write();
    await disk.fill();
    onTestFinished(() => disk.free());
    let answer = await write();
    while (answer.status === 201) answer = await write();
    expect(answer).toMatchObject({ status: 500, json: failure });
    expect(served.reported.at(-1)).toMatchObject({
      code: "53100",
      message: expect.stringMatching(/^could not extend file .*: No space left on device$/),
    });
    expect((await served.send("GET", "/v1/Configs/k0")).json.value).toBe(kept.get("k0"));
    expect((await served.send("GET", `/v1/Configs/k${kept.size}`)).status).toBe(404);
    expect((await served.send("GET", "/readyz")).status).toBe(200);
    await disk.free();
    expect((await write()).status).toBe(201);
    const { json } = await served.send("GET", "/v1/Configs?PageSize=1000");
    expect(new Map(json.configs.map(({ key, value }: Record<string, string>) => [key, value]))).toEqual(kept);
  });

  it("that panics because its log has no room: is away for the service, which works again when it is back", {
    timeout: 90_000,
  }, async () => {
    const url = await server.createDatabase();
    const store = await openPostgresStore({ url });
    const served = await serveForTest({ store });
    const back = gap(store);
    await create(served, "before", "1");
    await disk.fill();
    onTestFinished(() => disk.free());
    const log = "SELECT pg_logical_emit_message(true, 'x', repeat('x', 1000000)) FROM generate_series(1, 100)";
    await expect(server.execute(url, log)).rejects.toThrow(/PANIC: .*No space left on device/);
    expect(await create(served, "away", "1")).toMatchObject({ status: 500, json: failure });
    // It ends its connections, takes none while it recovers, and ends when it can't.
    const { code, message } = served.reported.at(-1) as { code?: string; message: string };
    expect(`${code} ${message}`).toMatch(/^(57P0[23]|ECONNRESET|ECONNREFUSED) |Connection terminated unexpectedly$/);
    await server.restart({ isCrash: true, whileAway: () => disk.free() });
    await back;
    expect((await create(served, "after", "1")).status).toBe(201);
    const { json } = await served.send("GET", "/v1/Configs");
    expect(json.configs.map(({ key }: { key: string }) => key)).toEqual(["after", "before"]);
  });
});

describe.runIf(hasPostgres())("PostgreSQL that goes away and comes back", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, serverMilliseconds);
  afterAll(() => server?.stop(), serverMilliseconds);

  it.each([
    ["is stopped", false],
    ["crashes", true],
  ])(
    "when it %s under load: 500 meanwhile, nothing acknowledged is lost, and all works again by itself",
    {
      timeout: 90_000,
    },
    async (_, isCrash) => {
      const url = await server.createDatabase();
      const account = generateAccount();
      const node = async () =>
        serveForTest({
          store: await openPostgresStore({ url }),
          accounts: [account],
          deliveryTimeoutMilliseconds: 30_000,
        });
      const [here, there] = await Promise.all([node(), node()]);
      const deviceSid = someDeviceSid();
      const device = await welcomedDevice(there.server.deviceUrl, { deviceSid, token: deriveDeviceToken(account) });
      const back = Promise.all([gap(here.store), gap(there.store)]);

      const acknowledged: string[] = [];
      const statuses = new Set<number>();
      let isLoaded = true;
      const writers = Array.from({ length: 8 }, async (_, writer) => {
        for (let n = 0; isLoaded; n++) {
          const key = `w${writer}.${n}`;
          const body = `Key=${key}&Value=${n}`;
          const { status } = await here.send("POST", "/v1/Configs", { as: account, headers: form, body });
          statuses.add(status);
          if (status === 201) acknowledged.push(key);
        }
      });
      await until(() => acknowledged.length > 100);
      await server.restart({
        isCrash,
        async whileAway() {
          await until(() => statuses.has(500));
          const notReady = { status: 503, json: { status: "notReady", reason: "storeFailed" } };
          await until(async () => (await there.send("GET", "/readyz")).status === 503);
          expect(await there.send("GET", "/readyz")).toMatchObject(notReady);
          expect((await there.send("GET", "/v1/Configs", { as: account })).json).toEqual(failure);
        },
      });
      const before = acknowledged.length;
      await until(() => acknowledged.length > before + 100);
      isLoaded = false;
      await Promise.all([...writers, back]);
      expect([...statuses].sort()).toEqual([201, 500]);
      await until(async () => (await there.send("GET", "/readyz")).status === 200);
      for (const key of acknowledged) {
        expect(await there.store.get({ accountSid: account.sid, store: "config" }, key)).toBeDefined();
      }

      // Commands reach the device over the connections that listen anew; it was connected all the time.
      const command = { as: account, headers: form, body: "RestartApp=true" };
      const { headers } = await here.send("POST", `/v1/Devices/${deviceSid}`, command);
      expect(headers["mvsim-delivered"]).toBe("true");
      expect(await device.next()).toEqual({ type: "restart" });
    },
  );
});
