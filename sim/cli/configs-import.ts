/** `mvsim configs import`: makes configs as a file says, or shows what that would change. Secrets are never touched. */

import { type Command, Option } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { applyConfigChanges, type ConfigChanges, type ConfigsClient, findConfigChanges } from "../configs/index.ts";
import { visibleText } from "../trace/visible-text.ts";
import { type ConnectionOptions, clientCommand, connect, readStandardInput } from "./configs-connection.ts";
import { type ConfigsFormat, configsFormats } from "./configs-export.ts";
import { parseConfigsFile, readConfigsText } from "./configs-file.ts";
import { parseDotenv } from "./dotenv-file.ts";

interface ImportOptions extends ConnectionOptions {
  readonly format?: ConfigsFormat;
  readonly dryRun?: boolean;
  readonly prune?: boolean;
}

/** What a section of a file says. */
interface ImportedSection {
  readonly ofDevice: boolean;
  /** Undefined for a section of secrets. */
  readonly entries: ReadonlyMap<string, string> | undefined;
  readonly secretKeys: readonly string[];
}

export function importCommand(): Command {
  return clientCommand("import", "create and change configs as a file says", [
    "mvsim configs import configs.yaml --dry-run",
    "mvsim configs import attic.env --device attic --prune",
  ])
    .argument("<file>", "YAML as of mvsim configs export, JSON, or dotenv (*.env); - for standard input")
    .addOption(
      new Option("--format <format>", "the file's form (default: dotenv for *.env, else yaml)").choices(configsFormats),
    )
    .option("--dry-run", "show the difference, change nothing")
    .option("--prune", "remove the configs that the file lacks, where it has a section for them")
    .action(async (file: string, options: ImportOptions) => {
      for (const { ofDevice, entries, secretKeys } of await readImport(file, options)) {
        const { device: _, ...ofAccount } = options;
        const client = connect(ofDevice ? options : ofAccount);
        if (!entries) {
          await reportMissingSecrets(client, secretKeys);
          continue;
        }
        const changes = await findConfigChanges(client, { entries, prune: options.prune ?? false });
        if (!options.dryRun) await applyConfigChanges(client, changes);
        const place = ofDevice ? `device ${options.device}` : "the account";
        process.stdout.write(describeChanges(changes, options.dryRun ? `${place} (dry run)` : place));
      }
    });
}

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_CONFIGS_FILE, ERR_MVSIM_USAGE */
async function readImport(file: string, { format, device }: ImportOptions): Promise<ImportedSection[]> {
  const text = file === "-" ? await readStandardInput() : await readConfigsText(file);
  const form = format ?? (/\.env$/.test(file) ? "dotenv" : "yaml");
  if (form === "dotenv") {
    return [{ ofDevice: device !== undefined, entries: parseDotenv(text, file), secretKeys: [] }];
  }
  const sections = parseConfigsFile(text, file).map(({ collection, entries, keysOnly }): ImportedSection => {
    const ofDevice = collection === "deviceConfigs" || collection === "deviceSecrets";
    if (collection === "secrets" || collection === "deviceSecrets") {
      return { ofDevice, entries: undefined, secretKeys: [...keysOnly, ...entries.map(({ key }) => key)] };
    }
    return { ofDevice, entries: new Map(entries.map(({ key, value }) => [key, value])), secretKeys: [] };
  });
  if (device === undefined && sections.some(({ ofDevice }) => ofDevice)) {
    const message = `${file} has sections of a device: name it with --device.`;
    throw new SimulatorError("ERR_MVSIM_USAGE", message);
  }
  return sections;
}

/** Nobody but an operator can set them. */
async function reportMissingSecrets(client: ConfigsClient, keys: readonly string[]): Promise<void> {
  const present = new Set<string>();
  for await (const key of client.listSecretKeys()) present.add(key);
  for (const key of keys) {
    if (!present.has(key)) process.stdout.write(`? secret ${key} is missing: an import sets none\n`);
  }
}

function describeChanges({ added, changed, removed, unchanged }: ConfigChanges, place: string): string {
  const lines = [
    ...added.map(({ key, value }) => `+ ${key} = ${visibleText(value)}`),
    ...changed.map(({ key, from, value }) => `~ ${key} = ${visibleText(from)} -> ${visibleText(value)}`),
    ...removed.map(({ key, from }) => `- ${key} = ${visibleText(from)}`),
    `${place}: ${added.length} added, ${changed.length} changed, ${removed.length} removed, ${unchanged} unchanged`,
  ];
  return lines.map((line) => `${line}\n`).join("");
}
