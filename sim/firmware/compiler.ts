/**
 * Runs the AssemblyScript compiler (`asc`) in a worker thread. It ends its process when it crashes, which endless
 * generics for one make it do: in a worker that ends the worker only, and a banner becomes an error message.
 */

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

export interface CompilerRun {
  readonly args: readonly string[];
  /** Paths that start with `from` are read below `to`: a package folder that does not exist as such. */
  readonly alias: { readonly from: string; readonly to: string };
}

export interface CompilerResult {
  readonly failed: boolean;
  /** What the compiler said: errors and warnings. */
  readonly messages: string;
  /** By the name that the options gave them. */
  readonly outputs: Readonly<Record<string, string | Uint8Array>>;
  /** SHA-256 of each file that went in, as it was read; null for one that was looked for and not found. */
  readonly inputs: Readonly<Record<string, string | null>>;
}

type Message = { readonly result: CompilerResult } | { readonly crash: string };

/** Compiles in a thread of its own. Never rejects for a bad program: that is a result. */
export async function runCompiler(run: CompilerRun): Promise<CompilerResult> {
  const compiler = createRequire(import.meta.url).resolve("assemblyscript/dist/asc.js");
  const worker = new Worker(`(${compileInWorker})(require, (url) => import(url))`, {
    eval: true,
    execArgv: [],
    // As the main thread has it.
    resourceLimits: { stackSizeMb: 1 },
    workerData: { run, compilerUrl: pathToFileURL(compiler).href },
  });
  return await new Promise((resolve, reject) => {
    let crash = "";
    worker.on("message", (message: Message) => {
      if ("crash" in message) crash += message.crash;
      else resolve(message.result);
    });
    worker.on("error", reject);
    worker.on("exit", () => resolve({ failed: true, messages: explainCrash(crash), outputs: {}, inputs: {} }));
  });
}

/** The compiler's banner holds its own stack trace; the line above that says what happened. */
function explainCrash(banner: string): string {
  const reason = /^\W*((?:\w*Error|Assertion|unreachable)\b.*)$/im.exec(banner)?.[1] ?? "no reason given";
  return `The AssemblyScript compiler itself crashed: ${reason}. Look for types that refer to themselves without end, and for TypeScript that AssemblyScript does not have.`;
}

/** The worker's program. It is sent as text, so all that it uses comes in by its parameters. */
async function compileInWorker(
  require: (name: string) => unknown,
  load: (url: string) => Promise<unknown>,
): Promise<void> {
  const { parentPort, workerData } = require("node:worker_threads") as typeof import("node:worker_threads");
  const { createHash } = require("node:crypto") as typeof import("node:crypto");
  const { readFile } = require("node:fs/promises") as typeof import("node:fs/promises");
  const { resolve, sep } = require("node:path") as typeof import("node:path");
  const { run, compilerUrl } = workerData as { run: CompilerRun; compilerUrl: string };
  const { main } = (await load(compilerUrl)) as typeof import("assemblyscript/asc");
  const console = globalThis.console as { error?: (banner: string) => void };
  console.error = (banner) => parentPort?.postMessage({ crash: banner });

  const outputs: Record<string, string | Uint8Array> = {};
  const inputs: Record<string, string | null> = {};
  let messages = "";
  const { error } = await main([...run.args], {
    stdout: { write: () => {} },
    stderr: {
      write: (text) => {
        messages += text;
      },
    },
    readFile: async (name, folder) => {
      const path = resolve(folder, name);
      const aliased = path.startsWith(run.alias.from + sep) ? run.alias.to + path.slice(run.alias.from.length) : path;
      const bytes = await readFile(aliased).catch(() => null);
      inputs[aliased] = bytes && createHash("sha256").update(bytes).digest("hex");
      return bytes?.toString() ?? null;
    },
    writeFile: (name, contents) => {
      outputs[name] = contents;
    },
    listFiles: () => null,
  });
  parentPort?.postMessage({
    result: { failed: error !== null, messages: messages || String(error ?? ""), outputs, inputs },
  });
}
