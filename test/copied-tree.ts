/** A copy of the repository, for tests that plant something in it or build it from scratch. */

import { type SpawnSyncReturns, spawnSync } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";

export const repository = fileURLToPath(new URL("..", import.meta.url));

/** What a fresh clone does not have. */
const generated = ["node_modules", "dist", "build", "coverage", ".git"];

/** Copies the tree as it is on disk, without what is built; node_modules is a link. @returns where the copy is */
export async function copyTree(): Promise<string> {
  const copy = await mkdtemp(join(tmpdir(), "mvsim-tree-"));
  const isSource = (path: string) => !generated.includes(relative(repository, path).split(sep)[0]!);
  await cp(repository, copy, { recursive: true, filter: isSource });
  // Windows lets everybody make links of this kind.
  await symlink(join(repository, "node_modules"), join(copy, "node_modules"), "junction");
  return copy;
}

/** Takes the copy away again; what its node_modules links to stays. */
export async function removeTree(copy: string): Promise<void> {
  await rm(copy, { recursive: true, force: true });
}

/** Runs a program of a shell (npm and npx are scripts on Windows) and waits for it. */
export function runIn(folder: string, command: string): SpawnSyncReturns<string> {
  return spawnSync(command, { cwd: folder, shell: true, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}
