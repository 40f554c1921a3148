import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SimulatorError } from "../../../../host/fault/fault.ts";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { mainOf, moduleOf } from "./bytes.ts";
import { call, fromText } from "./firmware.ts";
import { programCalls, programs } from "./programs.ts";

const memory = '(memory (export "memory") 1)';
const main = '(func (export "main"))';

/** What the refusal names, and a module with it. */
const refused: readonly (readonly [string, string | Uint8Array])[] = [
  ["exceptions", `(module ${memory} (tag $e) (func (export "main") (throw $e)))`],
  ["exceptions", `(module ${memory} (tag $e) (func (export "main") (try_table (catch_all 0) (nop))))`],
  ["exceptions", `(module (import "env" "e" (tag $e)) ${memory} ${main})`],
  ["tail calls", `(module ${memory} (func $f) (func (export "main") (return_call $f)))`],
  [
    "tail calls",
    `(module ${memory} (type $t (func)) (table 1 funcref)
      (func (export "main") (return_call_indirect (type $t) (i32.const 0))))`,
  ],
  [
    "typed function references",
    `(module ${memory} (type $t (func)) (elem declare func $f) (func $f (type $t))
      (func (export "main") (call_ref $t (ref.func $f))))`,
  ],
  [
    "garbage collection",
    `(module ${memory} (type $s (struct (field i32))) (func (export "main") (drop (struct.new_default $s))))`,
  ],
  ["garbage collection", mainOf(0x41, 0, 0xfb, 0x1c, 0x1a)], // ref.i31
  ["threads and atomics", `(module ${memory} (func (export "main") (drop (i32.atomic.load (i32.const 0)))))`],
  ["threads and atomics", `(module ${memory} (func (export "main") (atomic.fence)))`],
  ["shared memory", `(module (memory (export "memory") 1 2 shared) ${main})`],
  ["64-bit memory", `(module (memory (export "memory") i64 1) ${main})`],
  ["multiple memories", `(module ${memory} (memory $second 1) ${main})`],
  ["relaxed SIMD", mainOf(0xfd, 0x80, 0x02)],
  ["references as globals", `(module ${memory} (global $g (mut funcref) (ref.null func)) ${main})`],
  ["references as locals", `(module ${memory} (func (export "main") (local externref)))`],
  ["references as parameters", `(module ${memory} (func (param externref)) ${main})`],
  ["references as results", `(module ${memory} (func (result funcref) (ref.null func)) ${main})`],
  ["blocks with a reference as result", mainOf(0x02, 0x70, 0xd0, 0x70, 0x0b, 0x1a)],
  ["mutable v128 globals", `(module ${memory} (global $g (mut v128) (v128.const i64x2 0 0)) ${main})`],
  ["extended constant expressions", `(module ${memory} (global i32 (i32.add (i32.const 1) (i32.const 2))) ${main})`],
  ["imported memory", `(module (import "env" "memory" (memory 1)) (export "memory" (memory 0)) ${main})`],
  ["imported tables", `(module (import "env" "table" (table 1 funcref)) ${memory} ${main})`],
  ["imported globals", `(module (import "env" "base" (global i32)) ${memory} ${main})`],
];

describe("a feature that is not supported is refused by name", () => {
  it.each(refused)("%s", async (feature, module) => {
    const bytes = typeof module === "string" ? fromText(module) : module;
    await expect(prepareModule(bytes, [])).rejects.toMatchObject({
      name: "SimulatorError",
      code: "ERR_MVSIM_UNSUPPORTED_FEATURE",
      message: expect.stringContaining(`not supported: ${feature} (at byte `),
    });
  });

  it("an Asyncify of the firmware's own", async () => {
    const text = `(module ${memory} ${main} (func (export "asyncify_start_unwind") (param i32)))`;
    await expect(prepareModule(fromText(text), [])).rejects.toMatchObject({
      code: "ERR_MVSIM_UNSUPPORTED_FEATURE",
      message: expect.stringContaining("Asyncify"),
    });
  });
});

