/** `mvsim accounts`, `keys` and `devices`, each as a process, on a database file and at a running `mvsim serve`. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { openSealedSqliteStore } from "../../../sim/configs/index.ts";
import { rawDevice, welcomedDevice } from "../configs/raw-device.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { mvsim, type RunningCommand, refusal, startMvsim } from "./mvsim.ts";

const deviceSid = `UV${"a".repeat(32)}`;
const once = "It is shown this once: keep it now.\n";

let file: string;
beforeEach(() => {
  file = join(temporaryFolder(), "configs.db");
});

/** The value that a command printed beside a name. */
function printed(stdout: string, name: string): string {
  const value = new RegExp(`^${name} +(\\S+)$`, "m").exec(stdout)?.[1];
  if (value === undefined) throw new Error(`No ${name} in ${stdout}`);
  return value;
}

async function createAccount(): Promise<{ sid: string; token: string }> {
  const created = await mvsim("accounts", "create", "--sqlite", file);
  expect(created).toMatchObject({ status: 0, stderr: once });
  return { sid: printed(created.stdout, "account"), token: printed(created.stdout, "authToken") };
}

interface Served {
  readonly command: RunningCommand;
  readonly service: string;
  readonly deviceUrl: string;
  readonly output: string;
}

async function serve(...options: string[]): Promise<Served> {
  const command = startMvsim(["serve", "--port", "0", ...options]);
  const output = await new Promise<string>((resolve, reject) => {
    let text = "";
    command.process.stdout!.on("data", (chunk) => {
      text += chunk;
      if (text.includes("Ctrl-C stops it.")) resolve(text);
    });
    command.ended.then(({ stderr }) => reject(new Error(stderr)));
  });
  const service = /REST +(\S+)\/v1$/m.exec(output)![1]!;
  return { command, service, deviceUrl: /devices +(\S+)$/m.exec(output)![1]!, output };
}

const requestAs = async (service: string, sid: string, secret: string) => {
  const authorization = `Basic ${Buffer.from(`${sid}:${secret}`).toString("base64")}`;
  return (await fetch(`${service}/v1/Configs`, { headers: { authorization } })).status;
};

describe("mvsim accounts", () => {
  it("creates accounts that a running server lets in at once, on whatever address, until they are revoked", async () => {
    const first = await createAccount();
    const { service, output } = await serve("--sqlite", file, "--host", "0.0.0.0");
    expect(output).toContain(`account  ${first.sid} (in the database)`);
    expect(output).not.toContain(first.token);
    const second = await createAccount();
    for (const { sid, token } of [first, second]) expect(await requestAs(service, sid, token)).toBe(200);
    const rotated = await mvsim("accounts", "rotate", "--sqlite", file, "--account", first.sid);
    expect(await requestAs(service, first.sid, first.token)).toBe(401);
    expect(await requestAs(service, first.sid, printed(rotated.stdout, "authToken"))).toBe(200);
    expect(await mvsim("accounts", "revoke", second.sid, "--sqlite", file)).toMatchObject({ status: 0 });
    expect(await requestAs(service, second.sid, second.token)).toBe(401);
  });

  it("lists them without their tokens, as JSON too", async () => {
    const created = await mvsim("accounts", "create", "--label", "the team", "--json", "--sqlite", file);
    const { account, authToken } = JSON.parse(created.stdout);
    const { stdout } = await mvsim("accounts", "list", "--sqlite", file);
    expect(stdout).toMatch(new RegExp(`^${account}  \\d{4}-\\S+Z  the team\\n$`));
    const json = JSON.parse((await mvsim("accounts", "list", "--json", "--sqlite", file)).stdout);
    expect(json).toEqual({ sid: account, dateCreated: expect.any(String), label: "the team" });
    expect(stdout + JSON.stringify(json)).not.toContain(authToken);
  });

  it("changes an auth token at a running service", async () => {
    const { sid, token } = await createAccount();
    const { service } = await serve("--sqlite", file);
    const rotated = await mvsim("accounts", "rotate", "--service", service, "--account", `${sid}:${token}`);
    expect(await requestAs(service, sid, token)).toBe(401);
    expect(await requestAs(service, sid, printed(rotated.stdout, "authToken"))).toBe(200);
  });

  it("says what it can't do", async () => {
    const none = `AC${"0".repeat(32)}`;
    expect(await mvsim("accounts", "list")).toMatchObject(refusal(2, "USAGE", "--sqlite FILE or --postgres URL"));
    expect(await mvsim("accounts", "revoke", none, "--sqlite", file)).toMatchObject(refusal(1, "NOT_FOUND", none));
    expect(await mvsim("accounts", "revoke", "x", "--sqlite", file)).toMatchObject(refusal(2, "USAGE", "AC and 32"));
  });
});

