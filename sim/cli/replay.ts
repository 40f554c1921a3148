/** `mvsim replay`: runs a firmware again as a trace recorded it, with no service, and compares every event. */

import { createHash } from "node:crypto";
import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { costModelVersion } from "../../host/mcu/wasm/prepare/cost-model.ts";
import type { TraceEvent } from "../../host/trace/events.ts";
import { readFirmware } from "../firmware/firmware-file.ts";
import { type RecordedTrace, readTrace } from "../replay/recorded-trace.ts";
import type { Difference } from "../replay/replay.ts";
import { timeText } from "../trace/durations.ts";
import { createStyle, type Style, wantsColour } from "../trace/style.ts";
import { visibleText } from "../trace/visible-text.ts";
import { exitStatuses } from "./exit-status.ts";

export function replayCommand(): Command {
  return new Command("replay")
    .summary("run a firmware again as a trace recorded it, and compare")
    .description(
      "Runs the firmware of a trace again, with no service: what came from outside is taken from the trace. Compares " +
        "every event with the recorded one, and stops at the first difference.",
    )
    .argument("<trace.jsonl>", "what mvsim run --trace has written")
    .option("--firmware <file>", "the firmware, .ts or .wasm (default: the file that the trace names)")
    .addHelpText(
      "after",
      `
Examples:
  $ mvsim run thermometer.ts --config greeting=Hello --trace trace.jsonl
  $ mvsim replay trace.jsonl
  $ mvsim replay trace.jsonl --firmware build/thermometer.wasm

The firmware must be the very one that was recorded. What is shown of a difference may hold secrets.

Exit status: 0 every event is equal, 1 a difference, 2 bad usage (no whole trace, another firmware), 7 does not compile.`,
    )
    .action(async (file: string, options: { firmware?: string }) => {
      process.exitCode = await replayFile(file, options.firmware);
    });
}

async function replayFile(file: string, named: string | undefined): Promise<number> {
  const trace = await readTrace(file);
  checkReplayable(trace, file);
  const firmwareFile = named ?? trace.header.firmware;
  if (firmwareFile === undefined) {
    throw new SimulatorError("ERR_MVSIM_USAGE", `${file} does not name its firmware: name it with --firmware FILE.`);
  }
  const { bytes: firmware } = await readFirmware(firmwareFile, (warnings) => process.stderr.write(`${warnings}\n`));
  checkFirmware(trace, firmware, firmwareFile);
  const { replay } = await import("../replay/replay.ts");
  const { events, difference } = await replay(trace, firmware);
  if (!difference) {
    process.stdout.write(`All ${events} events are equal.\n`);
    return exitStatuses.done;
  }
  process.stdout.write(`${differenceText(difference, createStyle(wantsColour(process.stdout, process.env)))}\n`);
  return exitStatuses.failed;
}

/** @throws SimulatorError ERR_MVSIM_TRACE_VERSION, ERR_MVSIM_NOT_REPLAYABLE */
function checkReplayable({ header }: RecordedTrace, file: string): void {
  if (header.costModel !== costModelVersion) {
    throw new SimulatorError(
      "ERR_MVSIM_TRACE_VERSION",
      `${file}:1: the trace was recorded with cost model ${header.costModel}, and this mvsim has ` +
        `${costModelVersion}: no time would be equal. Record it again.`,
    );
  }
  if (header.device.clock === "real") {
    throw new SimulatorError(
      "ERR_MVSIM_NOT_REPLAYABLE",
      `${file}:1: the trace was recorded against the real clock, and no run repeats that. Record it in virtual time, ` +
        "without --realtime.",
    );
  }
  if (header.device.externalFlash === "used") {
    throw new SimulatorError(
      "ERR_MVSIM_NOT_REPLAYABLE",
      `${file}:1: the trace was recorded with an external flash of an earlier run, and does not hold its content. ` +
        "Record it with --external-flash and a file that is not there yet.",
    );
  }
}

function checkFirmware({ header }: RecordedTrace, firmware: Uint8Array, file: string): void {
  const sha256 = createHash("sha256").update(firmware).digest("hex");
  if (sha256 === header.firmwareSha256) return;
  throw new SimulatorError(
    "ERR_MVSIM_TRACE_MISMATCH",
    `${file} is not the firmware that was recorded: its SHA-256 is ${sha256}, and the trace says ` +
      `${header.firmwareSha256}. Name the right one with --firmware FILE, or record the trace again.`,
  );
}

/** Both sides, with what they have in common before. */
function differenceText({ sequence, recorded, now, before }: Difference, style: Style): string {
  const side = (name: string, line: string | undefined): string =>
    `${name}  ${line === undefined ? "nothing: the run has ended" : `${timeOf(line)} ms  ${visibleText(line)}`}`;
  return [
    `${style.bad("The first difference")} is at event ${sequence}; the ${sequence} before it are equal.`,
    ...before.map((line) => style.quiet(side("equal   ", line))),
    side("recorded", recorded),
    side("now     ", now),
  ].join("\n");
}

function timeOf(line: string): string {
  return timeText((JSON.parse(line) as TraceEvent).cycles);
}
