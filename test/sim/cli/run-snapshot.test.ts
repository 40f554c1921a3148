/** `mvsim run --snapshot` and `--from-snapshot`: real files, and a process for each run. */

import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { createDevice } from "../../../host/index.ts";
import {
  createConfigsService,
  createMemoryStore,
  deriveDeviceToken,
  generateAccount,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { firmwareFile } from "./firmware-texts.ts";
import { mvsim, refusal, startMvsim } from "./mvsim.ts";

const reader = appBinary("config-reader");
const blinky = appBinary("blinky");
const configs = ["--config", "greeting=Hello", "--config", "report_interval_s=3"];

/** The events of a run, one a line. */
async function eventsOf(...words: string[]): Promise<string[]> {
  const path = join(temporaryFolder(), "trace.jsonl");
  expect(await mvsim("run", ...words, "--trace", path, "--quiet")).toMatchObject({ status: 0, stderr: "" });
  return readFileSync(path, "utf8").trimEnd().split("\n").slice(1);
}

/** Writes a snapshot of a run. @returns its file */
async function snapshotOf(firmware: string, moment: string, ...options: string[]): Promise<string> {
  const path = join(temporaryFolder(), "device.snapshot");
  const run = await mvsim("run", firmware, ...options, "--snapshot", `${path}@${moment}`, "--quiet");
  expect(run).toMatchObject({ stderr: "" });
  return path;
}

describe("--snapshot", () => {
  it("changes nothing of the run", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    const plain = await eventsOf(reader, ...configs);
    expect(await eventsOf(reader, ...configs, "--snapshot", `${path}@2050ms`)).toEqual(plain);
    expect(existsSync(path)).toBe(true);
  });

  it("says at the end where the snapshot is", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    const { stderr } = await mvsim("run", blinky, "--snapshot", `${path}@1s`);
    expect(stderr).toMatch(new RegExp(`\nSnapshot: ${path}\\.\n$`));
  });

  it("writes what device.snapshot() gives, for its owner only, also over another file", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    writeFileSync(path, "something old ".repeat(10_000));
    chmodSync(path, 0o644);
    expect(await mvsim("run", blinky, "--snapshot", `${path}@1s`, "--quiet")).toMatchObject({ status: 0 });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const device = await createDevice({ firmware: readFileSync(blinky), snapshot: readFileSync(path) });
    expect(await device.pause()).toMatchObject({ paused: true, microseconds: 1_000_000 });
  });

  it("fails when the run ends before its moment, and writes nothing", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    const run = await mvsim("run", firmwareFile("ends"), "--snapshot", `${path}@1s`);
    expect(run).toMatchObject(refusal(2, "NO_SNAPSHOT", /the run ended after \d+ µs .* after 1000\.000 ms/));
    expect(existsSync(path)).toBe(false);
  });

  it("fails when --for ends the run at that very moment", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    const run = await mvsim("run", blinky, "--for", "1s", "--snapshot", `${path}@1s`);
    expect(run).toMatchObject(refusal(2, "NO_SNAPSHOT", /Name a time before the end/));
  });

  it("lets the run's own failure count when that comes first", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    const run = await mvsim("run", firmwareFile("traps"), "--snapshot", `${path}@1s`);
    expect(run).toMatchObject(refusal(3, "TRAP_DIVIDE_BY_ZERO", ""));
  });

  it("does not keep Ctrl-C from ending the run", async () => {
    const path = join(temporaryFolder(), "device.snapshot");
    const run = startMvsim(["run", firmwareFile("loops"), "--timeout", "8000h", "--snapshot", `${path}@7000h`]);
    await run.sees("boots");
    run.process.kill("SIGINT");
    expect(await run.ended).toMatchObject({ status: 130 });
    expect(existsSync(path)).toBe(false);
  });

  it("names a file that can't be written", async () => {
    expect(await mvsim("run", blinky, "--snapshot", `${temporaryFolder()}@1s`)).toMatchObject(
      refusal(2, "NOT_WRITABLE", /the snapshot .* can't be written: EISDIR/),
    );
  });
});

