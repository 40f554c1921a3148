/** What failed is kept: its bytes, its text where it has one, and how to run it again. */

import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { checkAgainstEngine, checkFirmware } from "./check-firmware.ts";
import { checkConnections, checkSession } from "./requests/check-requests.ts";

/** @returns what came of it, for people */
type Check = (content: Uint8Array) => Promise<string>;

/** What is checked of a saved file; the name is part of the file's. */
export const checks = {
  pure: async (firmware: Uint8Array) => {
    const outcome = await checkAgainstEngine(firmware);
    await checkFirmware(firmware);
    return outcome;
  },
  device: checkFirmware,
  requests: checkSession,
  connections: checkConnections,
} satisfies Record<string, Check>;

export type CheckName = keyof typeof checks;

const extensions: Readonly<Record<CheckName, string>> = {
  pure: "wasm",
  device: "wasm",
  requests: "json",
  connections: "json",
};

export interface FailingInput {
  readonly check: CheckName;
  readonly seed: number;
  readonly content: Uint8Array;
  /** WebAssembly text, if it was made from that. */
  readonly text?: string;
  readonly error: unknown;
}

/**
 * Writes CHECK-DIGEST.wasm (or .json), and beside it .txt (seed, error, how to run it again) and .wat.
 * @returns the path of the first
 */
export function saveFailingInput(folder: string, { check, seed, content, text, error }: FailingInput): string {
  const digest = createHash("sha256").update(content).digest("hex").slice(0, 16);
  const name = join(folder, `${check}-${digest}`);
  const file = `${name}.${extensions[check]}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, content);
  if (text !== undefined) writeFileSync(`${name}.wat`, text);
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  writeFileSync(`${name}.txt`, `seed ${seed}\n${rerunCommand(file)}\n\n${message}\n`);
  return file;
}

export function rerunCommand(file: string): string {
  return `MVSIM_FUZZ_INPUT=${file} npm run fuzz`;
}

/** The check that a saved file failed, by its name; `device` for any other file. */
export function checkOfFile(file: string): CheckName {
  const name = /(?:^|[\\/])([a-z]+)-[^\\/]*$/.exec(file)?.[1] ?? "";
  return name in checks ? (name as CheckName) : "device";
}

/**
 * Runs a check on what was generated. The smallest that fails (fast-check tries ever smaller ones; the last failure is
 * that) is saved by `keep`.
 */
export class FailureKeeper {
  readonly #seed: number;
  #last: (() => FailingInput) | undefined;

  constructor(seed: number) {
    this.#seed = seed;
  }

  check(check: CheckName, content: Uint8Array, text?: string): Promise<string> {
    const input = { content: () => content, ...(text !== undefined && { text }) };
    return this.attempt(check, () => checks[check](content), input);
  }

  /** The check itself, where it is done faster than from a file. @param input how the file would be */
  async attempt<Result>(
    check: CheckName,
    run: () => Promise<Result>,
    { content, text }: { readonly content: () => Uint8Array; readonly text?: string },
  ): Promise<Result> {
    try {
      return await run();
    } catch (error) {
      const seed = this.#seed;
      this.#last = () => ({ check, seed, content: content(), error, ...(text !== undefined && { text }) });
      throw error;
    }
  }

  /** Runs `search`; if it fails, saves what failed last into `folder` and names it in the error. */
  async keep(folder: string, search: () => Promise<unknown>): Promise<void> {
    try {
      await search();
    } catch (error) {
      if (!this.#last) throw error;
      const file = saveFailingInput(folder, this.#last());
      throw new Error(`saved as ${file}; run it again: ${rerunCommand(file)}\n${(error as Error).message}`, {
        cause: error,
      });
    }
  }
}