describe.each(["a database file", "a running service"])("at %s", (place) => {
  let served: Served;
  let sid: string;
  let target: string[];
  beforeEach(async () => {
    const account = await createAccount();
    sid = account.sid;
    served = await serve("--sqlite", file);
    target =
      place === "a database file"
        ? ["--sqlite", file, "--account", sid]
        : ["--service", served.service, "--account", `${sid}:${account.token}`];
  });

  it("mvsim keys creates, lists and revokes API keys", async () => {
    const created = await mvsim("keys", "create", "--label", "ci", ...target);
    expect(created).toMatchObject({ status: 0, stderr: once });
    const [key, secret] = [printed(created.stdout, "key"), printed(created.stdout, "secret")];
    expect(await requestAs(served.service, key, secret)).toBe(200);
    const configs = await mvsim("configs", "list", "--service", served.service, "--account", `${key}:${secret}`);
    expect(configs).toEqual({ status: 0, stdout: "", stderr: "" });
    const { stdout } = await mvsim("keys", "list", ...target);
    expect(stdout).toMatch(new RegExp(`^${key}  \\d{4}-\\S+Z  ci\\n$`));
    expect(await mvsim("keys", "revoke", key, ...target)).toEqual({
      status: 0,
      stdout: `revoked ${key}\n`,
      stderr: "",
    });
    expect(await requestAs(served.service, key, secret)).toBe(401);
    expect(await mvsim("keys", "revoke", key, ...target)).toMatchObject({ status: 1 });
  });

  it("mvsim devices creates devices, gives them tokens and revokes these at once", async () => {
    const created = await mvsim("devices", "create", deviceSid, "--unique-name", "attic", ...target);
    expect(created).toEqual({ status: 0, stdout: `created ${deviceSid}\n`, stderr: "" });
    expect(await mvsim("devices", "create", deviceSid, ...target)).toMatchObject({ status: 1 });
    expect(await mvsim("devices", "create", "UV1", ...target)).not.toMatchObject({ status: 0 });
    expect((await mvsim("devices", "list", ...target)).stdout).toMatch(new RegExp(`^${deviceSid}  \\S+Z  attic\\n$`));
    const { stdout } = await mvsim("devices", "token", "attic", ...target);
    expect(printed(stdout, "device")).toBe(deviceSid);
    const token = printed(stdout, "token");
    const device = await welcomedDevice(served.deviceUrl, { deviceSid, token });
    expect(await mvsim("devices", "revoke", deviceSid, ...target)).toMatchObject({ status: 0 });
    expect(await device.closed).toEqual({ code: "tokenRefused", reason: "the device's token was rotated or revoked" });
    const again = await rawDevice(served.deviceUrl);
    again.send({ type: "hello", protocolVersion: 1, deviceSid, token, clock: "real" });
    expect((await again.closed).code).toBe("tokenRefused");
  });
});

