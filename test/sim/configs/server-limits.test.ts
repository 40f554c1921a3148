/** What one peer may take of a server, with raw sockets. */

import { connect, type Socket } from "node:net";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import {
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  type ServeOptions,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { generateCertificate } from "./certificate.ts";
import { rawDevice, welcomedDevice } from "./raw-device.ts";
import { basic } from "./served-service.ts";

async function start(options: ServeOptions) {
  const account = generateAccount();
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
  const server = await serveConfigs(service, options);
  onTestFinished(() => server.close());
  const { port } = new URL(server.url);
  const authorization = `Authorization: ${basic(account)}`;
  return { account, authorization, server, service, connect: () => rawClient(Number(port)) };
}

interface RawClient {
  readonly socket: Socket;
  /** All that came until the connection was closed, by whomever. */
  readonly ended: Promise<string>;
  /** Resolves with the first bytes. */
  readonly answered: Promise<string>;
}

function rawClient(port: number): RawClient {
  const socket = connect(port, "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let received = "";
  const answered = new Promise<string>((resolve) => socket.once("data", (chunk) => resolve(chunk.toString("latin1"))));
  socket.on("data", (chunk) => {
    received += chunk.toString("latin1");
  });
  // A reset is an end too.
  socket.on("error", () => {});
  return { socket, answered, ended: new Promise((resolve) => socket.on("close", () => resolve(received))) };
}

/** Sends a byte from time to time, until the connection is closed. */
function trickle({ socket }: RawClient, text: string): void {
  const timer = setInterval(() => socket.write(text), 20);
  socket.on("close", () => clearInterval(timer));
}

const soon = { headersTimeoutMilliseconds: 200, requestTimeoutMilliseconds: 200, answerTimeoutMilliseconds: 200 };
const long = { headersTimeoutMilliseconds: 60_000, requestTimeoutMilliseconds: 60_000 };

describe("a slow writer is dropped", () => {
  it("that says nothing", async () => {
    const { connect } = await start({ limits: { ...soon, requestTimeoutMilliseconds: 60_000 } });
    expect(await connect().ended).toMatch(/^(HTTP\/1\.1 408 |$)/);
  });

  it("whose headers never end", async () => {
    const { connect } = await start({ limits: { ...soon, requestTimeoutMilliseconds: 60_000 } });
    const client = connect();
    client.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\nX-Slow: ");
    trickle(client, "x");
    expect(await client.ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("whose body never ends", async () => {
    const { connect, authorization } = await start({ limits: { ...soon, answerTimeoutMilliseconds: 60_000 } });
    const client = connect();
    const head = ["POST /v1/Configs HTTP/1.1", "Host: x", authorization, "Content-Length: 60000"];
    client.socket.write(`${head.join("\r\n")}\r\n\r\nKey=`);
    trickle(client, "x");
    expect(await client.ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it("that never begins TLS where TLS is spoken", async () => {
    const { connect } = await start({ limits: { ...long, ...soon }, tls: await generateCertificate() });
    expect(await connect().ended).toBe("");
  });

  it("between two requests on one connection", async () => {
    const { connect } = await start({ limits: { ...soon, requestTimeoutMilliseconds: 60_000 } });
    const client = connect();
    client.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\n");
    const answers = await client.ended;
    expect(answers).toMatch(/^HTTP\/1\.1 200 [\s\S]*HTTP\/1\.1 408 /);
  });
});

describe("a slow reader is dropped", () => {
  it("that leaves a large answer unread", async () => {
    // The server waits for as long as the connection lives: it closes because the reader is dropped.
    const limits = { ...long, answerTimeoutMilliseconds: 300 };
    const { account, authorization, connect, server, service } = await start({
      limits,
      closeTimeoutMilliseconds: 120_000,
    });
    const value = "\u{1f600}".repeat(4096);
    const collection = { accountSid: account.sid, store: "config" } as const;
    for (let index = 0; index < 1000; index++) await service.put(collection, `k${index}`, value);
    const client = connect();
    client.socket.write(`GET /v1/Configs?PageSize=1000 HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`);
    expect(await client.answered).toMatch(/^HTTP\/1\.1 200 /);
    client.socket.pause();
    await server.close();
    client.socket.resume();
    expect((await client.ended).length).toBeLessThan(1000 * 4096 * 4);
  });

  it("but not one that reads in time, and keeps the connection", async () => {
    const { connect } = await start({ limits: { ...soon, answerTimeoutMilliseconds: 50 } });
    const client = connect();
    client.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await client.answered).toMatch(/^HTTP\/1\.1 200 /);
    // One that says nothing is dropped only later.
    await connect().ended;
    const again = new Promise((resolve) => client.socket.once("data", resolve));
    client.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    await again;
    expect(client.socket.destroyed).toBe(false);
  });
});

it("answers that wait behind another are let go of with their connection", async () => {
  const { account, authorization, connect, service } = await start({});
  const deviceSid = `UV${"1".repeat(32)}`;
  await service.put({ accountSid: account.sid, deviceSid, store: "config" }, "k", "v");
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  const before = timers();
  const client = connect();
  const slow = `GET /mvsim/Devices/${deviceSid}/Logs?Wait=20 HTTP/1.1\r\nHost: x\r\n${authorization}\r\n\r\n`;
  client.socket.write(slow + "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".repeat(50));
  await vi.waitFor(() => expect(timers()).toBeGreaterThan(before + 50));
  client.socket.destroy();
  await vi.waitFor(() => expect(timers()).toBeLessThan(before + 10), 5000);
});

describe("limits of a server", () => {
  it("close a connection above their number at once, and take one again when another ends", async () => {
    const { connect } = await start({ limits: { maxConnections: 1 } });
    const first = connect();
    first.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    await first.answered;
    expect(await connect().ended).toBe("");
    first.socket.end();
    await first.ended;
    const next = connect();
    next.socket.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
    expect(await next.answered).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("refuse a device above their number with 503", async () => {
    const { account, server } = await start({ limits: { maxDevices: 1 } });
    await welcomedDevice(server.deviceUrl, { token: deriveDeviceToken(account) });
    await expect(rawDevice(server.deviceUrl)).rejects.toThrow("503");
  });

  it.each([
    ["a long URL", `GET /v1/Configs?${"a".repeat(16_384)} HTTP/1.1\r\nHost: x\r\n\r\n`],
    ["a long header", `GET /healthz HTTP/1.1\r\nHost: x\r\nX-Long: ${"a".repeat(16_384)}\r\n\r\n`],
    ["many headers", `GET /healthz HTTP/1.1\r\nHost: x\r\n${"X-Many: aaaaaaaa\r\n".repeat(2000)}\r\n`],
  ])("refuse %s with 431", async (_name, request) => {
    const { connect } = await start({});
    const client = connect();
    client.socket.write(request);
    expect(await client.ended).toMatch(/^HTTP\/1\.1 431 /);
  });

  it.each([
    ["no HTTP", "nonsense\r\n\r\n"],
    ["a control character in a header", "GET /healthz HTTP/1.1\r\nHost: x\r\nX: \x01\r\n\r\n"],
    ["two lengths", "POST /v1/Configs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"],
    [
      "a length and chunks",
      "POST /v1/Configs HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
  ])("refuse %s with 400", async (_name, request) => {
    const { connect } = await start({});
    const client = connect();
    client.socket.write(request);
    expect(await client.ended).toMatch(/^HTTP\/1\.1 400 /);
  });
});
