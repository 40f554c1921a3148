/** `mvsim serve` on a SQLite file whose disk has no room, or takes no writes: what it answers, and that it recovers. */

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it, onTestFinished } from "vitest";
import { generateAccount } from "../../../../sim/configs/index.ts";
import { hasTool } from "../../../tools.ts";
import { basic, form, send } from "../served-service.ts";
import { hasSmallDisks, openSmallDisk } from "../small-disk.ts";
import { temporaryFolder } from "../temporary-folder.ts";

const program = fileURLToPath(new URL("../../../../dist/sim/cli/main.js", import.meta.url));
const account = generateAccount();

type Command = [program: string, ...words: string[]];

/** @param within what is put in front of the command */
async function serve(file: string, within: (...command: Command) => Command = (...command) => command) {
  const words = ["serve", "--port", "0", "--sqlite", file, "--account", `${account.sid}:${account.authToken}`];
  const [name, ...rest] = within(process.execPath, program, ...words);
  const child = spawn(name, rest);
  onTestFinished(() => void child.kill("SIGKILL"));
  let log = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log += text;
  });
  let printed = "";
  for await (const chunk of child.stdout) {
    printed += chunk;
    if (printed.includes("Ctrl-C stops it.")) break;
  }
  const url = /REST +(\S+)\/v1\n/.exec(printed)?.[1];
  if (url === undefined) throw new Error(log);
  const kept = new Map<string, string>();
  return {
    pid: child.pid!,
    kept,
    log: () => log,
    read: (path: string) => send(url, "GET", path, { authorization: basic(account) }),
    /** Keeps in mind what is acknowledged. */
    async write() {
      const [key, value] = [`k${kept.size}`, randomBytes(2000).toString("hex")];
      const headers = { ...form, authorization: basic(account) };
      const answer = await send(url, "POST", "/v1/Configs", headers, `Key=${key}&Value=${value}`);
      if (answer.status === 201) kept.set(key, value);
      return answer;
    },
  };
}

type Serving = Awaited<ReturnType<typeof serve>>;

async function expectFailure({ kept, log, read, write }: Serving, cause: string): Promise<void> {
  let answer = await write();
  while (answer.status === 201) answer = await write();
  expect(answer).toMatchObject({ status: 500, json: { code: 20500, status: 500 } });
  expect(log()).toContain(cause);
  expect((await read("/v1/Configs/k0")).json.value).toBe(kept.get("k0"));
  expect((await read(`/v1/Configs/k${kept.size}`)).status).toBe(404);
}

async function expectRecovery({ kept, read, write }: Serving): Promise<void> {
  expect((await write()).status).toBe(201);
  const { json } = await read("/v1/Configs?PageSize=1000");
  expect(new Map(json.configs.map(({ key, value }: Record<string, string>) => [key, value]))).toEqual(kept);
}

it.runIf(hasSmallDisks())(
  "on a full disk: 500 with the cause in the log, the rest goes on, and writes do when there is room",
  async () => {
    const disk = await openSmallDisk(4);
    onTestFinished(() => disk.close());
    const serving = await serve(join(disk.folder, "configs.db"), disk.command);
    await serving.write();
    await disk.fill();
    await expectFailure(serving, "database or disk is full");
    await disk.free();
    await expectRecovery(serving);
  },
);

const hasPrlimit = hasTool(
  { name: "prlimit", packages: "util-linux" },
  spawnSync("prlimit", ["--version"]).status === 0,
);

describe.runIf(hasPrlimit)("a file that takes no writes", () => {
  it("gives 500 with the cause in the log, the rest goes on, and writes do when it takes them again", async () => {
    const serving = await serve(join(temporaryFolder(), "configs.db"));
    const limitFiles = (bytes: string) => execFileSync("prlimit", ["--pid", String(serving.pid), `--fsize=${bytes}:`]);
    await serving.write();
    limitFiles("1");
    await expectFailure(serving, "disk I/O error");
    limitFiles("unlimited");
    await expectRecovery(serving);
  });
});
