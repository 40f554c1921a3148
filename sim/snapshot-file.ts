/**
 * A snapshot in a file. It holds what the firmware has in its memory, secrets among it, so only its owner can read it.
 */

import { open, readFile } from "node:fs/promises";
import { SimulatorError } from "../host/fault/fault.ts";
import type { DeviceOptions } from "../host/index.ts";
import { readSnapshot } from "../host/snapshot/content.ts";

export interface SnapshotFile {
  readonly bytes: Uint8Array;
  /** The options of the device that it was taken of. */
  readonly options: Partial<DeviceOptions>;
}

/**
 * Whether it fits the firmware shows only when a device is made of both.
 * @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_SNAPSHOT_INVALID, ERR_MVSIM_SNAPSHOT_MISMATCH (another format)
 */
export async function readSnapshotFile(path: string): Promise<SnapshotFile> {
  const bytes = await readFile(path).catch((error: Error) => {
    const message = `the snapshot ${path} can't be read: ${error.message}. Name a file that --snapshot has written.`;
    throw new SimulatorError("ERR_MVSIM_FILE_NOT_FOUND", message, { cause: error });
  });
  try {
    const { options } = await readSnapshot(bytes);
    return { bytes, options };
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    throw new SimulatorError(error.code, `${path}: ${error.message}`, { cause: error });
  }
}

/** @throws SimulatorError ERR_MVSIM_NOT_WRITABLE */
export async function writeSnapshotFile(path: string, bytes: Uint8Array): Promise<void> {
  try {
    const file = await open(path, "w", 0o600);
    try {
      // One that was there before keeps its mode, unless it is none of a file: /dev/null for one.
      if ((await file.stat()).isFile()) await file.chmod(0o600);
      await file.writeFile(bytes);
    } finally {
      await file.close();
    }
  } catch (error) {
    const message = `the snapshot ${path} can't be written: ${(error as Error).message}. Name another file with --snapshot.`;
    throw new SimulatorError("ERR_MVSIM_NOT_WRITABLE", message, { cause: error });
  }
}
