import { beforeEach, describe, expect, it } from "vitest";
import type { DeviceRecord } from "../../../../sim/configs/stores/store.ts";
import { account, device, type Opened, otherAccount } from "./place.ts";

const record: DeviceRecord = {
  sid: device,
  accountSid: account,
  uniqueName: undefined,
  loggingEnabled: true,
  loggingExpiresAt: undefined,
  targetApp: undefined,
  targetedAt: undefined,
  createdAt: 7,
  updatedAt: 8,
};
const sidOf = (digit: string) => `UV${digit.repeat(32)}`;
const other = sidOf("d");

export function describeDevices(opened: Opened): void {
  describe("provisionDevice", () => {
    it("adds a device once, which keeps its account", async () => {
      const { store } = opened;
      expect(await store.findDevice(device)).toBeUndefined();
      expect(await store.provisionDevice(record)).toEqual(record);
      expect(await store.provisionDevice({ ...record, accountSid: otherAccount, createdAt: 9 })).toEqual(record);
      expect(await store.findDevice(device)).toEqual(record);
    });

    it("lets one of many accounts at once win", async () => {
      const accounts = Array.from({ length: 10 }, (_, n) => `AC${String(n).repeat(32)}`);
      const answers = await Promise.all(
        accounts.map((accountSid) => opened.store.provisionDevice({ ...record, accountSid })),
      );
      expect(new Set(answers.map(({ accountSid }) => accountSid)).size).toBe(1);
    });
  });

  describe("createDevice", () => {
    it("adds a device with each of its fields", async () => {
      const full = { ...record, uniqueName: "lamp", loggingExpiresAt: 2 ** 41, targetApp: "KA1", targetedAt: 3 };
      expect(await opened.store.createDevice({ ...full, loggingEnabled: false })).toBe("done");
      expect(await opened.store.findDevice(device)).toEqual({ ...full, loggingEnabled: false });
    });

    it("answers exists for a SID, in whatever account, also when the name is taken too", async () => {
      const { store } = opened;
      await store.createDevice({ ...record, uniqueName: "lamp" });
      expect(await store.createDevice({ ...record, accountSid: otherAccount })).toBe("exists");
      expect(await store.createDevice({ ...record, uniqueName: "lamp" })).toBe("exists");
      expect(await store.findDevice(device)).toEqual({ ...record, uniqueName: "lamp" });
    });

    it("answers taken for a name of the account, and adds nothing", async () => {
      const { store } = opened;
      await store.createDevice({ ...record, uniqueName: "lamp" });
      expect(await store.createDevice({ ...record, sid: other, uniqueName: "lamp" })).toBe("taken");
      expect(await store.findDevice(other)).toBeUndefined();
      expect(await store.createDevice({ ...record, sid: other, accountSid: otherAccount, uniqueName: "lamp" })).toBe(
        "done",
      );
    });
  });

  describe("updateDevice", () => {
    beforeEach(async () => {
      await opened.store.createDevice({ ...record, uniqueName: "lamp", targetApp: "KA1" });
      await opened.store.createDevice({ ...record, sid: other, uniqueName: "fan" });
    });

    it("changes what is named, clears what is undefined and leaves the rest", async () => {
      const changed = await opened.store.updateDevice(device, {
        uniqueName: undefined,
        loggingEnabled: false,
        loggingExpiresAt: 5,
        updatedAt: 9,
      });
      const expected = { ...record, loggingEnabled: false, loggingExpiresAt: 5, targetApp: "KA1", updatedAt: 9 };
      expect(changed).toEqual(expected);
      expect(await opened.store.findDevice(device)).toEqual(expected);
    });

    it("with nothing to change answers the device", async () => {
      expect(await opened.store.updateDevice(other, {})).toEqual({ ...record, sid: other, uniqueName: "fan" });
    });

    it("answers missing for a device that is not there", async () => {
      expect(await opened.store.updateDevice(sidOf("e"), { updatedAt: 9 })).toBe("missing");
    });

    it("answers taken for another device's name and changes nothing; its own name it may keep", async () => {
      const { store } = opened;
      expect(await store.updateDevice(device, { uniqueName: "fan", updatedAt: 9 })).toBe("taken");
      expect((await store.findDevice(device))?.updatedAt).toBe(8);
      expect(await store.updateDevice(device, { uniqueName: "lamp", updatedAt: 9 })).toMatchObject({ updatedAt: 9 });
    });

    it("gives a name to one of many at once", async () => {
      const { store } = opened;
      const answers = await Promise.all(
        [device, other].map((sid) => store.updateDevice(sid, { uniqueName: "heater" })),
      );
      expect(answers.filter((answer) => answer === "taken")).toHaveLength(1);
      const winner = answers.find((answer) => typeof answer === "object");
      expect(await store.findDeviceByName(account, "heater")).toEqual(winner);
    });
  });

  it("findDeviceByName looks in one account only, for exactly this name", async () => {
    const { store } = opened;
    await store.createDevice({ ...record, uniqueName: "Lämp" });
    expect(await store.findDeviceByName(account, "Lämp")).toMatchObject({ sid: device });
    for (const name of ["lämp", "Lämp\0", "L%", ""]) {
      expect(await store.findDeviceByName(account, name)).toBeUndefined();
    }
    expect(await store.findDeviceByName(otherAccount, "Lämp")).toBeUndefined();
    await store.updateDevice(device, { uniqueName: "moved" });
    expect(await store.findDeviceByName(account, "Lämp")).toBeUndefined();
  });

  it("listDevices goes by SID, in one account", async () => {
    const { store } = opened;
    for (const digit of ["3", "1", "2"]) await store.createDevice({ ...record, sid: sidOf(digit) });
    await store.createDevice({ ...record, sid: sidOf("0"), accountSid: otherAccount });
    const list = async (range: { after?: string; before?: string; limit: number }) =>
      (await store.listDevices(account, range)).map(({ sid }) => sid[2]);
    expect(await list({ limit: 9 })).toEqual(["1", "2", "3"]);
    expect(await list({ after: sidOf("1"), limit: 1 })).toEqual(["2"]);
    expect(await list({ before: sidOf("3"), limit: 1 })).toEqual(["2"]);
    expect(await list({ before: `${sidOf("3")}\0`, limit: 1 })).toEqual(["3"]);
  });
}
