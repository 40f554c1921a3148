/** Requests of any kind: never a failure of the service, always an answer of the right form. */

import { randomBytes } from "node:crypto";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ConfigStore,
  createMemoryStore,
  openSealedPostgresStore,
  openSealedSqliteStore,
} from "../../../../sim/configs/index.ts";
import { hasPostgres, type PostgresServer, startPostgres } from "../postgres-server.ts";
import { basic, type ServedService, serveForTest } from "../served-service.ts";
import { temporaryFolder } from "../temporary-folder.ts";
import { type AnyRequest, anyRequest } from "./any-request.ts";
import { createDevice } from "./created-device.ts";
import { errorOf } from "./vendor-errors.ts";

const planted = "planted-90b1aa";

async function prepare(store: ConfigStore) {
  const served = await serveForTest({ store, deliveryTimeoutMilliseconds: 1 });
  const sid = await createDevice(served, { uniqueName: "attic" });
  const { sid: accountSid } = served.account;
  await served.service.put({ accountSid, store: "secret" }, "k", planted);
  await served.service.put({ accountSid, store: "config" }, "k", "v");
  const { headers } = await served.send("GET", "/v1/Configs/k");
  return { served, request: anyRequest(sid, headers.etag!) };
}

function expectRightForm(method: string, status: number, headers: Headers, text: string) {
  if (method === "HEAD" || status === 204 || status === 304) return expect(text).toBe("");
  expect(headers.get("content-type")).toMatch(/^application\/json/);
  expect(headers.get("cache-control")).toBe("no-store");
  expect(text).not.toContain(planted);
  const json = JSON.parse(text);
  if (status < 300) return expect([200, 201]).toContain(status);
  expect(json).toEqual(errorOf(status));
}

/** Hands a request to the service as a server does. */
function give({ service, server, account }: ServedService, { method, path, query, headers, body }: AnyRequest) {
  const hasBody = method !== "GET" && method !== "HEAD";
  const request = new Request(`${server.url}/`, {
    method,
    headers: { ...headers, authorization: basic(account) },
    ...(hasBody && { body: typeof body === "string" ? body : Buffer.from(body) }),
  });
  return service.fetch(request, { target: path + query, origin: server.url });
}

describe("any request", () => {
  let postgres: PostgresServer | undefined;
  const runsPostgres = hasPostgres();
  beforeAll(async () => {
    if (runsPostgres) postgres = await startPostgres();
  });
  afterAll(() => postgres?.stop());

  const stores: [string, number, () => Promise<ConfigStore>][] = [
    ["memory", 3000, async () => createMemoryStore()],
    ["SQLite", 1000, async () => (await openSealedSqliteStore(join(temporaryFolder(), "configs.db"))).store],
  ];
  if (runsPostgres) {
    const text = randomBytes(32).toString("hex");
    const open = async () => openSealedPostgresStore(await postgres!.createDatabase(), { text });
    stores.push(["PostgreSQL", 1000, async () => (await open()).store]);
  }

  it.each(stores)("gets an answer of the right form, never a 500 (%s)", { timeout: 120_000 }, async (_, runs, open) => {
    const { served, request } = await prepare(await open());
    const seen = new Set<number>();
    await fc.assert(
      fc.asyncProperty(request, async (one) => {
        const answer = await give(served, one);
        seen.add(answer.status);
        expectRightForm(one.method, answer.status, answer.headers, await answer.text());
      }),
      { numRuns: runs },
    );
    expect(served.reported).toEqual([]);
    // The requests do reach all kinds of answers.
    for (const status of [200, 201, 204, 400, 404, 405, 406, 415]) expect(seen).toContain(status);
  });

  it.each(stores)("with credentials of any bytes is a 401 (%s)", async (_name, _runs, open) => {
    const { served } = await prepare(await open());
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(served.account.sid, "\0", `SK${"0".repeat(32)}`),
    );
    await fc.assert(
      fc.asyncProperty(text, text, async (sid, authToken) => {
        const headers = { authorization: basic({ sid, authToken }) };
        const request = new Request(`${served.server.url}/v1/Configs`, { headers });
        const answer = await served.service.fetch(request);
        expect(answer.status).toBe(401);
        expectRightForm("GET", 401, answer.headers, await answer.text());
      }),
      { numRuns: 200 },
    );
    expect(served.reported).toEqual([]);
  });

  it("that a client can send over a socket gets one too", async () => {
    const { served, request } = await prepare(createMemoryStore());
    await fc.assert(
      fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
        // A backslash is refused before methods count (`keys.test.ts`).
        const target = (path + query).replaceAll(/[^\x21-\x7e]|\\/g, "");
        // Node's client sends no more than it may.
        const sent = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text.trim()]));
        const answer = await served.send(method, target, { headers: sent, ...(method === "POST" && { body }) });
        expectRightForm(method, answer.status, new Headers(answer.headers as Record<string, string>), answer.text);
      }),
      { numRuns: 300 },
    );
    expect(served.reported).toEqual([]);
  });
});