describe("a file that is no valid module is refused", () => {
  it.each([
    ["nothing", new Uint8Array()],
    ["text", new TextEncoder().encode("export function main(): void {}")],
    ["the magic number alone, cut short", new Uint8Array([0, 0x61, 0x73])],
  ])("as no WebAssembly: %s", async (_, bytes) => {
    await expect(prepareModule(bytes, [])).rejects.toMatchObject({ code: "ERR_MVSIM_NOT_WASM" });
  });

  it("as a component that has to be linked first", async () => {
    const component = new Uint8Array([0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0]);
    await expect(prepareModule(component, [])).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_MODULE" });
  });

  it("with the engine's own message", async () => {
    // i32.add without operands
    await expect(prepareModule(mainOf(0x6a), [])).rejects.toMatchObject({
      code: "ERR_MVSIM_INVALID_MODULE",
      message: expect.stringMatching(/not enough arguments on the stack for i32\.add/),
    });
  });

  it("when it ends too soon, wherever that is", async () => {
    const whole = fromText(programs["mutual recursion through a table"]!.text);
    for (let length = 0; length < whole.length; length++) {
      const error = await refusalOf(whole.slice(0, length));
      // The name section, the last one, and everything between sections may be cut off.
      if (error)
        expect(["ERR_MVSIM_NOT_WASM", "ERR_MVSIM_INVALID_MODULE", "ERR_MVSIM_MISSING_EXPORT"]).toContain(error);
    }
    expect(await refusalOf(whole)).toBeUndefined();
  });

  it("whatever its bytes are", async () => {
    const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
    const section = fc.tuple(
      fc.integer({ min: 0, max: 14 }),
      fc.array(fc.integer({ min: 0, max: 255 }), { maxLength: 60 }),
    );
    const modules = fc.array(section, { maxLength: 4 }).map((sections) => moduleOf(...sections));
    const bytes = fc.uint8Array({ maxLength: 100 }).map((rest) => new Uint8Array([...magic, ...rest]));
    await fc.assert(
      fc.asyncProperty(fc.oneof(modules, bytes, fc.uint8Array()), async (input) => void (await refusalOf(input))),
      {
        numRuns: 500,
      },
    );
  });

  it("or prepared, when single bytes of a good one are changed", async () => {
    const whole = fromText(programs["multi-value calls and blocks"]!.text);
    const change = fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 }));
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        const bytes = whole.slice();
        for (const [at, value] of changes) bytes[at] = value;
        await refusalOf(bytes);
      }),
      { numRuns: 150 },
    );
  });

  it("when it has more imports than an argument list of the engine holds", async () => {
    const bytes = fromText(`(module (import "env" "a" (func)) ${memory} ${main})`);
    expect(await refusalOf(bytes)).toBe("ERR_MVSIM_UNKNOWN_IMPORT");
    expect(await refusalOf(manyImports(200_000))).toMatch(/^ERR_MVSIM_/);
  });
});

/** The code of the refusal; any other error fails the test. */
async function refusalOf(bytes: Uint8Array): Promise<string | undefined> {
  try {
    await prepareModule(bytes, [...programCalls, call("unused", [], [], () => undefined)]);
    return undefined;
  } catch (error) {
    if (!(error instanceof SimulatorError)) throw error;
    return error.code;
  }
}

/** A module that imports `env.a` so many times. */
function manyImports(count: number): Uint8Array {
  const number = (value: number): number[] => (value < 128 ? [value] : [(value & 127) | 128, ...number(value >> 7)]);
  const one = [3, 0x65, 0x6e, 0x76, 1, 0x61, 0, 0];
  const bytes = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0];
  const counted = number(count);
  bytes.push(2, ...number(counted.length + count * one.length), ...counted);
  for (let index = 0; index < count; index++) bytes.push(...one);
  return new Uint8Array(bytes);
}
