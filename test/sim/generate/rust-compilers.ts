/** A rustc that builds for WebAssembly. Several may be on the PATH, and not each has the target's library. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { hasTool } from "../../tools.ts";

export interface RustCompiler {
  readonly command: string;
  /** The same target: newer ones call it `wasm32-wasip1`. */
  readonly target: "wasm32-wasi" | "wasm32-wasip1";
}

/** As a module of a program that is compiled elsewhere. */
export const bindings = `#[path = ${JSON.stringify(resolve("firmware/rust/microvisor.rs"))}]
mod microvisor;
#[allow(unused_imports)]
use microvisor::*;
`;

/** Every rustc on the PATH, in its order; /bin may be a link to /usr/bin. */
export function rustCommands(): string[] {
  const folders = new Set((process.env.PATH ?? "").split(delimiter));
  const commands = [...folders].map((folder) => join(folder, "rustc")).filter((command) => existsSync(command));
  const files = commands.map((command) => realpathSync(command));
  return commands.filter((_, index) => files.indexOf(files[index] as string) === index);
}

let found: RustCompiler | undefined | "not looked for" = "not looked for";

/** The first that builds a program; undefined if none does. */
export function rustForWasm(): RustCompiler | undefined {
  if (found !== "not looked for") return found;
  const compilers = rustCommands().flatMap((command) =>
    (["wasm32-wasi", "wasm32-wasip1"] as const).map((target) => ({ command, target })),
  );
  found = compilers.find((compiler) => {
    try {
      return buildRust(compiler, [], "fn main() {}\n").length > 0;
    } catch {
      return false;
    }
  });
  hasTool({ name: "rustc for WebAssembly", packages: "rustc libstd-rust-dev-wasm32" }, found !== undefined);
  return found;
}

/** Compiles and links a source; warnings are errors. The crate is called `app`. */
export function buildRust({ command, target }: RustCompiler, flags: readonly string[], source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "mvsim-rust-"));
  try {
    const input = join(folder, "app.rs");
    const output = join(folder, "app.wasm");
    writeFileSync(input, source);
    const parameters = ["--edition", "2021", "-D", "warnings", "--target", target, ...flags, input, "-o", output];
    const { status, stderr, error } = spawnSync(command, parameters, { encoding: "utf8" });
    if (status !== 0) throw error ?? new Error(stderr);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Checks a source for the machine that the compiler runs on; its messages, empty when there are none. */
export function checkRust(command: string, source: string): string {
  const folder = mkdtempSync(join(tmpdir(), "mvsim-rust-"));
  try {
    const parameters = ["--edition", "2021", "--crate-type", "lib", "--emit", "metadata", "--out-dir", folder, "-"];
    const { status, stderr, error } = spawnSync(command, parameters, { input: source, encoding: "utf8" });
    return error ? error.message : status === 0 ? stderr : `status ${status}: ${stderr}`;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
