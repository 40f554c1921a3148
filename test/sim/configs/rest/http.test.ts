/** Statuses, headers, authentication and methods, as they are on the wire. */

import { join } from "node:path";
import Database from "libsql";
import { beforeEach, describe, expect, it } from "vitest";
import { createConfigsService, createMemoryStore, openSqliteStore } from "../../../../sim/configs/index.ts";
import { basic, form, type ServedService, send, serveForTest } from "../served-service.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const docs = "https://www.twilio.com/docs/errors";

describe("REST over HTTP", () => {
  let served: ServedService;
  beforeEach(async () => {
    served = await serveForTest({ clock: () => Date.parse("2024-02-29T23:59:59.999Z") });
    await served.send("POST", "/v1/Configs", { headers: form, body: "Key=greeting&Value=hello" });
  });

  const greeting = () => ({
    key: "greeting",
    value: "hello",
    date_updated: "2024-02-29T23:59:59Z",
    url: `${served.server.url}/v1/Configs/greeting`,
  });

  it("creates with 201, fetches and updates with 200, deletes with an empty 204", async () => {
    const created = await served.send("POST", "/v1/Configs", { headers: form, body: "Key=a&Value=1" });
    expect([created.status, created.json.value]).toEqual([201, "1"]);
    const fetched = await served.send("GET", "/v1/Configs/greeting");
    expect([fetched.status, fetched.json]).toEqual([200, greeting()]);
    const updated = await served.send("POST", "/v1/Configs/a", { headers: form, body: "Value=2" });
    expect([updated.status, updated.json.value]).toEqual([200, "2"]);
    const deleted = await served.send("DELETE", "/v1/Configs/a");
    expect([deleted.status, deleted.text]).toEqual([204, ""]);
    expect((await served.send("GET", "/v1/Configs/a")).status).toBe(404);
  });

  it("answers JSON that nobody on the way keeps", async () => {
    for (const path of ["/v1/Configs", "/v1/Configs/greeting", "/v1/Configs/none"]) {
      const { headers } = await served.send("GET", path);
      expect(headers["content-type"]).toMatch(/^application\/json/);
      expect(headers["cache-control"]).toBe("no-store");
    }
  });

  it("answers errors in the vendor's form", async () => {
    expect((await served.send("GET", "/v1/Configs/none")).json).toEqual({
      code: 20404,
      message: "The requested resource /v1/Configs/none was not found",
      more_info: `${docs}/20404`,
      status: 404,
    });
  });

  describe("authentication", () => {
    const bad: [string, (served: ServedService) => string][] = [
      ["a wrong token", ({ account }) => basic({ ...account, authToken: "wrong" })],
      ["an unknown account", ({ account }) => basic({ ...account, sid: `AC${"0".repeat(32)}` })],
      [
        "another account's token",
        ({ account, otherAccount }) => basic({ ...account, authToken: otherAccount.authToken }),
      ],
      ["an empty token", ({ account }) => basic({ ...account, authToken: "" })],
      ["a token with a character more", ({ account }) => basic({ ...account, authToken: `${account.authToken} ` })],
      ["no colon", ({ account }) => `Basic ${Buffer.from(account.sid).toString("base64")}`],
      ["what is not base64", () => "Basic !!!"],
      ["another scheme", ({ account }) => `Bearer ${account.authToken}`],
      ["an empty header", () => ""],
    ];

    it.each(bad)("with %s is a 401", async (_name, header) => {
      const answer = await served.send("GET", "/v1/Configs/greeting", { headers: { authorization: header(served) } });
      expect([answer.status, answer.json.code]).toEqual([401, 20003]);
      expect(answer.headers["www-authenticate"]).toMatch(/^Basic realm=/);
    });

    it("comes before 404, 405 and 400", async () => {
      for (const [method, path] of [
        ["GET", "/nowhere"],
        ["PUT", "/v1/Configs"],
        ["POST", "/v1/Configs"],
        ["GET", "/v1/Configs/%"],
        ["OPTIONS", "/v1/Configs"],
        ["GET", "/"],
      ] as const) {
        expect((await send(served.server.url, method, path, {})).status).toBe(401);
      }
    });

    it("takes any case of the scheme's name", async () => {
      const authorization = basic(served.account).replace("Basic", "bAsIc");
      expect((await served.send("GET", "/v1/Configs", { headers: { authorization } })).status).toBe(200);
    });
  });

  describe("methods", () => {
    it.each(["PUT", "PATCH", "DELETE", "PROPFIND", "TRACE"])(
      "%s on the list is a 405 that says what is allowed",
      async (method) => {
        const answer = await served.send(method, "/v1/Configs");
        expect([answer.status, answer.json.code, answer.headers.allow]).toEqual([
          405,
          20004,
          "GET, HEAD, POST, OPTIONS",
        ]);
      },
    );

    it("PUT on a config is a 405, whether it exists or not", async () => {
      for (const key of ["greeting", "none"]) {
        const answer = await served.send("PUT", `/v1/Configs/${key}`, { headers: form, body: "Value=x" });
        expect([answer.status, answer.headers.allow]).toEqual([405, "GET, HEAD, POST, DELETE, OPTIONS"]);
      }
    });

    it("HEAD is GET without the body", async () => {
      for (const path of ["/v1/Configs", "/v1/Configs/greeting", "/v1/Configs/none"]) {
        const [head, get] = [await served.send("HEAD", path), await served.send("GET", path)];
        expect([head.status, head.text]).toEqual([get.status, ""]);
        expect(head.headers["content-type"]).toBe(get.headers["content-type"]);
      }
    });

    it("OPTIONS says what is allowed", async () => {
      const answer = await served.send("OPTIONS", "/v1/Configs/greeting");
      expect([answer.status, answer.text]).toEqual([204, ""]);
      expect(answer.headers.allow).toBe("GET, HEAD, POST, DELETE, OPTIONS");
    });
  });

  it.each([
    "/",
    "/v1",
    "/v1/",
    "/v1/Configs/",
    "/v1/configs",
    "/v1/Configs/a/b",
    "/v2/Configs",
    "/v1/Apps",
    "//v1/Configs",
    "/device",
  ])("%s is a 404", async (path) => {
    const answer = await served.send("GET", path);
    expect([answer.status, answer.json.code]).toEqual([404, 20404]);
  });

  describe("the url field", () => {
    const urlWith = async (host: string, options = {}) => {
      const { send: sendTo } = await serveForTest(options);
      const answer = await sendTo("POST", "/v1/Configs", { headers: { ...form, host }, body: "Key=k&Value=v" });
      return (answer.json.url as string) ?? answer.status;
    };

    it.each([
      "configs.example",
      "configs.example:8443",
      "localhost:80",
      "10.0.0.1:9999",
      "[::1]:8080",
      "my_service.local",
    ])("has the request's host %s", async (host) => {
      expect(await urlWith(host)).toBe(`http://${host}/v1/Configs/k`);
    });

    it.each([
      "evil.example/path?x=",
      "user@evil.example",
      "a b",
      '"><script>',
      "evil.example#",
      "[::1",
      "a:b",
      "x:123456",
      "",
      "ä",
    ])("has the server's own address when the Host header is %j", async (host) => {
      expect(await urlWith(Buffer.from(host).toString("latin1"))).toMatch(
        /^http:\/\/127\.0\.0\.1:\d+\/v1\/Configs\/k$/,
      );
    });

    it("begins with the public URL where there is one", async () => {
      expect(await urlWith("inner:80", { publicUrl: "https://configs.example/microvisor/" })).toBe(
        "https://configs.example/microvisor/v1/Configs/k",
      );
    });

    it("needs a public URL that is one", () => {
      const withUrl = (publicUrl: string) => () =>
        createConfigsService({ store: createMemoryStore(), accounts: [], publicUrl });
      for (const publicUrl of ["configs.example", "ftp://configs.example", "https://u:p@x", "https://x/?a", ""]) {
        expect(withUrl(publicUrl)).toThrow(expect.objectContaining({ code: "ERR_MVSIM_INVALID_PUBLIC_URL" }));
      }
    });
  });

  it("needs no server: the service is a fetch handler", async () => {
    const { service, account } = served;
    const request = (path: string, init?: RequestInit) =>
      service.fetch(
        new Request(`https://configs.example${path}`, { headers: { authorization: basic(account) }, ...init }),
      );
    const fetched = (await (await request("/v1/Configs/greeting")).json()) as { url: string };
    expect(fetched.url).toBe("https://configs.example/v1/Configs/greeting");
    const body = new URLSearchParams({ Key: "a b", Value: "c d" });
    const created = await request("/v1/Configs", { method: "POST", body, headers: { authorization: basic(account) } });
    expect(await created.json()).toMatchObject({ key: "a b", value: "c d" });
  });

  it("answers 500 without details when the store fails, reports why, and goes on when the store does", async () => {
    const file = join(temporaryFolder(), "configs.db");
    const failing = await serveForTest({ store: await openSqliteStore(file) });
    const other = new Database(file);
    other.exec("ALTER TABLE entry RENAME TO hidden");
    const answer = await failing.send("GET", "/v1/Configs/greeting");
    expect([answer.status, answer.json.code]).toEqual([500, 20500]);
    expect(answer.text).not.toMatch(/entry|sqlite|\.ts/i);
    expect(failing.reported.map(String)).toEqual([expect.stringContaining("no such table: entry")]);
    other.exec("ALTER TABLE hidden RENAME TO entry");
    other.close();
    expect((await failing.send("GET", "/v1/Configs/greeting")).status).toBe(404);
  });
});
