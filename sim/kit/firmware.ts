/**
 * The firmware that a test names: a WebAssembly module, or an AssemblyScript source that is compiled on the way. What
 * was compiled is kept in the user's cache folder, with the digests of all files that went into it: the next process
 * compiles again only when one of them, the compiler or this package has changed.
 */

import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { extname, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { cachedFiles } from "../../host/platform/node/cached-files.ts";
import { type FirmwareFile, readFirmware } from "../firmware/firmware-file.ts";

export interface Firmware extends FirmwareFile {
  /** Its path; a name where it has none. */
  readonly name: string;
  readonly isFile: boolean;
}

/**
 * @param firmware a path (from the working directory), a file URL, or the bytes of a module
 * @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_COMPILE with the compiler's own message
 */
export async function loadFirmware(firmware: string | URL | Uint8Array): Promise<Firmware> {
  if (firmware instanceof Uint8Array) {
    return { name: "firmware.wasm", isFile: false, bytes: firmware, sourceMap: async () => undefined };
  }
  const name = firmware instanceof URL ? fileURLToPath(firmware) : firmware;
  const path = resolve(name);
  let loading = loaded.get(path);
  if (!loading || !isAsItWas(await loading)) {
    loading = load(path, name);
    loaded.set(path, loading);
    loading.catch(() => loaded.delete(path));
  }
  return { name, isFile: true, ...(await loading).file };
}

interface Loaded {
  readonly file: FirmwareFile;
  /** When each file that went in was last changed. */
  readonly stamps: Readonly<Record<string, string>>;
}

/** What this process has loaded, by its path: tests are many, firmware is not. */
const loaded = new Map<string, Promise<Loaded>>();

function isAsItWas({ stamps }: Loaded): boolean {
  return Object.entries(stamps).every(([path, stamp]) => stampOf(path) === stamp);
}

function stampOf(path: string): string {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.mtimeNs} ${found.size}` : "none";
}

async function load(path: string, name: string): Promise<Loaded> {
  if (extname(path) !== ".ts") {
    const stamps = { [path]: stampOf(path) };
    return { stamps, file: await readFirmware(name, () => {}) };
  }
  const { inputs, binary, sourceMap } = await findOrCompile(path);
  const stamps = Object.fromEntries(Object.keys(inputs).map((input) => [input, stampOf(input)]));
  const file = { bytes: Buffer.from(binary, "base64"), sourceMap: async () => sourceMap };
  // A file that was changed while it was being compiled is looked at again the next time.
  return { file, stamps: (await isCurrent({ inputs })) ? stamps : { [path]: "changed" } };
}

const compiledPrograms = cachedFiles("compiled");

/** A compiled program as it is kept: JSON. */
interface Kept {
  /** Digests of the files that went in; null for one that was looked for and did not exist. */
  readonly inputs: Readonly<Record<string, string | null>>;
  /** base64 */
  readonly binary: string;
  readonly sourceMap: string | undefined;
}

async function findOrCompile(path: string): Promise<Kept> {
  const key = JSON.stringify([path, compilerVersion()]);
  const found = await compiledPrograms
    .read(key)
    .then((bytes) => JSON.parse(Buffer.from(bytes).toString()))
    .catch(() => undefined);
  if (found && (await isCurrent(found))) return found;
  // It loads the compiler, which takes longer than most tests.
  const { compileAssemblyScript } = await import("../firmware/compile.ts");
  const { binary, sourceMap, inputs } = await compileAssemblyScript(path);
  const made = { inputs, binary: Buffer.from(binary).toString("base64"), sourceMap };
  // What can't be kept is compiled again.
  await compiledPrograms.write(key, Buffer.from(JSON.stringify(made))).catch(() => {});
  return made;
}

async function isCurrent({ inputs }: Pick<Kept, "inputs">): Promise<boolean> {
  const now = await digestsOf(Object.keys(inputs));
  return Object.entries(inputs).every(([path, then]) => now[path] === then);
}

async function digestsOf(paths: readonly string[]): Promise<Record<string, string | null>> {
  const digests = paths.map(async (path) => [path, await readFile(path).then(digest, () => null)] as const);
  return Object.fromEntries(await Promise.all(digests));
}

/** As the compiler has it of what it read. */
function digest(content: Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function compilerVersion(): string {
  return (createRequire(import.meta.url)("assemblyscript/package.json") as { version: string }).version;
}
