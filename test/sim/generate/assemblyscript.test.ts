import binaryen from "binaryen";
import { describe, expect, it } from "vitest";
import { interrupts } from "../../../host/abi/interrupts.ts";
import { layoutOf } from "../../../host/abi/layout.ts";
import { type McuCall, mcuCalls } from "../../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../../host/abi/peripheral-calls.ts";
import { type StructName, structs } from "../../../host/abi/structs.ts";
import { syscalls } from "../../../host/abi/syscalls.ts";
import { flatFields } from "../../../sim/generate/assemblyscript.ts";
import reference from "../../reference/microvisor-abi.json" with { type: "json" };
import { compileAssemblyScript } from "./compile-assemblyscript.ts";

const importAll = 'import * as abi from "./firmware/sdk/abi";\n';

/** Compiles expressions of type i32 and gives their values. */
async function evaluate(expressions: readonly string[]): Promise<number[]> {
  const functions = expressions.map(
    (expression, index) => `export function f${index}(): i32 { return ${expression}; }`,
  );
  const binary = await compileAssemblyScript(importAll + functions.join("\n"));
  const instance = new WebAssembly.Instance(new WebAssembly.Module(binary), {});
  return expressions.map((_, index) => (instance.exports[`f${index}`] as () => number)());
}

describe("the AssemblyScript bindings", () => {
  it("lay every struct out as the ABI does", async () => {
    const expected: Record<string, number> = {};
    for (const name of Object.keys(structs) as StructName[]) {
      expected[`offsetof<abi.${name}>()`] = layoutOf(name).bytes;
      for (const field of flatFields(name)) expected[`offsetof<abi.${name}>("${field.name}")`] = field.offset;
    }
    const values = await evaluate(Object.keys(expected));
    expect(Object.fromEntries(Object.keys(expected).map((key, index) => [key, values[index]]))).toEqual(expected);
  });

  it("have every enum value under the vendor's name", async () => {
    const expected = Object.entries(reference.enums).flatMap(([name, { values }]) =>
      Object.entries<number>(values).map(([member, value]) => [`abi.${name}.${member}`, value] as const),
    );
    expect(await evaluate(expected.map(([expression]) => expression))).toEqual(expected.map(([, value]) => value));
  });

  it("have every interrupt number under its CMSIS name", async () => {
    const names = Object.keys(interrupts);
    expect(await evaluate(names.map((name) => `abi.IRQn_Type.${name}_IRQn`))).toEqual(Object.values(interrupts));
  });

  it("import all 71 system calls and the MCU's calls from env, in 32-bit words", async () => {
    const used = [...Object.keys(syscalls), ...Object.keys(mcuCalls), ...Object.keys(peripheralCalls)];
    const binary = await compileAssemblyScript(
      `${importAll}export function use(): usize { return ${used.map((name) => `changetype<usize>(abi.${name})`).join(" + ")}; }`,
    );
    const module = binaryen.readBinary(binary);
    const found: Record<string, [number, number]> = {};
    for (let index = 0; index < module.getNumFunctions(); index++) {
      const info = binaryen.getFunctionInfo(module.getFunctionByIndex(index));
      if (info.module !== "env" || info.base === null) continue;
      const words = binaryen.expandType(info.params);
      expect(words.every((type) => type === binaryen.i32)).toBe(true);
      expect([binaryen.i32, binaryen.none]).toContain(info.results);
      found[info.base] = [words.length, info.results === binaryen.none ? 0 : 1];
    }
    module.dispose();
    const expected: Record<string, [number, number]> = {};
    for (const [name, { params }] of Object.entries(reference.functions)) expected[name] = [params.length, 1];
    for (const [name, { parameters, result }] of Object.entries<McuCall>({ ...mcuCalls, ...peripheralCalls })) {
      expected[name] = [Object.keys(parameters).length, result === "void" ? 0 : 1];
    }
    expect(Object.keys(reference.functions)).toHaveLength(71);
    expect(found).toEqual(expected);
  });

  it("leave no import in a module that does not use it", async () => {
    const binary = await compileAssemblyScript(
      `${importAll}export function main(): i32 { abi.__WFI(); return abi.mvNoOp(); }`,
    );
    const module = new WebAssembly.Module(binary);
    expect(
      WebAssembly.Module.imports(module)
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["__WFI", "mvNoOp"]);
  });
});
