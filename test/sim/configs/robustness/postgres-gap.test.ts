/** Nodes on one PostgreSQL that could not hear each other for a while: what they missed is made up for. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deriveDeviceToken, generateAccount, openPostgresStore } from "../../../../sim/configs/index.ts";
import { hasPostgres, type PostgresServer, serverMilliseconds, startPostgres } from "../postgres-server.ts";
import { type RawDevice, welcomedDevice } from "../raw-device.ts";
import { someDeviceSid } from "../rest/created-device.ts";
import { serveForTest } from "../served-service.ts";
import { until } from "../until.ts";

describe.runIf(hasPostgres())(
  "of a device's two connections, at nodes that could not hear each other, the newer stays",
  () => {
    let server: PostgresServer;
    beforeAll(async () => {
      server = await startPostgres();
    }, serverMilliseconds);
    afterAll(() => server?.stop(), serverMilliseconds);

    /** Two nodes, each with a user of its own. */
    async function twoNodes() {
      const url = await server.createDatabase();
      const [account, deviceSid] = [generateAccount(), someDeviceSid()];
      const node = async (user: string) => {
        await server.execute(url, `CREATE ROLE ${user} LOGIN PASSWORD '${server.password}'; GRANT mvsim TO ${user}`);
        const store = await openPostgresStore({ url: url.replace("//mvsim", `//${user}`) });
        const { server: node, reported } = await serveForTest({ store, accounts: [account] });
        const hello = { deviceSid, token: deriveDeviceToken(account) };
        return { connect: () => welcomedDevice(node.deviceUrl, hello), reported };
      };
      // Its tables belong to the user whom both stand for.
      await (await openPostgresStore({ url })).close();
      const name = url.split("/").at(-1);
      return {
        execute: (statement: string) => server.execute(url, statement),
        users: [`${name}_one`, `${name}_other`] as const,
        one: await node(`${name}_one`),
        other: await node(`${name}_other`),
      };
    }

    it("when the older connection's node heard nothing", async () => {
      const { execute, users, one, other } = await twoNodes();
      const older = await one.connect();
      const listening = `usename = '${users[0]}' AND query LIKE 'LISTEN%'`;
      await execute(`ALTER ROLE ${users[0]} NOLOGIN`);
      await execute(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${listening}`);
      const newer = await other.connect();
      await execute(`ALTER ROLE ${users[0]} LOGIN`);
      expect(await older.closed).toMatchObject({ code: "replaced" });
      await answers(newer);
    });

    it("when the newer connection's node could tell nothing", async () => {
      const { execute, one, other } = await twoNodes();
      const older = await one.connect();
      await execute("REVOKE EXECUTE ON FUNCTION pg_notify FROM PUBLIC, mvsim");
      const newer = await other.connect();
      await until(() =>
        other.reported.some((error) => String(error).includes("permission denied for function pg_notify")),
      );
      await execute("GRANT EXECUTE ON FUNCTION pg_notify TO PUBLIC");
      expect(await older.closed).toMatchObject({ code: "replaced" });
      await answers(newer);
    });
  },
);

async function answers(device: RawDevice): Promise<void> {
  device.send({ type: "ping", nonce: 1 });
  expect(await device.next()).toEqual({ type: "pong", nonce: 1 });
}
