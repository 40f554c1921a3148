/** Three `mvsim serve` processes on one PostgreSQL database: each node is as good as another, for operators and devices. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createConfigsClient, generateAccount } from "../../../sim/configs/index.ts";
import { openFrame, readResponse, requestFor } from "../configs/frames.ts";
import { hasPostgres, type PostgresServer, serverMilliseconds, startPostgres } from "../configs/postgres-server.ts";
import { welcomedDevice } from "../configs/raw-device.ts";
import { mvsim, startMvsim } from "./mvsim.ts";

const account = generateAccount();
const accountText = `${account.sid}:${account.authToken}`;
const deviceSid = `UV${"5".repeat(32)}`;
const key = { MVSIM_KEY: "ab".repeat(32) };

interface Node {
  readonly service: string;
  readonly devices: string;
}

describe.runIf(hasPostgres())("three nodes on one PostgreSQL", () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  }, serverMilliseconds);
  afterAll(() => server?.stop(), serverMilliseconds);

  /** All at once: the first start makes the tables. */
  async function startNodes(): Promise<[Node, Node, Node]> {
    const url = await server.createDatabase();
    const start = async (): Promise<Node> => {
      const words = ["serve", "--port", "0", "--postgres", url, "--account", accountText];
      const running = startMvsim(words, { env: key });
      const text = await running.prints("Ctrl-C stops it.");
      return {
        service: /REST +(\S+)\/v1\n/.exec(text)![1]!,
        devices: /devices +(\S+)\n/.exec(text)![1]!,
      };
    };
    return await Promise.all([start(), start(), start()]);
  }

  const clientOf = ({ service }: Node) => createConfigsClient({ service, account });

  async function tokenOf({ service }: Node): Promise<string> {
    const target = ["--service", service, "--account", accountText];
    expect(await mvsim("devices", "create", deviceSid, ...target)).toMatchObject({ status: 0 });
    const rotated = await mvsim("devices", "token", deviceSid, "--json", ...target);
    expect(rotated).toMatchObject({ status: 0 });
    return JSON.parse(rotated.stdout).token;
  }

  it("show a device at any of them what was written at another a moment ago", async () => {
    const [one, two, three] = await startNodes();
    const token = await tokenOf(one);
    const device = await welcomedDevice(two.devices, { deviceSid, token });
    for (const [channel, value] of [
      [1, "first"],
      [2, "second"],
    ] as const) {
      await clientOf(three).set("greeting", value);
      device.send(openFrame(channel, requestFor("greeting")));
      const answer = await device.next();
      if (answer.type !== "data") throw new Error(answer.type);
      expect(readResponse(answer.bytes)).toEqual([value]);
    }
  });

  it("end a device's connection at one when it has connected to another, and when a third revokes its token", async () => {
    const [one, two, three] = await startNodes();
    const token = await tokenOf(three);
    const first = await welcomedDevice(one.devices, { deviceSid, token });
    const second = await welcomedDevice(two.devices, { deviceSid, token });
    expect(await first.closed).toMatchObject({ code: "replaced" });
    const target = ["--service", three.service, "--account", accountText];
    expect(await mvsim("devices", "revoke", deviceSid, ...target)).toMatchObject({ status: 0 });
    expect(await second.closed).toMatchObject({ code: "tokenRefused" });
  });

  it("pass an operator's commands on to a device at another, and what it logs to a third", async () => {
    const [one, two, three] = await startNodes();
    const device = await welcomedDevice(two.devices, { deviceSid, token: await tokenOf(one) });
    const authorization = `Basic ${Buffer.from(accountText).toString("base64")}`;
    const body = new URLSearchParams({ LoggingEnabled: "true", RestartApp: "true" });
    const path = `${one.service}/v1/Devices/${deviceSid}`;
    const answer = await fetch(path, { method: "POST", headers: { authorization }, body });
    expect([await device.next(), await device.next()]).toEqual([
      { type: "logging", enabled: true },
      { type: "restart" },
    ]);
    expect(answer.headers.get("mvsim-delivered")).toBe("true");
    const follow = `${three.service}/mvsim/Devices/${deviceSid}/Logs?Wait=25`;
    const logs = fetch(follow, { headers: { authorization } });
    device.send({ type: "log", bytes: new TextEncoder().encode("hello") });
    expect(await (await logs).json()).toMatchObject({ logs: [{ text: "hello" }] });
  });

  it("let one of three operators who create the same key at once win", async () => {
    const nodes = await startNodes();
    const authorization = `Basic ${Buffer.from(accountText).toString("base64")}`;
    const answers = await Promise.all(
      nodes.map(({ service }, index) =>
        fetch(`${service}/v1/Configs`, {
          method: "POST",
          headers: { authorization },
          body: new URLSearchParams({ Key: "only", Value: `of ${index}` }),
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const winner = answers.findIndex(({ status }) => status === 201);
    for (const node of nodes) expect((await clientOf(node).get("only")).value).toBe(`of ${winner}`);
  });
});
