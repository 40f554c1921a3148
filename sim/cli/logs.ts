/** `mvsim logs`: what a device has logged at the service, and what it logs from now on. */

import { type Command, InvalidArgumentError } from "commander";
import { type AdministrationTarget, readLogs } from "../configs/index.ts";
import { visibleText } from "../trace/visible-text.ts";
import { type TargetOptions, targetCommand, withTarget } from "./administration-target.ts";

interface LogsOptions extends TargetOptions {
  readonly follow?: boolean;
  readonly limit: number;
}

export function logsCommand(): Command {
  return targetCommand("logs", "print what a device has logged, and follow it", [
    "mvsim logs attic --limit 20",
    "mvsim logs attic --follow --service http://127.0.0.1:8080 --account AC…:token",
    "mvsim logs UV… --sqlite configs.db --account AC…",
  ])
    .argument("<device>", "SID or unique name")
    .option("--follow", "wait for more, until Ctrl-C")
    .option("--limit <number>", "most messages of those that are there, the last ones", parseLimit, 1000)
    .action((device: string, options: LogsOptions) =>
      withTarget(options, (target) => printLogs(target, device, options)),
    );
}

async function printLogs(target: AdministrationTarget, device: string, options: LogsOptions): Promise<void> {
  const request = { device, limit: options.limit, follow: options.follow ?? false };
  for await (const { sequence, deviceSid, text, dateReceived } of readLogs(target, request)) {
    const record = { sequence, device: deviceSid, dateReceived, text };
    process.stdout.write(`${options.json ? JSON.stringify(record) : `${dateReceived} ${visibleText(text)}`}\n`);
  }
}

function parseLimit(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("A limit is a whole number from 1 up.");
}
