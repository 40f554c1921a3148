/**
 * The instructions that firmware may use: which immediates follow each opcode, and the name of the feature for those
 * that are refused. A prefixed opcode is `prefix * 0x10000 + number`.
 */

import { UnsupportedFeatureError } from "./features.ts";
import type { ByteReader } from "./reader.ts";
import { referenceType, valueType } from "./types.ts";

export const op = {
  unreachable: 0x00,
  block: 0x02,
  loop: 0x03,
  if: 0x04,
  else: 0x05,
  end: 0x0b,
  br: 0x0c,
  brIf: 0x0d,
  brTable: 0x0e,
  return: 0x0f,
  call: 0x10,
  callIndirect: 0x11,
  select: 0x1b,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  globalGet: 0x23,
  globalSet: 0x24,
  tableSet: 0x26,
  i32Load: 0x28,
  i32Store: 0x36,
  i32Const: 0x41,
  i32Eq: 0x46,
  i32LtS: 0x48,
  i32GtS: 0x4a,
  i32Add: 0x6a,
  i32Sub: 0x6b,
  i32RemU: 0x70,
  i32And: 0x71,
  i32ShrU: 0x76,
  refFunc: 0xd2,
  memoryInit: 0xfc0008,
  memoryCopy: 0xfc000a,
  memoryFill: 0xfc000b,
  tableInit: 0xfc000c,
  tableCopy: 0xfc000e,
  tableGrow: 0xfc000f,
  tableFill: 0xfc0011,
} as const;

/** How the immediates of an instruction are read. `index`: one number, kept as the instruction's immediate. */
type Immediates =
  | "none"
  | "index"
  | "two indexes"
  | "block type"
  | "signed"
  | "float32"
  | "float64"
  | "branch table"
  | "select types"
  | "heap type"
  | "memory"
  | "memory and lane"
  | "lane"
  | "16 bytes"
  | "zero byte"
  | "index and zero byte"
  | "two zero bytes";

const table = new Map<number, Immediates>();
const refused = new Map<number, string>();

function define(first: number, last: number, immediates: Immediates): void {
  for (let opcode = first; opcode <= last; opcode++) table.set(opcode, immediates);
}

define(0x00, 0x01, "none"); // unreachable, nop
define(0x02, 0x04, "block type"); // block, loop, if
define(0x05, 0x05, "none"); // else
define(0x0b, 0x0b, "none"); // end
define(0x0c, 0x0d, "index"); // br, br_if
define(0x0e, 0x0e, "branch table");
define(0x0f, 0x0f, "none"); // return
define(0x10, 0x10, "index"); // call
define(0x11, 0x11, "two indexes"); // call_indirect: type, table
define(0x1a, 0x1b, "none"); // drop, select
define(0x1c, 0x1c, "select types");
define(0x20, 0x26, "index"); // local, global and table access
define(0x28, 0x3e, "memory"); // loads and stores
define(0x3f, 0x40, "zero byte"); // memory.size, memory.grow
define(0x41, 0x42, "signed"); // i32.const, i64.const
define(0x43, 0x43, "float32");
define(0x44, 0x44, "float64");
define(0x45, 0xc4, "none"); // arithmetic, sign extension
define(0xd0, 0xd0, "heap type"); // ref.null
define(0xd1, 0xd1, "none"); // ref.is_null
define(0xd2, 0xd2, "index"); // ref.func
define(0xfc0000, 0xfc0007, "none"); // saturating conversion
define(0xfc0008, 0xfc0008, "index and zero byte"); // memory.init
define(0xfc0009, 0xfc0009, "index"); // data.drop
define(0xfc000a, 0xfc000a, "two zero bytes"); // memory.copy
define(0xfc000b, 0xfc000b, "zero byte"); // memory.fill
define(0xfc000c, 0xfc000c, "two indexes"); // table.init
define(0xfc000d, 0xfc000d, "index"); // elem.drop
define(0xfc000e, 0xfc000e, "two indexes"); // table.copy
define(0xfc000f, 0xfc0011, "index"); // table.grow, table.size, table.fill
define(0xfd0000, 0xfd00ff, "none"); // SIMD, but for:
define(0xfd0000, 0xfd000b, "memory");
define(0xfd000c, 0xfd000d, "16 bytes"); // v128.const, i8x16.shuffle
define(0xfd0015, 0xfd0022, "lane");
define(0xfd0054, 0xfd005b, "memory and lane");
define(0xfd005c, 0xfd005d, "memory");