describe("mvsim serve", () => {
  it("writes a line of JSON to stderr for each change, with no value in it", async () => {
    const { sid, token } = await createAccount();
    const { command, service } = await serve("--sqlite", file);
    const client = ["--service", service, "--account", `${sid}:${token}`];
    await mvsim("configs", "set", "greeting", "planted-77ab", ...client);
    await mvsim("configs", "rm", "greeting", ...client);
    command.process.kill("SIGTERM");
    const { stderr } = await command.ended;
    const events = stderr
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    const change = { event: "audit", accountSid: sid, actor: sid, of: "config", key: "greeting" };
    expect(events).toEqual([
      { time: expect.stringMatching(/Z$/), action: "create", ...change },
      { time: expect.stringMatching(/Z$/), action: "delete", ...change },
    ]);
    expect(stderr).not.toContain("planted-77ab");
  });

  it("provisions unknown devices on loopback, and elsewhere only where it is told to", async () => {
    const account = `AC${"1".repeat(32)}:a-token`;
    const welcomes = async (...options: string[]) => {
      const { output, deviceUrl } = await serve("--account", account, ...options);
      const token = /device token +(\S+)/.exec(output)?.[1];
      if (token === undefined) return false;
      await welcomedDevice(deviceUrl, { deviceSid, token });
      return true;
    };
    expect(await welcomes()).toBe(true);
    expect(await welcomes("--no-provision-unknown")).toBe(false);
    expect(await welcomes("--host", "0.0.0.0")).toBe(false);
    expect(await welcomes("--host", "0.0.0.0", "--provision-unknown")).toBe(true);
  });

  it("refuses an address that others reach while its database has no account", async () => {
    const refused = refusal(2, "USAGE", "mvsim accounts create");
    expect(await mvsim("serve", "--host", "0.0.0.0", "--port", "0", "--sqlite", file)).toMatchObject(refused);
    expect(await mvsim("serve", "--host", "0.0.0.0", "--port", "0")).toMatchObject(refused);
  });

  it("limits what an account may ask for as its options say", async () => {
    const account = { sid: `AC${"1".repeat(32)}`, token: "a-token" };
    const words = ["--account", `${account.sid}:${account.token}`, "--requests-per-second", "1"];
    const { service } = await serve(...words);
    const statuses = await Promise.all([1, 2, 3, 4].map(() => requestAs(service, account.sid, account.token)));
    expect(statuses.filter((status) => status === 429).length).toBeGreaterThanOrEqual(2);
    const usage = refusal(2, "USAGE", "whole number");
    expect(await mvsim("serve", "--requests-per-second", "many")).toMatchObject(usage);
  });

  it("believes the proxies that it is told to trust, and refuses what is none", async () => {
    const account = `AC${"1".repeat(32)}`;
    const words = ["--account", `${account}:a-token`, "--failures-per-minute", "1"];
    const { service } = await serve(...words, "--trusted-proxy", "127.0.0.1", "--trusted-proxy", "10.0.0.0/8");
    const authorization = `Basic ${Buffer.from(`${account}:guess`).toString("base64")}`;
    const guessFrom = async (forwarded: string) =>
      (await fetch(`${service}/v1/Configs`, { headers: { authorization, "x-forwarded-for": forwarded } })).status;
    expect(await guessFrom("198.51.100.1, 10.0.0.7")).toBe(401);
    expect(await guessFrom("198.51.100.1, 10.0.0.8")).toBe(429);
    expect(await guessFrom("198.51.100.2, 10.0.0.8")).toBe(401);
    for (const text of ["proxy.example", "10.0.0.0/33"]) {
      expect(await mvsim("serve", "--trusted-proxy", text)).toMatchObject(
        refusal(2, "INVALID_PROXY", `"${text}" is no`),
      );
    }
  });

  it("and mvsim run use one database with one key: what one encrypted the other reads", async () => {
    const { sid } = await createAccount();
    const source = new URL("../../../firmware/apps/config-reader.ts", import.meta.url).pathname;
    const own = `UV${"1".padStart(32, "0")}`;
    await mvsim("devices", "create", own, "--sqlite", file, "--account", sid);
    await mvsim("devices", "revoke", own, "--sqlite", file, "--account", sid);
    const entries = ["--config", "greeting=hi", "--secret", "k=planted-5d01"];
    // A run serves its own device, also one whose token was revoked.
    expect(await mvsim("run", source, "--device", own, "--sqlite", file, ...entries)).toMatchObject({ status: 0 });
    expect(readFileSync(file, "latin1")).not.toContain("planted-5d01");
    const { store } = await openSealedSqliteStore(file);
    expect((await store.get({ accountSid: sid, store: "secret" }, "k"))?.value).toBe("planted-5d01");
    await store.close();
    const wrong = startMvsim(["serve", "--sqlite", file], { env: { MVSIM_KEY: "0".repeat(64) } });
    expect(await wrong.ended).toMatchObject(refusal(2, "WRONG_KEY", "another master key"));
  });
});
