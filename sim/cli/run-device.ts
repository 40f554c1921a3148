/** One run of `mvsim run`: a device, what it is connected to, what is written of it, and what may stop it. */

import { SimulatorError } from "../../host/fault/fault.ts";
import {
  createDevice,
  type Device,
  defaultDeviceSid,
  defaultEpochMilliseconds,
  defaultTimeLimitMicroseconds,
  type TimedInput,
  type TraceListener,
  type Uplink,
} from "../../host/index.ts";
import type { ExternalFlashFile } from "../external-flash-file.ts";
import { callStackOf, type FirmwareFile } from "../firmware/firmware-file.ts";
import type { SnapshotFile } from "../snapshot-file.ts";
import { openTraceFile, type TraceFile } from "../trace/jsonl.ts";
import { printError } from "./errors.ts";
import { exitStatuses, exitStatusOfError, exitStatusOfRun } from "./exit-status.ts";
import type { RunOutput } from "./run-output.ts";
import { reportEnd, summaryOf } from "./run-report.ts";
import { noSnapshot, type SnapshotMoment, takeSnapshot } from "./take-snapshot.ts";
import { createTextWatch, type TextWatchOptions } from "./text-watch.ts";
import { readUartInput, type UartInput } from "./uart-input.ts";

/** The Configs service as a run needs it. */
export interface Service {
  readonly uplink: Uplink;
  readonly token: string;
  follow(device: Device): void;
  close(): Promise<void>;
}

export interface DeviceRunOptions extends TextWatchOptions {
  readonly seed?: number;
  readonly device?: string;
  /** Milliseconds since 1970. */
  readonly epoch?: number;
  readonly realtime?: boolean;
  readonly speed?: number;
  /** Microseconds of virtual time. */
  readonly timeout?: number;
  readonly for?: number;
  /** Milliseconds of real time. */
  readonly wallTimeout?: number;
  readonly answerTimeout: number;
  readonly testMode?: boolean;
  /** Bytes. */
  readonly ram?: number;
  readonly snapshot?: SnapshotMoment;
  readonly trace?: string;
  readonly quiet?: boolean;
  readonly pin?: readonly TimedInput[];
  readonly uartInput?: UartInput;
}

export interface DeviceRun {
  readonly file: string;
  readonly firmware: FirmwareFile;
  /** The device goes on from there. */
  readonly snapshot?: SnapshotFile | undefined;
  readonly service: Service;
  readonly externalFlash?: ExternalFlashFile | undefined;
  readonly output: RunOutput;
  readonly options: DeviceRunOptions;
}

/** @returns the exit status @throws SimulatorError */
export async function runDevice(run: DeviceRun): Promise<number> {
  const { file, firmware, snapshot, service, externalFlash, output, options } = run;
  let trace: TraceFile | undefined;
  const listener: TraceListener = (event) => {
    trace?.listener(event);
    output.listener(event);
    // Why a link is lost is the transport's: it is told here, and not in the trace.
    if (event.kind === "network" && event.status === "DISCONNECTEDWITHLINKUP") {
      output.remark(`the service is gone: ${device.state.kernel.link.closeReason}`);
    }
  };
  const inputs = [...(options.pin ?? []), ...(options.uartInput ? await readUartInput(options.uartInput) : [])];
  const device: Device = await prepared(file, {
    firmware: firmware.bytes,
    snapshot: snapshot?.bytes,
    uplink: service.uplink,
    token: service.token,
    deviceSid: options.device,
    seed: options.seed,
    epochMilliseconds: options.epoch,
    clock: options.realtime ? "real" : undefined,
    speed: options.speed,
    timeLimitMicroseconds: options.timeout,
    stopAfterMicroseconds: options.for,
    answerLimitMilliseconds: options.answerTimeout,
    testMode: options.testMode,
    ramBytes: options.ram,
    externalFlash,
    inputs: inputs.length > 0 ? inputs : undefined,
    trace: listener,
  });
  service.follow(device);
  if (options.trace !== undefined) trace = openTrace(run, options.trace, device);

  const stop = stopWatching(device, wallTimeoutOf({ ...options, ...limitsOf(run) }));
  const watch = createTextWatch(options);
  const startedAt = performance.now();
  try {
    const early = options.snapshot && (await takeSnapshot(device, options.snapshot));
    const go = () => (watch ? watch.run(device) : device.run());
    const result = early ?? (await (stop.why() === undefined ? go() : device.stop()));
    // A run may have ended by itself in the very moment.
    const why = result.reason === "interrupted" ? stop.why() : undefined;
    if (why === "nobody reads") return exitStatuses.done;
    const ended = {
      result,
      callStack: await callStackOf(result, firmware),
      output,
      ranOutOfRealTime: why === "real time",
      realMilliseconds: performance.now() - startedAt,
    };
    if (!options.quiet) process.stderr.write(`\n${summaryOf(ended)}\n`);
    if (!options.quiet && trace) process.stderr.write(`Trace: ${options.trace}, ${output.counts.events} events.\n`);
    if (!options.quiet && options.snapshot && !early) process.stderr.write(`Snapshot: ${options.snapshot.file}.\n`);
    reportEnd(ended);
    const status = ended.ranOutOfRealTime ? exitStatuses.wallTimeLimit : exitStatusOfRun(result);
    if (options.snapshot && early && status === exitStatuses.done) throw noSnapshot(options.snapshot, result);
    // How a run ended otherwise says more.
    const problem = status === exitStatuses.done ? watch?.problem() : undefined;
    if (problem === undefined) return status;
    printError("ERR_MVSIM_TEXT", problem);
    return exitStatuses.text;
  } catch (error) {
    throw atTime(error, output);
  } finally {
    stop.end();
    trace?.close();
  }
}

