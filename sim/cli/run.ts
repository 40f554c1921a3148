/** `mvsim run`: runs a firmware on the simulated device, against a service of its own or one that is served. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import {
  createDevice,
  type Device,
  defaultDeviceSid,
  defaultEpochMilliseconds,
  defaultTimeLimitMicroseconds,
  type TraceListener,
  type Uplink,
  webSocketUplink,
} from "../../host/index.ts";
import type { GivenEntry } from "../embedded.ts";
import { openTraceFile, type TraceFile } from "../trace/jsonl.ts";
import { exitMeanings, exitStatuses, exitStatusOfError, exitStatusOfRun } from "./exit-status.ts";
import { readFirmware } from "./firmware-file.ts";
import {
  entryParser,
  parseDeviceSid,
  parseDuration,
  parseEpoch,
  parseRealDuration,
  parseSeed,
} from "./option-values.ts";
import { createRunOutput, type RunOutput } from "./run-output.ts";
import { reportEnd, summaryOf } from "./run-report.ts";

interface RunOptions {
  readonly config?: readonly GivenEntry[];
  readonly secret?: readonly GivenEntry[];
  readonly deviceConfig?: readonly GivenEntry[];
  readonly deviceSecret?: readonly GivenEntry[];
  readonly configs?: string;
  readonly service?: string;
  readonly token?: string;
  readonly sqlite?: string;
  readonly seed: number;
  readonly device: string;
  readonly timeout?: number;
  readonly for?: number;
  readonly wallTimeout: number;
  readonly answerTimeout: number;
  readonly epoch: number;
  readonly trace?: string;
  readonly explain?: boolean;
  readonly quiet?: boolean;
}

export function runCommand(): Command {
  return new Command("run")
    .summary("run a firmware on the simulated device")
    .description(
      "Runs a firmware on the simulated device. What it logs goes to stdout; a timeline of all that happens, and how\n" +
        "the run ended, to stderr. Without --service it has a Configs service of its own, with the given configs.",
    )
    .argument("<firmware>", "an AssemblyScript source (.ts), or a WebAssembly module of any toolchain (.wasm)")
    .option("--config <key=value>", "a config of the account; may be repeated", entryParser("configs"))
    .option("--secret <key=value>", "a secret of the account; may be repeated", entryParser("secrets"))
    .option("--device-config <key=value>", "a config of this device; may be repeated", entryParser("deviceConfigs"))
    .option("--device-secret <key=value>", "a secret of this device; may be repeated", entryParser("deviceSecrets"))
    .option("--configs <file.yaml>", "many of them: maps named configs, secrets, deviceConfigs, deviceSecrets")
    .option("--sqlite <file>", "keep the configs in a database file (default: in memory)")
    .option("--service <url>", "connect to a running service, ws://…/device, instead of one of its own")
    .option("--token <token>", "device token for --service (default: $MVSIM_TOKEN)")
    .option("--device <sid>", "SID of the device", parseDeviceSid, defaultDeviceSid)
    .option("--seed <number>", "seed of all randomness: handles, network jitter …", parseSeed, 1)
    .option("--epoch <time>", "wall time at power-on (default: 2025-01-01)", parseEpoch)
    .option("--for <duration>", "run so long in virtual time, then end with status 0", parseDuration)
    .option("--timeout <duration>", "limit in virtual time (default: 60s; none with --for)", parseDuration)
    .option("--wall-timeout <duration>", "limit in real time (default: 60s)", parseRealDuration)
    .option(
      "--answer-timeout <duration>",
      "wait so long in real time for a silent service (default: 30s)",
      parseRealDuration,
    )
    .option("--trace <file.jsonl>", "write every event to a file (it may hold secrets)")
    .option("--explain", "say in the timeline what each call and event is, the first time")
    .option("-q, --quiet", "no timeline, no summary: only the firmware's log, and errors")
    .addHelpText("after", helpText)
    .action(async (firmware: string, options: Partial<RunOptions>) => {
      process.exitCode = await run(firmware, { ...defaults, ...options } as RunOptions);
    });
}

const defaults = { epoch: defaultEpochMilliseconds, wallTimeout: 60_000, answerTimeout: 30_000 };

const helpText = `
A duration has a unit: 500ms, 10s, 2m, 1h.

Examples:
  $ mvsim run thermometer.ts --config greeting=Hello --config report_interval_s=5
  $ mvsim run poller.wasm --configs configs.yaml --for 30s --trace trace.jsonl
  $ mvsim run thermometer.ts --service ws://127.0.0.1:8080/device --token TOKEN
  $ mvsim run thermometer.ts --quiet > log.txt

Exit status:
${exitMeanings.map(([status, meaning]) => `  ${String(status).padStart(3)}  ${meaning}`).join("\n")}`;

async function run(file: string, options: RunOptions): Promise<number> {
  const entries = await givenEntries(options);
  checkCombination(options, entries);
  const output = createRunOutput({ quiet: options.quiet === true, explain: options.explain === true });
  const firmware = await readFirmware(file, (warnings) => output.remark(warnings));
  const service = await connect(options, entries);
  try {
    return await runFirmware({ file, firmware, service, output, options });
  } finally {
    await service.close();
  }
}

interface RunParts {
  readonly file: string;
  readonly firmware: Uint8Array;
  readonly service: Service;
  readonly output: RunOutput;
  readonly options: RunOptions;
}

async function runFirmware({ file, firmware, service, output, options }: RunParts): Promise<number> {
  let trace: TraceFile | undefined;
  const listener: TraceListener = (event) => {
    trace?.listener(event);
    output.listener(event);
    // Why a link is lost is the transport's: it is told here, and not in the trace.
    if (event.kind === "network" && event.status === "DISCONNECTEDWITHLINKUP") {
      output.remark(`the service is gone: ${device.state.kernel.link.closeReason}`);
    }
  };
  const device: Device = await prepared(file, {
    firmware,
    uplink: service.uplink,
    token: service.token,
    deviceSid: options.device,
    seed: options.seed,
    epochMilliseconds: options.epoch,
    timeLimitMicroseconds: options.timeout,
    stopAfterMicroseconds: options.for,
    answerLimitMilliseconds: options.answerTimeout,
    trace: listener,
  });
  service.follow(device);
  if (options.trace !== undefined) trace = openTrace(options.trace, firmware, options, device);

  const stop = stopWatching(device, options.wallTimeout);
  const startedAt = performance.now();
  try {
    const result = await device.run();
    const why = stop.why();
    if (why === "nobody reads") return exitStatuses.done;
    const ended = {
      result,
      output,
      ranOutOfRealTime: why === "real time",
      realMilliseconds: performance.now() - startedAt,
    };
    if (!options.quiet) process.stderr.write(`\n${summaryOf(ended)}\n`);
    if (!options.quiet && trace) process.stderr.write(`Trace: ${options.trace}, ${output.counts.events} events.\n`);
    reportEnd(ended);
    return ended.ranOutOfRealTime ? exitStatuses.wallTimeLimit : exitStatusOfRun(result);
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

function openTrace(path: string, firmware: Uint8Array, options: RunOptions, device: Device): TraceFile {
  const trace = openTraceFile(path, () => device.stop());
  const defaultLimit = options.for === undefined ? defaultTimeLimitMicroseconds : null;
  trace.begin({
    firmware,
    seed: options.seed,
    deviceSid: options.device,
    epochMilliseconds: options.epoch,
    timeLimitMicroseconds: options.timeout ?? defaultLimit,
    stopAfterMicroseconds: options.for ?? null,
  });
  return trace;
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
    },
  };
}

interface Service {
  readonly uplink: Uplink;
  readonly token: string;
  follow(device: Device): void;
  close(): Promise<void>;
}

async function connect(options: RunOptions, entries: readonly GivenEntry[]): Promise<Service> {
  if (options.service !== undefined) {
    const uplink = webSocketUplink({ url: options.service });
    return { uplink, token: tokenOf(options)!, follow: () => {}, close: async () => {} };
  }
  const { openEmbeddedService } = await import("../embedded.ts");
  const { device: deviceSid, epoch: epochMilliseconds, sqlite } = options;
  return openEmbeddedService({ deviceSid, epochMilliseconds, entries, sqlite });
}

/** The file first: an option changes what the file says. */
async function givenEntries(options: RunOptions): Promise<GivenEntry[]> {
  const { config = [], secret = [], deviceConfig = [], deviceSecret = [] } = options;
  const given = [...config, ...secret, ...deviceConfig, ...deviceSecret];
  if (options.configs === undefined) return given;
  const { readConfigsFile } = await import("./configs-file.ts");
  return [...(await readConfigsFile(options.configs)), ...given];
}

function checkCombination(options: RunOptions, entries: readonly GivenEntry[]): void {
  const refuse = (message: string) => new SimulatorError("ERR_MVSIM_USAGE", message);
  if (options.service === undefined) {
    if (options.token !== undefined) throw refuse("--token goes with --service: a service of its own needs none.");
    return;
  }
  if (entries.length > 0 || options.configs !== undefined || options.sqlite !== undefined) {
    throw refuse(
      "With --service the configs are those of the service: set them there (mvsim configs set KEY VALUE), " +
        "and leave out --config, --secret, --device-config, --device-secret, --configs and --sqlite.",
    );
  }
  if (!tokenOf(options))
    throw refuse("--service needs the device token: --token TOKEN or $MVSIM_TOKEN. mvsim serve prints it.");
}

function tokenOf({ token }: RunOptions): string | undefined {
  return token ?? process.env.MVSIM_TOKEN;
}
