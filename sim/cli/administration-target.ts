/** Where the commands accounts, keys and devices work: in a database, or at a running service. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import {
  type Administration,
  type AdministrationTarget,
  isAccountSid,
  openAdministration,
  openSealedPostgresStore,
  openSealedSqliteStore,
  type SealedStore,
} from "../configs/index.ts";
import { visibleText } from "../trace/visible-text.ts";
import { accountOf, defaultService } from "./configs-connection.ts";

export interface StoreOptions {
  readonly sqlite?: string;
  readonly postgres?: string;
  readonly keyFile?: string;
}

export interface TargetOptions extends StoreOptions {
  readonly service?: string;
  readonly account?: string;
  readonly json?: boolean;
}

/** A command on a database alone. */
export function storeCommand(name: string, summary: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .summary(summary)
    .option("--sqlite <file>", "the database file")
    .option("--postgres <url>", "the PostgreSQL database")
    .option("--key-file <file>", "the database's master key (default: $MVSIM_KEY, else FILE.key beside --sqlite FILE)")
    .option("--json", "a JSON object a line")
    .addHelpText(
      "after",
      `
Examples:
${examples.map((example) => `  $ ${example}`).join("\n")}

Exit status: 0 done, 1 refused (no such key, taken name …), 2 bad usage, 6 no service reached.`,
    );
}

/** A command on a database or at a service. */
export function targetCommand(name: string, summary: string, examples: readonly string[]): Command {
  return storeCommand(name, summary, examples)
    .option(
      "--service <url>",
      `a running service in place of a database (default: $MVSIM_SERVICE, else ${defaultService})`,
    )
    .option(
      "--account <sid[:token]>",
      "the account: its SID for a database, with its auth token for a service (default: $MVSIM_ACCOUNT)",
    );
}

/** Opens the database for the time that the work takes. */
export async function withStore<Result>(
  { sqlite, postgres, keyFile }: StoreOptions,
  work: (stored: SealedStore) => Promise<Result>,
): Promise<Result> {
  if ((sqlite === undefined) === (postgres === undefined)) {
    throw new SimulatorError("ERR_MVSIM_USAGE", "Name the database: --sqlite FILE or --postgres URL.");
  }
  const source = { keyFile, text: process.env.MVSIM_KEY };
  const stored = await (sqlite !== undefined
    ? openSealedSqliteStore(sqlite, source)
    : openSealedPostgresStore(postgres!, source));
  try {
    return await work(stored);
  } finally {
    await stored.store.close();
  }
}

export async function administer<Result>(
  options: TargetOptions,
  work: (administration: Administration) => Promise<Result>,
): Promise<Result> {
  return withTarget(options, (target) => work(openAdministration(target)));
}

/** The database or service that the options name, for the time that the work takes. */
export async function withTarget<Result>(
  options: TargetOptions,
  work: (target: AdministrationTarget) => Promise<Result>,
): Promise<Result> {
  if (options.sqlite === undefined && options.postgres === undefined) {
    const service = options.service ?? process.env.MVSIM_SERVICE ?? defaultService;
    return work({ service, account: accountOf(options) });
  }
  if (options.service !== undefined) {
    throw new SimulatorError("ERR_MVSIM_USAGE", "Name a database or a service, not both.");
  }
  const [accountSid = ""] = (options.account ?? process.env.MVSIM_ACCOUNT ?? "").split(":");
  assertAccountSid(accountSid);
  return withStore(options, (stored) => work({ stored, accountSid }));
}

/** @throws SimulatorError ERR_MVSIM_USAGE */
export function assertAccountSid(sid: string): void {
  if (isAccountSid(sid)) return;
  throw new SimulatorError("ERR_MVSIM_USAGE", "Name the account: --account SID, where SID is AC and 32 hex digits.");
}

/** One record a line: its values for people, or all of it as JSON. */
export function printRecord(
  options: { readonly json?: boolean },
  record: Readonly<Record<string, string | null>>,
): void {
  const text = options.json
    ? JSON.stringify(record)
    : Object.values(record)
        .map((value) => visibleText(value ?? "-"))
        .join("  ");
  process.stdout.write(`${text}\n`);
}

/** A secret for the only time: named, for people. */
export function printSecret(
  options: { readonly json?: boolean },
  record: Readonly<Record<string, string | null>>,
): void {
  if (options.json) return printRecord(options, record);
  const width = Math.max(...Object.keys(record).map((name) => name.length));
  for (const [name, value] of Object.entries(record)) {
    process.stdout.write(`${name.padEnd(width)}  ${visibleText(value ?? "-")}\n`);
  }
  process.stderr.write("It is shown this once: keep it now.\n");
}
