/** What failed is kept: its bytes, its text where it has one, and how to run it again. */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkAgainstEngine, checkFirmware } from "./check-firmware.ts";

/** What is checked of a firmware file; the name is part of the file's. */
export const checks = {
  pure: async (firmware: Uint8Array) => {
    const outcome = await checkAgainstEngine(firmware);
    await checkFirmware(firmware);
    return outcome;
  },
  device: checkFirmware,
} satisfies Record<string, (firmware: Uint8Array) => Promise<string>>;

export type CheckName = keyof typeof checks;

export interface FailingInput {
  readonly check: CheckName;
  readonly seed: number;
  readonly firmware: Uint8Array;
  /** WebAssembly text, if it was made from that. */
  readonly text?: string;
  readonly error: unknown;
}

/** Writes CHECK-DIGEST.wasm, and beside it .txt (seed, error, how to run it again) and .wat. @returns the .wasm file's path */
export function saveFailingInput(folder: string, { check, seed, firmware, text, error }: FailingInput): string {
  const digest = createHash("sha256").update(firmware).digest("hex").slice(0, 16);
  const file = join(folder, `${check}-${digest}.wasm`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, firmware);
  if (text !== undefined) writeFileSync(file.replace(/wasm$/, "wat"), text);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeFileSync(file.replace(/wasm$/, "txt"), `seed ${seed}\n${rerunCommand(file)}\n\n${message}\n`);
  return file;
}

export function rerunCommand(file: string): string {
  return `MVSIM_FUZZ_INPUT=${file} npm run fuzz`;
}

/** The check that a saved file failed, by its name; `device` for any other file. */
export function checkOfFile(file: string): CheckName {
  return /(^|[\\/])pure-[^\\/]*$/.test(file) ? "pure" : "device";
}

/**
 * Runs a check on generated firmware. The smallest that fails (fast-check tries ever smaller ones; the last failure is
 * that) is saved by `report`.
 */
export class FailureKeeper {
  readonly #seed: number;
  #last: FailingInput | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  async check(check: CheckName, firmware: Uint8Array, text?: string): Promise<string> {
    try {
      return await checks[check](firmware);
    } catch (error) {
      this.#last = { check, seed: this.#seed, firmware, error, ...(text !== undefined && { text }) };
      throw error;
    }
  }

  /** Runs `search`; if it fails, saves what failed last into `folder` and names it in the error. */
  async keep(folder: string, search: () => Promise<unknown>): Promise<void> {
    try {
      await search();
    } catch (error) {
      if (!this.#last) throw error;
      const file = saveFailingInput(folder, this.#last);
      throw new Error(`saved as ${file}; run it again: ${rerunCommand(file)}\n${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
