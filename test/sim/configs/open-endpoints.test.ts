/** What a server answers without an account: health, metrics, OpenAPI. */

import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type ConfigStore,
  createMemoryStore,
  deriveDeviceToken,
  type ServeOptions,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { openFrame, requestFor } from "./frames.ts";
import { welcomedDevice } from "./raw-device.ts";
import { basic, form, type ServedService, send, serveForTest } from "./served-service.ts";

/** What a store would say of itself. */
const unreachable = Object.assign(new Error("connect ECONNREFUSED 10.1.2.3:5432 as admin"), { code: "ECONNREFUSED" });

const get = ({ server }: ServedService, path: string, headers: Record<string, string> = {}) =>
  send(server.url, "GET", path, headers);

describe("/healthz and /readyz", () => {
  it("say 200 without an account", async () => {
    const served = await serveForTest();
    expect(await get(served, "/healthz")).toMatchObject({ status: 200, json: { status: "live" } });
    expect(await get(served, "/readyz")).toMatchObject({ status: 200, json: { status: "ready" } });
    expect(await send(served.server.url, "HEAD", "/readyz", {})).toMatchObject({ status: 200, text: "" });
  });

  it("say 503 and a category while the store fails; the log says once what it was", async () => {
    const store: ConfigStore = { ...createMemoryStore(), check: () => Promise.reject(unreachable) };
    const served = await serveForTest({ store });
    const [first, second] = [await get(served, "/readyz"), await get(served, "/readyz")];
    for (const answer of [first, second]) {
      expect(answer).toMatchObject({ status: 503, json: { status: "notReady", reason: "storeFailed" } });
      expect(answer.headers["retry-after"]).toBe("1");
      expect(answer.text).not.toMatch(/10\.1\.2\.3|admin|ECONN/);
    }
    expect(served.reported).toEqual([unreachable]);
    expect((await get(served, "/healthz")).status).toBe(200);
  });

  it("ask the store once for many who ask at the same time", async () => {
    let checks = 0;
    const store: ConfigStore = { ...createMemoryStore(), check: async () => void checks++ };
    const served = await serveForTest({ store });
    await Promise.all(Array.from({ length: 20 }, () => get(served, "/readyz")));
    expect(checks).toBe(1);
  });

  it("say 503 on a connection that is still open while the server closes", async () => {
    const served = await serveForTest();
    const { hostname, port } = new URL(served.server.url);
    const socket = connect(Number(port), hostname);
    const continues = once(socket, "data");
    const answers = text(socket);
    // Its first request is under way when the server closes: the connection takes one more, which came with its end.
    const head = ["POST /v1/Configs HTTP/1.1", "Host: x", `Authorization: ${basic(served.account)}`];
    const body = [`Content-Type: ${form["content-type"]}`, "Content-Length: 13", "Expect: 100-continue", "", ""];
    socket.write([...head, ...body].join("\r\n"));
    await continues;
    const closed = served.server.close();
    socket.write("Key=k&Value=vGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n");
    await closed;
    expect(await answers).toMatch(/HTTP\/1\.1 201 [\s\S]*HTTP\/1\.1 503 [\s\S]*"reason":"closing"/);
  });

  it("take no other method", async () => {
    const served = await serveForTest();
    for (const path of ["/healthz", "/readyz", "/metrics", "/openapi.json"]) {
      const answer = await send(served.server.url, "POST", path, form, "a=b");
      expect([answer.status, answer.json.code, answer.headers.allow]).toEqual([405, 20004, "GET, HEAD, OPTIONS"]);
    }
  });

  it("say to OPTIONS what they take", async () => {
    const served = await serveForTest();
    for (const path of ["/healthz", "/readyz", "/metrics", "/openapi.json"]) {
      const answer = await send(served.server.url, "OPTIONS", path, {});
      expect([answer.status, answer.text, answer.headers.allow]).toEqual([204, "", "GET, HEAD, OPTIONS"]);
    }
  });
});

