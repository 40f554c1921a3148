/** Starts the servers of `served-process.ts`. */

import { fork } from "node:child_process";
import { once } from "node:events";
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
  const answer = async (): Promise<number> => {
    const ended = once(child, "exit").then(([status]) => {
      throw new Error(`the server (${task.kind}) ended with ${status}`);
    });
    const [message] = (await Promise.race([once(child, "message"), ended])) as [number];
    return message;
  };
  return {
    port: await answer(),
    memoryBytes() {
      child.send("memory");
      return answer();
    },
    async stop() {
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.disconnect();
      await gone;
    },
  };
}
