/** Starts the servers of `served-process.ts`. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { ServerTask } from "./served-process.ts";

export interface Served {
  readonly port: number;
  /** Its resident memory, after a garbage collection. */
  memoryBytes(): Promise<number>;
  stop(): Promise<void>;
}

export async function startServed(task: ServerTask): Promise<Served> {
  const file = fileURLToPath(new URL("./served-process.js", import.meta.url));
  // `MVSIM_BENCH_PROFILE=FOLDER` leaves a CPU profile of each there.
  const { MVSIM_BENCH_PROFILE: folder } = process.env;
  const profile = folder === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${folder}`];
  const child = fork(file, [JSON.stringify(task)], { execArgv: ["--expose-gc", ...profile] });
  const ended = new Promise<never>((_, reject) => {
    child.once("exit", (status) => reject(new Error(`the server (${task.kind}) ended with ${status}`)));
  });
  // Who stops it does not wait for an answer.
  ended.catch(() => {});
  const answer = (): Promise<number> =>
    Promise.race([new Promise<number>((resolve) => child.once("message", resolve as () => void)), ended]);
  return {
    port: await answer(),
    memoryBytes() {
      child.send("memory");
      return answer();
    },
    async stop() {
      child.disconnect();
      await ended.catch(() => {});
    },
  };
}
