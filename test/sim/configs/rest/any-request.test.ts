/** Requests of any kind: never a failure of the service, always an answer of the right form. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { basic, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice } from "./created-device.ts";

const planted = "planted-90b1aa";
const codes: Readonly<Record<number, number>> = {
  400: 20001,
  401: 20003,
  404: 20404,
  405: 20004,
  406: 20406,
  409: 20409,
  412: 20412,
  413: 20413,
  414: 20414,
  415: 20415,
};

interface AnyRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

const urlText = fc.string({ unit: fc.constantFrom(..."aK%20f/.~&=+:*@!$'(),;\\^|`<>\"{}[]UV"), maxLength: 30 });
const anyText = fc.string({ unit: "binary", maxLength: 30 });
const escaped = anyText.map((text) => encodeURIComponent(text));
const headerText = fc.string({
  unit: fc
    .integer({ min: 0x20, max: 0xff })
    .filter((code) => code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
  maxLength: 40,
});

function anyRequest(sid: string, etag: string): fc.Arbitrary<AnyRequest> {
  const segment = fc.oneof(
    fc.constantFrom("Configs", "Secrets", "Devices", sid, "attic", "k", "k", "Apps", "", ".", ".."),
    escaped,
    urlText,
  );
  const key = fc.oneof(
    { arbitrary: fc.constantFrom("", "/k"), weight: 4 },
    escaped.map((text) => `/${text}`),
  );
  const list = fc.constantFrom("/Configs", "/Secrets");
  const device = fc.oneof({ arbitrary: fc.constantFrom(sid, "attic"), weight: 4 }, escaped);
  const path = fc.oneof(
    { arbitrary: fc.tuple(list, key).map(([name, rest]) => `/v1${name}${rest}`), weight: 2 },
    fc.tuple(device, list, key).map(([name, kind, rest]) => `/v1/Devices/${name}${kind}${rest}`),
    device.map((name) => `/v1/Devices/${name}`),
    fc.constantFrom("/v1/Devices", "/mvsim/Devices"),
    fc.array(segment, { maxLength: 7 }).map((segments) => `/v1/${segments.join("/")}`),
  );
  const field = fc.tuple(
    fc.oneof(
      fc.constantFrom("Key", "Value", "Sid", "UniqueName", "TargetApp", "LoggingEnabled", "RestartApp"),
      fc.constantFrom("PageSize", "Page", "PageToken"),
      escaped,
    ),
    fc.oneof(fc.constantFrom("k", "true", "false", "1", "", sid, "attic"), escaped, urlText),
  );
  const newKey = fc.oneof(fc.constant("k"), fc.string());
  const pair = fc.tuple(newKey, escaped).map(([name, text]) => `Key=${encodeURIComponent(name)}&Value=v${text}`);
  const fields = fc.array(field, { maxLength: 5 }).map((all) => all.map(([name, text]) => `${name}=${text}`).join("&"));
  const json = fc.oneof(
    fc.json(),
    fc
      .dictionary(fc.constantFrom("Key", "Value", "UniqueName", "Sid"), fc.oneof(anyText, fc.jsonValue()))
      .map((one) => JSON.stringify(one)),
    fc.constant("[".repeat(20_000)),
    fc.constant(`{"Key":"k","Value":"${"\\ud800"}"}`),
  );
  const tags = fc.oneof(fc.constantFrom("*", etag, `W/${etag}`, '"x"', '"x", "y"'), headerText);
  const anyHeaders = fc.record(
    {
      accept: fc.oneof(fc.constantFrom("application/json", "*/*", "text/html"), headerText),
      "content-type": fc.oneof(
        fc.constantFrom("application/x-www-form-urlencoded", "application/json", "text/plain"),
        headerText,
      ),
      "content-encoding": fc.constantFrom("gzip", "identity", ""),
      "if-match": tags,
      "if-none-match": tags,
      range: fc.constantFrom("bytes=0-1", "x"),
      cookie: headerText,
      "x-http-method-override": fc.constantFrom("DELETE", "PUT"),
      "if-modified-since": fc.oneof(fc.constant("Thu, 01 Jan 1970 00:00:00 GMT"), headerText),
    },
    { requiredKeys: [] },
  );
  const form = fc.constant({ "content-type": "application/x-www-form-urlencoded" });
  return fc.record({
    method: fc.oneof(
      { arbitrary: fc.constant("POST"), weight: 6 },
      { arbitrary: fc.constant("GET"), weight: 4 },
      fc.constantFrom("DELETE", "HEAD", "OPTIONS", "PUT", "PATCH"),
    ),
    path,
    query: fc.oneof(
      fc.constant(""),
      fields.map((text) => `?${text}`),
    ),
    headers: fc.oneof({ arbitrary: form, weight: 2 }, anyHeaders),
    body: fc.oneof({ arbitrary: pair, weight: 3 }, fields, json, fc.uint8Array({ maxLength: 100 })),
  });
}

async function prepare() {
  const served = await serveForTest();
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
  const error = { code: codes[status], message: expect.stringMatching(/./), status };
  expect(json).toEqual({ ...error, more_info: `https://www.twilio.com/docs/errors/${codes[status]}` });
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

it("any request gets an answer of the right form, never a 500", async () => {
  const { served, request } = await prepare();
  const seen = new Set<number>();
  await fc.assert(
    fc.asyncProperty(request, async (one) => {
      const answer = await give(served, one);
      seen.add(answer.status);
      expectRightForm(one.method, answer.status, answer.headers, await answer.text());
    }),
    { numRuns: 3000 },
  );
  expect(served.reported).toEqual([]);
  // The requests do reach all kinds of answers.
  for (const status of [200, 201, 204, 400, 404, 405, 406, 409, 412, 415]) expect(seen).toContain(status);
});

it("any request that a client can send over a socket gets one too", async () => {
  const { served, request } = await prepare();
  await fc.assert(
    fc.asyncProperty(request, async ({ method, path, query, headers, body }) => {
      const target = (path + query).replaceAll(/[^\x21-\x7e]/g, "");
      // Node's client sends no more than it may.
      const sent = Object.fromEntries(Object.entries(headers).map(([name, text]) => [name, text.trim()]));
      const answer = await served.send(method, target, { headers: sent, ...(method === "POST" && { body }) });
      expectRightForm(method, answer.status, new Headers(answer.headers as Record<string, string>), answer.text);
    }),
    { numRuns: 300 },
  );
  expect(served.reported).toEqual([]);
});
