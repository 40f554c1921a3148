/**
 * The exit statuses of `mvsim`: one table for all commands. `docs/command-line.md` shows it, and a test compares.
 */

import type { RunEnd } from "../../host/index.ts";

export const exitStatuses = {
  done: 0,
  /** `main` returned something else than zero, or the service refused what was asked of it, or can't listen. */
  failed: 1,
  usage: 2,
  fault: 3,
  timeLimit: 4,
  asleep: 5,
  noService: 6,
  unusableFirmware: 7,
  wallTimeLimit: 8,
  notSimulated: 9,
  text: 10,
  internalError: 70,
  interrupted: 130,
} as const;

/** What each means, for help and document. */
export const exitMeanings: readonly (readonly [status: number, meaning: string])[] = [
  [exitStatuses.done, "the firmware ended by itself, or --for has passed"],
  [exitStatuses.failed, "the firmware's main, or mvTestingComplete, gave a value other than zero"],
  [exitStatuses.usage, "bad usage: options, files, YAML, values"],
  [exitStatuses.fault, "fault of the firmware: trap, abort, stack overflow, missing handler"],
  [exitStatuses.timeLimit, "time limit (--timeout, virtual time)"],
  [exitStatuses.asleep, "the device sleeps, and nothing is left that could wake it"],
  [exitStatuses.noService, "service unreachable, or token refused, before the first welcome"],
  [exitStatuses.unusableFirmware, "firmware that can't be used: does not compile, not wasm, unknown imports"],
  [exitStatuses.wallTimeLimit, "time limit in real time (--wall-timeout)"],
  [exitStatuses.notSimulated, "the firmware called what is not simulated yet"],
  [exitStatuses.text, "the firmware ended well, but not what --expect-text or --fail-text ask for"],
  [exitStatuses.internalError, "an internal error of the simulator"],
  [exitStatuses.interrupted, "interrupted (Ctrl-C)"],
];

const statusOfCode: Readonly<Record<string, number>> = {
  ...each(exitStatuses.failed, [
    "PORT_IN_USE",
    "CANNOT_LISTEN",
    "REQUEST_REFUSED",
    "NOT_FOUND",
    "ALREADY_EXISTS",
    "SECRET_UNREADABLE",
  ]),
  ...each(exitStatuses.usage, [
    "USAGE",
    "FILE_NOT_FOUND",
    "NOT_ASSEMBLYSCRIPT",
    "NOT_WRITABLE",
    "CONFIGS_FILE",
    "NO_DOTENV",
    "INVALID_CONFIG",
    "INVALID_DEVICE",
    "INVALID_INPUT",
    "UNKNOWN_INPUT",
    "INVALID_SPEED",
    "INVALID_SEED",
    "UNKNOWN_DIAGNOSTIC",
    "INVALID_TIME",
    "INVALID_RAM",
    "SNAPSHOT_INVALID",
    "SNAPSHOT_MISMATCH",
    "NO_SNAPSHOT",
    "BUSY",
    "INVALID_ACCOUNT",
    "ACCOUNT_NEEDED",
    "UNKNOWN_ACCOUNT",
    "INVALID_PUBLIC_URL",
    "INVALID_CERTIFICATE",
    "INVALID_PROXY",
    "SERVICE_ADDRESS",
    "DATABASE_UNUSABLE",
    "INVALID_KEY",
    "WRONG_KEY",
    "FLASH_FILE",
    "TRACE_INVALID",
    "TRACE_VERSION",
    "TRACE_MISMATCH",
    "NOT_REPLAYABLE",
  ]),
  ...each(exitStatuses.noService, ["SERVICE_UNREACHABLE", "SERVICE_REFUSED"]),
  ...each(exitStatuses.unusableFirmware, [
    "COMPILE",
    "NOT_WASM",
    "INVALID_MODULE",
    "UNSUPPORTED_FEATURE",
    "MISSING_EXPORT",
    "UNKNOWN_IMPORT",
    "IMPORT_SIGNATURE",
    "ENTRY_SIGNATURE",
    "HANDLER_SIGNATURE",
    "SMALL_MEMORY",
    "TOO_COMPLEX",
    "FRAMES_TOO_LARGE",
    "TOO_MANY_DEVICES",
    "PREPARATION",
  ]),
  ...each(exitStatuses.notSimulated, ["NOT_SIMULATED"]),
};

/** @param code of a SimulatorError */
export function exitStatusOfError(code: string): number {
  return statusOfCode[code] ?? exitStatuses.internalError;
}

export function exitStatusOfRun({ reason }: RunEnd): number {
  switch (reason) {
    case "finished":
    case "stopped":
      return exitStatuses.done;
    case "failed":
      return exitStatuses.failed;
    case "fault":
      return exitStatuses.fault;
    case "time-limit":
      return exitStatuses.timeLimit;
    case "asleep":
      return exitStatuses.asleep;
    case "interrupted":
      return exitStatuses.interrupted;
  }
}

function each(status: number, names: readonly string[]): Record<string, number> {
  return Object.fromEntries(names.map((name) => [`ERR_MVSIM_${name}`, status]));
}