describe("/metrics", () => {
  const read = async (served: ServedService) => (await sendText(served.server.url, "/metrics")).text;

  it("count requests by the route's template, method and status", async () => {
    const served = await serveForTest();
    await served.send("POST", "/v1/Configs", { headers: form, body: "Key=planted-key&Value=planted-value" });
    await served.send("GET", "/v1/Configs/planted-key");
    await served.send("GET", "/v1/Configs/planted-other-key");
    await served.send("BREW", "/v1/Configs").catch(() => {});
    await served.send("PURGE", "/v1/Configs");
    await served.send("GET", "/planted-path");
    await send(served.server.url, "GET", "/v1/Configs/planted-key", {});
    const text = await read(served);
    const counted = [...text.matchAll(/^mvsim_http_request_duration_seconds_count(\{.*\}) (\d+)$/gm)];
    expect(counted.map(([, labels, count]) => `${labels} ${count}`).sort()).toEqual([
      '{route="/v1/Configs",method="POST",status="201"} 1',
      '{route="/v1/Configs",method="other",status="405"} 1',
      '{route="/v1/Configs/:key",method="GET",status="200"} 1',
      '{route="/v1/Configs/:key",method="GET",status="401"} 1',
      '{route="/v1/Configs/:key",method="GET",status="404"} 1',
      '{route="unknown",method="GET",status="404"} 1',
    ]);
    for (const { sid, authToken } of [served.account, served.otherAccount]) {
      expect(text).not.toContain(sid);
      expect(text).not.toContain(authToken);
    }
    expect(text).not.toContain("planted");
  });

  it("count devices, their fetches by result, and their logs", async () => {
    const served = await serveForTest();
    await served.send("POST", "/v1/Configs", { headers: form, body: "Key=greeting&Value=hello" });
    const device = await welcomedDevice(served.server.deviceUrl, { token: deriveDeviceToken(served.account) });
    device.send(openFrame(1, requestFor("greeting")), openFrame(2, requestFor("none")));
    await device.next();
    await device.next();
    const logged = new Promise((resolve) => served.service.onLog(resolve));
    device.send({ type: "log", bytes: new TextEncoder().encode("hello") });
    await logged;
    const text = await read(served);
    expect(text).toMatch(/^mvsim_devices_connected 1$/m);
    expect(text).toMatch(/^mvsim_device_fetched_items_total\{result="ok"\} 1$/m);
    expect(text).toMatch(/^mvsim_device_fetched_items_total\{result="keyNotFound"\} 1$/m);
    expect(text).toMatch(/^mvsim_device_fetch_duration_seconds_count 2$/m);
    expect(text).toMatch(/^mvsim_device_logs_total 1$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
  });

  it("count what rate limits refuse", async () => {
    const served = await serveForTest({ rateLimits: { requestsPerSecond: 1 } });
    const statuses = await Promise.all([1, 2, 3].map(async () => (await served.send("GET", "/v1/Configs")).status));
    const refused = statuses.filter((status) => status === 429).length;
    expect(refused).toBeGreaterThan(0);
    expect(await read(served)).toContain(`mvsim_rate_refusals_total{of="request"} ${refused}\n`);
  });

  it("of one server count nothing of another's service, and say Prometheus' type", async () => {
    const [served, other] = [await serveForTest(), await serveForTest()];
    await other.send("GET", "/v1/Configs");
    const { headers, text } = await sendText(served.server.url, "/metrics");
    expect(headers.get("content-type")).toMatch(/^text\/plain; version=0\.0\.4/);
    expect(text).not.toMatch(/^mvsim_http_request_duration_seconds_count\{/m);
  });

  it("are hidden on an address that others reach, unless a token is asked for", async () => {
    const open = await start({ host: "0.0.0.0" });
    expect((await sendText(open, "/metrics")).status).toBe(404);
    const guarded = await start({ host: "0.0.0.0", metricsToken: "scraper" });
    const statusOf = async (authorization: string) =>
      (await sendText(guarded, "/metrics", authorization ? { authorization } : {})).status;
    expect(await statusOf("")).toBe(401);
    expect(await statusOf("Bearer scrape")).toBe(401);
    expect(await statusOf("Basic scraper")).toBe(401);
    expect(await statusOf("Bearer scraper")).toBe(200);
  });
});

describe("security headers", () => {
  it("are on every answer, and no answer names what serves it", async () => {
    const served = await serveForTest();
    const paths = ["/healthz", "/readyz", "/metrics", "/openapi.json", "/v1/Configs", "/v1/Configs/none", "/nowhere"];
    const answers = [...(await Promise.all(paths.map((path) => sendText(served.server.url, path))))];
    expect((await served.send("GET", "/v1/Configs")).headers).toMatchObject(expectedHeaders);
    for (const { headers } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject(expectedHeaders);
      expect([headers.get("server"), headers.get("x-powered-by")]).toEqual([null, null]);
    }
  });
});

const expectedHeaders = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
};

async function start(options: ServeOptions): Promise<string> {
  const { service } = await serveForTest();
  const server = await serveConfigs(service, options);
  onTestFinished(() => server.close());
  return server.url;
}

async function sendText(origin: string, path: string, headers: Record<string, string> = {}) {
  const response = await fetch(origin + path, { headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}
