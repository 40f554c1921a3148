/**
 * The external flash in a file, byte for byte: what the firmware wrote is there in the next run. Written through, so
 * that it holds whatever becomes of this process.
 */

import { closeSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { limits } from "../host/abi/limits.ts";
import { SimulatorError } from "../host/fault/fault.ts";
import type { ExternalFlash } from "../host/index.ts";

const sizeBytes = limits.externalFlashBytes.value;

export interface ExternalFlashFile extends ExternalFlash {
  /** The file was made just now: nothing of an earlier run is in it. */
  readonly isNew: boolean;
  close(): void;
}

/**
 * Opens the file; one that is not there is made, all erased.
 * @throws SimulatorError ERR_MVSIM_FLASH_FILE when it can't be used
 */
export function openExternalFlashFile(path: string): ExternalFlashFile {
  const unusable = (why: string, cause?: unknown) =>
    new SimulatorError("ERR_MVSIM_FLASH_FILE", `the external flash ${path} can't be used: ${why}.`, { cause });
  const attempt = <Result>(action: () => Result): Result => {
    try {
      return action();
    } catch (error) {
      throw unusable((error as Error).message, error);
    }
  };

  const { file, isNew } = attempt(() => openOrCreate(path));
  const { size } = fstatSync(file);
  if (size !== sizeBytes) {
    closeSync(file);
    throw unusable(`it has ${size} bytes, and the chip ${sizeBytes}. Name a file that is not there to have one made`);
  }
  return {
    sizeBytes,
    isNew,
    read(address, bytes) {
      const content = new Uint8Array(bytes);
      attempt(() => readSync(file, content, 0, bytes, address));
      return content;
    },
    write: (address, bytes) => attempt(() => writeWhole(file, bytes, address)),
    close: () => closeSync(file),
  };
}

function openOrCreate(path: string): { readonly file: number; readonly isNew: boolean } {
  try {
    return { file: openSync(path, "r+"), isNew: false };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    const file = openSync(path, "wx+");
    writeWhole(file, new Uint8Array(sizeBytes).fill(0xff), 0);
    return { file, isNew: true };
  }
}

/** One write may take a part only. */
function writeWhole(file: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(file, bytes, done, bytes.length - done, position + done);
  }
}
