import { describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../sim/firmware/compile.ts";
import { runScripted, type Script } from "./scripted-kernel.ts";

const { binary } = await compileAssemblyScript("firmware/apps/device-identity.ts");
const key = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7)).toString("base64");
const values = {
  "0/1/fleet_name": "north",
  "0/0/fleet_token": "tok-4711",
  "1/1/device_name": "pump 3",
  "1/0/device_key": key,
};
const run = (script: Script = {}) => runScripted(binary, { values, ...script });
const texts = (outcome: Awaited<ReturnType<typeof run>>) => outcome.logs.map(({ text }) => text);

describe("device-identity", () => {
  it("reads all four combinations of scope and store, and never logs a secret", async () => {
    const outcome = await run();
    expect(texts(outcome)).toEqual([
      "I am UV0123456789abcdef0123456789abcdef",
      "fleet_name: north",
      "device_name: pump 3",
      "fleet_token: present",
      "device_key: present, 32 bytes",
    ]);
    expect(outcome.exit).toBe(0);
    expect(outcome.held).toEqual([]);
  });

  it("leaves no secret in memory", async () => {
    const { exports } = await run();
    const memory = Buffer.from(exports.memory.buffer);
    expect(memory.includes("tok-4711")).toBe(false);
    expect(memory.includes(key)).toBe(false);
    expect(memory.includes(Buffer.from(key, "base64"))).toBe(false);
    expect(memory.includes("fleet_token")).toBe(true);
  });

  it("says what is missing, and returns 0", async () => {
    const outcome = await run({ values: { "1/1/fleet_name": "wrong scope", "0/1/fleet_token": "wrong store" } });
    expect(texts(outcome).slice(1)).toEqual([
      "fleet_name: missing",
      "device_name: missing",
      "fleet_token: missing",
      "device_key: missing",
    ]);
    expect(outcome.exit).toBe(0);
  });

  it.each(["AAAA", "not base64!", `${key}AAAA`, ""])("returns 1 for a device_key of %j", async (bad) => {
    const outcome = await run({ values: { ...values, "1/0/device_key": bad } });
    expect(texts(outcome).at(-1)).toBe("device_key: present, but not 32 bytes in base64");
    expect(outcome.exit).toBe(1);
  });

  it.each([
    "mvGetDeviceId",
    "mvServerLoggingInit",
    "mvServerLog",
    "mvSetupNotifications",
    "mvRequestNetwork",
    "mvGetNetworkStatus",
    "mvGetMicroseconds",
    "mvOpenChannel",
    "mvSendConfigFetchRequest",
    "mvReadConfigFetchResponseData",
    "mvReadConfigResponseItem",
    "mvCloseChannel",
    "mvReleaseNetwork",
    "mvCloseNotifications",
  ])("gives back all it took and returns 1 when %s fails", async (call) => {
    const outcome = await run({ fail: { call, status: "PARAMETERFAULT" } });
    expect(outcome.calls).toContain(call);
    expect(outcome.held).toEqual([]);
    expect(outcome.exit).toBe(1);
  });
});
