/** What the options of `mvsim run` do when they are good. */

import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { costModelVersion } from "../../../host/mcu/wasm/prepare/cost-model.ts";
import { createConfigsService, generateAccount, openSqliteStore } from "../../../sim/configs/index.ts";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { firmwareFile } from "./firmware-texts.ts";
import { mvsim } from "./mvsim.ts";

const reader = appBinary("config-reader");
const identity = appBinary("device-identity");

/** What the firmware logs in a quiet run. */
async function logs(...words: string[]): Promise<string[]> {
  const { status, stdout, stderr } = await mvsim("run", ...words, "--quiet");
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout.trimEnd().split("\n");
}

/** A trace file's lines, parsed. */
async function trace(...words: string[]) {
  const path = join(temporaryFolder(), "trace.jsonl");
  expect(await mvsim("run", ...words, "--trace", path, "--quiet")).toMatchObject({ status: 0, stderr: "" });
  const text = readFileSync(path, "utf8");
  const [header, ...events] = text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));
  return { text, header, events };
}

describe("mvsim run", () => {
  it("divides an entry at its first =", async () => {
    const given = ["--config", "greeting=a=b", "--config", "report_interval_s==1"];
    expect(await logs(reader, ...given)).toEqual(["greeting: a=b", "report_interval_s: =1"]);
  });

  it("takes entries from a YAML file, values as they are written, and options over them", async () => {
    const path = join(temporaryFolder(), "configs.yaml");
    writeFileSync(path, "configs:\n  greeting: Hello\n  report_interval_s: 007\nsecrets:\n");
    expect(await logs(reader, "--configs", path)).toEqual(["greeting: Hello", "report_interval_s: 007"]);
    const changed = await logs(reader, "--configs", path, "--config", "greeting=Bye");
    expect(changed).toEqual(["greeting: Bye", "report_interval_s: 007"]);
  });

  it("puts each of the four kinds of entry in its place", async () => {
    const path = join(temporaryFolder(), "configs.yaml");
    const key = `${"A".repeat(43)}=`;
    const yaml = `configs: { fleet_name: F }\nsecrets: { fleet_token: t }\ndeviceConfigs: { device_name: D }\ndeviceSecrets: { device_key: "${key}" }\n`;
    writeFileSync(path, yaml);
    const expected = ["fleet_name: F", "device_name: D", "fleet_token: present", "device_key: present, 32 bytes"];
    expect((await logs(identity, "--configs", path)).slice(1)).toEqual(expected);
    const options = ["--config=fleet_name=F", "--secret=fleet_token=t", "--device-config=device_name=D"];
    expect((await logs(identity, ...options, `--device-secret=device_key=${key}`)).slice(1)).toEqual(expected);
  });

  it("gives the device its SID", async () => {
    const sid = `UV${"ab".repeat(16)}`;
    expect((await logs(identity, "--device", sid, "--config", "fleet_name=F"))[0]).toBe(`I am ${sid}`);
  });

  it("keeps configs in a database, dated with the device's clock", async () => {
    const path = join(temporaryFolder(), "configs.db");
    await logs(reader, "--sqlite", path, "--config", "greeting=kept", "--epoch", "2030-01-02T03:04:05Z");
    expect(await logs(reader, "--sqlite", path)).toEqual(["greeting: kept", "report_interval_s is missing"]);
    const store = await openSqliteStore(path);
    const [accountSid] = await store.accountSids();
    const entry = await store.get({ accountSid: accountSid!, store: "config" }, "greeting");
    await store.close();
    expect(new Date(entry!.updatedAt).toISOString()).toBe("2030-01-02T03:04:05.000Z");
  });

  it("wants a database with one account", async () => {
    const path = join(temporaryFolder(), "configs.db");
    const store = await openSqliteStore(path);
    const accounts = [generateAccount(), generateAccount()];
    const service = createConfigsService({ store, accounts });
    for (const { sid } of accounts) await service.put({ accountSid: sid, store: "config" }, "k", "v");
    await service.close();
    const { status, stderr } = await mvsim("run", reader, "--sqlite", path);
    expect({ status, stderr }).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("ERR_MVSIM_ACCOUNT_NEEDED"),
    });
  });

  describe("--trace", () => {
    it("begins with a line that says what the run was made of", async () => {
      const given = ["--seed", "7", "--epoch", "2030-01-01", "--for", "5s"];
      const { header, events } = await trace(reader, ...given);
      expect(header).toMatchObject({
        format: "microvisor-sim-trace",
        version: 1,
        note: "may hold secrets",
        costModel: costModelVersion,
        firmwareSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        seed: 7,
        device: {
          deviceSid: `UV${"0".repeat(31)}1`,
          epochMilliseconds: Date.UTC(2030, 0, 1),
          timeLimitMicroseconds: null,
          stopAfterMicroseconds: 5_000_000,
        },
        network: { attachMicroseconds: 2_000_000 },
      });
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index));
      expect([events[0].kind, events.at(-1).kind]).toEqual(["boot", "end"]);
    });

    it("has the fields that the document shows", async () => {
      const page = readFileSync(join(import.meta.dirname, "../../../docs/command-line.md"), "utf8");
      const documented = page.match(/^\{"(format|sequence)".*\}$/gm)!.map((line) => JSON.parse(line));
      const { header, events } = await trace(reader);
      expect(fieldsOf(documented[0])).toEqual(fieldsOf(header));
      for (const event of documented.slice(1)) expect(fieldsOf(event)).toEqual(fieldsOf(events[event.sequence]));
    });

    it("is the same for the same firmware, seed and configs, and another for another seed", async () => {
      const first = await trace(reader, "--config", "greeting=x");
      expect((await trace(reader, "--config", "greeting=x")).text).toBe(first.text);
      expect((await trace(reader, "--config", "greeting=x", "--seed", "2")).events).not.toEqual(first.events);
    });

    it("is only its owner's to read, also when the file was there before", async () => {
      const path = join(temporaryFolder(), "trace.jsonl");
      writeFileSync(path, "something old ".repeat(10_000));
      chmodSync(path, 0o644);
      await mvsim("run", firmwareFile("ends"), "--trace", path);
      expect(statSync(path).mode & 0o777).toBe(0o600);
      expect(readFileSync(path, "utf8").trimEnd().split("\n")).toHaveLength(3);
    });

    it("is whole when the run ends with a fault, or with a call that is not simulated", async () => {
      for (const name of ["traps", "wifi"] as const) {
        const path = join(temporaryFolder(), "trace.jsonl");
        await mvsim("run", firmwareFile(name), "--trace", path);
        const last = readFileSync(path, "utf8").trimEnd().split("\n").at(-1)!;
        expect(JSON.parse(last)).toMatchObject({ kind: "end", reason: name === "traps" ? "fault" : "error" });
      }
    });
  });

  it("explains each call once with --explain", async () => {
    const { stderr } = await mvsim("run", reader, "--explain");
    expect(stderr.match(/# One item of the response/g)).toHaveLength(1);
    expect(stderr.match(/mvReadConfigResponseItem\(/g)).toHaveLength(2);
  });
});

/** Names and order of the fields, also of those within. */
function fieldsOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  return Object.entries(value).map(([name, field]) => [name, fieldsOf(field)]);
}
