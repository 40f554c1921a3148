/** `mvsim backup`: copies the database of a service, which may run meanwhile. */

import { Command } from "commander";
import { backupSqliteStore } from "../configs/stores/sqlite.ts";

export function backupCommand(): Command {
  return new Command("backup")
    .summary("copy the database of a service, also while it runs")
    .description(
      "Copies a SQLite database of `mvsim serve`, which may run and write meanwhile: the copy is one whole state.\n" +
        "Secrets in it are sealed as they are in the database. Keep its master key too, but not beside the copy.",
    )
    .argument("<out>", "the copy: a file that does not exist yet")
    .requiredOption("--sqlite <file>", "the database")
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim backup --sqlite configs.db configs-monday.db

To go back, stop the service, put the copy in the database's place and remove the files FILE-wal and FILE-shm.
Exit status: 0 copied, 2 bad usage, or a file that can't be used.`,
    )
    .action(async (out: string, options: { readonly sqlite: string }) => {
      await backupSqliteStore(options.sqlite, out);
      process.stdout.write(`${out}: a copy of ${options.sqlite}\n`);
    });
}
