/**
 * Work on the file that is asked for at the same time shares a transaction: reads its lock, writes its commit, which
 * waits for the disk. A read sees what is committed when it is done. A write is answered after the commit, is done wholly
 * or not at all, and takes no other with it where it fails.
 */

import { gather } from "../../gathering.ts";
import type { OpenDatabase } from "./database.ts";

/** Work is synchronous. That of a write may be done again: what was done before was rolled back. */
export interface StatementGroups {
  read<Result>(work: () => Result): Promise<Result>;
  write<Result>(work: () => Result): Promise<Result>;
}

interface Waiting {
  readonly work: () => unknown;
  readonly resolve: (result: never) => void;
  readonly reject: (error: unknown) => void;
}

export function createStatementGroups({ connection, transact }: OpenDatabase): StatementGroups {
  function readAll(group: readonly Waiting[]): void {
    try {
      // A closed connection is not to be asked anything: libsql would end the process.
      const isAlone = group.length === 1 || !connection.open || connection.inTransaction;
      if (!isAlone) connection.exec("BEGIN");
      for (const waiting of group) tell(waiting, waiting.work);
      if (!isAlone) connection.exec("COMMIT");
    } catch (error) {
      for (const { reject } of group) reject(error);
    }
  }

  async function writeAll(group: readonly Waiting[]): Promise<void> {
    try {
      const results = await transact(() => group.map(({ work }) => work()));
      group.forEach(({ resolve }, index) => {
        resolve(results[index] as never);
      });
    } catch (error) {
      const isEveryones = group.length === 1 || (error as { code?: unknown }).code === "SQLITE_BUSY";
      for (const { work, resolve, reject } of group) {
        if (isEveryones) reject(error);
        else await transact(work).then(resolve as (result: unknown) => void, reject);
      }
    }
  }

  const join = (hand: (waiting: Waiting) => void) => (work: () => never) =>
    new Promise<never>((resolve, reject) => hand({ work, resolve, reject }));
  return { read: join(gather(readAll, queueMicrotask)), write: join(gather(writeAll, queueMicrotask)) };
}

function tell({ resolve, reject }: Waiting, work: () => unknown): void {
  try {
    resolve(work() as never);
  } catch (error) {
    reject(error);
  }
}
