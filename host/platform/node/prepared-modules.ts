/**
 * Prepared firmware in the user's cache folder, for the next process. What can't be read or written is as if it were not
 * there.
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Platform } from "../../device-options.ts";
import { cachedFiles } from "./cached-files.ts";

const files = cachedFiles("prepared");

export const preparedModules: NonNullable<Platform["preparedModules"]> = {
  read: (key) => files.read(toolVersion() + key),
  write: (key, bytes) => files.write(toolVersion() + key, bytes),
};

let version: string | undefined;

/**
 * What prepares firmware: the versions of the package and of Binaryen, and the state of the preparation's own modules,
 * so that a changed checkout never takes what it prepared before.
 */
function toolVersion(): string {
  version ??= JSON.stringify([
    packageVersion(dirname(fileURLToPath(import.meta.url))),
    packageVersion(dirname(fileURLToPath(import.meta.resolve("binaryen")))),
    stateOf(fileURLToPath(new URL("../../mcu/wasm", import.meta.url))),
  ]);
  return version;
}

/** Of the package that the folder lies in. */
function packageVersion(folder: string): string {
  for (let above = folder; above !== dirname(above); above = dirname(above)) {
    try {
      return (JSON.parse(readFileSync(join(above, "package.json"), "utf8")) as { version: string }).version;
    } catch {
      // It is further up.
    }
  }
  throw new Error(`${folder} lies in no package`);
}

/** Names, sizes and times of its files. */
function stateOf(folder: string): unknown[] {
  return readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return [entry.name, stateOf(path)];
    const { size, mtimeMs } = statSync(path);
    return [entry.name, size, mtimeMs];
  });
}
