/**
 * What a failed check says of the run: the end of the flow, how the run ended and where, and the command that shows it
 * again. The trace is left in a file for that.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Simulation } from "./simulation.ts";

const shownLines = 12;

export function reportOf(simulation: Simulation): string {
  const flow = simulation.flow().split("\n");
  const hidden = Math.max(0, flow.length - shownLines);
  const beginning = hidden > 0 ? [`  … ${hidden} lines before`] : [];
  return [
    "",
    "The end of its flow:",
    ...beginning,
    ...flow.slice(hidden).map((line) => `  ${line}`),
    ...endOf(simulation),
    "",
    `Seed ${simulation.seed}. Show the run again: npx mvsim replay ${leaveTrace(simulation)}`,
  ].join("\n");
}

function endOf({ result, callStack, microseconds }: Simulation): string[] {
  const time = `${microseconds / 1000} ms`;
  if (!result) return ["", `It has not ended: paused at ${time}.`];
  const what = result.reason === "fault" ? `fault: ${result.fault.code}: ${result.fault.message}` : result.reason;
  return ["", `It ended at ${time}: ${what}`, ...callStack.map((line) => `  at ${line}`)];
}

/** @returns its file; the same run has the same */
function leaveTrace(simulation: Simulation): string {
  const folder = existsSync("node_modules") ? join("node_modules", ".mvsim") : join(tmpdir(), "mvsim-traces");
  const { bytes, isFile } = simulation.firmware;
  const digest = createHash("sha256").update(JSON.stringify(simulation.trace)).update(bytes).digest("hex");
  const path = join(folder, digest.slice(0, 12));
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    simulation.saveTrace(`${path}.jsonl`);
    if (isFile) return `${path}.jsonl`;
    writeFileSync(`${path}.wasm`, bytes);
    return `${path}.jsonl --firmware ${path}.wasm`;
  } catch (error) {
    return `TRACE (it could not be written: ${(error as Error).message})`;
  }
}
