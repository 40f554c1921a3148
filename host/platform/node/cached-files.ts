/**
 * What can be made again, in the user's cache folder: a file an entry. Several processes may read and write at once: a
 * file gets its name when it is complete. What an entry holds, and whether it is whole, its reader knows.
 */

import { createHash, randomUUID } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { cacheFolder } from "./cache-folder.ts";

/** The least recently used entries are removed above either. */
const most = { entries: 256, bytes: 64 * 1024 * 1024 };

export interface CachedFiles {
  /** Rejects when there is no such entry. */
  read(key: string): Promise<Uint8Array>;
  write(key: string, bytes: Uint8Array): Promise<void>;
}

/** @param kind the folder's name */
export function cachedFiles(kind: string): CachedFiles {
  const pathOf = (key: string) => join(cacheFolder(), kind, createHash("sha256").update(key).digest("hex"));
  return {
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
