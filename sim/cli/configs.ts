/** `mvsim configs set|get|list|rm`: reads and changes an account's configs over the service's REST API. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { type Account, type ConfigsClient, createConfigsClient, parseOperator } from "../configs/index.ts";
import { visibleText } from "../trace/visible-text.ts";
import { defaultPort } from "./serve.ts";

export const defaultService = `http://127.0.0.1:${defaultPort}`;

interface ConnectionOptions {
  readonly service?: string;
  readonly account?: string;
}

export function configsCommand(): Command {
  return new Command("configs")
    .summary("read and change configs of a running service")
    .description("Reads and changes the account's configs over the REST API of a running service.")
    .addCommand(setCommand())
    .addCommand(getCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addHelpText(
      "after",
      `
Examples:
  $ export MVSIM_SERVICE=http://127.0.0.1:${defaultPort} MVSIM_ACCOUNT=AC…:token
  $ mvsim configs set greeting 'Hello, device'
  $ mvsim configs list`,
    );
}

function setCommand(): Command {
  return clientCommand("set", "create a config or change its value", [
    "mvsim configs set greeting 'Hello, device'",
    "mvsim configs set certificate - < certificate.pem",
    "mvsim configs set offset -- -5",
  ])
    .argument("<key>", "1 to 100 printable ASCII characters")
    .argument("<value>", "1 to 4096 characters; - reads it from standard input, as it is")
    .action(async (key: string, value: string, options: ConnectionOptions) => {
      const text = value === "-" ? await readStandardInput() : value;
      const done = await connect(options).set(key, text);
      process.stdout.write(`${done} ${key}\n`);
    });
}

function getCommand(): Command {
  return clientCommand("get", "print a config's value", [
    "mvsim configs get greeting",
    "mvsim configs get certificate > certificate.pem",
  ])
    .argument("<key>")
    .action(async (key: string, options: ConnectionOptions) => {
      const { value } = await connect(options).get(key);
      // A file gets the value as it is; on a terminal the prompt belongs on a line of its own.
      process.stdout.write(process.stdout.isTTY ? `${value}\n` : value);
    });
}

function listCommand(): Command {
  return clientCommand("list", "print all configs, a line each", [
    "mvsim configs list",
    "mvsim configs list --json | jq -r .key",
  ])
    .option("--json", "a JSON object a line, as the service represents the config")
    .action(async (options: ConnectionOptions & { json?: boolean }) => {
      for await (const config of connect(options).list()) {
        process.stdout.write(
          `${options.json ? JSON.stringify(config) : `${config.key} = ${visibleText(config.value)}`}\n`,
        );
      }
    });
}

function removeCommand(): Command {
  return clientCommand("rm", "remove a config", ["mvsim configs rm greeting"])
    .argument("<key>")
    .action(async (key: string, options: ConnectionOptions) => {
      await connect(options).remove(key);
      process.stdout.write(`removed ${key}\n`);
    });
}

function clientCommand(name: string, summary: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(`${summary[0]!.toUpperCase()}${summary.slice(1)}.`)
    .summary(summary)
    .option("--service <url>", `address of the service (default: $MVSIM_SERVICE, else ${defaultService})`)
    .option(
      "--account <sid:token>",
      "account SID and auth token (default: $MVSIM_ACCOUNT, else $TWILIO_ACCOUNT_SID and $TWILIO_AUTH_TOKEN)",
    )
    .addHelpText(
      "after",
      `
Examples:
${examples.map((example) => `  $ ${example}`).join("\n")}

Exit status: 0 done, 1 refused by the service (no such key, wrong token …), 2 bad usage, 6 no service reached.`,
    );
}

function connect(options: ConnectionOptions): ConfigsClient {
  const service = options.service ?? process.env.MVSIM_SERVICE ?? defaultService;
  return createConfigsClient({ service, account: accountOf(options) });
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

async function readStandardInput(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    const message = "Standard input is not UTF-8 text; encode binary data first, for example as base64.";
    throw new SimulatorError("ERR_MVSIM_INVALID_CONFIG", message);
  }
}
