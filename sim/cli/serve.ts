/** `mvsim serve`: the Configs service alone, until it is told to stop. */

import { Command, InvalidArgumentError } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import {
  type Account,
  type ConfigStore,
  createConfigsService,
  createMemoryStore,
  type DeviceLog,
  deriveDeviceToken,
  developmentAccount,
  openSqliteStore,
  parseAccount,
  readTlsCredentials,
  serveConfigs,
} from "../configs/index.ts";
import { visibleText } from "../trace/visible-text.ts";

/** Where `mvsim serve` listens and its clients look when nothing else is said. */
export const defaultPort = 8080;

interface ServeCommandOptions {
  readonly host: string;
  readonly port: number;
  readonly sqlite?: string;
  readonly account?: readonly Account[];
  readonly publicUrl?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
}

export function serveCommand(): Command {
  return new Command("serve")
    .summary("run the Configs service")
    .description(
      "Runs the Configs service: the REST API for operators and the WebSocket for devices, on one port.\n" +
        "Without --account it uses the database's account, or a new one, and prints its new credentials.",
    )
    .option("--host <address>", "address to listen on; others than loopback need --account", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 takes a free one", parsePort, defaultPort)
    .option("--sqlite <file>", "database file, created when it does not exist (default: in memory, gone at the end)")
    .option("--account <sid:token>", "account SID and auth token; may be repeated", collectAccounts)
    .option("--public-url <url>", "what url fields start with behind a proxy (default: the request's scheme and host)")
    .option("--tls-cert <file>", "certificate in PEM, with those above it: serve HTTPS (needs --tls-key)")
    .option("--tls-key <file>", "its private key in PEM")
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim serve
  $ mvsim serve --port 0 --sqlite configs.db
  $ mvsim serve --host 0.0.0.0 --account AC0123456789abcdef0123456789abcdef:a-long-secret-token

MVSIM_METRICS_TOKEN: what /metrics asks for as a Bearer token; on other addresses than loopback there is no /metrics
without it.

SIGTERM or Ctrl-C stops it, after the requests under way.

Exit status: 0 stopped, 1 can't listen (port in use), 2 bad usage (database not usable, options).`,
    )
    .action(serve);
}

async function serve(options: ServeCommandOptions): Promise<void> {
  if (!options.account && !isLoopback(options.host)) {
    const message = `Others than this machine could reach ${options.host}: name an account with --account SID:TOKEN.`;
    throw new SimulatorError("ERR_MVSIM_USAGE", message);
  }
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) {
    throw new SimulatorError("ERR_MVSIM_USAGE", "HTTPS needs both --tls-cert FILE and --tls-key FILE.");
  }
  const store = options.sqlite === undefined ? createMemoryStore() : await openSqliteStore(options.sqlite);
  try {
    const accounts = options.account ?? [await developmentAccount(store)];
    await serveUntilStopped(store, accounts, options);
  } finally {
    await store.close();
  }
}

async function serveUntilStopped(
  store: ConfigStore,
  accounts: readonly Account[],
  { host, port, sqlite, account, publicUrl, tlsCert, tlsKey }: ServeCommandOptions,
): Promise<void> {
  const tls = tlsCert !== undefined && tlsKey !== undefined ? readTlsCredentials(tlsCert, tlsKey) : undefined;
  const metricsToken = process.env.MVSIM_METRICS_TOKEN || undefined;
  const service = createConfigsService({ store, accounts, publicUrl });
  const server = await serveConfigs(service, { host, port, tls, metricsToken });
  service.onLog(printLog);
  print(`The Configs service listens.
  REST     ${server.url}/v1
  devices  ${server.deviceUrl}
  store    ${sqlite ?? "in memory: what it holds is gone when it stops (--sqlite FILE keeps it)"}`);
  for (const each of accounts) {
    print(`  account  ${each.sid}`);
    if (!account) print(`           auth token    ${each.authToken}`);
    print(`           device token  ${deriveDeviceToken(each)}`);
  }
  if (!account) {
    const { sid, authToken } = accounts[0]!;
    print(`For mvsim configs in another terminal:
  export MVSIM_SERVICE=${server.url} MVSIM_ACCOUNT=${sid}:${authToken}`);
  }
  print("Ctrl-C stops it.");
  await stopSignal();
  await server.close();
  print("Stopped.");
}

/** Resolves at the first signal; a second one ends the process at once, as ever. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => resolve());
  });
}

function printLog({ deviceSid, text, receivedAt }: DeviceLog): void {
  print(`${new Date(receivedAt).toISOString()} ${deviceSid} ${visibleText(text)}`);
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127(?:\.\d{1,3}){3}$/.test(host);
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError("A port is a number up to 65535.");
  return Number(text);
}

function collectAccounts(text: string, before: readonly Account[] = []): readonly Account[] {
  return [...before, parseAccount(text)];
}
