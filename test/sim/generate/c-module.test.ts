/** The C header in linked modules for wasm32: layouts, arguments, imports and exports. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type EnumName, enums } from "../../../host/abi/enums.ts";
import { layoutOf, sizeOf } from "../../../host/abi/layout.ts";
import { mcuCalls } from "../../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../../host/abi/peripheral-calls.ts";
import { type StructName, structs } from "../../../host/abi/structs.ts";
import { syscalls } from "../../../host/abi/syscalls.ts";
import type { Type } from "../../../host/abi/types.ts";
import { handlerNames } from "../../../sim/generate/c-header.ts";
import { cType } from "../../../sim/generate/c-types.ts";
import reference from "../../reference/microvisor-abi.json" with { type: "json" };
import { buildWasm, canLink, clangWasi, clangWasm, type Language } from "./c-compilers.ts";

interface Leaf {
  readonly path: string;
  readonly offset: number;
  readonly type: Type;
}

/** The fields of a struct with those of nested structs in their place. */
function leaves(name: StructName, prefix = "", base = 0): Leaf[] {
  return layoutOf(name).fields.flatMap(({ path, offset, type }): Leaf[] => {
    const own = prefix + path.join(".");
    if (type.kind === "struct") return leaves(type.name as StructName, `${own}.`, base + offset);
    return [{ path: own, offset: base + offset, type }];
  });
}

/** A value whose bytes differ from those of the fields around it; of an enum, its last member. */
function fillOf({ offset, type }: Leaf): bigint {
  if (type.kind === "enum") return BigInt(Math.max(...Object.values<number>(enums[type.name as EnumName].values)));
  return Array.from({ length: sizeOf(type) }, (_, byte) => BigInt(offset + byte + 1) << BigInt(8 * byte)).reduce(
    (sum, part) => sum + part,
  );
}

/** A module with a function `fill_X` for each struct X: fills a zeroed X field by field, and gives its address. */
function fillers(): string {
  const functions = (Object.keys(structs) as StructName[]).map((name) => {
    const lines = leaves(name).map((leaf) => `  it.${leaf.path} = (${cType(leaf.type)})${fillOf(leaf)}ULL;`);
    return `MV_EXPORT("fill_${name}") void *fill_${name}(void);
void *fill_${name}(void) {
  static struct ${name} it;
${lines.join("\n")}
  return &it;
}`;
  });
  return `#include "mv_syscalls.h"
#ifdef __cplusplus
extern "C" {
#endif
${functions.join("\n")}
#ifdef __cplusplus
}
#endif
`;
}

function instantiate(binary: Uint8Array, env: Record<string, unknown> = {}) {
  return new WebAssembly.Instance(new WebAssembly.Module(binary), { env });
}

function exportNames(binary: Uint8Array): string[] {
  return WebAssembly.Module.exports(new WebAssembly.Module(binary)).map(({ name }) => name);
}

const modes = [
  ["c", "-fno-short-enums"],
  ["c", "-fshort-enums"],
  ["c++", "-fno-short-enums"],
  ["c++", "-fshort-enums"],
] as const satisfies [Language, string][];

