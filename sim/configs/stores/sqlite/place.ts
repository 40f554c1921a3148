/**
 * Whether a database's file is still where it was opened. SQLite would go on to write into a file that was removed or
 * replaced: what it acknowledges then is gone with the process.
 */

import { realpathSync, statSync } from "node:fs";
import { unusable } from "./database.ts";

const moved = "its file was removed or replaced while it is in use; put it back, or start the service again";

/**
 * @param path of a database that is open and was written to
 * @returns throws SimulatorError ERR_MVSIM_DATABASE_UNUSABLE when the file, or the log beside it, is another one
 */
export function watchPlace(path: string): () => void {
  const real = realpathSync(path);
  const files = [real, `${real}-wal`].map((file) => ({ file, opened: identityOf(file) }));
  return () => {
    for (const { file, opened } of files) if (identityOf(file) !== opened) throw unusable(path, moved);
  };
}

/** These operations, but what changes something succeeds only in a file that is in its place. */
export function writtenInPlace<Operations extends object>(
  operations: Operations,
  assertInPlace: () => void,
): Operations {
  const checked = Object.entries(operations).map(([name, operation]) => {
    if (/^(get|find|list|read)/.test(name)) return [name, operation];
    const write = async (...parameters: unknown[]) => {
      const result = await operation(...parameters);
      assertInPlace();
      return result;
    };
    return [name, write];
  });
  return Object.fromEntries(checked);
}

function identityOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}`;
}