for (const opcode of [0x06, 0x07, 0x08, 0x09, 0x0a, 0x18, 0x19, 0x1f]) refused.set(opcode, "exceptions");
for (const opcode of [0x12, 0x13, 0x15]) refused.set(opcode, "tail calls");
for (const opcode of [0x14, 0xd4, 0xd5, 0xd6]) refused.set(opcode, "typed function references");
refused.set(0xd3, "garbage collection");
const refusedPrefixes = new Map([
  [0xfb, "garbage collection"],
  [0xfd, "relaxed SIMD"],
  [0xfe, "threads and atomics"],
]);

/** The decoded instruction; one object is used again for each, because modules have hundreds of thousands. */
export interface Instruction {
  opcode: number;
  /** The first index, constant or type; 0 without one. */
  immediate: number;
  /** Of a branch table, the default last. */
  labels?: readonly number[];
}

/** Reads one instruction into `instruction`. Throws for malformed and for refused ones. */
export function readInstruction(reader: ByteReader, instruction: Instruction): void {
  const at = reader.position;
  let opcode = reader.byte();
  if (opcode >= 0xfb) opcode = opcode * 0x10000 + Math.min(reader.unsigned32(), 0xffff);
  const immediates = table.get(opcode);
  if (immediates === undefined) {
    const feature = refused.get(opcode) ?? refusedPrefixes.get(opcode >> 16);
    if (feature) throw new UnsupportedFeatureError(feature, at);
    reader.fail(`unknown opcode 0x${opcode.toString(16)}`);
  }
  instruction.opcode = opcode;
  instruction.immediate = 0;
  switch (immediates) {
    case "none":
      return;
    case "index":
      instruction.immediate = reader.unsigned32();
      return;
    case "two indexes":
      instruction.immediate = reader.unsigned32();
      reader.unsigned32();
      return;
    case "block type":
      instruction.immediate = blockType(reader);
      return;
    case "signed":
      instruction.immediate = reader.signed();
      return;
    case "float32":
      return reader.skip(4);
    case "float64":
      return reader.skip(8);
    case "branch table":
      instruction.labels = [...reader.list(() => reader.unsigned32()), reader.unsigned32()];
      return;
    case "select types":
      reader.list(() => valueType(reader));
      return;
    case "heap type":
      referenceType(reader);
      return;
    case "memory":
      return memoryArgument(reader, at);
    case "memory and lane":
      memoryArgument(reader, at);
      return reader.skip(1);
    case "lane":
      return reader.skip(1);
    case "16 bytes":
      return reader.skip(16);
    case "zero byte":
      return memoryIndex(reader, at);
    case "index and zero byte":
      reader.unsigned32();
      return memoryIndex(reader, at);
    case "two zero bytes":
      memoryIndex(reader, at);
      return memoryIndex(reader, at);
  }
}

/** Does it change memory, a table, a global or a segment? Calls are another matter. */
export function changesState(opcode: number): boolean {
  return (
    (opcode >= 0x36 && opcode <= 0x3e) || // stores
    opcode === 0x40 || // memory.grow
    opcode === op.globalSet ||
    opcode === op.tableSet ||
    (opcode >= 0xfc0008 && opcode <= 0xfc0011 && opcode !== 0xfc0010) || // all of bulk memory and tables but table.size
    opcode === 0xfd000b || // v128.store
    (opcode >= 0xfd0058 && opcode <= 0xfd005b) // v128.store8_lane to v128.store64_lane
  );
}

/** Its type index, or a negative number: the value type or "no value". */
function blockType(reader: ByteReader): number {
  const at = reader.position;
  const type = reader.signed();
  if (type >= 0 || (type >= -5 && type <= -1) || type === -64) return type;
  throw new UnsupportedFeatureError("blocks with a reference as result", at);
}

function memoryArgument(reader: ByteReader, at: number): void {
  const alignment = reader.unsigned32();
  if (alignment & 0x40) throw new UnsupportedFeatureError("multiple memories", at);
  if (alignment > 0x40) reader.fail("an alignment out of range");
  // With memory64 the offset has up to 64 bits; such a memory is refused where it is declared.
  reader.unsigned32();
}

function memoryIndex(reader: ByteReader, at: number): void {
  if (reader.unsigned32() !== 0) throw new UnsupportedFeatureError("multiple memories", at);
}
