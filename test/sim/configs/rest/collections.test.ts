/** Configs and Secrets, of the account and of a device: the same five operations on four collections. */

import { beforeEach, describe, expect, it } from "vitest";
import { form, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice } from "./created-device.ts";

const now = Date.parse("2024-02-29T23:59:59.999Z");
const date = "2024-02-29T23:59:59Z";

describe.each([
  { name: "the account's Configs", level: "", segment: "Configs", store: "config" },
  { name: "the account's Secrets", level: "", segment: "Secrets", store: "secret" },
  { name: "a device's Configs, by SID", level: "sid", segment: "Configs", store: "config" },
  { name: "a device's Secrets, by SID", level: "sid", segment: "Secrets", store: "secret" },
  { name: "a device's Configs, by unique name", level: "uniqueName", segment: "Configs", store: "config" },
  { name: "a device's Secrets, by unique name", level: "uniqueName", segment: "Secrets", store: "secret" },
] as const)("$name", ({ level, segment, store }) => {
  let served: ServedService;
  let sid: string;
  /** As it is asked for. */
  let path: string;
  /** As the service names it: with the device's SID. */
  let ownPath: string;
  beforeEach(async () => {
    served = await serveForTest({ clock: () => now });
    sid = await createDevice(served, { uniqueName: "attic 50% ä" });
    const prefixes = { "": "", sid: `/Devices/${sid}`, uniqueName: "/Devices/attic%2050%25%20%C3%A4" };
    path = `/v1${prefixes[level]}/${segment}`;
    ownPath = level === "" ? path : `/v1/Devices/${sid}/${segment}`;
  });

  const collection = () =>
    ({ accountSid: served.account.sid, deviceSid: level === "" ? undefined : sid, store }) as const;
  const create = (key: string, value: string) =>
    served.send("POST", path, { headers: form, body: `Key=${encodeURIComponent(key)}&Value=${value}` });
  const resource = (key: string, value: string) => ({
    ...(level !== "" && { device_sid: sid }),
    key,
    ...(store === "secret" ? { date_rotated: date } : { value, date_updated: date }),
    url: `${served.server.url}${ownPath}/${encodeURIComponent(key)}`,
  });

  it("creates with 201, the resource and its Location", async () => {
    const answer = await create("a/b", "one");
    expect([answer.status, answer.json]).toEqual([201, resource("a/b", "one")]);
    expect(answer.headers.location).toBe(answer.json.url);
    expect(await served.store.get(collection(), "a/b")).toMatchObject({ value: "one", updatedAt: now });
  });

  it("does not create twice: 409, and the first stays", async () => {
    await create("k", "one");
    const answer = await create("k", "two");
    expect([answer.status, answer.json.code]).toEqual([409, 20409]);
    expect((await served.store.get(collection(), "k"))?.value).toBe("one");
  });

  it("fetches, at its own url too", async () => {
    await create("a/b", "one");
    const answer = await served.send("GET", `${path}/a%2Fb`);
    expect([answer.status, answer.json]).toEqual([200, resource("a/b", "one")]);
    expect((await served.send("GET", answer.json.url.slice(served.server.url.length))).json).toEqual(answer.json);
  });

  it("updates with 200, and only what is there", async () => {
    await create("k", "one");
    const answer = await served.send("POST", `${path}/k`, { headers: form, body: "Value=two" });
    expect([answer.status, answer.json]).toEqual([200, resource("k", "two")]);
    expect((await served.store.get(collection(), "k"))?.value).toBe("two");
    const missing = await served.send("POST", `${path}/none`, { headers: form, body: "Value=two" });
    expect([missing.status, missing.json.code]).toEqual([404, 20404]);
    expect(await served.store.get(collection(), "none")).toBeUndefined();
  });

  it("deletes with an empty 204, once", async () => {
    await create("k", "one");
    const answer = await served.send("DELETE", `${path}/k`);
    expect([answer.status, answer.text]).toEqual([204, ""]);
    expect(await served.store.get(collection(), "k")).toBeUndefined();
    for (const method of ["DELETE", "GET"]) expect((await served.send(method, `${path}/k`)).status).toBe(404);
  });

  it("lists under its own name, in pages whose URLs are its own", async () => {
    for (const key of ["b", "a", "c"]) await create(key, `value-${key}`);
    const list = segment.toLowerCase();
    const first = await served.send("GET", `${path}?PageSize=2`);
    expect(first.json[list]).toEqual([resource("a", "value-a"), resource("b", "value-b")]);
    expect(first.json.meta.key).toBe(list);
    expect(first.json.meta.next_page_url.startsWith(`${served.server.url}${ownPath}?PageSize=2&Page=1&`)).toBe(true);
    const second = await served.send("GET", first.json.meta.next_page_url.slice(served.server.url.length));
    expect(second.json[list]).toEqual([resource("c", "value-c")]);
  });

  it("is a name space of its own", async () => {
    await create("k", "mine");
    const others = ["/v1/Configs", "/v1/Secrets", `/v1/Devices/${sid}/Configs`, `/v1/Devices/${sid}/Secrets`];
    for (const other of others.filter((one) => one !== ownPath)) {
      expect((await served.send("GET", `${other}/k`)).status).toBe(404);
      expect((await served.send("POST", other, { headers: form, body: "Key=k&Value=theirs" })).status).toBe(201);
    }
    expect((await served.store.get(collection(), "k"))?.value).toBe("mine");
  });

  it("has no page for another collection's token", async () => {
    for (const key of ["a", "b"]) await create(key, "v");
    const { json } = await served.send("GET", `${path}?PageSize=1`);
    const query = new URL(json.meta.next_page_url).search;
    const neighbour = await createDevice(served);
    const lists = ["/v1/Configs", "/v1/Secrets", `/v1/Devices/${sid}/Configs`, `/v1/Devices/${sid}/Secrets`];
    for (const other of [...lists, "/v1/Devices", `/v1/Devices/${neighbour}/${segment}`]) {
      const answer = await served.send("GET", other + query);
      if (other === ownPath) expect(answer.status).toBe(200);
      else expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(/^PageToken /)]);
    }
  });

  it.each([
    ["Key=k", /Value/],
    ["Value=v", /Key/],
    ["Key=&Value=v", /^Key /],
    ["Key=k&Value=", /^Value /],
    [`Key=${"k".repeat(101)}&Value=v`, /^Key /],
    ["Key=%20k&Value=v", /^Key /],
    ["Key=.&Value=v", /^Key /],
    ["Key=%C3%A4&Value=v", /^Key /],
  ])("refuses %s with a 400 that names the parameter", async (body, message) => {
    const answer = await served.send("POST", path, { headers: form, body });
    expect([answer.status, answer.json.code]).toEqual([400, 20001]);
    expect(answer.json.message).toMatch(message);
    expect(await served.store.list(collection(), { limit: 1 })).toEqual([]);
  });

  it("says what it allows", async () => {
    for (const [suffix, allow] of [
      ["", "GET, HEAD, POST, OPTIONS"],
      ["/k", "GET, HEAD, POST, DELETE, OPTIONS"],
    ]) {
      const refused = await served.send("PUT", path + suffix, { headers: form, body: "Value=v" });
      expect([refused.status, refused.json.code, refused.headers.allow]).toEqual([405, 20004, allow]);
      const options = await served.send("OPTIONS", path + suffix);
      expect([options.status, options.headers.allow]).toEqual([204, allow]);
    }
  });
});