describe("--from-snapshot", () => {
  it("goes on as the run that was not stopped, in the middle of an exchange with the service", async () => {
    const whole = await eventsOf(reader, ...configs, "--seed", "7");
    const snapshot = await snapshotOf(reader, "2050ms", ...configs, "--seed", "7");
    const rest = await eventsOf(reader, ...configs, "--from-snapshot", snapshot);
    expect(rest.length).toBeGreaterThan(10);
    expect(rest.length).toBeLessThan(whole.length);
    expect(rest).toEqual(whole.slice(-rest.length));
  });

  it("connects to a served service again, and gets what that holds now", async () => {
    const account = generateAccount();
    const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
    const server = await serveConfigs(service);
    onTestFinished(async () => {
      await server.close();
      await service.close();
    });
    const given = ["--service", server.deviceUrl, "--token", deriveDeviceToken(account)];
    const snapshot = await snapshotOf(reader, "2s", ...given);
    await service.put({ accountSid: account.sid, store: "config" }, "greeting", "set in between");
    const { status, stdout } = await mvsim("run", reader, ...given, "--from-snapshot", snapshot);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: "greeting: set in between\nreport_interval_s is missing\n",
    });
    const alone = await mvsim(
      "run",
      reader,
      "--service",
      "ws://127.0.0.1:1/device",
      "--token",
      "x",
      "--from-snapshot",
      snapshot,
    );
    expect(alone).toMatchObject(refusal(6, "SERVICE_UNREACHABLE", /ECONNREFUSED/));
  });

  it("keeps the snapshot's inputs that have not happened", async () => {
    const pin = ["--pin", "PC13=1@600ms"];
    const snapshot = await snapshotOf(blinky, "500ms", ...pin);
    const { stdout } = await mvsim("run", blinky, "--from-snapshot", snapshot, "--quiet");
    expect(stdout).toBe("stopped by the button\ndone\n");
  });

  it("keeps the snapshot's device, or takes the one that is given", async () => {
    const sid = (digit: string) => `UV${digit.repeat(32)}`;
    const identity = appBinary("device-identity");
    const snapshot = await snapshotOf(identity, "1ms", "--device", sid("a"), "--device-config", "device_name=A");
    const named = ["--device-config", "device_name=B", "--from-snapshot", snapshot];
    const logged = async (...options: string[]) => (await mvsim("run", identity, ...named, ...options)).stdout;
    expect(await logged()).toContain("device_name: B");
    expect(await logged("--device", sid("b"))).toContain("device_name: B");
  });

  it("keeps the snapshot's limits, or takes those that are given, from power-on", async () => {
    const ticks = firmwareFile("ticks");
    const snapshot = await snapshotOf(ticks, "2s", "--for", "3s");
    const endOf = async (...options: string[]) =>
      (await mvsim("run", ticks, "--from-snapshot", snapshot, ...options)).stderr;
    expect(await endOf()).toMatch(/stopped as asked after 3000\.000 ms/);
    expect(await endOf("--for", "5s")).toMatch(/stopped as asked after 5000\.000 ms/);
    expect(await endOf("--timeout", "4s")).toMatch(/reached its time limit after 4000\.000 ms/);
  });

  it("goes on by the wall clock when the snapshot's device did, as fast as that", async () => {
    const snapshot = await snapshotOf(blinky, "500ms", "--realtime", "--speed", "10");
    const trace = join(temporaryFolder(), "trace.jsonl");
    const run = await mvsim("run", blinky, "--from-snapshot", snapshot, "--quiet", "--trace", trace);
    expect(run).toEqual({ status: 0, stdout: "done\n", stderr: "" });
    const [header = "", first = ""] = readFileSync(trace, "utf8").split("\n");
    expect(JSON.parse(header).device).toMatchObject({ clock: "real", epochMilliseconds: expect.any(Number) });
    expect(JSON.parse(first).cycles).toBeGreaterThanOrEqual(80_000_000);
    const other = await mvsim("run", blinky, "--from-snapshot", snapshot, "--realtime", "--speed", "3");
    expect(other).toMatchObject(refusal(2, "SNAPSHOT_MISMATCH", /the option speed is 3, and it was taken with 10/));
  });

  it("can take the next snapshot, at a later moment only", async () => {
    const first = await snapshotOf(blinky, "500ms");
    const second = await snapshotOf(blinky, "1s", "--from-snapshot", first);
    const { stdout } = await mvsim("run", blinky, "--from-snapshot", second, "--quiet");
    expect(stdout).toBe("done\n");
    const early = await mvsim("run", blinky, "--from-snapshot", second, "--snapshot", `${first}@1s`);
    expect(early).toMatchObject(refusal(2, "USAGE", /names 1000\.000 ms .* goes on from 1000\.000 ms/));
  });

  it("writes a trace that can't be replayed, and says why", async () => {
    const snapshot = await snapshotOf(blinky, "500ms");
    const trace = join(temporaryFolder(), "trace.jsonl");
    await mvsim("run", blinky, "--from-snapshot", snapshot, "--trace", trace, "--quiet");
    expect(await mvsim("replay", trace)).toMatchObject(refusal(2, "TRACE_INVALID", /begins in the middle of a run/));
  });
});

