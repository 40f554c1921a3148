/** Modules of absurd sizes and shapes: each is refused by name or runs, soon, and with a message that people can read. */

import { describe, expect, it } from "vitest";
import { ByteWriter } from "../../../../host/mcu/wasm/binary/writer.ts";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { coreOf, fromText, runToEnd } from "./firmware.ts";
import {
  i32,
  i64,
  type LargeSection,
  largeMain,
  largeModule,
  moduleOfFunctions,
  nothing,
  op,
  repeated,
  vector,
} from "./hostile-modules.ts";

const code = (...bytes: readonly number[]) => new ByteWriter().byte(...bytes);
const empty = { code: code() };
const callOf = (index: number) => ({ code: code(op.call).unsigned(index) });
const nested = (depth: number, ...opening: readonly number[]) =>
  repeated(depth, ...opening).raw(repeated(depth, op.end).view());
/** Each local takes its neighbour's value in a loop: from below, or from above, then all live across its safepoint. */
const shifting = (locals: number, from: -1 | 1) => {
  const output = code(op.loop, nothing);
  for (let index = 1; index < locals - 1; index++) {
    output
      .byte(op.localGet)
      .unsigned(index + from)
      .byte(op.localSet)
      .unsigned(index);
  }
  return output.byte(op.end);
};

const finished = { why: "returned", value: 0 };

async function run(bytes: Uint8Array) {
  return runToEnd(await coreOf(bytes));
}

describe("a module of an absurd size runs", () => {
  it.each<[what: string, module: () => Uint8Array]>([
    [
      "10,000 functions that call each other in one chain",
      () => moduleOfFunctions(Array.from({ length: 10_000 }, (_, index) => (index === 0 ? empty : callOf(index - 1)))),
    ],
    ["50,000 locals", () => largeMain(code(), { locals: [[50_000, i64]] })],
    ["a branch table of 65,000 targets", () => largeMain(branchTable(65_000))],
    ["blocks nested 5,000 deep", () => largeMain(nested(5000, op.block, nothing))],
    ["blocks nested 100,000 deep", () => largeMain(nested(100_000, op.block, nothing))],
    ["ifs nested 1,000 deep", () => largeMain(nested(1000, op.i32Const, 1, op.if, nothing))],
    ["loops nested 256 deep", () => largeMain(nested(256, op.loop, nothing))],
    ["256 loops one after the other", () => largeMain(repeated(256, op.loop, nothing, op.end))],
    [
      "50,000 operands on the stack",
      () => largeMain(repeated(50_000, op.i32Const, 1).raw(repeated(49_999, op.i32Add).view()).byte(op.drop)),
    ],
    ["a table of 100,000 elements", () => largeMainWith([4, code(1, 0x70, 0).unsigned(100_000)])],
    ["a name section that is longer than it is", () => largeMainWith([0, new ByteWriter().name("name").byte(1, 0xff)])],
  ])("%s", async (_, module) => {
    expect(await run(module())).toEqual(finished);
  });

  it("10,000 functions that call each other in a circle: a stack overflow of the firmware", async () => {
    const circle = Array.from({ length: 10_000 }, (_, index) => callOf((index + 1) % 10_000));
    expect(await run(moduleOfFunctions(circle))).toMatchObject({
      why: "thrown",
      error: { fault: { code: "ERR_MVSIM_STACK_OVERFLOW", message: expect.stringContaining("1024 deep") } },
    });
  });
});

describe("a module that is too large is refused with what is too large", () => {
  it.each<[what: string, code: string, message: RegExp, module: () => Uint8Array]>([
    ["loops", "TOO_COMPLEX", /loops that are nested 257 deep/, () => largeMain(nested(257, op.loop, nothing))],
    ["loops", "TOO_COMPLEX", /loops that are nested 50000 deep/, () => largeMain(nested(50_000, op.loop, nothing))],
    [
      "mutable globals",
      "TOO_COMPLEX",
      /10001 mutable globals/,
      () => largeMainWith([6, vector(10_001, (output) => output.byte(i32, 1, op.i32Const, 0, op.end))]),
    ],
    [
      "one table",
      "TOO_COMPLEX",
      /tables of 10000001 elements/,
      () => largeMainWith([4, code(1, 0x70, 0).unsigned(10_000_001)]),
    ],
    [
      "many tables",
      "TOO_COMPLEX",
      /tables of 5000000 elements/,
      () => largeMainWith([4, vector(5000, (output) => output.byte(0x70, 0).unsigned(1000))]),
    ],
    [
      "locals, with those that preparation adds",
      "TOO_COMPLEX",
      /too much of something for the engine, once it is prepared: .*local count too large/,
      () => largeMain(shifting(40_000, -1), { locals: [[40_000, i32]] }),
    ],
    [
      "locals that live across a safepoint",
      "FRAMES_TOO_LARGE",
      /local variables of \d{5} bytes/,
      () => largeMain(shifting(20_000, 1), { locals: [[20_000, i32]] }),
    ],
    ["locals", "INVALID_MODULE", /local count too large/, () => largeMain(code(), { locals: [[50_001, i32]] })],
    [
      "locals, in a number of 32 bits",
      "INVALID_MODULE",
      /local count too large/,
      () => largeMain(code(), { locals: [[0xffff_ffff, i32]] }),
    ],
    ["a branch table", "INVALID_MODULE", /max br_table size\): 100000/, () => largeMain(branchTable(100_000))],
    [
      "a branch table, in its count alone",
      "INVALID_MODULE",
      /max br_table size\): 4294967295/,
      () => largeMain(code(op.block, nothing, op.i32Const, 0, op.brTable).unsigned(0xffff_ffff).byte(0, op.end)),
    ],
    [
      "a memory",
      "INVALID_MODULE",
      /initial memory size \(65537 pages\)/,
      () => largeModule([5, code(1, 0).unsigned(65_537)]),
    ],
  ])("%s: %s", async (_, code, message, module) => {
    await expect(run(module())).rejects.toMatchObject({
      name: "SimulatorError",
      code: `ERR_MVSIM_${code}`,
      message: expect.stringMatching(message),
    });
  });
});

