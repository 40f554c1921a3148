/** `mvsim serve`: the Configs service alone, until it is told to stop. */

import { Command, InvalidArgumentError, Option } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { assertTrustedProxy } from "../configs/client-address.ts";
import {
  type Account,
  auditLine,
  type ConfigStore,
  createConfigsService,
  createMemoryStore,
  type DeviceLog,
  defaultRateLimits,
  deriveDeviceToken,
  developmentAccount,
  openSealedPostgresStore,
  openSealedSqliteStore,
  parseAccount,
  type RateLimitOptions,
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
  readonly postgres?: string;
  readonly keyFile?: string;
  readonly account?: readonly Account[];
  readonly provisionUnknown?: boolean;
  readonly publicUrl?: string;
  readonly trustedProxy?: readonly string[];
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly requestsPerSecond: number;
  readonly fetchesPerMinute: number;
  readonly logsPerMinute: number;
  readonly connectionsPerMinute: number;
  readonly failuresPerMinute: number;
}

export function serveCommand(): Command {
  return new Command("serve")
    .summary("run the Configs service")
    .description(
      "Runs the Configs service: the REST API for operators and the WebSocket for devices, on one port.\n" +
        "Without --account it serves the database's accounts; where there are none it makes one and prints its\n" +
        "credentials.",
    )
    .option("--host <address>", "address to listen on; others than loopback need an account", "127.0.0.1")
    .option("--port <number>", "port to listen on; 0 takes a free one", parsePort, defaultPort)
    .option("--sqlite <file>", "database file, created when it does not exist (default: in memory, gone at the end)")
    .option("--postgres <url>", "a PostgreSQL database in place of a file (needs --key-file or $MVSIM_KEY)")
    .option("--key-file <file>", "the database's master key (default: $MVSIM_KEY, else FILE.key beside --sqlite FILE)")
    .option("--account <sid:token>", "account SID and auth token; may be repeated", collectAccounts)
    .option("--provision-unknown", "create devices that show their account's device token (default: on loopback)")
    .option("--no-provision-unknown", "let in only devices that were created and have tokens of their own")
    .option("--public-url <url>", "what url fields start with behind a proxy (default: the request's scheme and host)")
    .option(
      "--trusted-proxy <address>",
      "a proxy's address or network whose X-Forwarded-For is believed; may be repeated",
      collectProxies,
    )
    .option("--tls-cert <file>", "certificate in PEM, with those above it: serve HTTPS (needs --tls-key)")
    .option("--tls-key <file>", "its private key in PEM")
    .addOption(limitOption("--requests-per-second", "REST requests of an account", "requestsPerSecond"))
    .addOption(limitOption("--fetches-per-minute", "fetches of a device", "fetchesPerMinute"))
    .addOption(limitOption("--logs-per-minute", "log messages of a device", "logsPerMinute"))
    .addOption(limitOption("--connections-per-minute", "connections of a device", "connectionsPerMinute"))
    .addOption(limitOption("--failures-per-minute", "wrong credentials from an address", "failuresPerMinute"))
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim serve
  $ mvsim serve --port 0 --sqlite configs.db
  $ mvsim serve --host 0.0.0.0 --account AC0123456789abcdef0123456789abcdef:a-long-secret-token

MVSIM_METRICS_TOKEN: what /metrics asks for as a Bearer token; on other addresses than loopback there is no /metrics
without it.

Each change that an operator makes is a line of JSON on stderr, without values.

SIGTERM or Ctrl-C stops it, after the requests under way.

Exit status: 0 stopped, 1 can't listen (port in use), 2 bad usage (database not usable, options).`,
    )
    .action(serve);
}

function limitOption(flag: string, what: string, name: keyof RateLimitOptions): Option {
  return new Option(`${flag} <number>`, `most ${what}; 0 for no limit`)
    .argParser(parseLimit)
    .default(defaultRateLimits[name]);
}

