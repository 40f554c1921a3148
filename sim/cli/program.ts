/**
 * The command line as a whole. A command's module is loaded only when it is called, so that `mvsim --help` is there at
 * once; its summary stands here for the list, and a test compares.
 */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Command, CommanderError } from "commander";
import { packageRoot } from "../firmware/package-root.ts";
import { printError, reportError } from "./errors.ts";
import { exitStatuses } from "./exit-status.ts";

interface LazyCommand {
  readonly name: string;
  readonly summary: string;
  load(): Promise<Command>;
}

export const commands: readonly LazyCommand[] = [
  {
    name: "start",
    summary: "watch a firmware fetch its configs from a real service",
    load: async () => (await import("./start.ts")).startCommand(),
  },
  {
    name: "run",
    summary: "run a firmware on the simulated device",
    load: async () => (await import("./run.ts")).runCommand(),
  },
  {
    name: "replay",
    summary: "run a firmware again as a trace recorded it, and compare",
    load: async () => (await import("./replay.ts")).replayCommand(),
  },
  {
    name: "build",
    summary: "compile an AssemblyScript firmware source to WebAssembly",
    load: async () => (await import("./build.ts")).buildCommand(),
  },
  {
    name: "serve",
    summary: "run the Configs service",
    load: async () => (await import("./serve.ts")).serveCommand(),
  },
  {
    name: "backup",
    summary: "copy the database of a service, also while it runs",
    load: async () => (await import("./backup.ts")).backupCommand(),
  },
  {
    name: "master-key",
    summary: "change the master key of a database in place",
    load: async () => (await import("./master-key.ts")).masterKeyCommand(),
  },
  {
    name: "configs",
    summary: "read and change configs of a running service",
    load: async () => (await import("./configs.ts")).configsCommand(),
  },
  {
    name: "logs",
    summary: "print what a device has logged, and follow it",
    load: async () => (await import("./logs.ts")).logsCommand(),
  },
  {
    name: "accounts",
    summary: "create, list, rotate and revoke accounts in a database",
    load: async () => (await import("./accounts.ts")).accountsCommand(),
  },
  {
    name: "keys",
    summary: "create, list and revoke API keys of an account",
    load: async () => (await import("./keys.ts")).keysCommand(),
  },
  {
    name: "devices",
    summary: "create and list devices, give and revoke their tokens",
    load: async () => (await import("./devices.ts")).devicesCommand(),
  },
];

/** Runs one command line. @param words without `node` and the program @returns the exit status */
export async function runCommandLine(words: readonly string[]): Promise<number> {
  // `mvsim help run` is `mvsim run --help`.
  const [first, ...rest] = words[0] === "help" && words[1] !== undefined ? [...words.slice(1), "--help"] : words;
  try {
    const program = await createProgram(first);
    await program.parseAsync(first === undefined ? [] : [first, ...rest], { from: "user" });
    return Number(process.exitCode ?? exitStatuses.done);
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportError(error);
    return error.exitCode === 0 ? exitStatuses.done : exitStatuses.usage;
  }
}

async function createProgram(called: string | undefined): Promise<Command> {
  const program = new Command("mvsim")
    .description("The reference simulator of the Microvisor IoT platform.")
    .version(packageVersion(), "-V, --version", "print the version")
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim start
  $ mvsim run thermometer.ts --config greeting=Hello
  $ mvsim serve --sqlite configs.db

mvsim COMMAND --help says more about each. Exit statuses: mvsim run --help.`,
    );
  for (const { name, summary, load } of commands) {
    program.addCommand(name === called ? await load() : new Command(name).summary(summary));
  }
  throwInsteadOfExit(program);
  return program;
}

function throwInsteadOfExit(command: Command): void {
  command.exitOverride().configureOutput({
    outputError: (text) => printError("ERR_MVSIM_USAGE", text.replace(/^error: /, "")),
  });
  command.commands.forEach(throwInsteadOfExit);
}

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8")) as { version: string }).version;
}
