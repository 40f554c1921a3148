/** `mvsim run --service`: against a served service, and against services that behave badly. */

import { readFileSync } from "node:fs";
import { connect as connectTo, createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { DeviceBackend } from "../../../sim/configs/device-backend.ts";
import {
  type Account,
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, refusal, startMvsim } from "./mvsim.ts";

const reader = appBinary("config-reader");
const poller = appBinary("config-poller");

interface Served {
  readonly url: string;
  readonly account: Account;
  readonly token: string;
}

/** A service on a port, with a greeting; `change` stands between it and its devices. */
async function serve(change: (backend: DeviceBackend) => Partial<DeviceBackend> = () => ({})): Promise<Served> {
  const account = generateAccount();
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
  await service.put({ accountSid: account.sid, store: "config" }, "greeting", "Hello");
  const backend = { ...service.backend, ...change(service.backend) };
  const server = await serveConfigs({ ...service, backend });
  onTestFinished(async () => {
    await server.close();
    await service.close();
  });
  return { url: server.deviceUrl, account, token: deriveDeviceToken(account) };
}

/** Passes everything on, until it cuts every connection and listens no more. */
async function cuttable(url: string): Promise<{ url: string; cut(): void }> {
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => sockets.add(socket.on("error", () => {}));
  const proxy: Server = createServer((near) => {
    const far = connectTo({ port: Number(new URL(url).port), host: "127.0.0.1" });
    keep(near).add(keep(far) && far);
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    proxy.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(cut);
  return { url: `ws://127.0.0.1:${(proxy.address() as { port: number }).port}/device`, cut };
}

describe("mvsim run --service", () => {
  it("fetches from the service, with the token from an option or from the environment", async () => {
    const { url, token } = await serve();
    const run = await mvsim("run", reader, "--service", url, "--token", token);
    expect(run).toMatchObject({ status: 0, stdout: "greeting: Hello\nreport_interval_s is missing\n" });
    const env = { MVSIM_TOKEN: token };
    expect(await startMvsim(["run", reader, "--service", url], { env }).ended).toMatchObject({ status: 0 });
  });

  it("writes the same trace file as with a service in the process, byte for byte", async () => {
    const { url, token } = await serve();
    const [near, far] = [join(temporaryFolder(), "near.jsonl"), join(temporaryFolder(), "far.jsonl")];
    await mvsim("run", reader, "-q", "--trace", near, "--config", "greeting=Hello");
    await mvsim("run", reader, "-q", "--trace", far, "--service", url, "--token", token);
    expect(readFileSync(far, "utf8")).toBe(readFileSync(near, "utf8"));
    expect(readFileSync(far, "utf8")).toContain('"kind":"end","reason":"finished"');
  });

  it("ends with 6 when the service refuses the token", async () => {
    const { url } = await serve();
    const refused = await mvsim("run", reader, "--service", url, "--token", "wrong");
    expect(refused).toMatchObject(
      refusal(6, "SERVICE_REFUSED", /the service refused the device: .*\(close code 4010\)/),
    );
  });

  it("ends with 6 when no service is there", async () => {
    const unreachable = await mvsim("run", reader, "--service", "ws://127.0.0.1:1/device", "--token", "x");
    expect(unreachable).toMatchObject(refusal(6, "SERVICE_UNREACHABLE", /ECONNREFUSED 127\.0\.0\.1:1/));
  });

  it("ends with 6 when what is there is no device socket", async () => {
    const { url } = await serve();
    const unreachable = await mvsim("run", reader, "--service", url.replace("/device", "/"), "--token", "x");
    expect(unreachable).toMatchObject(refusal(6, "SERVICE_UNREACHABLE", /HTTP 404/));
  });

  it("ends with 6 when what is there never says a word", async () => {
    const silent = createServer();
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void silent.close());
    const url = `ws://127.0.0.1:${(silent.address() as { port: number }).port}/device`;
    const unreachable = await mvsim("run", reader, "--service", url, "--token", "x", "--answer-timeout", "100ms");
    expect(unreachable).toMatchObject(refusal(6, "SERVICE_UNREACHABLE", /no answer within 0\.1 s/));
  });

  it("shows the firmware a closed channel when the service vanishes in mid-fetch, and says why", async () => {
    let cut = () => {};
    const { url, token } = await serve(() => ({
      fetchItems() {
        cut();
        return new Promise(() => {});
      },
    }));
    const proxy = await cuttable(url);
    cut = proxy.cut;
    const run = await mvsim("run", reader, "--service", proxy.url, "--token", token);
    expect(run).toMatchObject({
      ...refusal(1, "MAIN_FAILED", "main returned 1"),
      stdout: expect.stringMatching(/^the channel failed: status \d+\n$/),
    });
    expect(run.stderr).toMatch(/kernel +channel#1 dies: NETWORKDISCONNECTED/);
    expect(run.stderr).toMatch(/service +the service is gone: the connection was lost/);
    expect(run.stderr).toMatch(/notifies notifications#1 of CHANNELNOTCONNECTED/);
  });

  it("lets firmware that tries again live on without the service", async () => {
    let cut = () => {};
    const { url, token } = await serve((backend) => ({
      async fetchItems(...request) {
        const items = await backend.fetchItems(...request);
        setImmediate(() => cut());
        return items;
      },
    }));
    const proxy = await cuttable(url);
    cut = proxy.cut;
    const run = await mvsim("run", poller, "--service", proxy.url, "--token", token, "--for", "30s");
    expect(run.status).toBe(0);
    expect(run.stdout).toMatch(/no configs: .*; again in 1 s\n/);
    expect(run.stderr).toMatch(/service +the service is gone: connect ECONNREFUSED/);
  });

  it("lets the channel of a service that never answers die in virtual time, after --answer-timeout in real time", async () => {
    const { url, token } = await serve(() => ({ fetchItems: () => new Promise(() => {}) }));
    const limits = ["--answer-timeout", "2s", "--timeout", "2m"];
    const run = await mvsim("run", reader, "--service", url, "--token", token, ...limits);
    expect(run).toMatchObject({
      ...refusal(1, "MAIN_FAILED", "main returned 1"),
      stdout: expect.stringMatching(/^the channel failed: status \d+\n$/),
    });
    expect(run.stderr).toMatch(/service +reply-lost: channel#1/);
    expect(run.stderr).toMatch(/62\d\d\d\.\d{3} {2}kernel +channel#1 dies: CONNECTIONTERMINATED/);
  });
});
