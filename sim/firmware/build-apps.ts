/**
 * Compiles the firmware that comes with the package, so that `npm start` need not: `firmware/apps/NAME.ts` becomes
 * `build/firmware/{debug,release}/NAME.wasm`. A stamp of all that goes in (sources, options, compiler) makes a second
 * run do nothing. Run by `npm run build`.
 */

import { createHash } from "node:crypto";
import { existsSync, realpathSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CompileTarget, compileAssemblyScript } from "./compile.ts";
import { packageRoot } from "./package-root.ts";

const targets: readonly CompileTarget[] = ["debug", "release"];

/** Where the compiled form of one of the package's own apps is, `config-reader` for one. */
export function appBinary(name: string, target: CompileTarget = "debug"): string {
  return join(packageRoot(), "build", "firmware", target, `${name}.wasm`);
}

/** The names of the package's own apps. */
export async function appNames(): Promise<string[]> {
  const files = await readdir(join(packageRoot(), "firmware", "apps"));
  return files
    .filter((file) => file.endsWith(".ts"))
    .map((file) => basename(file, ".ts"))
    .sort();
}

/** Compiles what is not up to date; answers whether anything was. */
export async function buildApps(): Promise<boolean> {
  const root = packageRoot();
  const names = await appNames();
  const stampFile = join(root, "build", "firmware", "stamp");
  const stamp = await inputsHash(root);
  const binaries = targets.flatMap((target) => names.map((name) => ({ name, target, out: appBinary(name, target) })));
  const before = await readFile(stampFile, "utf8").catch(() => "");
  if (before === stamp && binaries.every(({ out }) => existsSync(out))) return false;
  const compile = ({ name, target, out }: (typeof binaries)[number]) =>
    compileAssemblyScript(join(root, "firmware", "apps", `${name}.ts`), { target, out });
  await Promise.all(binaries.map(compile));
  await mkdir(join(root, "build", "firmware"), { recursive: true });
  await writeFile(stampFile, stamp);
  return true;
}

/** A hash of the sources of apps and SDK, the compiler's options, and the compiler's version. */
async function inputsHash(root: string): Promise<string> {
  const { version } = await import("assemblyscript/asc");
  const hash = createHash("sha256").update(version);
  const entries = await readdir(join(root, "firmware"), { recursive: true, withFileTypes: true });
  const sources = entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of [...sources, join(root, "asconfig.json")]) {
    hash.update(`\n${file.slice(root.length)}\n`).update(await readFile(file));
  }
  return hash.digest("hex");
}

// Run as a program; its path may be a link.
if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await buildApps();
}
