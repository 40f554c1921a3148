/** `mvsim configs import`: makes configs as a file says, or shows what that would change. Secrets are never touched. */

import { type Command, Option } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { applyConfigChanges, type ConfigChanges, findConfigChanges } from "../configs/index.ts";
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

/** What a file says of one place. */
interface ImportedConfigs {
  readonly ofDevice: boolean;
  readonly entries: ReadonlyMap<string, string>;
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
      for (const { ofDevice, entries } of await readImport(file, options)) {
        const client = connect({ ...options, ...(!ofDevice && { device: undefined }) });
        const changes = await findConfigChanges(client, { entries, prune: options.prune ?? false });
        if (!options.dryRun) await applyConfigChanges(client, changes);
        const place = ofDevice ? `device ${options.device}` : "the account";
        process.stdout.write(describeChanges(changes, options.dryRun ? `${place} (dry run)` : place));
      }
    });
}

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_CONFIGS_FILE, ERR_MVSIM_USAGE */
async function readImport(file: string, { format, device }: ImportOptions): Promise<ImportedConfigs[]> {
  const text = file === "-" ? await readStandardInput() : await readConfigsText(file);
  const form = format ?? (/\.env$/.test(file) ? "dotenv" : "yaml");
  if (form === "dotenv") return [{ ofDevice: device !== undefined, entries: parseDotenv(text, file) }];
  const sections = parseConfigsFile(text, file).flatMap(({ collection, entries }): ImportedConfigs[] => {
    if (collection !== "configs" && collection !== "deviceConfigs") return [];
    const values = new Map(entries.map(({ key, value }) => [key, value]));
    return [{ ofDevice: collection === "deviceConfigs", entries: values }];
  });
  if (device === undefined && sections.some(({ ofDevice }) => ofDevice)) {
    throw new SimulatorError("ERR_MVSIM_USAGE", `${file} has deviceConfigs: name their device with --device.`);
  }
  return sections;
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
