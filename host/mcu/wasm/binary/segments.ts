/** Limits, constant expressions, and element and data segments of a WebAssembly binary. */

import { UnsupportedFeatureError } from "./features.ts";
import { type Instruction, op, readInstruction } from "./opcodes.ts";
import type { ByteReader } from "./reader.ts";
import { referenceType } from "./types.ts";

export interface Limits {
  readonly minimum: number;
  readonly maximum: number | undefined;
}

export function limits(reader: ByteReader): Limits {
  const at = reader.position;
  const flags = reader.byte();
  if (flags & 2) throw new UnsupportedFeatureError("shared memory", at);
  if (flags & 4) throw new UnsupportedFeatureError("64-bit memory", at);
  if (flags & 8) throw new UnsupportedFeatureError("custom page sizes", at);
  if (flags > 1) reader.fail("unknown limits");
  const minimum = reader.unsigned32();
  return { minimum, maximum: flags & 1 ? reader.unsigned32() : undefined };
}

/** i32.const, i64.const, f32.const, f64.const, global.get, ref.null, ref.func, v128.const and the end. */
const constantOpcodes = new Set([0x41, 0x42, 0x43, 0x44, 0x23, 0xd0, 0xd2, 0xfd000c, 0x0b]);
/** Addition, subtraction and multiplication of integers. */
const extendedOpcodes = new Set([0x6a, 0x6b, 0x6c, 0x7c, 0x7d, 0x7e]);

const instruction: Instruction = { opcode: 0, immediate: 0 };

/** Skips an initial value or offset, and notes the functions that it refers to. */
export function constantExpression(reader: ByteReader, referenced: Set<number>): void {
  do {
    const at = reader.position;
    readInstruction(reader, instruction);
    if (extendedOpcodes.has(instruction.opcode)) throw new UnsupportedFeatureError("extended constant expressions", at);
    if (!constantOpcodes.has(instruction.opcode)) reader.fail("an instruction that is not constant");
    if (instruction.opcode === op.refFunc) referenced.add(instruction.immediate);
  } while (instruction.opcode !== op.end);
}

export function elementSegment(reader: ByteReader, referenced: Set<number>): void {
  const flags = reader.unsigned32();
  if (flags > 7) reader.fail("unknown form of element segment");
  const isActive = (flags & 1) === 0;
  if (isActive) {
    if (flags & 2) reader.unsigned32(); // the table
    constantExpression(reader, referenced);
  }
  const hasExpressions = (flags & 4) !== 0;
  if (flags & 3) {
    // The kind of the elements: a reference type, or 0 for function indexes.
    if (hasExpressions) referenceType(reader);
    else if (reader.byte() !== 0) reader.fail("unknown kind of element");
  }
  if (hasExpressions) reader.list(() => constantExpression(reader, referenced));
  else reader.list(() => referenced.add(reader.unsigned32()));
}

export function skipDataSegment(reader: ByteReader, referenced: Set<number>): void {
  const flags = reader.unsigned32();
  if (flags > 2) reader.fail("unknown form of data segment");
  if (flags === 2 && reader.unsigned32() !== 0) throw new UnsupportedFeatureError("multiple memories", reader.position);
  if (flags !== 1) constantExpression(reader, referenced);
  reader.skip(reader.unsigned32());
}