async function serve(options: ServeCommandOptions): Promise<void> {
  if ((options.tlsCert === undefined) !== (options.tlsKey === undefined)) {
    throw new SimulatorError("ERR_MVSIM_USAGE", "HTTPS needs both --tls-cert FILE and --tls-key FILE.");
  }
  // Before a database is made.
  if (!options.account && !isLoopback(options.host) && !options.sqlite && !options.postgres)
    throw refuseAnonymous(options);
  const { store, credentialKey } = await openStore(options);
  try {
    const inStore = (await store.listCredentials("account")).map(({ sid }) => sid);
    const needsNone = options.account !== undefined || inStore.length > 0;
    if (!needsNone && !isLoopback(options.host)) throw refuseAnonymous(options);
    const made = needsNone ? undefined : await developmentAccount(store);
    await serveUntilStopped({ store, credentialKey }, { given: options.account ?? [], made, inStore }, options);
  } finally {
    await store.close();
  }
}

function refuseAnonymous({ host }: ServeCommandOptions): SimulatorError {
  const message = `Others than this machine could reach ${host}: name an account with --account SID:TOKEN, or make one in the database with mvsim accounts create.`;
  return new SimulatorError("ERR_MVSIM_USAGE", message);
}

async function openStore({ sqlite, postgres, keyFile }: ServeCommandOptions): Promise<OpenedStore> {
  if (sqlite !== undefined && postgres !== undefined) {
    throw new SimulatorError("ERR_MVSIM_USAGE", "Name one database: --sqlite FILE or --postgres URL.");
  }
  const source = { keyFile, text: process.env.MVSIM_KEY };
  if (sqlite !== undefined) return openSealedSqliteStore(sqlite, source);
  if (postgres !== undefined) return openSealedPostgresStore(postgres, source);
  return { store: createMemoryStore(), credentialKey: undefined };
}

interface OpenedStore {
  readonly store: ConfigStore;
  readonly credentialKey: Uint8Array | undefined;
}

interface ServedAccounts {
  /** Those of the command line. */
  readonly given: readonly Account[];
  /** The one that was made because there is no other. */
  readonly made: Account | undefined;
  readonly inStore: readonly string[];
}

async function serveUntilStopped(
  { store, credentialKey }: OpenedStore,
  { given, made, inStore }: ServedAccounts,
  options: ServeCommandOptions,
): Promise<void> {
  const { host, port, sqlite, postgres, publicUrl, trustedProxy: trustedProxies, tlsCert, tlsKey } = options;
  const tls = tlsCert !== undefined && tlsKey !== undefined ? readTlsCredentials(tlsCert, tlsKey) : undefined;
  const metricsToken = process.env.MVSIM_METRICS_TOKEN || undefined;
  const provisionUnknownDevices = options.provisionUnknown ?? isLoopback(host);
  const accounts = made ? [made] : given;
  const service = createConfigsService({
    store,
    credentialKey,
    accounts,
    publicUrl,
    provisionUnknownDevices,
    rateLimits: options,
  });
  const server = await serveConfigs(service, { host, port, tls, metricsToken, trustedProxies });
  service.onLog(printLog);
  service.onAudit((event) => process.stderr.write(`${auditLine(event)}\n`));
  const kept = sqlite ?? (postgres === undefined ? undefined : "PostgreSQL");
  print(`The Configs service listens.
  REST     ${server.url}/v1
  devices  ${server.deviceUrl}
  store    ${kept ?? "in memory: what it holds is gone when it stops (--sqlite FILE keeps it)"}`);
  for (const each of accounts) {
    print(`  account  ${each.sid}`);
    if (made) print(`           auth token    ${each.authToken}`);
    if (provisionUnknownDevices) print(`           device token  ${deriveDeviceToken(each)}`);
  }
  for (const sid of inStore) print(`  account  ${sid} (in the database)`);
  if (made) {
    print(`For mvsim configs in another terminal:
  export MVSIM_SERVICE=${server.url} MVSIM_ACCOUNT=${made.sid}:${made.authToken}`);
  }
  print("Ctrl-C stops it.");
  await stopSignal();
  await server.close();
  await service.close();
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

function parseLimit(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A limit is a whole number up to 999999999; 0 stands for none.");
}

function collectAccounts(text: string, before: readonly Account[] = []): readonly Account[] {
  return [...before, parseAccount(text)];
}

function collectProxies(text: string, before: readonly string[] = []): readonly string[] {
  assertTrustedProxy(text);
  return [...before, text];
}
