/**
 * The trace as a file: JSON Lines. The first line says what the run was made of, each further line is one event with
 * its fields in the order of `host/trace/events.ts`. Nothing of the transport is in it, so runs of the same firmware,
 * seed and configs give equal files, byte for byte. `docs/command-line.md` describes the format.
 *
 * The file may hold secrets (values as the firmware read them), so only its owner can read it.
 */

import { createHash } from "node:crypto";
import { closeSync, fchmodSync, fstatSync, openSync, writeSync } from "node:fs";
import { SimulatorError } from "../../host/fault/fault.ts";
import {
  type DeviceOptions,
  defaultCosts,
  defaultNetworkModel,
  type NetworkModel,
  type TraceListener,
} from "../../host/index.ts";
import { costModelVersion } from "../../host/mcu/wasm/prepare/cost-model.ts";

export const traceFormat = "microvisor-sim-trace";
/** Another number when a reader of the former format would misread the new one. */
export const traceFormatVersion = 1;

/** What a run was made of, as far as it decides what happens in it. */
export interface TracedRun {
  readonly firmware: Uint8Array;
  /** Its file, as the user named it: a replay looks there. */
  readonly firmwareFile: string;
  readonly seed: number;
  readonly deviceSid: string;
  readonly epochMilliseconds: number;
  /** In virtual time; null: none. */
  readonly timeLimitMicroseconds: number | null;
  readonly stopAfterMicroseconds: number | null;
  /** Only of runs by the wall clock: they are not to be replayed. */
  readonly clock?: "real";
  /** These only when they are set. `used`: the file may hold what an earlier run left. */
  readonly testMode?: boolean;
  readonly ramBytes?: number;
  readonly externalFlash?: true | "used";
  readonly strict?: DeviceOptions["strict"];
  /** Default: `defaultNetworkModel`. */
  readonly network?: NetworkModel;
}

export interface TraceFile {
  /** Writes the first line: before any event. */
  begin(run: TracedRun): void;
  readonly listener: TraceListener;
  /** Writes what is left and closes the file. @throws SimulatorError ERR_MVSIM_NOT_WRITABLE: some of it is missing */
  close(): void;
}

const bufferedCharacters = 65_536;

/**
 * Opens (and empties) the file.
 * @param onFailure called when it can't be written any more, a full disk for one
 * @throws SimulatorError ERR_MVSIM_NOT_WRITABLE
 */
export function openTraceFile(path: string, onFailure: () => void): TraceFile {
  const file = openPrivate(path);
  let buffered = "";
  let failure: Error | undefined;

  // An event must not throw into the device: a failure is kept for the end.
  function flush(): void {
    try {
      if (!failure) writeAll(file, buffered);
    } catch (error) {
      failure = error as Error;
      onFailure();
    }
    buffered = "";
  }

  function write(value: unknown): void {
    buffered += `${JSON.stringify(value)}\n`;
    if (buffered.length >= bufferedCharacters) flush();
  }

  return {
    begin: (run) => write(header(run)),
    listener: write,
    close() {
      flush();
      closeSync(file);
      if (failure) throw notWritable(path, failure);
    },
  };
}

function header({ firmware, firmwareFile, seed, network = defaultNetworkModel, ...device }: TracedRun) {
  return {
    format: traceFormat,
    version: traceFormatVersion,
    note: "may hold secrets",
    costModel: costModelVersion,
    firmware: firmwareFile,
    firmwareSha256: createHash("sha256").update(firmware).digest("hex"),
    seed,
    device,
    network,
    costs: defaultCosts,
  };
}

function openPrivate(path: string): number {
  try {
    const file = openSync(path, "w", 0o600);
    // One that was there before keeps its mode, unless it is none of a file: /dev/stdout for one.
    if (fstatSync(file).isFile()) fchmodSync(file, 0o600);
    return file;
  } catch (error) {
    throw notWritable(path, error as Error);
  }
}

function writeAll(file: number, text: string): void {
  let rest = Buffer.from(text);
  while (rest.length > 0) rest = rest.subarray(writeSync(file, rest));
}

function notWritable(path: string, cause: Error): SimulatorError {
  const message = `the trace file ${path} can't be written: ${cause.message}. Name another one with --trace.`;
  return new SimulatorError("ERR_MVSIM_NOT_WRITABLE", message, { cause });
}
