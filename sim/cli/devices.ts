/** `mvsim devices create|list|token|revoke`: devices of an account, and their tokens. */

import { Command } from "commander";
import { administer, printRecord, printSecret, type TargetOptions, targetCommand } from "./administration-target.ts";

export function devicesCommand(): Command {
  return new Command("devices")
    .summary("create and list devices, give and revoke their tokens")
    .description("Creates and lists devices, gives them tokens of their own and revokes these.")
    .addCommand(
      targetCommand("create", "create a device", [
        "mvsim devices create UV… --unique-name attic --sqlite configs.db --account AC…",
        "mvsim devices create UV… --service http://127.0.0.1:8080 --account AC…:token",
      ])
        .argument("<sid>", "UV and 32 hex digits")
        .option("--unique-name <name>", "its name in the account")
        .action(async (sid: string, options: TargetOptions & { uniqueName?: string }) => {
          const { dateCreated, uniqueName } = await administer(options, (account) =>
            account.createDevice(sid, options.uniqueName),
          );
          if (options.json) printRecord(options, { sid, dateCreated, uniqueName });
          else process.stdout.write(`created ${sid}\n`);
        }),
    )
    .addCommand(
      targetCommand("list", "print the devices, a line each", [
        "mvsim devices list --sqlite configs.db --account AC…",
      ]).action(async (options: TargetOptions) => {
        const devices = await administer(options, (account) => account.listDevices());
        for (const { sid, dateCreated, uniqueName } of devices) printRecord(options, { sid, dateCreated, uniqueName });
      }),
    )
    .addCommand(
      targetCommand("token", "give a device another token and print it once", [
        "mvsim devices token attic --sqlite configs.db --account AC…",
      ])
        .argument("<device>", "SID or unique name")
        .action(async (device: string, options: TargetOptions) => {
          const { sid, token } = await administer(options, (account) => account.rotateDeviceToken(device));
          printSecret(options, { device: sid, token });
        }),
    )
    .addCommand(
      targetCommand("revoke", "make no token good for a device, and end its connection at once", [
        "mvsim devices revoke attic --sqlite configs.db --account AC…",
      ])
        .argument("<device>", "SID or unique name")
        .action(async (device: string, options: TargetOptions) => {
          await administer(options, (account) => account.revokeDeviceToken(device));
          process.stdout.write(`revoked the token of ${device}\n`);
        }),
    )
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim devices create UV… --unique-name attic --sqlite configs.db --account AC…
  $ mvsim devices token attic --sqlite configs.db --account AC…`,
    );
}
