/** Runs the command as it is shipped, in a process of its own. */

import { type ChildProcess, spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished } from "vitest";

const program = fileURLToPath(new URL("../../../dist/sim/cli/main.js", import.meta.url));

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunningCommand {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Resolves when stderr holds the text. */
  sees(text: string): Promise<void>;
  /** Resolves with all of stdout when that holds the text. */
  prints(text: string): Promise<string>;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** Starts it; it dies with the test. Its output goes into pipes, and the environment asks for no colour. */
export function startMvsim(words: readonly string[], { env = {}, cwd }: CommandOptions = {}): RunningCommand {
  const { PATH = "", TMPDIR, MVSIM_CACHE_DIR = "" } = process.env;
  const environment = { PATH, MVSIM_CACHE_DIR, ...(TMPDIR !== undefined && { TMPDIR }), ...env };
  const child = spawn(process.execPath, [program, ...words], { env: environment, cwd });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  const listeners = new Set<() => void>();
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve) => child.on("close", (status) => resolve({ status, ...output })));
  async function holds(name: "stdout" | "stderr", text: string): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      const look = () => output[name].includes(text) && resolve();
      listeners.add(look);
      look();
      ended.then(({ stderr }) => reject(new Error(`It ended without ${JSON.stringify(text)}:\n${stderr}`)));
    });
    return output[name];
  }
  return {
    process: child,
    ended,
    async sees(text) {
      await holds("stderr", text);
    },
    prints: (text) => holds("stdout", text),
  };
}

export function mvsim(...words: string[]): Promise<Ended> {
  return startMvsim(words).ended;
}

/** What every refusal has: one error of this code on stderr, no stack trace, and this exit status. */
export function refusal(status: number, code: string, message: RegExp | string) {
  const text = typeof message === "string" ? message.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") : message.source;
  return {
    status,
    stderr: expectMatching(new RegExp(`^(?![\\s\\S]*\\n\\s+at )[\\s\\S]*error ERR_MVSIM_${code}: [\\s\\S]*${text}`)),
  };
}

function expectMatching(pattern: RegExp): string {
  return expect.stringMatching(pattern) as string;
}
