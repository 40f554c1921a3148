/** `--expect-text` and `--fail-text`: a run that ends as soon as the firmware has logged what it was to log, or must not. */

import type { Device, RunResult, TraceEvent } from "../../host/index.ts";

export interface TextWatchOptions {
  /** All of them, each in the same line or behind the one before. */
  readonly expectText?: readonly string[] | undefined;
  /** None of them. */
  readonly failText?: readonly string[] | undefined;
}

export interface TextWatch {
  /** Runs the device to its end, or until it is decided. */
  run(device: Device): Promise<RunResult>;
  /** What is wrong; undefined when nothing is. */
  problem(): string | undefined;
}

/** @returns undefined: no text is watched */
export function createTextWatch({ expectText = [], failText = [] }: TextWatchOptions): TextWatch | undefined {
  if (expectText.length + failText.length === 0) return undefined;
  let seen = 0;
  let forbidden: string | undefined;

  function decides(event: TraceEvent): boolean {
    if (event.kind !== "log") return false;
    forbidden = failText.find((text) => event.text.includes(text));
    if (forbidden !== undefined) return true;
    const before = seen;
    while (seen < expectText.length && event.text.includes(expectText[seen]!)) seen++;
    return seen > before && seen === expectText.length;
  }

  return {
    async run(device) {
      const stop = await device.runUntil(decides);
      if ("reason" in stop) return stop;
      const { microseconds } = stop;
      await device.stop();
      return { reason: "stopped", microseconds };
    },
    problem() {
      if (forbidden !== undefined) return `the firmware logged ${JSON.stringify(forbidden)} (--fail-text).`;
      const missing = expectText.slice(seen).map((text) => JSON.stringify(text));
      return missing.length === 0 ? undefined : `the firmware did not log ${missing.join(", then ")} (--expect-text).`;
    },
  };
}
