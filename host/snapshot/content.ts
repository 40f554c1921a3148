/** What a snapshot holds, and whether a device may go on from it. */

import type { DeviceOptions } from "../device-options.ts";
import type { CoreState } from "../mcu/core.ts";
import { decodeSnapshot, invalidSnapshot, snapshotMismatch } from "./format.ts";

export interface SnapshotContent<State> {
  readonly costModel: number;
  /** SHA-256 of the firmware's file, and of what was prepared of it: suspended calls fit no other. */
  readonly firmware: string;
  readonly preparation: string;
  readonly options: Partial<DeviceOptions>;
  readonly state: State;
  readonly core: CoreState;
}

/** Options that a device of the same state may have otherwise. All others decide what happens. */
const incidentalOptions = [
  "firmware",
  "snapshot",
  "uplink",
  "token",
  "trace",
  "answerLimitMilliseconds",
  "sliceCycles",
  "suspendAlways",
] as const satisfies readonly (keyof DeviceOptions)[];

/** Decide too, but may be given anew: a fork's own SID, and when its run ends. */
const changeableOptions: readonly string[] = [
  "deviceSid",
  "timeLimitMicroseconds",
  "stopAfterMicroseconds",
] satisfies (keyof DeviceOptions)[];

/** Stands for what lives outside the device: an external flash in a file. That there is one decides too. */
const elsewhere = "elsewhere";

/** The options that a snapshot keeps. */
export function decisiveOptions(options: DeviceOptions): Partial<DeviceOptions> {
  const isKept = ([name, value]: [string, unknown]) =>
    value !== undefined &&
    !(incidentalOptions as readonly string[]).includes(name) &&
    // "For ever".
    value !== Number.POSITIVE_INFINITY;
  const kept = Object.entries(options).filter(isKept);
  return Object.fromEntries(kept.map(([name, value]) => [name, hasFunctions(value) ? elsewhere : value]));
}

function hasFunctions(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.values(value).some((part) => typeof part === "function");
}

export interface OpenedSnapshot<State> {
  readonly content: SnapshotContent<State>;
  /** Those of the snapshot, with what was given anew. */
  readonly options: DeviceOptions;
}

/**
 * Reads a snapshot, whatever device is to be made of it.
 * @throws SimulatorError ERR_MVSIM_SNAPSHOT_INVALID, ERR_MVSIM_SNAPSHOT_MISMATCH (another format)
 */
export async function readSnapshot<State>(bytes: Uint8Array): Promise<SnapshotContent<State>> {
  return checkContent<State>(await decodeSnapshot(bytes));
}

/**
 * Reads `given.snapshot`.
 * @throws SimulatorError ERR_MVSIM_SNAPSHOT_INVALID, ERR_MVSIM_SNAPSHOT_MISMATCH
 */
export async function openSnapshot<State>(bytes: Uint8Array, given: DeviceOptions): Promise<OpenedSnapshot<State>> {
  const content = await readSnapshot<State>(bytes);
  const { options } = content;
  const stated = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  for (const [name, value] of Object.entries(decisiveOptions(given))) {
    const kept = options[name as keyof DeviceOptions];
    if (changeableOptions.includes(name) || JSON.stringify(value) === JSON.stringify(kept)) continue;
    throw snapshotMismatch(
      `the option ${name} is ${JSON.stringify(value)}, and it was taken with ${JSON.stringify(kept) ?? "none"}; ` +
        "leave the option out",
    );
  }
  if ((options.externalFlash as unknown) === elsewhere && given.externalFlash === undefined) {
    throw snapshotMismatch(
      "the content of its external flash is kept elsewhere, and the option externalFlash is missing",
    );
  }
  return { content, options: { ...options, ...(hasOwnLimits(given) && noLimits), ...stated } as DeviceOptions };
}

const noLimits = { timeLimitMicroseconds: undefined, stopAfterMicroseconds: undefined };

/** When the run ends is given as a whole: a limit of the snapshot must not end a run that was to go on. */
export function hasOwnLimits({ timeLimitMicroseconds, stopAfterMicroseconds }: DeviceOptions): boolean {
  return timeLimitMicroseconds !== undefined || stopAfterMicroseconds !== undefined;
}

function checkContent<State>(content: unknown): SnapshotContent<State> {
  const { costModel, firmware, preparation, options, state, core } = (content ?? {}) as Record<string, unknown>;
  const isWhole =
    typeof costModel === "number" &&
    typeof firmware === "string" &&
    typeof preparation === "string" &&
    [options, state, core].every((part) => typeof part === "object" && part !== null);
  if (!isWhole) throw invalidSnapshot("its content is none of a device");
  return content as SnapshotContent<State>;
}

/** What the device that is to go on was made of. */
export type Circumstances = Pick<SnapshotContent<unknown>, "costModel" | "firmware" | "preparation">;

/** @param fresh the state of a new device @throws SimulatorError ERR_MVSIM_SNAPSHOT_MISMATCH */
export function checkFits<State extends object>(
  content: SnapshotContent<State>,
  now: Circumstances,
  fresh: State,
): void {
  if (content.firmware !== now.firmware) {
    throw snapshotMismatch(
      `it was taken of another firmware: SHA-256 ${content.firmware}, and this one has ${now.firmware}`,
    );
  }
  if (content.costModel !== now.costModel) {
    throw snapshotMismatch(
      `it was taken with cost model ${content.costModel}, and this simulator has ${now.costModel}`,
    );
  }
  if (content.preparation !== now.preparation || !hasSameFields(content.state, fresh)) {
    throw snapshotMismatch("another version of the simulator took it");
  }
}

/** Of the roots and their parts: state that a version does not have would be missing in the middle of a run. */
function hasSameFields(one: object, other: object, depth = 2): boolean {
  const names = Object.keys(other);
  if (Object.keys(one).length !== names.length) return false;
  return names.every((name) => {
    const [a, b] = [one, other].map((parent) => (parent as Record<string, unknown>)[name]);
    if (!Object.hasOwn(one, name)) return false;
    return depth === 1 || !isRecord(a) || !isRecord(b) || hasSameFields(a, b, depth - 1);
  });
}

function isRecord(value: unknown): value is object {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
