/**
 * A small disk (tmpfs) that tests fill up. Linux lets everybody mount one within a namespace of their own, unless its
 * administrator forbids it; so only programs that are started within see it, and it ends with the process that holds it.
 */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hasTool } from "../../tools.ts";

export interface User {
  readonly uid?: number;
  readonly gid?: number;
}

export interface SmallDisk {
  readonly folder: string;
  /** The words of a command that runs this one where the disk is seen; to be run as the disk's user. */
  command(program: string, ...words: string[]): [program: string, ...words: string[]];
  /** Somebody's file takes all the room that is left. */
  fill(): Promise<void>;
  /** That file is removed. */
  free(): Promise<void>;
  close(): Promise<void>;
}

const namespace = ["--user", "--mount", "--map-current-user", "--keep-caps", "--"];

/** To be asked once for each test file; says what is left out. */
export function hasSmallDisks(user: User = {}): boolean {
  const tool = { name: "small disks: user namespaces, which this kernel may forbid", packages: "util-linux" };
  const mount = ["sh", "-c", 'exec mount -t tmpfs -o size=1m none "$0"', tmpdir()];
  return hasTool(tool, spawnSync("unshare", [...namespace, ...mount], user).status === 0);
}

/** @param user whose programs use it; root may choose */
export async function openSmallDisk(mebibytes: number, user: User = {}): Promise<SmallDisk> {
  const folder = mkdtempSync(join(tmpdir(), "mvsim-disk-"));
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const holder = spawn("unshare", [...namespace, "sh"], { ...user, stdio: ["pipe", "pipe", "inherit"] });
  const run = shellOf(holder);
  await run(`mount -t tmpfs -o size=${mebibytes}m,mode=700 none '${folder}'`);
  const filler = `'${folder}/filler'`;
  return {
    folder,
    command: (program, ...words) => {
      const enter = ["--user", "--mount", "--preserve-credentials", "--target", String(holder.pid), "--"];
      return ["nsenter", ...enter, program, ...words];
    },
    // It ends when there is no room.
    fill: () => run(`cat /dev/zero > ${filler} 2>/dev/null; test "$(df --output=avail ${filler} | tail -n 1)" -eq 0`),
    free: () => run(`rm -f ${filler}`),
    async close() {
      holder.stdin.end();
      await once(holder, "exit");
      rmSync(folder, { recursive: true });
    },
  };
}

/** @returns runs one command after the other, and rejects when one fails */
function shellOf(holder: ChildProcess): (command: string) => Promise<void> {
  const statuses = createInterface(holder.stdout!)[Symbol.asyncIterator]();
  return async (command) => {
    holder.stdin!.write(`{ ${command}; } >&2; echo $?\n`);
    const { value: status } = await statuses.next();
    if (status !== "0") throw new Error(`The small disk's ${command} ended with ${status}`);
  };
}
