/**
 * Making a device of firmware that was never seen, and of firmware that another process has prepared and left on disk,
 * against the engine's own compilation of the same bytes.
 */

import { processAnswer } from "./child-process.ts";
import { inScratchFolder } from "./firmware.ts";
import type { Load } from "./loading-process.ts";
import { type Measured, type Row, row } from "./rows.ts";

const sizes: readonly { readonly bytes: number; readonly name: string }[] = [
  { bytes: 10_000, name: "10 kB" },
  { bytes: 300_000, name: "300 kB" },
];

export async function loadingRows(): Promise<Row[]> {
  return inScratchFolder(async (cache) => {
    const rows: Row[] = [];
    for (const { bytes, name } of sizes) {
      // Two processes, because one remembers what it has prepared. The second loads what the first has left.
      for (const what of ["first load: checked and prepared", "prepared before, from disk"]) {
        const load: Load = { bytes };
        const measured = await processAnswer<Measured>("loading-process", load, { MVSIM_CACHE_DIR: cache });
        rows.push(row(`module of ${name}, ${what}`, "ms", measured, "WebAssembly.compile of the same bytes"));
      }
    }
    return rows;
  });
}
