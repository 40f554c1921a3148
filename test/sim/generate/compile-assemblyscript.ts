/** Compiles an AssemblyScript source that imports the generated bindings as `./firmware/sdk/abi`. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import asc from "assemblyscript/asc";

/** The compiled module; throws with the compiler's own message. */
export async function compileAssemblyScript(source: string): Promise<Uint8Array> {
  let binary: Uint8Array | undefined;
  const { error, stderr } = await asc.main(["entry.ts", "--runtime", "stub", "--outFile", "entry.wasm"], {
    readFile: (name, baseDirectory) => {
      if (name === "entry.ts") return source;
      // The project's own options are no part of this.
      return name.endsWith("asconfig.json") ? null : readFile(join(baseDirectory, name), "utf8").catch(() => null);
    },
    writeFile: (_name, contents) => {
      binary = contents as Uint8Array;
    },
    listFiles: () => [],
  });
  if (error || !binary) throw new Error(`${error?.message}\n${stderr.toString()}`);
  return binary;
}