describe.runIf(canLink(clangWasm))("a wasm32 module built with the C header", () => {
  it.each(modes)("has the bytes of every struct at the reference's offsets (%s, %s)", (language, mode) => {
    const { exports } = instantiate(buildWasm(clangWasm, language, [mode, "-Wl,--no-entry"], fillers()));
    for (const name of Object.keys(structs) as StructName[]) {
      const address = (exports[`fill_${name}`] as () => number)();
      const { size } = reference.structs[name];
      const expected = new Uint8Array(size);
      for (const leaf of leaves(name)) {
        for (let byte = 0; byte < sizeOf(leaf.type); byte++) {
          expected[leaf.offset + byte] = Number((fillOf(leaf) >> BigInt(8 * byte)) & 0xffn);
        }
      }
      const { buffer } = exports.memory as WebAssembly.Memory;
      expect([name, ...new Uint8Array(buffer, address, size)]).toEqual([name, ...expected]);
    }
  });

  it.each(["-fno-short-enums", "-fshort-enums"])("passes structs and enums as on the device (%s)", (mode) => {
    const seen: unknown[] = [];
    const bytes = (address: number, length: number): number[] => [...new Uint8Array(memory().buffer, address, length)];
    const words = (address: number, length: number): number[] => [...new Uint32Array(memory().buffer, address, length)];
    const instance = instantiate(
      buildWasm(clangWasm, "c", [mode], readFileSync("test/sim/generate/uses-abi.c", "utf8")),
      {
        mvOpenChannel: (params: number) => {
          const [version, centre, tag, network, , receiveBytes, , sendBytes, ...rest] = words(params, 11);
          seen.push({ version, centre, tag, network, receiveBytes, sendBytes, rest });
          return 38;
        },
        mvTestingComplete: (status: number) => seen.push({ status }),
        mvTestLog: (address: number, length: number) => seen.push({ length, first: bytes(address, 4) }),
        mvGetWakeReason: (address: number) => {
          new Uint8Array(memory().buffer)[address] = 16;
          return 0;
        },
        mvPowerSave: (powerMode: number) => seen.push({ powerMode }),
        NVIC_SetPriority: (...args: number[]) => void seen.push({ priority: args }),
      },
    );
    const memory = (): WebAssembly.Memory => instance.exports.memory as WebAssembly.Memory;
    (instance.exports._start as () => void)();
    const { CONFIGFETCH } = enums.MvChannelType.values;
    expect(seen).toEqual([
      {
        version: 1,
        centre: 0x11111111,
        tag: 7,
        network: 0x22222222,
        receiveBytes: 512,
        sendBytes: 512,
        rest: [CONFIGFETCH, 0, 0],
      },
      { status: enums.MvStatus.values.INPUTTOOLONG },
      { length: 20, first: [1, 0, 0, 0] },
      { length: 8, first: [16, 0, 0, 0] },
      { powerMode: enums.MvPowerSavingMode.values.STOP2 },
      { priority: [-1, 3] },
    ]);
  });

  it.each(["c", "c++"] as const)("imports the 71 system calls and the MCU's calls from env (%s)", (language) => {
    const calls = [...Object.keys(syscalls), ...Object.keys(mcuCalls), ...Object.keys(peripheralCalls)];
    const table = `#include "mcu_cmsis.h"
#include "mcu_peripherals.h"
typedef void (*call)(void);
void _start(void) {}
static const call calls[] = {
${calls.map((name) => `  (call)${name},`).join("\n")}
};
MV_EXPORT("nth") call nth(int index);
call nth(int index) { return calls[index]; }
`;
    // Function pointers of one type are the point here.
    const binary = buildWasm(clangWasm, language, ["-Wno-cast-function-type"], table);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(binary));
    expect(imports.map(({ module, name }) => `${module}.${name}`).sort()).toEqual(
      calls.map((name) => `env.${name}`).sort(),
    );
  });

  it("exports the handlers that it defines and no others, without a linker flag", () => {
    const binary = buildWasm(clangWasm, "c", [], readFileSync("test/sim/generate/uses-abi.c", "utf8"));
    expect(exportNames(binary).sort()).toEqual(["SysTick_Handler", "TIM1_BRK_IRQHandler", "_start", "memory"]);
  });

  it.each(["c", "c++"] as const)("can export every handler of the vector table (%s)", (language) => {
    const definitions = handlerNames().map((name) => `void ${name}(void) {}\n`);
    const binary = buildWasm(
      clangWasm,
      language,
      [],
      `#include "mv_syscalls.h"\n${definitions.join("")}void _start(void) {}\n`,
    );
    expect(exportNames(binary)).toEqual(expect.arrayContaining(handlerNames()));
  });

  it.each(["c", "c++"] as const)("exports main when it has no _start (%s)", (language) => {
    const binary = buildWasm(
      clangWasm,
      language,
      ["-Wl,--no-entry"],
      '#include "mv_syscalls.h"\nint main(void) { return 3; }\n',
    );
    expect(exportNames(binary)).toEqual(["memory", "main"]);
    expect((instantiate(binary).exports.main as () => number)()).toBe(3);
  });
});

describe.runIf(canLink(clangWasi))("a wasm32 module built with the C header and wasi-libc", () => {
  it("starts at the library's _start, which calls main", () => {
    const binary = buildWasm(
      clangWasi,
      "c",
      [],
      `#include "mcu_cmsis.h"
void TIM1_BRK_IRQHandler(void) {}
int main(int argc, char **argv) { return (argv == 0) + argc + (int)mvNoOp(); }
`,
    );
    expect(exportNames(binary).sort()).toEqual(["TIM1_BRK_IRQHandler", "_start", "memory"]);
  });
});