describe("a number that lies about the size of what follows is refused", () => {
  const magic = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
  const most = [0xff, 0xff, 0xff, 0xff, 0x0f];

  it.each<[what: string, message: RegExp, bytes: readonly number[]]>([
    ["a section of 4 GB", /extends past end of the module \(length 4294967295/, [1, ...most, 0]],
    ["a section one byte longer than the file", /extends past end/, [1, 5, 1, 0x60, 0, 0]],
    ["a section shorter than its content", /section was shorter/, [1, 5, 1, 0x60, 0, 0, 0]],
    ["4,294,967,295 types", /types count of 4294967295/, [1, 5, ...most]],
    ["a number of 6 bytes", /section length/, [1, 0x80, 0x80, 0x80, 0x80, 0x80, 0]],
    ["a number of 5 bytes that is none of 32 bits", /extra bits/, [1, 0x80, 0x80, 0x80, 0x80, 0x7f]],
    ["a name of 4 GB", /expected 4294967295 bytes/, [7, 7, 1, ...most, 0x61]],
    ["a function body of 4 GB", /size 4294967295/, [1, 4, 1, 0x60, 0, 0, 3, 2, 1, 0, 10, 6, 1, ...most]],
  ])("%s", async (_, message, bytes) => {
    await expect(prepareModule(Uint8Array.of(...magic, ...bytes), [])).rejects.toMatchObject({
      name: "SimulatorError",
      code: "ERR_MVSIM_INVALID_MODULE",
      message: expect.stringMatching(message),
    });
  });
});

describe("what does not fit where it goes is refused", () => {
  it.each([
    ["data past the end of memory", /data segment/, `(data (i32.const 65535) "ab")`],
    ["data at -1", /data segment/, `(data (i32.const -1) "a")`],
    ["functions past the end of a table", /table/, `(table 1 funcref) (elem (i32.const 1) $main)`],
  ])("%s", async (_, what, text) => {
    const bytes = fromText(`(module (memory (export "memory") 1) (func $main (export "main")) ${text})`);
    await expect(run(bytes)).rejects.toMatchObject({
      name: "SimulatorError",
      code: "ERR_MVSIM_INVALID_MODULE",
      message: expect.stringMatching(what),
    });
  });
});

describe("a module that grows for ever is told no", () => {
  it.each([
    ["memory: at 8 pages, the RAM of a device", "memory.grow (i32.const 1)", "(memory.size)", 8],
    ["a table: at 100,000 elements", "table.grow 0 (ref.null func) (i32.const 999)", "(table.size 0)", 1 + 100 * 999],
  ])("%s", async (_, grow, size, most) => {
    const bytes = fromText(`(module (memory (export "memory") 1) (table 1 funcref)
      (func (export "main") (result i32) (loop $again (br_if $again (i32.ne (i32.const -1) (${grow})))) ${size}))`);
    expect(await run(bytes)).toEqual({ why: "returned", value: most });
  });

  it("many tables: at 100,000 elements together", async () => {
    const tables = Array.from({ length: 10 }, (_, index) => index);
    const bytes = fromText(`(module (memory (export "memory") 1) ${tables.map(() => "(table 1 funcref)").join("")}
      (func (export "main") (result i32)
        ${tables.map((table) => `(loop $l (br_if $l (i32.ne (i32.const -1) (table.grow ${table} (ref.null func) (i32.const 9)))))`).join("")}
        ${tables.reduce((sum, table) => `(i32.add ${sum} (table.size ${table}))`, "(i32.const 0)")}))`);
    expect(await run(bytes)).toEqual({ why: "returned", value: 10 * (1 + 1111 * 9) });
  });
});

describe("a message stays short", () => {
  const imports = (count: number, name: (index: number) => string): LargeSection => [
    2,
    vector(count, (output, index) => output.name("env").name(name(index)).byte(0, 0)),
  ];

  it.each<[what: string, section: LargeSection, message: RegExp]>([
    ["with 5,000 unknown imports", imports(5000, (index) => `none${index}`), /env\.none49, and 4950 more\. /],
    ["with an import of a long name", imports(1, () => "n".repeat(100_000)), /env\.n{190,200}…\. /],
  ])("%s", async (_, section, message) => {
    const error = await run(largeMainWith(section)).catch((error) => error);
    expect(error).toMatchObject({ code: "ERR_MVSIM_UNKNOWN_IMPORT", message: expect.stringMatching(message) });
    expect(error.message.length).toBeLessThan(2000);
  });

  it("with functions of long names in the stack", async () => {
    const text = `(module (memory (export "memory") 1) (func $${"n".repeat(50_000)} (unreachable))
      (func (export "main") (call 0)))`;
    const stop = await run(fromText(text));
    expect(stop).toMatchObject({ error: { fault: { stack: [`${"n".repeat(1000)}…`, expect.any(String)] } } });
  });
});

function branchTable(targets: number): ByteWriter {
  const output = code(op.block, nothing, op.i32Const, 0, op.brTable).unsigned(targets);
  return output.raw(repeated(targets + 1, 0).view()).byte(op.end);
}

function largeMainWith(...sections: readonly LargeSection[]): Uint8Array {
  return moduleOfFunctions([empty], sections);
}
