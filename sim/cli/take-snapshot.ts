/** `mvsim run --snapshot`: takes a snapshot of the device at a moment of its run, and writes it to a file. */

import { SimulatorError } from "../../host/fault/fault.ts";
import type { Device, RunResult } from "../../host/index.ts";
import { cyclesOf } from "../../host/time/cycles.ts";
import { writeSnapshotFile } from "../snapshot-file.ts";
import { durationText } from "../trace/durations.ts";

export interface SnapshotMoment {
  readonly file: string;
  /** Counted from power-on. */
  readonly atMicroseconds: number;
}

/**
 * Lets the device run to the moment, and no further.
 * @returns the run's result when it has ended before: then there is no snapshot
 * @throws SimulatorError ERR_MVSIM_USAGE (the device has passed the moment already), ERR_MVSIM_NOT_WRITABLE
 */
export async function takeSnapshot(device: Device, moment: SnapshotMoment): Promise<RunResult | undefined> {
  const { file, atMicroseconds } = moment;
  const { microseconds } = await device.pause();
  if (microseconds >= atMicroseconds) {
    throw new SimulatorError(
      "ERR_MVSIM_USAGE",
      `--snapshot names ${timeText(atMicroseconds)} after power-on, and the device goes on from ` +
        `${timeText(microseconds)}: name a later time.`,
    );
  }
  const stop = await device.advance(atMicroseconds - microseconds);
  if (!("paused" in stop)) return stop;
  await writeSnapshotFile(file, await device.snapshot());
  return undefined;
}

/** The run has ended well, but before the moment. */
export function noSnapshot({ file, atMicroseconds }: SnapshotMoment, { microseconds }: RunResult): SimulatorError {
  return new SimulatorError(
    "ERR_MVSIM_NO_SNAPSHOT",
    `${file} was not written: the run ended after ${timeText(microseconds)} of virtual time, and the snapshot was to ` +
      `be taken after ${timeText(atMicroseconds)}. Name a time before the end with --snapshot.`,
  );
}

function timeText(microseconds: number): string {
  return durationText(cyclesOf(microseconds));
}
