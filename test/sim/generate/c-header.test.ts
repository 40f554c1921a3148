/** The C headers in the eyes of each compiler. What a linked module does is in c-module.test.ts. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { syscalls } from "../../../host/abi/syscalls.ts";
import {
  type Compiler,
  check,
  clangArm,
  clangNative,
  clangWasm,
  gcc32,
  gccNative,
  isInstalled,
  type Language,
} from "./c-compilers.ts";

const languages: readonly Language[] = ["c", "c++"];
const enumModes = ["-fno-short-enums", "-fshort-enums"];
/** All but Arm include the second header, which is the vendor's own there. */
const bothHeaders = '#include "mcu_cmsis.h"\n#include "mv_syscalls.h"\n';
const oneHeader = '#include "mv_syscalls.h"\n';
const compilers: readonly [Compiler, string][] = [
  [gccNative, bothHeaders],
  [gcc32, bothHeaders],
  [clangNative, bothHeaders],
  [clangWasm, bothHeaders],
  [clangArm, oneHeader],
];
const header = readFileSync("firmware/include/mv_syscalls.h", "utf8");

for (const [compiler, includes] of compilers) {
  describe.runIf(isInstalled(compiler))(`the C headers with ${compiler.name}`, () => {
    for (const language of languages) {
      it.each(enumModes)(`compile without a warning as ${language} with %s`, (mode) => {
        expect(check(compiler, language, [mode], includes)).toBe("");
      });
    }

    it("refuse a size of an enum that is not the device's", () => {
      expect(
        check(compiler, "c", [], header.replace("sizeof(enum MvStatus) == 4", "sizeof(enum MvStatus) == 1")),
      ).toMatch(/static.assert/i);
    });

    if (compiler === gccNative || compiler === clangNative) return; // 64-bit: the offsets are others, unchecked.
    it("refuse an offset that is not the device's", () => {
      const wrong = header.replace("v1.endpoint) == 36", "v1.endpoint) == 40");
      expect(check(compiler, "c", [], wrong)).toMatch(/static.assert/i);
    });
  });
}

describe("the bindings of the two languages", () => {
  it("declare the same 71 system calls", () => {
    const inC = [...header.matchAll(/^MV_IMPORT\("(mv\w+)"\) enum MvStatus \1\(/gm)].map(([, name]) => name);
    const bindings = readFileSync("firmware/sdk/abi/syscalls.ts", "utf8");
    const inAssemblyScript = [...bindings.matchAll(/^@external\("env", "(mv\w+)"\)\nexport declare function \1\(/gm)];
    expect(inC).toEqual(inAssemblyScript.map(([, name]) => name));
    expect(inC.sort()).toEqual(Object.keys(syscalls).sort());
    expect(inC).toHaveLength(71);
  });
});
