/** `mvsim configs export` and `import` against a service on a real port. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { configsCommand } from "../../../sim/cli/configs.ts";
import { readConfigsFile } from "../../../sim/cli/configs-file.ts";
import type { Collection } from "../../../sim/configs/index.ts";
import { createDevice } from "../configs/rest/created-device.ts";
import { type ServedService, serveForTest } from "../configs/served-service.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { outputOf } from "./command-output.ts";

let served: ServedService;
let account: Collection;
beforeEach(async () => {
  served = await serveForTest();
  account = { accountSid: served.account.sid, store: "config" };
  vi.stubEnv("MVSIM_SERVICE", served.server.url);
  vi.stubEnv("MVSIM_ACCOUNT", `${served.account.sid}:${served.account.authToken}`);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const configs = (...words: string[]) => outputOf(configsCommand(), words);

async function put(collection: Collection, entries: Readonly<Record<string, string>>): Promise<void> {
  for (const [key, value] of Object.entries(entries)) await served.service.put(collection, key, value);
}

async function stored(collection: Collection): Promise<Record<string, string>> {
  const entries = await served.store.list(collection, { limit: 5000 });
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}

function file(text: string, name = "configs.yaml"): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, text);
  return path;
}

describe("mvsim configs export", () => {
  it("prints configs with their values, and secrets as keys", async () => {
    await put(account, { greeting: "hello", zip: "007", pem: "a\nb\n" });
    await put({ ...account, store: "secret" }, { pin: "4711", api: "hidden" });
    const sections = { configs: { greeting: "hello", pem: "a\nb\n", zip: "007" }, secrets: ["api", "pin"] };
    expect(await configs("export", "--format", "json")).toBe(`${JSON.stringify(sections, null, 2)}\n`);
    expect(await configs("export")).toBe(
      'configs:\n  greeting: hello\n  pem: |\n    a\n    b\n  zip: "007"\nsecrets:\n  - api\n  - pin\n',
    );
    expect(await configs("export", "--format", "dotenv")).toBe("greeting=hello\npem='a\nb\n'\nzip=007\n");
  });

  it("prints a device's own, in sections that can stand beside the account's", async () => {
    const deviceSid = await createDevice(served, { uniqueName: "attic" });
    await put(account, { greeting: "hello" });
    await put({ ...account, deviceSid }, { interval: "30" });
    await put({ ...account, deviceSid, store: "secret" }, { pin: "4711" });
    const ofDevice = await configs("export", "--device", "attic");
    expect(ofDevice).toBe('deviceConfigs:\n  interval: "30"\ndeviceSecrets:\n  - pin\n');
    expect(await readConfigsFile(file((await configs("export")) + ofDevice))).toEqual([
      { collection: "configs", key: "greeting", value: "hello" },
      { collection: "deviceConfigs", key: "interval", value: "30" },
    ]);
  });

  it("refuses as dotenv what that form can't hold, and names it", async () => {
    await put(account, { quotes: `'"\`;` });
    const refused = {
      code: "ERR_MVSIM_NO_DOTENV",
      message: expect.stringMatching(/"quotes"\. Export as yaml or json/),
    };
    await expect(configs("export", "--format", "dotenv")).rejects.toMatchObject(refused);
  });
});

describe("mvsim configs import", () => {
  const wanted = 'configs:\n  same: "1"\n  other: new\n  more: "a\\nb"\n';

  it("shows the difference in a dry run, and changes nothing", async () => {
    const before = { same: "1", other: "old", extra: "x" };
    await put(account, before);
    expect(await configs("import", file(wanted), "--dry-run", "--prune")).toBe(
      "+ more = a\\nb\n~ other = old -> new\n- extra = x\n" +
        "the account (dry run): 1 added, 1 changed, 1 removed, 1 unchanged\n",
    );
    expect(await stored(account)).toEqual(before);
  });

  it("makes the configs as the file says, and removes others only with --prune", async () => {
    await put(account, { same: "1", other: "old", extra: "x" });
    const said = await configs("import", file(wanted));
    expect(said).toMatch(/\nthe account: 1 added, 1 changed, 0 removed, 1 unchanged\n$/);
    expect(await stored(account)).toEqual({ same: "1", other: "new", more: "a\nb", extra: "x" });
    await configs("import", file(wanted), "--prune");
    expect(await stored(account)).toEqual({ same: "1", other: "new", more: "a\nb" });
  });

  it("leaves what it does not change as it was written", async () => {
    await put(account, { same: "1" });
    const before = await served.store.get(account, "same");
    await configs("import", file(wanted));
    expect(await served.store.get(account, "same")).toEqual(before);
  });

  it("never touches secrets, whatever the file says of them", async () => {
    const secrets = { ...account, store: "secret" } as const;
    await put(secrets, { kept: "v", listed: "v" });
    const said = await configs("import", file("configs: {}\nsecrets: {kept: other, new: planted}\n"), "--prune");
    expect(said).toContain("? secret new is missing: an import sets none\n");
    expect(said).not.toMatch(/planted|secret kept/);
    expect(await configs("import", file("secrets: [listed]\n"), "--prune")).toBe("");
    expect(await stored(secrets)).toEqual({ kept: "v", listed: "v" });
  });

  it("puts a section of device configs at the device that it is told", async () => {
    const deviceSid = await createDevice(served, { uniqueName: "attic" });
    await put({ ...account, deviceSid }, { extra: "x" });
    const path = file("configs: {a: 1}\ndeviceConfigs: {b: 2}\n");
    await expect(configs("import", path)).rejects.toMatchObject({ code: "ERR_MVSIM_USAGE" });
    expect(await stored(account)).toEqual({});
    const said = await configs("import", path, "--device", "attic", "--prune");
    expect(said).toContain("the account: 1 added, 0 changed, 0 removed");
    expect(said).toContain("device attic: 1 added, 0 changed, 1 removed");
    expect(await stored({ ...account, deviceSid })).toEqual({ b: "2" });
    expect(await stored(account)).toEqual({ a: "1" });
  });

  it("prunes no section that the file does not have", async () => {
    const deviceSid = await createDevice(served);
    await put(account, { kept: "1" });
    await configs("import", file("deviceConfigs: {b: 2}\n"), "--device", deviceSid, "--prune");
    expect(await stored(account)).toEqual({ kept: "1" });
  });

  it.each(["yaml", "json", "dotenv"])("gives back what was exported as %s", async (format) => {
    const entries = {
      pem: "-----BEGIN-----\r\nab\n",
      regex: "^\\n\n",
      quote: `say "it's"`,
      "a.b-c_d": " = #x ",
      "0": "~",
    };
    await put(account, entries);
    const exported = await configs("export", "--format", format);
    for (const key of Object.keys(entries)) await served.service.delete(account, key);
    await configs("import", file(exported, format === "dotenv" ? ".env" : "configs"));
    expect(await stored(account)).toEqual(entries);
  });

  it("reads standard input, in the form that it is told", async () => {
    const stdin = Readable.from([Buffer.from("a=1\n")]) as typeof process.stdin;
    vi.spyOn(process, "stdin", "get").mockReturnValue(stdin);
    await configs("import", "-", "--format", "dotenv");
    expect(await stored(account)).toEqual({ a: "1" });
  });

  it("sends nothing of a file that is not right", async () => {
    const bad = "ERR_MVSIM_CONFIGS_FILE";
    await expect(configs("import", file("configs: {a: 1, '': 2}"))).rejects.toMatchObject({ code: bad });
    await expect(configs("import", file("a=1\nb=\n", "x.env"))).rejects.toMatchObject({ code: bad });
    const missing = { code: "ERR_MVSIM_FILE_NOT_FOUND" };
    await expect(configs("import", join(temporaryFolder(), "none"))).rejects.toMatchObject(missing);
    expect(await stored(account)).toEqual({});
  });
});

describe("mvsim configs --device", () => {
  it("works on the device's own configs", async () => {
    const deviceSid = await createDevice(served, { uniqueName: "attic" });
    expect(await configs("set", "k", "v", "--device", "attic")).toBe("created k\n");
    expect(await configs("get", "k", "--device", deviceSid)).toBe("v");
    expect(await configs("list", "--device", "attic")).toBe("k = v\n");
    expect([await stored(account), await stored({ ...account, deviceSid })]).toEqual([{}, { k: "v" }]);
    expect(await configs("rm", "k", "--device", "attic")).toBe("removed k\n");
  });

  it("says so when there is no such device", async () => {
    const missing = { code: "ERR_MVSIM_REQUEST_REFUSED", message: expect.stringContaining("404") };
    await expect(configs("list", "--device", "nobody")).rejects.toMatchObject(missing);
  });
});
