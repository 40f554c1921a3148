import { describe, expect, it } from "vitest";
import { type CompileTarget, compileAssemblyScript } from "../../sim/firmware/compile.ts";
import { runOnDevice } from "./real-device.ts";

const app = async (name: string, target: CompileTarget) =>
  (await compileAssemblyScript(`firmware/apps/${name}.ts`, { target })).binary;

describe.each(["debug", "release"] as const)("the apps on the device, built for %s", (target) => {
  it("config-reader logs both configs and ends by itself", async () => {
    const run = await runOnDevice(await app("config-reader", target), {
      config: { greeting: "Hello", report_interval_s: "30" },
    });
    expect(run.logs).toEqual(["greeting: Hello", "report_interval_s: 30"]);
    expect(run.result).toMatchObject({ reason: "finished" });
    expect(run.diagnostics).toEqual([]);
  });

  it("config-reader logs what is missing", async () => {
    const run = await runOnDevice(await app("config-reader", target));
    expect(run.logs).toEqual(["greeting is missing", "report_interval_s is missing"]);
    expect(run.result).toMatchObject({ reason: "finished" });
  });

  it("config-poller reacts to a changed value, and lives on", async () => {
    const run = await runOnDevice(
      await app("config-poller", target),
      { config: { greeting: "Hello", report_interval_s: "2" } },
      { stopAfterMicroseconds: 20_000_000 },
    );
    expect(run.logs).toEqual(["greeting: Hello", "report_interval_s: 2"]);
    expect(run.result).toMatchObject({ reason: "stopped" });
    expect(run.diagnostics).toEqual([]);
  });

  it("device-identity reads all four combinations and decodes the key", async () => {
    const run = await runOnDevice(await app("device-identity", target), {
      config: { fleet_name: "north" },
      secret: { fleet_token: "tok" },
      deviceConfig: { device_name: "pump 3" },
      deviceSecret: { device_key: Buffer.alloc(32, 7).toString("base64") },
    });
    expect(run.logs.slice(1)).toEqual([
      "fleet_name: north",
      "device_name: pump 3",
      "fleet_token: present",
      "device_key: present, 32 bytes",
    ]);
    expect(run.result).toMatchObject({ reason: "finished" });
    expect(run.diagnostics).toEqual([]);
  });
});
