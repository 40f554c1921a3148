/** Keys in paths, as they are on the wire. */

import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { form, rawRequest, type ServedService, serveForTest } from "../served-service.ts";

describe("a key in a path", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest();
  });

  const collection = () => ({ accountSid: served.account.sid, store: "config" }) as const;
  const create = (key: string) => served.store.create(collection(), { key, value: "v", updatedAt: 0, revision: "1" });

  it.each([
    ["a%20b", "a b"],
    ["a+b", "a+b"],
    ["a%2Bb", "a+b"],
    ["a%2Fb", "a/b"],
    ["a%252Fb", "a%2Fb"],
    ["50%25", "50%"],
    ["%61", "a"],
    ["a:b@c,d;e=f&g$h!i'j(k)*", "a:b@c,d;e=f&g$h!i'j(k)*"],
    ["a%3Fb%23c", "a?b#c"],
    ["...", "..."],
    ["%22%3C%3E%5C%5E%60%7B%7C%7D", '"<>\\^`{|}'],
    ["__proto__", "__proto__"],
    [":key", ":key"],
    ["*", "*"],
  ])("%s is decoded once, to %s", async (segment, key) => {
    await create(key);
    const answer = await served.send("GET", `/v1/Configs/${segment}`);
    expect([answer.status, answer.json.key]).toEqual([200, key]);
    expect(answer.json.url).toBe(`${served.server.url}/v1/Configs/${encodeURIComponent(key)}`);
    const { pathname } = new URL(answer.json.url);
    expect((await served.send("DELETE", pathname)).status).toBe(204);
  });

  it.each(["%", "a%2", "%zz", "%ff", "%c0%af", "%ed%a0%80", "%E2%82"])("%s is a 400 that names it", async (segment) => {
    for (const method of ["GET", "POST", "DELETE"]) {
      const answer = await served.send(method, `/v1/Configs/${segment}`, { headers: form, body: "Value=v" });
      expect([answer.status, answer.json.code, answer.json.message]).toEqual([
        400,
        20001,
        expect.stringMatching(/^Key /),
      ]);
    }
  });

  it.each([".", "..", "%2e", "%2E%2e", "..%2f..", "k".repeat(101), "%C3%A4", "%00", "a%0Ab", "%20"])(
    "%s names nothing that could exist: 404",
    async (segment) => {
      await create("k");
      for (const method of ["GET", "POST", "DELETE"]) {
        expect((await served.send(method, `/v1/Configs/${segment}`, { headers: form, body: "Value=v" })).status).toBe(
          404,
        );
      }
    },
  );

  it("is the path's, whatever query or fragment follows", async () => {
    await create("k");
    for (const suffix of ["?", "?a=b/c", "?%", "#x", "?PageSize=0"]) {
      expect((await served.send("GET", `/v1/Configs/k${suffix}`)).status).toBe(200);
    }
  });

  it("is found by an absolute request target, which sets the host", async () => {
    await create("k");
    const answer = await rawRequest(served, "GET http://configs.example/v1/Configs/k HTTP/1.1\r\nHost: other.example");
    expect(answer).toMatch(/^HTTP\/1\.1 200 [\s\S]*"url":"http:\/\/configs\.example\/v1\/Configs\/k"/);
  });

  it.each([
    "GET * HTTP/1.1",
    "OPTIONS * HTTP/1.1",
    "GET /v1\\Configs HTTP/1.1",
    "GET http:// HTTP/1.1",
    "GET http://a:b:c/ HTTP/1.1",
  ])("%s is a 400 or 404, not a failure", async (line) => {
    expect(await rawRequest(served, `${line}\r\nHost: localhost`)).toMatch(/^HTTP\/1\.1 40[04] /);
  });

  it("of printable characters goes round: create, fetch at its url, update, delete", async () => {
    const key = fc
      .string({
        unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
        minLength: 1,
        maxLength: 100,
      })
      .filter((text) => text.trim() === text && text !== "." && text !== "..");
    await fc.assert(
      fc.asyncProperty(key, async (text) => {
        const body = `Key=${encodeURIComponent(text)}&Value=1`;
        const created = await served.send("POST", "/v1/Configs", { headers: form, body });
        expect([created.status, created.json.key]).toEqual([201, text]);
        const path = created.json.url.slice(served.server.url.length);
        expect((await served.send("GET", path)).json).toEqual(created.json);
        expect((await served.send("POST", path, { headers: form, body: "Value=2" })).json.value).toBe("2");
        expect((await served.send("DELETE", path)).status).toBe(204);
      }),
      { numRuns: 60 },
    );
  });

  it("of any characters that a request line can carry is never a 500", async () => {
    const target = fc.string({ unit: fc.constantFrom(..."/.%2efFkK?#&=+:*\\~\xff\x80Configs"), maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(target, fc.constantFrom("GET", "HEAD", "DELETE", "POST", "PUT"), async (text, method) => {
        const answer = await rawRequest(served, `${method} /v1/Configs/${text} HTTP/1.1\r\nHost: localhost`);
        expect(answer).toMatch(/^HTTP\/1\.1 (200|204|400|404|405) /);
      }),
      { numRuns: 200 },
    );
    expect(served.reported).toEqual([]);
  });
});
