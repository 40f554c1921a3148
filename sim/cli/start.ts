/**
 * `mvsim start`, which is `npm start`: the main job, to be watched. A Configs service on a SQLite file and a port, two
 * configs set over REST, and a firmware that fetches them over a WebSocket. All of it is real but the device. Nothing
 * is left behind.
 */

import { existsSync, rmSync } from "node:fs";
import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { createDevice, type RunResult, type TraceEvent, webSocketUplink } from "../../host/index.ts";
import { cyclesOf } from "../../host/time/cycles.ts";
import {
  type Account,
  type ConfigsServer,
  createConfigsService,
  deriveDeviceToken,
  generateAccount,
  openSqliteStore,
  serveConfigs,
} from "../configs/index.ts";
import { appBinary } from "../firmware/build-apps.ts";
import { compileAssemblyScript } from "../firmware/compile.ts";
import { packageRoot } from "../firmware/package-root.ts";
import { durationText } from "../trace/durations.ts";
import { createStyle, type Style, wantsColour } from "../trace/style.ts";
import { createTimeline } from "../trace/timeline.ts";
import { visibleText } from "../trace/visible-text.ts";
import { exitStatuses, exitStatusOfRun } from "./exit-status.ts";

const app = "config-reader";
const configs = { greeting: "Hello from the cloud", report_interval_s: "30" };

export function startCommand(): Command {
  return new Command("start")
    .summary("watch a firmware fetch its configs from a real service")
    .description(
      "Starts a Configs service, sets two configs over its REST API, and runs a firmware that fetches them over a " +
        "WebSocket. Shows every step, and leaves nothing behind.",
    )
    .addHelpText("after", "\nExamples:\n  $ mvsim start\n  $ npm start\n\nExit status: 0 all went well.")
    .action(async () => {
      process.exitCode = await start();
    });
}

async function start(): Promise<number> {
  const style = createStyle(wantsColour(process.stdout, process.env));
  const folder = await mkdtemp(join(tmpdir(), "mvsim-start-"));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  const onSignal = () => {
    removeFolder();
    process.exit(exitStatuses.interrupted);
  };
  process.once("SIGINT", onSignal).once("SIGTERM", onSignal);
  try {
    const account = generateAccount();
    const store = await openSqliteStore(join(folder, "configs.db"));
    const service = createConfigsService({ store, accounts: [account] });
    try {
      const server = await serveConfigs(service);
      try {
        return await show(server, account, style);
      } finally {
        await server.close();
      }
    } finally {
      await service.close();
    }
  } finally {
    removeFolder();
    process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  }
}

async function show(server: ConfigsServer, account: Account, style: Style): Promise<number> {
  const heading = (number: number, text: string) => print(`\n${style.strong(`${number}. ${text}`)}`);

  heading(1, "The Configs service runs, on a SQLite file that is gone at the end");
  print(`   for operators (REST)     ${server.url}/v1`);
  print(`   for devices (WebSocket)  ${server.deviceUrl}`);

  heading(2, "An operator creates configs");
  for (const [key, value] of Object.entries(configs)) {
    const response = await createConfig(server, account, key, value);
    print(
      `   POST /v1/Configs  ${style.quiet("Key=")}${key} ${style.quiet("Value=")}${value}  → ${style.good(response)}`,
    );
  }

  heading(3, `A device runs the firmware firmware/apps/${app}.ts`);
  print(style.quiet("   Time is virtual: it jumps over sleep, so seconds of the device take milliseconds here.\n"));
  const logs: string[] = [];
  const { result, calls } = await runApp(server, account, style, (text) => logs.push(text));

  heading(4, "What the firmware read, in its own words");
  for (const text of logs) print(`   ${style.text(visibleText(text))}`);
  const time = durationText(cyclesOf(result.microseconds));
  print(`\n   It made ${calls} system calls in ${time} of virtual time, and ended: ${result.reason}.`);

  heading(5, "What to try next");
  const next = [
    [`mvsim run firmware/apps/${app}.ts --config greeting=Ahoy`, "the same with configs of yours"],
    ["mvsim run firmware/apps/config-poller.ts --config greeting=Hi --for 20s", "firmware that never ends"],
    ["mvsim serve", "the service alone; mvsim configs set KEY VALUE changes it"],
    ["mvsim --help", "everything else; docs/firmware-sdk.md: your own firmware"],
  ] as const;
  for (const [command, what] of next) print(`   ${style.strong(command)}\n      ${style.quiet(what)}`);
  if (inCheckout()) print(style.quiet("\n   In this folder the command is `npx mvsim`."));
  return exitStatusOfRun(result);
}

/** As the vendor's documents do it: a form, and HTTP Basic authentication. @returns the status line */
async function createConfig(server: ConfigsServer, account: Account, key: string, value: string): Promise<string> {
  const credentials = Buffer.from(`${account.sid}:${account.authToken}`).toString("base64");
  const response = await fetch(`${server.url}/v1/Configs`, {
    method: "POST",
    headers: { authorization: `Basic ${credentials}` },
    body: new URLSearchParams({ Key: key, Value: value }),
  });
  const text = await response.text();
  if (response.status === 201) return "201 Created";
  throw new SimulatorError("ERR_MVSIM_REQUEST_REFUSED", `the service answered ${response.status}: ${text}`);
}

async function runApp(
  server: ConfigsServer,
  account: Account,
  style: Style,
  onLog: (text: string) => void,
): Promise<{ result: RunResult; calls: number }> {
  const { stdout } = process;
  const columns = stdout.isTTY ? stdout.columns : Number.POSITIVE_INFINITY;
  const timeline = createTimeline({ write: print, style, columns, explain: true });
  let calls = 0;
  const device = await createDevice({
    firmware: await appFirmware(),
    uplink: webSocketUplink({ url: server.deviceUrl }),
    token: deriveDeviceToken(account),
    trace(event: TraceEvent) {
      timeline.listener(event);
      if (event.kind === "call") calls++;
      if (event.kind === "log") onLog(event.text);
    },
  });
  return { result: await device.run(), calls };
}

/** Compiled when the package was built; an installed package compiles it now. */
async function appFirmware(): Promise<Uint8Array> {
  const binary = appBinary(app);
  if (existsSync(binary)) return readFile(binary);
  return (await compileAssemblyScript(join(packageRoot(), "firmware", "apps", `${app}.ts`))).binary;
}

function inCheckout(): boolean {
  return relative(process.cwd(), packageRoot()) === "";
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
