/** `mvsim serve` as a process. */

import { type ChildProcess, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { serveCommand } from "../../../sim/cli/serve.ts";
import {
  createConfigsClient,
  deriveDeviceToken,
  generateAccount,
  openSqliteStore,
  parseAccount,
} from "../../../sim/configs/index.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";
import { typescriptArguments } from "../configs/typescript-process.ts";

const program = new URL("./serve-process.ts", import.meta.url);

interface Served {
  readonly process: ChildProcess;
  /** All that it printed until it was ready. */
  readonly output: string;
  readonly service: string;
  /** SID:TOKEN as it printed it, where it did. */
  readonly account: string | undefined;
  /** Sends the signal, and answers the exit status and the last line. */
  stop(signal: NodeJS.Signals): Promise<[status: number | null, lastLine: string | undefined]>;
}

/** Resolves when the service listens, rejects with what it wrote to stderr when it ends before. */
function serve(...options: string[]): Promise<Served> {
  const child = spawn(process.execPath, typescriptArguments(program, "serve", ...options));
  onTestFinished(() => void child.kill("SIGKILL"));
  let [output, errors] = ["", ""];
  const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    ended.then(() => reject(new Error(errors)));
    child.stdout.on("data", (chunk) => {
      output += chunk;
      if (!output.includes("Ctrl-C stops it.")) return;
      resolve({
        process: child,
        output,
        service: /REST +(\S+)\/v1\n/.exec(output)![1]!,
        account: /MVSIM_ACCOUNT=(\S+)/.exec(output)?.[1],
        async stop(signal) {
          child.kill(signal);
          return [await ended, output.trimEnd().split("\n").at(-1)];
        },
      });
    });
  });
}

describe("mvsim serve", () => {
  it.each(["SIGTERM", "SIGINT"] as const)("serves until %s, then ends with status 0", async (signal) => {
    const served = await serve("--port", "0");
    const client = createConfigsClient({ service: served.service, account: parseAccount(served.account!) });
    expect(await client.set("greeting", "hello")).toBe("created");
    expect((await client.get("greeting")).value).toBe("hello");
    expect(await served.stop(signal)).toEqual([0, "Stopped."]);
    await expect(client.get("greeting")).rejects.toMatchObject({ code: "ERR_MVSIM_SERVICE_UNREACHABLE" });
  });

  it("prints the addresses, that memory forgets, and the credentials that it made", async () => {
    const { output, account } = await serve("--port", "0");
    const deviceToken = deriveDeviceToken(parseAccount(account!));
    expect(output).toMatch(/^ {2}REST {5}http:\/\/127\.0\.0\.1:\d+\/v1$/m);
    expect(output).toMatch(/^ {2}devices {2}ws:\/\/127\.0\.0\.1:\d+\/device$/m);
    expect(output).toMatch(/in memory: .*gone/);
    expect(output).toContain(account!.split(":")[1]);
    expect(output).toContain(`device token  ${deviceToken}`);
  });

  it("takes accounts, and prints the device tokens that provision devices but no auth tokens", async () => {
    const accounts = [generateAccount(), generateAccount()];
    const options = accounts.flatMap(({ sid, authToken }) => ["--account", `${sid}:${authToken}`]);
    const { output, service } = await serve("--port", "0", "--host", "0.0.0.0", "--provision-unknown", ...options);
    for (const account of accounts) {
      expect(await createConfigsClient({ service, account }).set("k", "v")).toBe("created");
      expect(output).toContain(account.sid);
      expect(output).toContain(deriveDeviceToken(account));
      expect(output).not.toContain(account.authToken);
    }
  });

  it("finds its configs in the database again, under the same account with a new token", async () => {
    const options = ["--port", "0", "--sqlite", join(temporaryFolder(), "configs.db")];
    const first = await serve(...options);
    const before = parseAccount(first.account!);
    await createConfigsClient({ service: first.service, account: before }).set("k", "kept");
    await first.stop("SIGTERM");
    const second = await serve(...options);
    const after = parseAccount(second.account!);
    expect(after.sid).toBe(before.sid);
    expect(after.authToken).not.toBe(before.authToken);
    expect((await createConfigsClient({ service: second.service, account: after }).get("k")).value).toBe("kept");
  });

  it("says why it can't start", async () => {
    const occupant = createServer();
    onTestFinished(() => void occupant.close());
    await new Promise<void>((resolve) => occupant.listen(0, "127.0.0.1", resolve));
    const { port } = occupant.address() as { port: number };
    const inUse = { code: "ERR_MVSIM_PORT_IN_USE", message: expect.stringMatching(/choose another port/) };
    await expect(refused("--port", String(port))).rejects.toMatchObject(inUse);
    const file = join(temporaryFolder(), "letter.txt");
    writeFileSync(file, "Dear reader");
    const unusable = { code: "ERR_MVSIM_DATABASE_UNUSABLE", message: expect.stringMatching(/letter\.txt/) };
    await expect(refused("--sqlite", file)).rejects.toMatchObject(unusable);
  });

  it("refuses options that make no sense", async () => {
    const usage = { code: "ERR_MVSIM_USAGE", message: expect.stringMatching(/--account SID:TOKEN/) };
    for (const host of ["0.0.0.0", "::", "example.com"])
      await expect(refused("--host", host)).rejects.toMatchObject(usage);
    await expect(refused("--account", "AC1:x")).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_ACCOUNT" });
    await expect(refused("--public-url", "x")).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_PUBLIC_URL" });
    for (const port of ["65536", "-1", "http", ""]) {
      await expect(refused("--port", port)).rejects.toThrow(/A port is a number up to 65535/);
    }
  });

  it("wants to know which account where the database holds several", async () => {
    const file = join(temporaryFolder(), "configs.db");
    const store = await openSqliteStore(file);
    const sids = [generateAccount().sid, generateAccount().sid];
    for (const accountSid of sids) {
      await store.put({ accountSid, store: "config" }, { key: "k", value: "v", updatedAt: 0, revision: "1" });
    }
    await store.close();
    const which = { code: "ERR_MVSIM_ACCOUNT_NEEDED", message: expect.stringContaining(sids[0]!) };
    await expect(refused("--port", "0", "--sqlite", file)).rejects.toMatchObject(which);
  });
});

/** Runs the command in this process, where it must fail. */
async function refused(...options: string[]): Promise<void> {
  const command = serveCommand()
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  await command.parseAsync(options, { from: "user" });
}
