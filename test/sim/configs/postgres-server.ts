/**
 * A PostgreSQL server of its own for a test file: Debian's package, in a temporary folder, on a free port. Its language
 * is English, not C, so that an order by bytes is not there by accident.
 */

import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { hasTool } from "../../tools.ts";
import type { SmallDisk } from "./small-disk.ts";

const versionsFolder = "/usr/lib/postgresql";

/** Who runs it: PostgreSQL refuses to run as root. */
export const postgresUser = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};

/** How long a busy machine may take to start or stop one. */
export const serverMilliseconds = 60_000;

export interface PostgresServer {
  readonly password: string;
  /** Creates an empty database and answers its URL. */
  createDatabase(): Promise<string>;
  /** Runs a statement as the server's superuser. */
  execute(url: string, statement: string): Promise<string>;
  /** Ends all connections and starts again, with the same content, on the same port. */
  restart(how?: RestartOptions): Promise<void>;
  stop(): Promise<void>;
}

export interface RestartOptions {
  /** Ends like a crash: all that lasts is what it has promised to keep. */
  readonly isCrash?: boolean;
  /** It starts again when this has resolved. */
  readonly whileAway?: () => Promise<void>;
}

/** To be asked once for each test file; says what is left out. */
export function hasPostgres(): boolean {
  return hasTool({ name: "a PostgreSQL server", packages: "postgresql" }, findBinaries() !== undefined);
}

/** @param disk where its data is; one of `postgresUser` */
export async function startPostgres({ disk }: { disk?: SmallDisk } = {}): Promise<PostgresServer> {
  const binaries = findBinaries() ?? "";
  const folder = mkdtempSync(join(tmpdir(), "mvsim-postgres-"));
  const data = join(disk?.folder ?? folder, "data");
  const password = "planted-password";
  const passwordFile = join(folder, "password");
  writeFileSync(passwordFile, password);
  if (postgresUser.uid !== undefined) {
    for (const path of [folder, passwordFile]) chownSync(path, postgresUser.uid, postgresUser.gid);
  }
  const commandOf = (name: string, args: readonly string[]): Command => {
    const words: Command = [join(binaries, name), ...args];
    return disk ? disk.command(...words) : words;
  };
  const run = async (name: string, ...args: string[]) => {
    const [program, ...words] = commandOf(name, args);
    return (await promisify(execFile)(program, words, { ...postgresUser, cwd: folder })).stdout;
  };
  const language = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en"];
  const access = ["--username=mvsim", "--auth=scram-sha-256", `--pwfile=${passwordFile}`];
  await run("initdb", `--pgdata=${data}`, "--no-sync", ...language, ...access);
  const port = await findFreePort();
  const urlOf = (database: string) => `postgres://mvsim:${password}@127.0.0.1:${port}/${database}`;
  const execute = (url: string, statement: string) => run("psql", url, "--no-psqlrc", "-At", "-c", statement);
  const settings = [`port=${port}`, "listen_addresses=127.0.0.1", `unix_socket_directories=${folder}`, "fsync=off"];
  const start = () =>
    startProcess(commandOf("postgres", ["-D", data, ...settings.flatMap((setting) => ["-c", setting])]), folder);
  let server = await start();
  let databases = 0;
  return {
    password,
    async createDatabase() {
      const name = `test${databases++}`;
      await execute(urlOf("postgres"), `CREATE DATABASE ${name}`);
      return urlOf(name);
    },
    execute,
    async restart({ isCrash = false, whileAway } = {}) {
      await stopProcess(server, isCrash ? "SIGQUIT" : "SIGINT");
      await whileAway?.();
      server = await start();
    },
    async stop() {
      await stopProcess(server, "SIGQUIT");
      rmSync(folder, { recursive: true });
    },
  };
}

type Command = [program: string, ...words: string[]];

async function startProcess([program, ...words]: Command, folder: string): Promise<ChildProcess> {
  const server = spawn(program, words, { ...postgresUser, cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  const lines: string[] = [];
  for await (const line of createInterface(server.stderr!)) {
    lines.push(line);
    if (line.includes("ready to accept connections")) {
      server.stderr!.resume();
      return server;
    }
  }
  throw new Error(`PostgreSQL did not start:\n${lines.join("\n")}`);
}

/** @param signal SIGINT is PostgreSQL's "fast": all connections end, what is written stays. SIGQUIT waits for nothing. */
async function stopProcess(server: ChildProcess, signal: "SIGINT" | "SIGQUIT"): Promise<void> {
  // After a panic it may have ended by itself.
  if (server.exitCode !== null) return;
  const exit = once(server, "exit");
  server.kill(signal);
  await exit;
}

function findBinaries(): string | undefined {
  try {
    const newest = readdirSync(versionsFolder).toSorted((a, b) => Number(b) - Number(a))[0];
    return newest && join(versionsFolder, newest, "bin");
  } catch {
    return undefined;
  }
}

async function findFreePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as { port: number };
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
