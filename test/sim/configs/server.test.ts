/** The service on a port. */

import { Agent, request } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  createConfigsClient,
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  type ServeOptions,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { openFrame, readResponse, requestFor } from "./frames.ts";
import { welcomedDevice } from "./raw-device.ts";
import { basic, form } from "./served-service.ts";

async function start(options: ServeOptions = {}) {
  const account = generateAccount();
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
  const server = await serveConfigs(service, options);
  onTestFinished(() => server.close());
  return { account, server, service };
}

describe("a server", () => {
  it("listens on a free loopback port and says where", async () => {
    const { server } = await start();
    const [, port] = /^http:\/\/127\.0\.0\.1:(\d+)$/.exec(server.url)!;
    expect(server.deviceUrl).toBe(`ws://127.0.0.1:${port}/device`);
    expect((await fetch(server.url)).status).toBe(401);
  });

  it("says how to reach it when it listens on all addresses, or on IPv6", async () => {
    const all = await start({ host: "0.0.0.0" });
    expect(all.server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const six = await start({ host: "::1" });
    expect(six.server.url).toMatch(/^http:\/\/\[::1\]:\d+$/);
    expect((await fetch(six.server.url)).status).toBe(401);
  });

  it("says which port is in use and what to do", async () => {
    const { server } = await start();
    const port = Number(new URL(server.url).port);
    const refused = start({ port });
    await expect(refused).rejects.toMatchObject({
      code: "ERR_MVSIM_PORT_IN_USE",
      message: expect.stringMatching(new RegExp(`${port} on 127\\.0\\.0\\.1 is in use.*another port`)),
    });
  });

  it("says that it can't listen at another machine's address", async () => {
    await expect(start({ host: "192.0.2.1" })).rejects.toMatchObject({ code: "ERR_MVSIM_CANNOT_LISTEN" });
  });

  it("leaves the platform's own Request and Response as they are", async () => {
    const before = [globalThis.Request, globalThis.Response];
    await start();
    expect([globalThis.Request, globalThis.Response]).toEqual(before);
  });
});

describe("devices at a server", () => {
  it("get what operators set over REST, and their logs reach the service", async () => {
    const { account, server, service } = await start();
    const operator = createConfigsClient({ service: server.url, account });
    await operator.set("greeting", "hello");
    const device = await welcomedDevice(server.deviceUrl, { token: deriveDeviceToken(account) });
    const fetch = async (channel: number) => {
      device.send(openFrame(channel, requestFor("greeting")));
      const answer = await device.next();
      return answer.type === "data" ? readResponse(answer.bytes) : answer;
    };
    expect(await fetch(1)).toEqual(["hello"]);
    await operator.set("greeting", "bye");
    expect(await fetch(2)).toEqual(["bye"]);
    const logged = new Promise((resolve) => service.onLog(resolve));
    device.send({ type: "log", bytes: new TextEncoder().encode("measured") });
    expect(await logged).toMatchObject({ accountSid: account.sid, text: "measured" });
  });

  it("are told when the server closes", async () => {
    const { account, server } = await start();
    const device = await welcomedDevice(server.deviceUrl, { token: deriveDeviceToken(account) });
    await server.close();
    expect(await device.closed).toMatchObject({ code: "shuttingDown" });
  });
});

describe("closing a server", () => {
  it("ends idle connections, and refuses new ones", async () => {
    const { server } = await start();
    const agent = new Agent({ keepAlive: true });
    await new Promise((resolve) =>
      request(server.url, { agent }, (response) => response.resume().on("end", resolve)).end(),
    );
    await server.close();
    await expect(fetch(server.url)).rejects.toThrow();
    agent.destroy();
  });

  it("lets a request that is under way end with its answer", async () => {
    const { account, server } = await start();
    const agent = new Agent({ keepAlive: true });
    const headers = { ...form, authorization: basic(account), expect: "100-continue", "content-length": 13 };
    const slow = request(`${server.url}/v1/Configs`, { method: "POST", agent, headers });
    const answer = new Promise<number>((resolve) => slow.on("response", (response) => resolve(response.statusCode!)));
    slow.flushHeaders();
    await new Promise((resolve) => slow.on("continue", resolve));
    const closed = server.close();
    slow.end("Key=k&Value=v");
    expect(await answer).toBe(201);
    const answered = performance.now();
    await closed;
    // Node would keep the connection for its next request for 5 s.
    expect(performance.now() - answered).toBeLessThan(4000);
    agent.destroy();
  });

  it("does not wait for ever for a request that never ends", async () => {
    const { account, server } = await start({ closeTimeoutMilliseconds: 50 });
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname).resume();
    const head = [
      "POST /v1/Configs HTTP/1.1",
      "Host: x",
      `Authorization: ${basic(account)}`,
      "Content-Length: 9",
      "",
      "",
    ];
    await new Promise((resolve) => socket.write(head.join("\r\n"), resolve));
    const gone = new Promise((resolve) => socket.on("error", resolve).on("close", resolve));
    await server.close();
    await gone;
  });
});
