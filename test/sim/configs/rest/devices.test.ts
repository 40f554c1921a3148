/** The Devices resource: what it shows, and how it is updated. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Notice } from "../../../../sim/configs/stores/store.ts";
import { form, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice, someDeviceSid } from "./created-device.ts";

const start = Date.parse("2024-02-28T12:00:00.999Z");
const hour = 60 * 60 * 1000;

describe("a device", () => {
  let served: ServedService;
  let now: number;
  let sid: string;
  let notices: Notice[];
  beforeEach(async () => {
    now = start;
    served = await serveForTest({ clock: () => now });
    sid = await createDevice(served);
    notices = [];
    served.store.onNotice((notice) => notices.push(notice));
  });

  const fetchDevice = async (name = sid) => (await served.send("GET", `/v1/Devices/${name}`)).json;
  const update = (body: string, name = sid) => served.send("POST", `/v1/Devices/${name}`, { headers: form, body });

  it("has everything that the vendor's has", async () => {
    const url = `${served.server.url}/v1/Devices/${sid}`;
    expect(await fetchDevice()).toEqual({
      sid,
      unique_name: null,
      account_sid: served.account.sid,
      app: {
        target_sid: null,
        target_hash: null,
        date_targeted: null,
        update_status: "up-to-date",
        update_error_code: null,
        reported_sid: null,
        date_reported: null,
      },
      logging: { enabled: false, date_expires: null },
      date_created: "2024-02-28T12:00:00Z",
      date_updated: "2024-02-28T12:00:00Z",
      url,
      links: { device_configs: `${url}/Configs`, device_secrets: `${url}/Secrets` },
    });
  });

  it("links to its collections", async () => {
    for (const link of Object.values<string>((await fetchDevice()).links)) {
      expect((await served.send("GET", link.slice(served.server.url.length))).status).toBe(200);
    }
  });

  it("that was taken in by itself is there as well, with its logging on", async () => {
    const other = someDeviceSid();
    const { sid: accountSid } = served.account;
    await served.service.put({ accountSid, deviceSid: other, store: "config" }, "k", "v");
    expect((await fetchDevice(other)).logging).toEqual({ enabled: true, date_expires: null });
  });

  it("without parameters is updated to what it is, with a 200", async () => {
    const before = await fetchDevice();
    now += hour;
    for (const headers of [form, {}]) {
      const answer = await served.send("POST", `/v1/Devices/${sid}`, { headers });
      expect([answer.status, answer.json]).toEqual([200, before]);
    }
    expect(notices).toEqual([]);
  });

  it("takes all parameters at once, and tells the time of the update", async () => {
    now += hour;
    const body = "UniqueName=attic&TargetApp=KA1&LoggingEnabled=true&RestartApp=true";
    const answer = await update(body);
    expect(answer.json).toMatchObject({
      unique_name: "attic",
      app: { target_sid: "KA1", update_status: "pending", date_targeted: "2024-02-28T13:00:00Z" },
      logging: { enabled: true, date_expires: "2024-02-29T13:00:00Z" },
      date_created: "2024-02-28T12:00:00Z",
      date_updated: "2024-02-28T13:00:00Z",
    });
    expect(await fetchDevice()).toEqual(answer.json);
    expect(notices).toMatchObject([
      { kind: "device", deviceSid: sid },
      { kind: "restart", deviceSid: sid },
    ]);
  });

  describe("UniqueName", () => {
    it.each([
      "attic",
      "a b",
      "50%",
      "ä€\u{1f600}",
      "x".repeat(64),
      "\u{1f600}".repeat(64),
      "a?b#c&d=e+f",
      "UV1",
      "...",
    ])("%s is taken, and reaches it", async (name) => {
      const answer = await update(`UniqueName=${encodeURIComponent(name)}`);
      expect([answer.status, answer.json.unique_name]).toEqual([200, name]);
      const fetched = await fetchDevice(encodeURIComponent(name));
      expect([fetched.sid, fetched.url]).toEqual([sid, `${served.server.url}/v1/Devices/${sid}`]);
      expect((await update("LoggingEnabled=true", encodeURIComponent(name))).json.sid).toBe(sid);
    });

    it.each([
      "",
      "x".repeat(65),
      "a/b",
      ".",
      "..",
      " a",
      "a ",
      "a\n",
      "\0",
      "a\u202eb",
      "\ud7ff\ue000",
      `UV${"0".repeat(32)}`,
      `AC${"F".repeat(32)}`,
      `uv${"a".repeat(32)}`,
    ])("%j is a 400 that names it", async (name) => {
      const answer = await update(`LoggingEnabled=true&UniqueName=${encodeURIComponent(name)}`);
      expect([answer.status, answer.json.code]).toEqual([400, 20001]);
      expect(answer.json.message).toMatch(/^UniqueName /);
      expect(await fetchDevice()).toMatchObject({ unique_name: null, logging: { enabled: false } });
      expect(notices).toEqual([]);
    });

    it("that another device has is a 409, and nothing is changed", async () => {
      await createDevice(served, { uniqueName: "attic" });
      const answer = await update("UniqueName=attic&LoggingEnabled=true&RestartApp=true");
      expect([answer.status, answer.json.code]).toEqual([409, 20409]);
      expect(await fetchDevice()).toMatchObject({ unique_name: null, logging: { enabled: false } });
      expect(notices).toEqual([]);
    });

    it("may be its own again, another account's, or one that was given up", async () => {
      await update("UniqueName=attic");
      expect((await update("UniqueName=attic")).status).toBe(200);
      await createDevice(served, { uniqueName: "attic", as: served.otherAccount });
      await update("UniqueName=cellar");
      expect((await served.send("GET", "/v1/Devices/attic")).status).toBe(404);
      await createDevice(served, { uniqueName: "attic" });
    });

    it("tells cases apart", async () => {
      await update("UniqueName=attic");
      expect((await served.send("GET", "/v1/Devices/Attic")).status).toBe(404);
      await createDevice(served, { uniqueName: "Attic" });
    });
  });

  describe("LoggingEnabled", () => {
    it("lasts 24 hours from the last time, then it is off by itself", async () => {
      await update("LoggingEnabled=true");
      now += 5 * hour;
      await update("LoggingEnabled=true");
      now += 24 * hour - 1;
      expect((await fetchDevice()).logging).toEqual({ enabled: true, date_expires: "2024-02-29T17:00:00Z" });
      now += 1;
      expect((await fetchDevice()).logging).toEqual({ enabled: false, date_expires: null });
    });

    it("switched off has no end", async () => {
      await update("LoggingEnabled=true");
      expect((await update("LoggingEnabled=false")).json.logging).toEqual({ enabled: false, date_expires: null });
      expect(notices).toMatchObject(Array(2).fill({ kind: "device", deviceSid: sid }));
    });
  });

  it("is told to restart once an update, without being changed", async () => {
    now += hour;
    const answer = await update("RestartApp=true");
    expect([answer.status, answer.json.date_updated]).toEqual([200, "2024-02-28T12:00:00Z"]);
    await update("RestartApp=false");
    expect(notices).toMatchObject([{ kind: "restart", deviceSid: sid }]);
  });

  it.each(["True", "TRUE", "1", "0", "yes", "", "true%20", "null"])(
    "the boolean %j is a 400 that names it",
    async (text) => {
      for (const name of ["LoggingEnabled", "RestartApp"]) {
        const answer = await update(`UniqueName=attic&${name}=${text}`);
        expect([answer.status, answer.json.message]).toEqual([400, `${name} must be true or false`]);
      }
      expect((await fetchDevice()).unique_name).toBeNull();
      expect(notices).toEqual([]);
    },
  );

  it.each(["", "%00", "x".repeat(65), "%20x"])("the TargetApp %j is a 400 that names it", async (text) => {
    const answer = await update(`TargetApp=${text}`);
    expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(/^TargetApp /)]);
  });

  it("takes an application by SID or name", async () => {
    for (const target of [`KA${"0".repeat(32)}`, "blinker v1.2"]) {
      expect((await update(`TargetApp=${encodeURIComponent(target)}`)).json.app.target_sid).toBe(target);
    }
  });

  it("takes JSON with text for booleans", async () => {
    const send = (body: object) =>
      served.send("POST", `/v1/Devices/${sid}`, {
        headers: { "content-type": "application/json" },
        body: JSON.stringify(body),
      });
    expect((await send({ LoggingEnabled: "true" })).json.logging.enabled).toBe(true);
    expect((await send({ LoggingEnabled: true })).status).toBe(400);
    expect((await send({ UniqueName: "\ud800" })).status).toBe(400);
  });

  it("that nobody knows is a 404 for every call", async () => {
    for (const name of [someDeviceSid(), "nobody", "%00", "x".repeat(300), ".", "..", "%2F", served.account.sid]) {
      for (const path of ["", "/Configs", "/Secrets", "/Configs/k", "/Secrets/k"]) {
        for (const method of path.endsWith("/k") ? ["GET", "HEAD", "POST", "DELETE"] : ["GET", "HEAD", "POST"]) {
          const answer = await served.send(method, `/v1/Devices/${name}${path}`, { headers: form });
          expect([answer.status, answer.json?.code ?? 20404]).toEqual([404, 20404]);
        }
      }
    }
    expect(served.reported).toEqual([]);
  });

  it.each(["%", "%ff"])("with the name %s is a 400", async (name) => {
    for (const path of [`/v1/Devices/${name}`, `/v1/Devices/${name}/Configs`, `/v1/Devices/${name}/Secrets/k`]) {
      const answer = await served.send("GET", path);
      expect([answer.status, answer.json.message]).toEqual([400, expect.stringMatching(/^Sid /)]);
    }
  });

  it("can't be created or deleted under /v1, and there are no Apps", async () => {
    const created = await served.send("POST", "/v1/Devices", { headers: form, body: `Sid=${someDeviceSid()}` });
    expect([created.status, created.headers.allow]).toEqual([405, "GET, HEAD, OPTIONS"]);
    const deleted = await served.send("DELETE", `/v1/Devices/${sid}`);
    expect([deleted.status, deleted.headers.allow]).toEqual([405, "GET, HEAD, POST, OPTIONS"]);
    for (const method of ["GET", "POST"]) expect((await served.send(method, "/v1/Apps")).status).toBe(404);
  });
});
