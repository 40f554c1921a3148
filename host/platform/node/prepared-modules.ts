/**
 * Prepared firmware in the user's cache folder: a file an entry. Several processes may read and write at once: a file
 * gets its name when it is complete. What can't be read or written is as if it were not there; what an entry holds,
 * and whether it is whole, its reader knows.
 */

import { createHash, randomUUID } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Platform } from "../../device-options.ts";
import { cacheFolder } from "./cache-folder.ts";

/** The least recently used entries are removed above either. */
const most = { entries: 256, bytes: 64 * 1024 * 1024 };

export const preparedModules: NonNullable<Platform["preparedModules"]> = {
  async read(key) {
    const path = pathOf(key);
    const bytes = await readFile(path);
    const now = new Date();
    // A cache that may only be read is of use too.
    await utimes(path, now, now).catch(() => undefined);
    return bytes;
  },

  async write(key, bytes) {
    const path = pathOf(key);
    const folder = dirname(path);
    // Firmware may be nobody else's business.
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const temporary = `${path}.${randomUUID()}`;
    try {
      await writeFile(temporary, bytes, { mode: 0o600 });
      await rename(temporary, path);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
    await removeOldest(folder);
  },
};

function pathOf(key: string): string {
  const name = createHash("sha256").update(toolVersion()).update(key).digest("hex");
  return join(cacheFolder(), "prepared", name);
}

async function removeOldest(folder: string): Promise<void> {
  const files = await Promise.all(
    (await readdir(folder)).map(async (name) => {
      const path = join(folder, name);
      // Another process may have removed it by now.
      const { mtimeMs, size } = await stat(path).catch(() => ({ mtimeMs: 0, size: 0 }));
      return { path, mtimeMs, size };
    }),
  );
  let bytes = 0;
  for (const [index, { path, size }] of files.sort((one, other) => other.mtimeMs - one.mtimeMs).entries()) {
    bytes += size;
    if (index >= most.entries || bytes > most.bytes) await rm(path, { force: true });
  }
}

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