/** A call that is not simulated ends the run wherever it is made: the message says when. */
function atTime(error: unknown, { lastTime }: RunOutput): unknown {
  if (!(error instanceof SimulatorError) || error.code !== "ERR_MVSIM_NOT_SIMULATED") return error;
  const message = `${error.message}. At ${lastTime} ms of virtual time. docs/fidelity.md lists what is simulated.`;
  return new SimulatorError(error.code, message, { cause: error });
}

/** A refused firmware is named: the device knows only its bytes. */
async function prepared(file: string, options: Parameters<typeof createDevice>[0]): Promise<Device> {
  try {
    return await createDevice(options);
  } catch (error) {
    if (!(error instanceof SimulatorError) || exitStatusOfError(error.code) !== exitStatuses.unusableFirmware)
      throw error;
    throw new SimulatorError(error.code, `${file}: ${error.message}`, { cause: error });
  }
}

function openTrace(run: DeviceRun, path: string, device: Device): TraceFile {
  const { file, firmware, externalFlash, options } = run;
  const trace = openTraceFile(path, () => device.stop());
  const limits = limitsOf(run);
  const defaultLimit = limits.for === undefined ? defaultTimeLimitMicroseconds : null;
  trace.begin({
    firmware: firmware.bytes,
    firmwareFile: file,
    seed: options.seed ?? 1,
    deviceSid: options.device ?? defaultDeviceSid,
    epochMilliseconds: options.epoch ?? defaultEpochMilliseconds,
    timeLimitMicroseconds: limits.timeout ?? defaultLimit,
    stopAfterMicroseconds: limits.for ?? null,
    ...(options.realtime && { clock: "real" }),
    ...(options.testMode && { testMode: true }),
    ...(options.ram !== undefined && { ramBytes: options.ram }),
    ...(externalFlash && { externalFlash: externalFlash.isNew ? true : "used" }),
  });
  return trace;
}

/** In virtual time: as given, else those of the snapshot. */
function limitsOf({ snapshot, options }: DeviceRun): Pick<DeviceRunOptions, "for" | "timeout"> {
  if (!snapshot || options.for !== undefined || options.timeout !== undefined) return options;
  const { stopAfterMicroseconds, timeLimitMicroseconds } = snapshot.options;
  return {
    ...(stopAfterMicroseconds !== undefined && { for: stopAfterMicroseconds }),
    ...(timeLimitMicroseconds !== undefined && { timeout: timeLimitMicroseconds }),
  };
}

const defaultWallTimeoutMilliseconds = 60_000;

/** By the real clock a run may take as long as its own limit says, and then the usual time more. */
function wallTimeoutOf({ wallTimeout, realtime, speed = 1, ...limits }: DeviceRunOptions): number {
  if (wallTimeout !== undefined) return wallTimeout;
  const limit = limits.for ?? limits.timeout ?? defaultTimeLimitMicroseconds;
  const milliseconds = realtime ? limit / 1000 / speed : 0;
  return Math.min(milliseconds + defaultWallTimeoutMilliseconds, 2 ** 31 - 1);
}

type StopReason = "real time" | "signal" | "nobody reads";

/** What ends a run from outside: real time, Ctrl-C (a second one ends the process, as ever), a reader that went away. */
function stopWatching(device: Device, wallMilliseconds: number): { why(): StopReason | undefined; end(): void } {
  let reason: StopReason | undefined;
  const stop = (why: StopReason) => {
    reason ??= why;
    device.stop();
  };
  const timer = setTimeout(() => stop("real time"), wallMilliseconds);
  const onSignal = () => stop("signal");
  const onBrokenPipe = () => stop("nobody reads");
  process.once("SIGINT", onSignal);
  process.stdout.on("error", onBrokenPipe);
  return {
    why: () => reason,
    end() {
      clearTimeout(timer);
      process.off("SIGINT", onSignal);
      process.stdout.off("error", onBrokenPipe);
    },
  };
}
