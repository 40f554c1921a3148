import { describe, expect, it } from "vitest";
import type { UplinkListener } from "../../host/index.ts";
import { decodeFrame } from "../../host/wire/protocol.ts";
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

  it("config-reader has room for two of the longest values", async () => {
    const value = "a".repeat(4096);
    const run = await runOnDevice(await app("config-reader", target), {
      config: { greeting: value, report_interval_s: value },
    });
    expect(run.logs.map((text) => text.slice(0, 24))).toEqual([
      `greeting: ${"a".repeat(14)}`,
      "report_interval_s: aaaaa",
    ]);
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
      {
        stopAfterMicroseconds: 20_000_000,
        onEvent(event, setConfig) {
          if (event.kind === "log" && event.text === "greeting: Hello") setConfig("greeting", "Goodbye");
        },
      },
    );
    expect(run.logs).toEqual(["greeting: Hello", "report_interval_s: 2", "greeting: Goodbye"]);
    expect(run.result).toMatchObject({ reason: "stopped" });
    expect(run.diagnostics).toEqual([]);
  });

  it("config-poller survives a lost link", async () => {
    let requests = 0;
    const run = await runOnDevice(
      await app("config-poller", target),
      { config: { greeting: "Hello" } },
      {
        stopAfterMicroseconds: 60_000_000,
        // The third fetch's request never arrives: the link breaks instead.
        wrapUplink: (uplink) => {
          let heard: UplinkListener;
          return {
            ...uplink,
            open(listener) {
              heard = listener;
              uplink.open(listener);
            },
            send(frame) {
              if (decodeFrame(frame).type !== "open" || ++requests !== 3) return uplink.send(frame);
              uplink.close();
              queueMicrotask(() => heard.onClose(1006, "cut"));
            },
          };
        },
      },
    );
    expect(run.logs).toEqual([
      "greeting: Hello",
      "no configs: channel lost (waiting for the configs: status 15); again in 1 s",
    ]);
    expect(requests).toBeGreaterThan(8);
    expect(run.result).toMatchObject({ reason: "stopped" });
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
