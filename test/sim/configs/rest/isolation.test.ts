/** Accounts can't reach each other: every call of every resource, across two accounts. */

import { beforeEach, describe, expect, it } from "vitest";
import type { Notice } from "../../../../sim/configs/stores/store.ts";
import { type Answer, form, type ServedService, serveForTest } from "../served-service.ts";
import { createDevice, someDeviceSid } from "./created-device.ts";

const planted = "planted-2f6c91";
const lists = ["Configs", "Secrets"];

describe("an account", () => {
  let served: ServedService;
  /** Of the account that is attacked. */
  let sid: string;
  /** Of the attacker. */
  let ownSid: string;
  /** An API key of the account that is attacked. */
  let keySid: string;
  let notices: Notice[];
  beforeEach(async () => {
    served = await serveForTest({ clock: () => 0 });
    sid = await createDevice(served, { uniqueName: "attic" });
    ownSid = await createDevice(served, { as: served.otherAccount, uniqueName: "cellar" });
    for (const path of ["/v1", `/v1/Devices/${sid}`].flatMap((place) => lists.map((list) => `${place}/${list}`))) {
      const created = await served.send("POST", path, { headers: form, body: `Key=k&Value=${planted}` });
      expect(created.status).toBe(201);
    }
    expect((await served.send("POST", `/mvsim/Devices/${sid}/Token`)).status).toBe(200);
    keySid = (await served.send("POST", "/mvsim/Keys")).json.sid;
    notices = [];
    served.store.onNotice((notice) => notices.push(notice));
  });

  /** Everything that the attacked account has. */
  async function everything() {
    const { sid: accountSid } = served.account;
    const collections = [undefined, sid].flatMap((deviceSid) =>
      (["config", "secret"] as const).map((store) => ({ accountSid, deviceSid, store })),
    );
    return [
      await Promise.all(collections.map((collection) => served.store.list(collection, { limit: 9 }))),
      await served.store.listDevices(accountSid, { limit: 9 }),
      await Promise.all((["account", "key", "device"] as const).map((kind) => served.store.listCredentials(kind))),
    ];
  }

  /** Every call that names a device. */
  const deviceCalls = (device: string): [string, string, string?][] => [
    ["GET", `/v1/Devices/${device}`],
    ["HEAD", `/v1/Devices/${device}`],
    ["POST", `/v1/Devices/${device}`],
    ["POST", `/v1/Devices/${device}`, "UniqueName=stolen"],
    ["POST", `/v1/Devices/${device}`, "TargetApp=KA1&LoggingEnabled=true&RestartApp=true"],
    ["GET", `/mvsim/Devices/${device}/Logs`],
    ["POST", `/mvsim/Devices/${device}/Token`],
    ["DELETE", `/mvsim/Devices/${device}/Token`],
    ...lists.flatMap((list) => entryCalls(`/v1/Devices/${device}/${list}`)),
    ...lists.flatMap((list): [string, string, string?][] => [
      ["GET", `/v1/Devices/${device}/${list}`],
      ["HEAD", `/v1/Devices/${device}/${list}`],
      ["POST", `/v1/Devices/${device}/${list}`, "Key=new&Value=v"],
      ["POST", `/v1/Devices/${device}/${list}`, "Key=k&Value=v"],
      ["POST", `/v1/Devices/${device}/${list}`],
    ]),
  ];
  const entryCalls = (list: string): [string, string, string?][] => [
    ["GET", `${list}/k`],
    ["HEAD", `${list}/k`],
    ["POST", `${list}/k`, "Value=overwritten"],
    ["DELETE", `${list}/k`],
  ];

  const attack = (method: string, path: string, body?: string, headers = {}) =>
    served.send(method, path, { as: served.otherAccount, headers: { ...form, ...headers }, ...(body && { body }) });

  function expectNothing(answer: Answer, path: string) {
    expect([path, answer.status, answer.json?.code ?? 20404]).toEqual([path, 404, 20404]);
    expect(JSON.stringify(answer)).not.toContain(planted);
  }

  it("finds no device of another's by SID or name: always a 404, and nothing is changed", async () => {
    const before = await everything();
    for (const device of [sid, "attic"]) {
      for (const [method, path, body] of deviceCalls(device)) expectNothing(await attack(method, path, body), path);
    }
    expect(await everything()).toEqual(before);
    expect(notices).toEqual([]);
  });

  it("finds no entry of another's, at its own level or under its own device", async () => {
    const before = await everything();
    for (const place of ["/v1", `/v1/Devices/${ownSid}`, "/v1/Devices/cellar"]) {
      for (const list of lists) {
        for (const [method, path, body] of entryCalls(`${place}/${list}`)) {
          expectNothing(await attack(method, path, body), path);
        }
      }
    }
    expect(await everything()).toEqual(before);
  });

  it("finds no API key of another's", async () => {
    const before = await everything();
    expect((await attack("GET", "/mvsim/Keys")).json.keys).toEqual([]);
    expectNothing(await attack("DELETE", `/mvsim/Keys/${keySid}`), "/mvsim/Keys");
    expect(await everything()).toEqual(before);
    expect(notices).toEqual([]);
  });

  it("gets the answers that it gets for devices that nobody has, whatever it asks for", async () => {
    const nobody = someDeviceSid();
    const conditions = [{}, { "if-match": "*" }, { "if-none-match": "*" }, { "content-type": "text/plain" }];
    for (const [hidden, missing] of [
      [sid, nobody],
      ["attic", "nobody"],
    ] as const) {
      for (const headers of conditions) {
        for (const [n, [method, path, body]] of deviceCalls(hidden).entries()) {
          const answer = await attack(method, path, body, headers);
          const expected = await attack(method, deviceCalls(missing)[n]![1], body, headers);
          expect(answer.status).toBe(404);
          expect(answer.text.replaceAll(hidden, missing)).toBe(expected.text);
          expect(Object.keys(answer.headers)).toEqual(Object.keys(expected.headers));
        }
      }
    }
  });

  it("lists only its own", async () => {
    for (const list of lists) {
      for (const place of ["/v1", `/v1/Devices/${ownSid}`]) {
        expect((await attack("GET", `${place}/${list}`)).json[list.toLowerCase()]).toEqual([]);
      }
    }
    const { json } = await attack("GET", "/v1/Devices");
    expect(json.devices.map((device: { sid: string }) => device.sid)).toEqual([ownSid]);
  });

  it("uses keys and names that another has, without touching them", async () => {
    const before = await everything();
    for (const list of lists) {
      expect((await attack("POST", `/v1/${list}`, "Key=k&Value=own")).status).toBe(201);
      expect((await attack("POST", `/v1/${list}/k`, "Value=changed")).status).toBe(200);
      expect((await attack("DELETE", `/v1/${list}/k`)).status).toBe(204);
    }
    expect((await attack("POST", `/v1/Devices/${ownSid}`, "UniqueName=attic")).status).toBe(200);
    expect((await attack("GET", "/v1/Devices/attic")).json.sid).toBe(ownSid);
    expect((await served.send("GET", "/v1/Devices/attic")).json.sid).toBe(sid);
    expect((await attack("POST", "/v1/Devices/attic/Configs", "Key=k&Value=own")).status).toBe(201);
    expect(await everything()).toEqual(before);
  });
});
