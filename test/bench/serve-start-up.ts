/** `mvsim serve`, from the shell to the line that says that it listens, against a bare Node from its start to its end. */

import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { command, inScratchFolder } from "./firmware.ts";
import { takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";

const turns = { warmUpRounds: 2, rounds: 15 };

export async function serveStartUpRows(): Promise<Row[]> {
  return inScratchFolder(async (folder) => {
    const stores: [string, string[]][] = [
      ["memory store", []],
      ["SQLite", ["--sqlite", join(folder, "configs.db")]],
    ];
    const rows: Row[] = [];
    for (const [store, words] of stores) {
      const measured = await takeTurns(() => untilReady(words), bareNode, turns);
      rows.push(row(`mvsim serve until it listens, ${store}`, "ms", measured, "node -e 0", { atMost: 6 }));
    }
    return rows;
  });
}

async function untilReady(words: readonly string[]): Promise<number> {
  const start = performance.now();
  const child = spawn(process.execPath, [command, "serve", "--port", "0", ...words], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const lines = createInterface(child.stdout);
  await once(lines, "line");
  const elapsed = performance.now() - start;
  child.stdout.resume();
  child.kill();
  await once(child, "exit");
  return elapsed;
}

function bareNode(): number {
  const start = performance.now();
  spawnSync(process.execPath, ["-e", "0"]);
  return performance.now() - start;
}
