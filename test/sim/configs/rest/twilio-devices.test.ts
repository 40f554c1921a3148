/** The vendor's own client library on the Devices resource. */

import { beforeEach, describe, expect, it } from "vitest";
import { type ServedService, serveForTest, twilioClient } from "../served-service.ts";
import { createDevice, someDeviceSid } from "./created-device.ts";

const start = Date.parse("2021-01-01T12:34:56.789Z");

describe("the twilio client's devices", () => {
  let served: ServedService;
  let now: number;
  let sid: string;
  let devices: ReturnType<typeof devicesOf>;
  beforeEach(async () => {
    now = start;
    served = await serveForTest({ clock: () => now });
    sid = await createDevice(served);
    devices = devicesOf(served);
  });

  const devicesOf = (service: ServedService, account = service.account) =>
    twilioClient(service, account).microvisor.v1.devices;
  const refusal = (status: number, code: number) => expect.objectContaining({ status, code });

  it("are fetched with dates as Dates, and app, logging and links as objects", async () => {
    const url = `${served.server.url}/v1/Devices/${sid}`;
    const device = await devices(sid).fetch();
    expect(device.toJSON()).toEqual({
      sid,
      uniqueName: null,
      accountSid: served.account.sid,
      app: expect.objectContaining({ target_sid: null, update_status: "up-to-date" }),
      logging: { enabled: false, date_expires: null },
      dateCreated: new Date("2021-01-01T12:34:56Z"),
      dateUpdated: new Date("2021-01-01T12:34:56Z"),
      url,
      links: { device_configs: `${url}/Configs`, device_secrets: `${url}/Secrets` },
    });
    expect((await device.fetch()).toJSON()).toEqual(device.toJSON());
  });

  it("are updated by context and by instance, each parameter of its own", async () => {
    now += 1000;
    const named = await devices(sid).update({ uniqueName: "attic" });
    expect([named.uniqueName, named.dateUpdated]).toEqual(["attic", new Date("2021-01-01T12:34:57Z")]);
    const targeted = await named.update({ targetApp: `KA${"1".repeat(32)}` });
    expect(targeted.app).toMatchObject({
      target_sid: `KA${"1".repeat(32)}`,
      date_targeted: "2021-01-01T12:34:57Z",
      update_status: "pending",
    });
    expect((await devices("attic").update({ loggingEnabled: true })).logging).toEqual({
      enabled: true,
      date_expires: "2021-01-02T12:34:57Z",
    });
    const { logging } = await devices("attic").update({ loggingEnabled: false });
    expect(logging).toEqual({ enabled: false, date_expires: null });
    expect((await devices("attic").update()).uniqueName).toBe("attic");
  });

  it("are told to restart", async () => {
    const notices: unknown[] = [];
    served.store.onNotice((notice) => notices.push(notice));
    await devices(sid).update({ restartApp: true });
    expect(notices).toMatchObject([{ kind: "restart", deviceSid: sid }]);
  });

  it("are listed, each and page by page", async () => {
    const sids = [sid];
    for (let n = 0; n < 24; n++) sids.push(await createDevice(served));
    await createDevice(served, { as: served.otherAccount });
    sids.sort();
    const sidsOf = (list: { sid: string }[]) => list.map((device) => device.sid);
    expect(sidsOf(await devices.list())).toEqual(sids);
    expect(sidsOf(await devices.list({ limit: 1500 }))).toEqual(sids);
    expect(sidsOf(await devices.list({ limit: 7, pageSize: 3 }))).toEqual(sids.slice(0, 7));
    const seen: string[] = [];
    await new Promise<void>((resolve, reject) => {
      const done = (error?: Error) => (error ? reject(error) : resolve());
      devices.each({ pageSize: 4, callback: (device) => seen.push(device.sid), done });
    });
    expect(seen).toEqual(sids);
    const first = await devices.page({ pageSize: 10 });
    const second = (await first.nextPage())!;
    expect(sidsOf(second.instances)).toEqual(sids.slice(10, 20));
    expect(sidsOf((await second.previousPage())!.instances)).toEqual(sids.slice(0, 10));
    expect(sidsOf((await devices.getPage(second.nextPageUrl!)).instances)).toEqual(sids.slice(20));
    expect(second.instances[0]!.dateCreated).toEqual(new Date("2021-01-01T12:34:56Z"));
  });

  it("lead to their configs and secrets from an instance", async () => {
    const device = await devices(sid).fetch();
    await device.deviceConfigs().create({ key: "k", value: "v" });
    const secret = await device.deviceSecrets().create({ key: "k", value: "s" });
    expect((await device.deviceConfigs()("k").fetch()).value).toBe("v");
    expect([secret.deviceSid, secret.dateRotated]).toEqual([sid, new Date("2021-01-01T12:34:56Z")]);
  });

  it.each(["deviceConfigs", "deviceSecrets"] as const)(
    "have %s by unique name too, which say the SID",
    async (name) => {
      await devices(sid).update({ uniqueName: "attic" });
      type Secrets = ReturnType<typeof devices>["deviceSecrets"];
      const [byName, bySid] = ["attic", sid].map((device) => devices(device)[name] as unknown as Secrets) as [
        Secrets,
        Secrets,
      ];
      const created = await byName.create({ key: "k", value: "v" });
      expect([created.deviceSid, created.key]).toEqual([sid, "k"]);
      expect((await byName("k").fetch()).toJSON()).toEqual(created.toJSON());
      expect((await byName.list()).map((entry) => entry.toJSON())).toEqual([created.toJSON()]);
      expect((await bySid("k").update({ value: "w" })).url).toBe(created.url);
      expect(await byName("k").remove()).toBe(true);
      expect(await bySid.list()).toEqual([]);
    },
  );

  it("refuse with a RestException: what is not there, taken, not valid or another's", async () => {
    await createDevice(served, { uniqueName: "attic" });
    await expect(devices(someDeviceSid()).fetch()).rejects.toEqual(refusal(404, 20404));
    await expect(devices("nobody").update({ restartApp: true })).rejects.toEqual(refusal(404, 20404));
    await expect(devices(sid).update({ uniqueName: "attic" })).rejects.toEqual(refusal(409, 20409));
    await expect(devices(sid).update({ uniqueName: "a/b" })).rejects.toMatchObject({
      code: 20001,
      message: expect.stringMatching(/^UniqueName /),
    });
    const others = devicesOf(served, served.otherAccount);
    await expect(others(sid).fetch()).rejects.toEqual(refusal(404, 20404));
    await expect(others("attic").update({ uniqueName: "mine" })).rejects.toEqual(refusal(404, 20404));
    expect(await others.list()).toEqual([]);
    const strange = devicesOf(served, { ...served.account, authToken: "wrong" });
    await expect(strange(sid).fetch()).rejects.toEqual(refusal(401, 20003));
  });

  it("have no apps to install: a 404", async () => {
    await expect(twilioClient(served, served.account).microvisor.v1.apps.list()).rejects.toEqual(refusal(404, 20404));
  });
});
