/** What an answer may be, and how large a request: 406, 414, 431. */

import { beforeEach, describe, expect, it } from "vitest";
import { form, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice } from "./created-device.ts";

describe("Accept", () => {
  let served: ServedService;
  let paths: string[];
  beforeEach(async () => {
    served = await serveForTest();
    const sid = await createDevice(served);
    for (const list of ["/v1/Configs", "/v1/Secrets"]) {
      await served.send("POST", list, { headers: form, body: "Key=k&Value=v" });
    }
    paths = ["/v1/Configs", "/v1/Configs/k", "/v1/Secrets/k", "/v1/Devices", `/v1/Devices/${sid}`];
  });

  it.each([
    "application/json",
    "application/json, text/plain, */*",
    "*/*",
    "application/*",
    "Application/JSON; charset=utf-8",
    "text/html, application/xhtml+xml, application/xml;q=0.9, */*;q=0.8",
    "application/json;q=0.001, text/html",
    "text/*;q=0, application/json",
    "*/*;q=0, application/json",
    "application/*;q=0, application/json",
    " , application/json",
    "",
  ])("%j takes JSON", async (accept) => {
    for (const path of paths) {
      expect((await served.send("GET", path, { headers: { accept } })).status).toBe(200);
    }
  });

  it.each([
    "text/html",
    "application/xml, text/*",
    "application/json;q=0",
    "application/json;q=0, */*",
    "*/*;q=0",
    "application/*;q=0, */*",
    "application/jsonp",
    "json",
  ])("%j is a 406, and nothing is done", async (accept) => {
    for (const path of paths) {
      const answer = await served.send("GET", path, { headers: { accept } });
      expect([answer.status, answer.json.code]).toEqual([406, 20406]);
      expect(answer.headers["content-type"]).toMatch(/^application\/json/);
    }
    const created = await served.send("POST", "/v1/Configs", { headers: { ...form, accept }, body: "Key=a&Value=v" });
    const deleted = await served.send("DELETE", "/v1/Configs/k", { headers: { accept } });
    expect([created.status, deleted.status]).toEqual([406, 406]);
    expect((await served.send("GET", "/v1/Configs")).json.configs).toHaveLength(1);
  });

  it("comes behind 401, 404 of paths and 405", async () => {
    const status = async (method: string, path: string, headers = {}) =>
      (await served.send(method, path, { headers: { accept: "text/html", ...headers } })).status;
    expect(await status("GET", "/v1/Configs", { authorization: "" })).toBe(401);
    expect(await status("GET", "/v1/Nothing")).toBe(404);
    expect(await status("PUT", "/v1/Configs")).toBe(405);
    expect(await status("OPTIONS", "/v1/Configs")).toBe(204);
  });
});

describe("a request target", () => {
  it("of 4096 characters is taken, one more is a 414", async () => {
    const served = await serveForTest();
    const targetOf = (length: number) => "/v1/Configs?".padEnd(length, "x");
    expect((await served.send("GET", targetOf(4096))).status).toBe(200);
    const answer = await served.send("GET", targetOf(4097));
    expect([answer.status, answer.json.code]).toEqual([414, 20414]);
    expect((await served.send("GET", "/v1/".padEnd(4097, "x"))).status).toBe(414);
    expect((await served.send("GET", targetOf(4097), { headers: { authorization: "" } })).status).toBe(401);
  });

  it("has room for the longest name, key and token", async () => {
    const served = await serveForTest();
    const uniqueName = "\u{1f600}".repeat(64);
    await createDevice(served, { uniqueName });
    const list = `/v1/Devices/${encodeURIComponent(uniqueName)}/Configs`;
    const keys = ["%".repeat(100), `${"%".repeat(99)}&`];
    for (const key of keys) {
      await served.send("POST", list, { headers: form, body: `Key=${encodeURIComponent(key)}&Value=v` });
    }
    expect((await served.send("GET", `${list}/${encodeURIComponent(keys[0]!)}`)).json.key).toBe(keys[0]);
    const { json } = await served.send("GET", `${list}?PageSize=1`);
    const query = new URL(json.meta.next_page_url).search;
    expect((await served.send("GET", list + query)).json.configs[0].key).toBe(keys[1]);
  });
});

describe("names that a client made up", () => {
  it.each([
    [form, `${"n".repeat(5000)}=%`],
    [form, `${"n".repeat(5000)}=1&${"n".repeat(5000)}=2`],
    [{ "content-type": "application/json" }, JSON.stringify({ ["n".repeat(5000)]: 1 })],
  ])("are echoed shortened (%#)", async (headers, body) => {
    const served = await serveForTest();
    const answer = await served.send("POST", "/v1/Configs", { headers, body });
    expect(answer.status).toBe(400);
    expect(answer.json.message).toMatch(/^n{100}… /);
  });
});
