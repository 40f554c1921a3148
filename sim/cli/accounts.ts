/** `mvsim accounts create|list|rotate|revoke`: accounts in a database. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { createCredentialBook, createDigest, type SealedStore } from "../configs/index.ts";
import {
  administer,
  assertAccountSid,
  printRecord,
  printSecret,
  type StoreOptions,
  storeCommand,
  type TargetOptions,
  targetCommand,
  withStore,
} from "./administration-target.ts";

type Options = StoreOptions & { readonly json?: boolean };

export function accountsCommand(): Command {
  return new Command("accounts")
    .summary("create, list, rotate and revoke accounts in a database")
    .description("Creates, lists and revokes accounts in a database, and gives them other auth tokens.")
    .addCommand(
      storeCommand("create", "create an account and print its auth token once", [
        "mvsim accounts create --label team --sqlite configs.db",
      ])
        .option("--label <text>", "whose it is")
        .action(async (options: Options & { label?: string }) => {
          const { credential, secret } = await withStore(options, (stored) =>
            bookOf(stored).createAccount(options.label),
          );
          printSecret(options, { account: credential.sid, authToken: secret });
        }),
    )
    .addCommand(
      storeCommand("list", "print the accounts, a line each", ["mvsim accounts list --sqlite configs.db"]).action(
        async (options: Options) => {
          const accounts = await withStore(options, (stored) => bookOf(stored).list("account"));
          for (const { sid, createdAt, label } of accounts) {
            printRecord(options, { sid, dateCreated: new Date(createdAt).toISOString(), label: label ?? null });
          }
        },
      ),
    )
    .addCommand(
      targetCommand("rotate", "give an account another auth token and print it once", [
        "mvsim accounts rotate --sqlite configs.db --account AC…",
        "mvsim accounts rotate --service http://127.0.0.1:8080 --account AC…:token",
      ]).action(async (options: TargetOptions) => {
        const { accountSid, authToken } = await administer(options, (account) => account.rotateAuthToken());
        printSecret(options, { account: accountSid, authToken });
      }),
    )
    .addCommand(
      storeCommand("revoke", "shut an account out: its auth token, API keys and devices' tokens", [
        "mvsim accounts revoke AC… --sqlite configs.db",
      ])
        .argument("<sid>", "AC and 32 hex digits; what it holds stays, and accounts rotate lets it in again")
        .action(async (sid: string, options: Options) => {
          assertAccountSid(sid);
          await withStore(options, async (stored) => {
            if (!(await stored.store.accountSids()).includes(sid)) {
              throw new SimulatorError("ERR_MVSIM_NOT_FOUND", `The database has no account ${sid}.`);
            }
            await bookOf(stored).revokeAccount(sid);
          });
          process.stdout.write(`revoked ${sid}\n`);
        }),
    )
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim accounts create --label team --sqlite configs.db
  $ mvsim serve --sqlite configs.db --host 0.0.0.0`,
    );
}

function bookOf({ store, credentialKey }: SealedStore) {
  return createCredentialBook({ store, digest: createDigest(credentialKey), clock: Date.now });
}