describe("a secret's value", () => {
  const planted = "planted-7d5f0c";

  it("stands in no answer: of any call, error or page", async () => {
    const served = await serveForTest();
    const sid = await createDevice(served, { uniqueName: "attic" });
    const answers: { text: string; headers: object }[] = [];
    const send = async (...request: Parameters<ServedService["send"]>) => answers.push(await served.send(...request));
    for (const path of ["/v1/Secrets", `/v1/Devices/${sid}/Secrets`, "/v1/Devices/attic/Secrets"]) {
      const body = `Key=k&Value=${planted}`;
      await send("POST", path, { headers: form, body });
      await send("POST", path, { headers: form, body });
      await send("POST", path, { headers: form, body: `Key=&Value=${planted}` });
      await send("POST", path, { headers: form, body: `Key=k&Value=${planted}&Value=${planted}` });
      await send("POST", path, { headers: form, body: `Key=k&Value=${planted}%` });
      await send("POST", path, { headers: form, body: `Key=k&Value=${planted.repeat(600)}` });
      await send("POST", path, { headers: { "content-type": "application/json" }, body: `{"Value":"${planted}",` });
      await send("POST", path, { headers: { "content-type": "application/json" }, body: `{"Value":["${planted}"]}` });
      await send("POST", path, { headers: { "content-type": "text/plain" }, body });
      await send("POST", `${path}/k`, { headers: form, body: `Value=${planted}` });
      await send("POST", `${path}/k`, { headers: { ...form, "if-match": '"x"' }, body: `Value=${planted}` });
      await send("POST", `${path}/none`, { headers: form, body: `Value=${planted}` });
      for (const method of ["GET", "HEAD", "OPTIONS", "PUT"]) {
        for (const suffix of ["/k", "", "?PageSize=1"]) await send(method, path + suffix);
      }
    }
    for (const { text, headers } of answers) expect(text + JSON.stringify(headers)).not.toContain(planted);
    expect((await served.store.get({ accountSid: served.account.sid, store: "secret" }, "k"))?.value).toBe(planted);
    expect(served.reported).toEqual([]);
  });
});
