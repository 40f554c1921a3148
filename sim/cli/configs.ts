/** `mvsim configs`: reads and changes an account's or a device's configs over the service's REST API. */

import { Command } from "commander";
import { visibleText } from "../trace/visible-text.ts";
import { type ConnectionOptions, clientCommand, connect, readStandardInput } from "./configs-connection.ts";
import { exportCommand } from "./configs-export.ts";
import { importCommand } from "./configs-import.ts";
import { defaultPort } from "./serve.ts";

export function configsCommand(): Command {
  return new Command("configs")
    .summary("read and change configs of a running service")
    .description("Reads and changes configs, the account's or a device's, over the REST API of a running service.")
    .addCommand(setCommand())
    .addCommand(getCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(exportCommand())
    .addCommand(importCommand())
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
