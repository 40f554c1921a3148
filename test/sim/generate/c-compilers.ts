/** The C compilers that a machine may have; tests of those that it has not are left out by name. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type Language = "c" | "c++";

export interface Compiler {
  readonly name: string;
  readonly commands: Readonly<Record<Language, string>>;
  readonly flags: readonly string[];
  /** How to get it (Debian's package names). */
  readonly packages: string;
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
/** The device's own target, whose enums are short by default. */
export const clangArm: Compiler = {
  name: "clang for the Cortex-M33",
  commands: clang,
  flags: ["--target=arm-none-eabi", "-mcpu=cortex-m33"],
  packages: "clang",
};

export const standards: Readonly<Record<Language, string>> = { c: "-std=c11", "c++": "-std=c++17" };
const always = ["-ffreestanding", "-Wall", "-Wextra", "-pedantic", "-Werror", "-Ifirmware/include"];

/** Checks a source without linking; the compiler's messages, empty when there are none. */
export function check(compiler: Compiler, language: Language, flags: readonly string[], source: string): string {
  const parameters = [
    ...compiler.flags,
    standards[language],
    ...always,
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

/** Whether the machine has it, for both languages; says so on the console if not. */
export function isInstalled(compiler: Compiler): boolean {
  const languages: Language[] = ["c", "c++"];
  const missing = languages.some((language) => check(compiler, language, [], "#include <stdint.h>\n") !== "");
  if (missing) console.log(`Left out: the tests with ${compiler.name} (Debian: apt-get install ${compiler.packages}).`);
  return !missing;
}

/** Compiles and links a source for wasm32; not optimised, since clang would run the wasm-opt of npm's path then. */
export function buildWasm(language: Language, flags: readonly string[], source: string): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), "mvsim-c-"));
  try {
    const input = join(folder, language === "c" ? "app.c" : "app.cpp");
    const output = join(folder, "app.wasm");
    writeFileSync(input, source);
    const parameters = [...clangWasm.flags, standards[language], ...always, "-nostdlib", ...flags, input];
    const { status, stderr } = spawnSync(clangWasm.commands[language], [...parameters, "-o", output], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(stderr);
    return readFileSync(output);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
