/** The C compilers that a machine may have; tests of those that it has not are left out by name. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { hasTool, type Tool } from "../../tools.ts";

export type Language = "c" | "c++";

export interface Compiler extends Tool {
  readonly commands: Readonly<Record<Language, string>>;
  readonly flags: readonly string[];
  /** A program that links only where the compiler's standard library is. Without: it is used without a library. */
  readonly library?: { readonly language: Language; readonly probe: string };
}

const gcc = { c: "gcc", "c++": "g++" };
const clang = { c: "clang", "c++": "clang++" };

export const gccNative: Compiler = { name: "gcc", commands: gcc, flags: [], packages: "gcc g++" };
/** Any compiler for 32-bit pointers makes the layout asserts count. */
export const gcc32: Compiler = { name: "gcc -m32", commands: gcc, flags: ["-m32"], packages: "gcc g++" };
export const clangNative: Compiler = { name: "clang", commands: clang, flags: [], packages: "clang" };
export const clangWasm: Compiler = {
  name: "clang for wasm32",
  commands: clang,
  flags: ["--target=wasm32"],
  packages: "clang lld",
};
/** With a C library, whose start code calls main. */
export const clangWasi: Compiler = {
  name: "clang with wasi-libc",
  commands: clang,
  flags: ["--target=wasm32-wasi"],
  packages: "clang lld wasi-libc libclang-rt-dev-wasm32",
  library: { language: "c", probe: "int main(void) { return 0; }" },
};
/** Debian's library of C++ is built without exceptions. */
export const clangLibcxx: Compiler = {
  name: "clang with libc++",
  commands: clang,
  flags: ["--target=wasm32-wasi", "-fno-exceptions"],
  packages: `${clangWasi.packages} libc++-dev-wasm32`,
  library: { language: "c++", probe: "#include <new>\nint main() { delete new int; }" },
};
/** The device's own target, whose enums are short by default. */
export const clangArm: Compiler = {
  name: "clang for the Cortex-M33",
  commands: clang,
  flags: ["--target=arm-none-eabi", "-mcpu=cortex-m33"],
  packages: "clang",
};

export const standards: Readonly<Record<Language, string>> = { c: "-std=c11", "c++": "-std=c++17" };
const always = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-Ifirmware/include"];

/** Checks a source without linking; the compiler's messages, empty when there are none. */
export function check(compiler: Compiler, language: Language, flags: readonly string[], source: string): string {
  const parameters = [
    ...compiler.flags,
    standards[language],
    ...always,
    "-ffreestanding",
    ...flags,
    "-fsyntax-only",
    "-x",
    language,
    "-",
  ];
  const { status, stderr, error } = spawnSync(compiler.commands[language], parameters, {
    input: source,
    encoding: "utf8",
  });
  if (error) return error.message;
  return status === 0 ? stderr : `status ${status}: ${stderr}`;
}

/** Whether the machine has it, for both languages. */
export function isInstalled(compiler: Compiler): boolean {
  const languages: Language[] = ["c", "c++"];
  return hasTool(
    compiler,
    languages.every((language) => check(compiler, language, [], "#include <stdint.h>\n") === ""),
  );
}

/** Whether it can link a program for WebAssembly too. */
export function canLink(compiler: Compiler): boolean {
  try {
    const { language, probe } = compiler.library ?? { language: "c", probe: "void _start(void) {}" };
    buildWasm(compiler, language, [], `${probe}\n`);
    return hasTool(compiler, true);
  } catch {
    return hasTool(compiler, false);
  }
}

/**
 * The environment as in a shell, where npm has put nothing on the PATH: an optimising clang runs the wasm-opt that it
 * finds, and Binaryen's package has one.
 */
export function shellEnvironment(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.includes("node_modules"));
  return { ...process.env, PATH: path.join(delimiter) };
}

/** Compiles and links a source. */
export function buildWasm(
  compiler: Compiler,
  language: Language,
  flags: readonly string[],
  source: string,
): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "mvsim-c-"));
  try {
    const input = join(folder, language === "c" ? "app.c" : "app.cpp");
    const output = join(folder, "app.wasm");
    writeFileSync(input, source);
    const library = compiler.library ? [] : ["-ffreestanding", "-nostdlib"];
    const parameters = [...compiler.flags, standards[language], ...always, ...library, ...flags, input, "-o", output];
    const { status, stderr, error } = spawnSync(compiler.commands[language], parameters, {
      encoding: "utf8",
      env: shellEnvironment(),
    });
    if (status !== 0) throw error ?? new Error(stderr);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
