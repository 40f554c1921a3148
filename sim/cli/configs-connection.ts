/** How the commands on configs reach a running service. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { type Account, type ConfigsClient, createConfigsClient, parseOperator } from "../configs/index.ts";
import { defaultPort } from "./serve.ts";

export const defaultService = `http://127.0.0.1:${defaultPort}`;

export interface ConnectionOptions {
  readonly service?: string;
  readonly account?: string;
  readonly device?: string;
}

export function clientCommand(name: string, summary: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .summary(summary)
    .option("--service <url>", `address of the service (default: $MVSIM_SERVICE, else ${defaultService})`)
    .option(
      "--account <sid:token>",
      "account SID and auth token (default: $MVSIM_ACCOUNT, else $TWILIO_ACCOUNT_SID and $TWILIO_AUTH_TOKEN)",
    )
    .option("--device <device>", "SID or unique name: the device's own configs in place of the account's")
    .addHelpText(
      "after",
      `
Examples:
${examples.map((example) => `  $ ${example}`).join("\n")}

Exit status: 0 done, 1 refused by the service (no such key, wrong token …), 2 bad usage, 6 no service reached.`,
    );
}

/** @returns a client of the account's configs, or of the device's that the options name */
export function connect(options: ConnectionOptions): ConfigsClient {
  const service = options.service ?? process.env.MVSIM_SERVICE ?? defaultService;
  return createConfigsClient({ service, account: accountOf(options), device: options.device });
}

/** @throws SimulatorError ERR_MVSIM_USAGE, ERR_MVSIM_INVALID_ACCOUNT */
export function accountOf(options: { readonly account?: string }): Account {
  const { MVSIM_ACCOUNT, TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN } = process.env;
  const given = options.account ?? MVSIM_ACCOUNT;
  if (given !== undefined) return parseOperator(given);
  if (TWILIO_ACCOUNT_SID && TWILIO_AUTH_TOKEN) return parseOperator(`${TWILIO_ACCOUNT_SID}:${TWILIO_AUTH_TOKEN}`);
  const message = "Name the account: --account SID:TOKEN or $MVSIM_ACCOUNT. mvsim serve prints one where it made it.";
  throw new SimulatorError("ERR_MVSIM_USAGE", message);
}

/** @throws SimulatorError ERR_MVSIM_INVALID_CONFIG: it is not UTF-8 text */
export async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    const message = "Standard input is not UTF-8 text; encode binary data first, for example as base64.";
    throw new SimulatorError("ERR_MVSIM_INVALID_CONFIG", message);
  }
}
