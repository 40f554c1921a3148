/** `mvsim run`: runs a firmware on the simulated device, against a service of its own or one that is served. */

import { Command } from "commander";
import { SimulatorError } from "../../host/fault/fault.ts";
import { defaultDeviceSid, defaultEpochMilliseconds, webSocketUplink } from "../../host/index.ts";
import type { GivenEntry } from "../embedded.ts";
import { openExternalFlashFile } from "../external-flash-file.ts";
import { readFirmware } from "../firmware/firmware-file.ts";
import { readSnapshotFile, type SnapshotFile } from "../snapshot-file.ts";
import { exitMeanings } from "./exit-status.ts";
import {
  collectText,
  entryParser,
  parseDeviceSid,
  parseDuration,
  parseEpoch,
  parsePin,
  parseRam,
  parseRealDuration,
  parseSeed,
  parseSnapshot,
  parseSpeed,
  parseUartInput,
} from "./option-values.ts";
import { type DeviceRunOptions, runDevice, type Service } from "./run-device.ts";
import { createRunOutput } from "./run-output.ts";

interface RunOptions extends DeviceRunOptions {
  readonly config?: readonly GivenEntry[];
  readonly secret?: readonly GivenEntry[];
  readonly deviceConfig?: readonly GivenEntry[];
  readonly deviceSecret?: readonly GivenEntry[];
  readonly configs?: string;
  readonly service?: string;
  readonly token?: string;
  readonly sqlite?: string;
  readonly externalFlash?: string;
  readonly explain?: boolean;
  readonly fromSnapshot?: string;
}

export function runCommand(): Command {
  return new Command("run")
    .summary("run a firmware on the simulated device")
    .description(
      "Runs a firmware on the simulated device. What it logs goes to stdout; a timeline of all that happens, and how " +
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
    .option("--device <sid>", `SID of the device (default: ${defaultDeviceSid})`, parseDeviceSid)
    .option("--seed <number>", "seed of all randomness: handles, network jitter … (default: 1)", parseSeed)
    .option("--epoch <time>", "wall time at power-on (default: 2025-01-01)", parseEpoch)
    .option("--realtime", "by the wall clock: sleep takes its time, answers come when they come")
    .option("--speed <number>", "with --realtime: so many times as fast as the wall clock", parseSpeed)
    .option("--test-mode", "let the calls for tests work: mvTestLog, mvTestingComplete and mvTestLoggingInit")
    .option("--external-flash <file>", "an external flash chip, its content in a file (made when it is not there)")
    .option("--ram <size>", "RAM of the device: 1m, 512k, 65536 (default: 512k, or what the firmware needs)", parseRam)
    .option("--for <duration>", "run so long in virtual time, then end with status 0", parseDuration)
    .option("--timeout <duration>", "limit in virtual time (default: 60s; none with --for)", parseDuration)
    .option("--wall-timeout <duration>", "limit in real time (default: 60s)", parseRealDuration)
    .option(
      "--answer-timeout <duration>",
      "wait so long in real time for a silent service (default: 30s)",
      parseRealDuration,
    )
    .option("--pin <pin=level@time>", "drive a pin from outside: PC13=1@2s; may be repeated", parsePin)
    .option("--uart-input <file[@time]>", "send a file to the UART, - for standard input", parseUartInput)
    .option("--expect-text <text>", "end with status 0 when it is logged; may be repeated: in this order", collectText)
    .option("--fail-text <text>", "end with status 10 when it is logged; may be repeated", collectText)
    .option("--snapshot <file@time>", "write a snapshot of the device at a moment (it may hold secrets)", parseSnapshot)
    .option("--from-snapshot <file>", "go on from a snapshot, with the same firmware, instead of power-on")
    .option("--trace <file.jsonl>", "write every event to a file (it may hold secrets)")
    .option("--explain", "say in the timeline what each call and event is, the first time")
    .option("-q, --quiet", "no timeline, no summary: only the firmware's log, and errors")
    .addHelpText("after", helpText)
    .action(async (firmware: string, options: Partial<RunOptions>) => {
      process.exitCode = await run(firmware, { ...defaults, ...options } as RunOptions);
    });
}

const defaults = { answerTimeout: 30_000 };

const helpText = `
A duration has a unit: 500ms, 10s, 2m, 1h.

Examples:
  $ mvsim run thermometer.ts --config greeting=Hello --config report_interval_s=5
  $ mvsim run poller.wasm --configs configs.yaml --for 30s --trace trace.jsonl
  $ mvsim run thermometer.ts --service ws://127.0.0.1:8080/device --token TOKEN
  $ mvsim run thermometer.ts --quiet > log.txt
  $ mvsim run thermometer.ts --config greeting=Hello --expect-text "greeting: Hello" --fail-text "failed" --timeout 30s
  $ mvsim run poller.wasm --configs configs.yaml --for 1m --snapshot poller.snapshot@10s
  $ mvsim run poller.wasm --configs configs.yaml --for 1m --from-snapshot poller.snapshot

Exit status:
${exitMeanings.map(([status, meaning]) => `  ${String(status).padStart(3)}  ${meaning}`).join("\n")}`;

async function run(file: string, given: RunOptions): Promise<number> {
  const snapshot = given.fromSnapshot === undefined ? undefined : await readSnapshotFile(given.fromSnapshot);
  const options = snapshot ? withOptionsOf(snapshot, given) : given;
  const entries = await givenEntries(options);
  checkCombination(options, entries);
  const output = createRunOutput({ quiet: options.quiet === true, explain: options.explain === true });
  const firmware = await readFirmware(file, (warnings) => output.remark(warnings));
  const { externalFlash: flashFile } = options;
  const externalFlash = flashFile === undefined ? undefined : openExternalFlashFile(flashFile);
  try {
    const service = await connect(options, entries);
    try {
      return await runDevice({ file, firmware, snapshot, service, externalFlash, output, options });
    } finally {
      await service.close();
    }
  } finally {
    externalFlash?.close();
  }
}

/** What the snapshot's device is made of, where nothing else was given; the device refuses what differs. */
function withOptionsOf({ options }: SnapshotFile, given: RunOptions): RunOptions {
  const { deviceSid, seed, epochMilliseconds, clock, speed, testMode, ramBytes } = options;
  const kept = { device: deviceSid, seed, epoch: epochMilliseconds, realtime: clock === "real", speed, testMode };
  return { ...kept, ram: ramBytes, ...given } as RunOptions;
}

async function connect(options: RunOptions, entries: readonly GivenEntry[]): Promise<Service> {
  if (options.service !== undefined) {
    const uplink = webSocketUplink({ url: options.service });
    return { uplink, token: tokenOf(options)!, follow: () => {}, close: async () => {} };
  }
  const { openEmbeddedService } = await import("../embedded.ts");
  const { device: deviceSid = defaultDeviceSid, sqlite } = options;
  const epochMilliseconds = options.epoch ?? (options.realtime ? Date.now() : defaultEpochMilliseconds);
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
  if (options.snapshot && (options.expectText || options.failText)) {
    throw refuse(
      "--snapshot ends the run at its moment: watch texts (--expect-text, --fail-text) in a run without it.",
    );
  }
  if (options.speed !== undefined && !options.realtime) {
    throw refuse("--speed goes with --realtime: virtual time jumps over sleep, and is as fast as the machine.");
  }
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
