/** Entries whose parts belong together: half of one and half of another would be seen. */

import type { Entry } from "../../../../sim/configs/stores/store.ts";

export const keptLogs = 5;

/** Its value takes more than one page of a database. */
export function durableEntry(key: string, id: string): Entry {
  return { key, value: `${id} `.repeat(2000), updatedAt: Number(id.split(".")[1]), revision: id };
}
