/** `mvsim configs export`: all configs as a file, with the secrets' keys where the form can say that they are secrets. */

import { type Command, Option } from "commander";
import { stringify } from "yaml";
import type { CollectionName } from "../embedded.ts";
import { type ConnectionOptions, clientCommand, connect } from "./configs-connection.ts";
import { writeDotenv } from "./dotenv-file.ts";

export const configsFormats = ["yaml", "json", "dotenv"] as const;
export type ConfigsFormat = (typeof configsFormats)[number];

export interface ExportedConfigs {
  readonly entries: ReadonlyMap<string, string>;
  readonly secretKeys: readonly string[];
  /** Whether they are a device's own. */
  readonly ofDevice: boolean;
}

export function exportCommand(): Command {
  return clientCommand("export", "print all configs as a file, and the keys of secrets", [
    "mvsim configs export > configs.yaml",
    "mvsim configs export --device attic --format dotenv > attic.env",
  ])
    .addOption(new Option("--format <format>", "the file's form").choices(configsFormats).default("yaml"))
    .action(async (options: ConnectionOptions & { format: ConfigsFormat }) => {
      const client = connect(options);
      const entries = new Map<string, string>();
      for await (const { key, value } of client.list()) entries.set(key, value);
      const secretKeys: string[] = [];
      for await (const key of client.listSecretKeys()) secretKeys.push(key);
      process.stdout.write(
        writeConfigs({ entries, secretKeys, ofDevice: options.device !== undefined }, options.format),
      );
    });
}

/** @throws SimulatorError ERR_MVSIM_NO_DOTENV */
export function writeConfigs({ entries, secretKeys, ofDevice }: ExportedConfigs, format: ConfigsFormat): string {
  if (format === "dotenv") return writeDotenv(entries);
  const [configs, secrets]: CollectionName[] = ofDevice ? ["deviceConfigs", "deviceSecrets"] : ["configs", "secrets"];
  const maps = new Map<string, unknown>([
    [configs!, entries],
    [secrets!, secretKeys],
  ]);
  if (format === "yaml") return stringify(maps, { lineWidth: 0 });
  // From entries: a key may be "__proto__".
  const sections = { [configs!]: Object.fromEntries(entries), [secrets!]: secretKeys };
  return `${JSON.stringify(sections, null, 2)}\n`;
}
