/** Runs Node in a process of its own, with an environment that says nothing of this one. It dies with the test. */

import { spawn } from "node:child_process";
import { onTestFinished } from "vitest";

export interface EndedProcess {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runNode(words: readonly string[], environment: Record<string, string> = {}): Promise<EndedProcess> {
  const { PATH = "" } = process.env;
  const child = spawn(process.execPath, words, { env: { PATH, ...environment } });
  onTestFinished(() => void child.kill("SIGKILL"));
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].setEncoding("utf8").on("data", (text: string) => {
      output[name] += text;
    });
  }
  return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...output })));
}
