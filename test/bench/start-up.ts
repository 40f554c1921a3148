/** A whole `mvsim run` of a built module, which was run before: from the shell to its end, against a bare Node. */

import { spawnSync } from "node:child_process";
import { appFile, command, inScratchFolder } from "./firmware.ts";
import { type Round, takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";

const turns = { warmUpRounds: 2, rounds: 15 };

export async function startUpRows(): Promise<Row[]> {
  return inScratchFolder(async (cache) => {
    // The first one prepares the module.
    const run = processRound(
      [command, "run", appFile("config-reader"), "--config", "greeting=Hello", "--quiet"],
      cache,
    );
    const measured = await takeTurns(run, processRound(["-e", "0"], cache), turns);
    return [row("mvsim run of a built module, cached on disk", "ms", measured, "node -e 0", { atMost: 5 })];
  });
}

function processRound(words: readonly string[], cache: string): Round {
  const env = { ...process.env, MVSIM_CACHE_DIR: cache };
  return () => {
    const start = performance.now();
    const { status, stderr } = spawnSync(process.execPath, words, { env, encoding: "utf8" });
    const elapsed = performance.now() - start;
    if (status !== 0) throw new Error(`node ${words.join(" ")} ended with ${status}: ${stderr}`);
    return elapsed;
  };
}
