/** `mvsim keys create|list|revoke`: API keys of an account. */

import { Command } from "commander";
import { administer, printRecord, printSecret, type TargetOptions, targetCommand } from "./administration-target.ts";

export function keysCommand(): Command {
  return new Command("keys")
    .summary("create, list and revoke API keys of an account")
    .description("Creates, lists and revokes API keys: what a program shows in place of the account's auth token.")
    .addCommand(
      targetCommand("create", "create an API key and print its secret once", [
        "mvsim keys create --label ci --sqlite configs.db --account AC…",
        "mvsim keys create --service http://127.0.0.1:8080 --account AC…:token",
      ])
        .option("--label <text>", "what it is for")
        .action(async (options: TargetOptions & { label?: string }) => {
          const { sid, secret } = await administer(options, (account) => account.createKey(options.label));
          printSecret(options, { key: sid, secret });
        }),
    )
    .addCommand(
      targetCommand("list", "print the API keys, a line each, without their secrets", [
        "mvsim keys list --sqlite configs.db --account AC…",
      ]).action(async (options: TargetOptions) => {
        const keys = await administer(options, (account) => account.listKeys());
        for (const { sid, dateCreated, label } of keys) printRecord(options, { sid, dateCreated, label });
      }),
    )
    .addCommand(
      targetCommand("revoke", "end an API key at once", ["mvsim keys revoke SK… --sqlite configs.db --account AC…"])
        .argument("<sid>", "SK and 32 hex digits")
        .action(async (sid: string, options: TargetOptions) => {
          await administer(options, (account) => account.revokeKey(sid));
          process.stdout.write(`revoked ${sid}\n`);
        }),
    )
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim keys create --label ci --sqlite configs.db --account AC…`,
    );
}
