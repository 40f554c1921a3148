/**
 * A trace file, read back: its header, and each event with the line that it stands in. What is not one whole trace of
 * this version is refused, with the line's number.
 */

import { readFile } from "node:fs/promises";
import { SimulatorError } from "../../host/fault/fault.ts";
import type { McuCosts, NetworkModel, TraceEvent } from "../../host/index.ts";
import { traceFormat, traceFormatVersion } from "../trace/jsonl.ts";

/** The first line, as far as a replay reads it. */
export interface TraceHeader {
  readonly costModel: number;
  /** The firmware's file as the user named it. */
  readonly firmware?: string;
  readonly firmwareSha256: string;
  readonly seed: number;
  /** Options of the device; null stands for one that was not given. */
  readonly device: Readonly<Record<string, unknown>>;
  readonly network: NetworkModel;
  readonly costs: McuCosts;
}

export interface RecordedTrace {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  /** The line of each event, as it stands in the file. */
  readonly lines: readonly string[];
}

/** @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_TRACE_INVALID, ERR_MVSIM_TRACE_VERSION */
export async function readTrace(path: string): Promise<RecordedTrace> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "no such file" : message;
    throw new SimulatorError("ERR_MVSIM_FILE_NOT_FOUND", `${path}: ${reason}. Name a file that --trace has written.`);
  }
  return parseTrace(text, path);
}

/** @param name what messages call the trace */
export function parseTrace(text: string, name: string): RecordedTrace {
  const [first = "", ...lines] = text.split("\n");
  const header = checkHeader(parseLine(first, name, 1), name);
  if (lines.pop() !== "")
    throw invalid(name, lines.length + 2, "the line is cut off; the run that wrote it has crashed");
  const events = lines.map((line, index) => checkEvent(parseLine(line, name, index + 2), index, name));
  if (events.at(-1)?.kind !== "end") {
    throw invalid(name, lines.length + 1, "the trace stops here, without the event of kind end; it is not whole");
  }
  return { header, events, lines };
}

function parseLine(line: string, name: string, number: number): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw invalid(name, number, number === 1 ? "this is no trace: its first line is no JSON" : "the line is no JSON");
  }
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  throw invalid(name, number, "the line is no JSON object");
}

function checkHeader(header: Readonly<Record<string, unknown>>, name: string): TraceHeader {
  if (header.format !== traceFormat) throw invalid(name, 1, `this is no trace: its format is not ${traceFormat}`);
  if (header.version !== traceFormatVersion) {
    throw new SimulatorError(
      "ERR_MVSIM_TRACE_VERSION",
      `${name}:1: the trace has version ${header.version} of the format, and this mvsim reads version ` +
        `${traceFormatVersion}. Record it again, or replay it with the mvsim that wrote it.`,
    );
  }
  const { costModel, firmwareSha256, seed, device, network, costs } = header;
  const isWhole =
    typeof costModel === "number" &&
    typeof firmwareSha256 === "string" &&
    typeof seed === "number" &&
    [device, network, costs].every((part) => typeof part === "object" && part !== null);
  if (!isWhole) throw invalid(name, 1, "the header lacks what a replay needs");
  return header as unknown as TraceHeader;
}

function checkEvent(event: Readonly<Record<string, unknown>>, index: number, name: string): TraceEvent {
  const { sequence, cycles, kind } = event;
  const line = index + 2;
  if (!Number.isSafeInteger(sequence) || !Number.isSafeInteger(cycles) || typeof kind !== "string") {
    throw invalid(name, line, "the line is no event");
  }
  if (index === 0 && sequence !== 0) {
    throw invalid(name, line, "the trace begins in the middle of a run; a replay starts with power-on");
  }
  if (sequence !== index) throw invalid(name, line, `this is event ${sequence}, and event ${index} is missing`);
  return event as unknown as TraceEvent;
}

function invalid(name: string, line: number, problem: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_TRACE_INVALID", `${name}:${line}: ${problem}.`);
}