describe("--from-snapshot refuses", () => {
  it("to go on without the external flash that the device had", async () => {
    const flash = ["--external-flash", join(temporaryFolder(), "flash.bin")];
    const snapshot = await snapshotOf(blinky, "500ms", ...flash);
    expect(await mvsim("run", blinky, "--from-snapshot", snapshot)).toMatchObject(
      refusal(2, "SNAPSHOT_MISMATCH", /external flash is kept elsewhere/),
    );
    expect(await mvsim("run", blinky, "--from-snapshot", snapshot, ...flash)).toMatchObject({ status: 0 });
  });

  it("a file that is not there", async () => {
    expect(await mvsim("run", blinky, "--from-snapshot", "none.snapshot")).toMatchObject(
      refusal(2, "FILE_NOT_FOUND", /the snapshot none\.snapshot can't be read: ENOENT/),
    );
  });

  it("a file that is none, or was cut off, by its name", async () => {
    const snapshot = await snapshotOf(blinky, "500ms");
    const whole = readFileSync(snapshot);
    for (const content of [Buffer.from("Dear reader"), whole.subarray(0, -1), Buffer.alloc(0)]) {
      writeFileSync(snapshot, content);
      expect(await mvsim("run", blinky, "--from-snapshot", snapshot)).toMatchObject(
        refusal(2, "SNAPSHOT_INVALID", `${snapshot}: the snapshot can't be used`),
      );
    }
  });

  it("another firmware", async () => {
    const snapshot = await snapshotOf(blinky, "500ms");
    expect(await mvsim("run", reader, "--from-snapshot", snapshot)).toMatchObject(
      refusal(2, "SNAPSHOT_MISMATCH", /taken of another firmware: SHA-256/),
    );
  });

  it.each([
    ["--seed 2", "seed"],
    ["--epoch 2030-01-01", "epochMilliseconds"],
    ["--realtime", "clock"],
    ["--test-mode", "testMode"],
    ["--ram 1m", "ramBytes"],
    ["--pin PC13=1@2s", "inputs"],
  ])("%s, which the snapshot has otherwise", async (option, name) => {
    const snapshot = await snapshotOf(blinky, "500ms");
    expect(await mvsim("run", blinky, "--from-snapshot", snapshot, ...option.split(" "))).toMatchObject(
      refusal(2, "SNAPSHOT_MISMATCH", `the option ${name} is`),
    );
  });
});
