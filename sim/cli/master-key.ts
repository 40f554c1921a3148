/** `mvsim master-key change`: another master key for a database. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { changePostgresMasterKey, changeSqliteMasterKey } from "../configs/master-key-change.ts";
import type { StoreOptions } from "./administration-target.ts";

type Options = StoreOptions & { readonly newKeyFile?: string; readonly renewDataKey?: boolean };

export function masterKeyCommand(): Command {
  return new Command("master-key")
    .summary("change the master key of a database in place")
    .description("Changes the master key of a database. Nothing that it holds is lost or becomes another.")
    .addCommand(
      new Command("change")
        .summary("give a database another master key")
        .description(
          "Gives a database another master key. Auth tokens, API keys, device tokens and secrets stay good; the former\n" +
            "key opens nothing of the database any more. Services that run go on; when they start anew they need the new\n" +
            "key. The command may be cut off at any moment and given again.",
        )
        .option("--sqlite <file>", "the database file")
        .option("--postgres <url>", "the PostgreSQL database")
        .option("--key-file <file>", "the present key (default: $MVSIM_KEY, else FILE.key beside --sqlite FILE)")
        .option("--new-key-file <file>", "the new key; made when it does not exist (default: FILE.key is changed)")
        .option("--renew-data-key", "encrypt all secrets anew too: services can't read them until they start anew")
        .addHelpText(
          "after",
          `
Examples:
  $ mvsim master-key change --sqlite configs.db
  $ mvsim master-key change --sqlite configs.db --key-file old.key --new-key-file new.key
  $ MVSIM_KEY=… mvsim master-key change --postgres "$URL" --new-key-file new.key

Backups from before open with the former key alone: keep it as long as they matter.
--renew-data-key is for when the former key and a copy of the database may have come into wrong hands.

Exit status: 0 changed, 2 bad usage, a wrong key, or a database that can't be used.`,
        )
        .action(change),
    )
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim master-key change --sqlite configs.db`,
    );
}

async function change({ sqlite, postgres, keyFile, newKeyFile, renewDataKey }: Options): Promise<void> {
  const request = {
    source: { keyFile, text: process.env.MVSIM_KEY },
    newKeyFile,
    renew: renewDataKey ?? false,
  };
  if ((sqlite === undefined) === (postgres === undefined)) {
    throw new SimulatorError("ERR_MVSIM_USAGE", "Name the database: --sqlite FILE or --postgres URL.");
  }
  const changed = await (sqlite !== undefined
    ? changeSqliteMasterKey(sqlite, request)
    : changePostgresMasterKey(postgres!, request));
  const lines = [`The master key is now the one in ${changed.keyFile}.`];
  if (newKeyFile !== undefined) lines.push(`Start services with --key-file ${changed.keyFile} from now on.`);
  if (changed.formerKeyFile !== undefined) {
    lines.push(`The former one is in ${changed.formerKeyFile}, for backups from before: delete it when they are gone.`);
  }
  if (renewDataKey) lines.push("Start running services anew now: they can't read secrets before.");
  process.stdout.write(`${lines.join("\n")}\n`);
}
