/**
 * Finds the global that C, C++, Rust and Zig keep their stack pointer in: by its name, else by LLVM's prologue
 * (`global.get G`, subtract through a local, `global.set G`, as a function's first instructions). AssemblyScript's own
 * stack pointer is none: its collector scans the range that it bounds, and its functions leave nothing below it.
 */

import { type Instruction, op, readInstruction } from "../binary/opcodes.ts";
import { ByteReader } from "../binary/reader.ts";
import { signatureText } from "../binary/types.ts";
import type { InspectedModule } from "./inspect.ts";

const cName = "__stack_pointer";
/** At -O0 the prologue takes 10 instructions. */
const prologueInstructions = 12;

/** Its index, or undefined for a module without one. */
export function findStackPointer(module: InspectedModule): number | undefined {
  const exported = module.exports.find(({ kind, name }) => kind === "global" && name === cName)?.index;
  const named = exported ?? [...module.names.globals].find(([, name]) => name === cName)?.[0];
  if (named !== undefined) return isStackPointerLike(module, named) ? named : undefined;
  if (isAssemblyScript(module)) return undefined;
  for (const { code } of module.functionBodies) {
    const index = prologueGlobal(new ByteReader(module.bytes, code.start, code.end));
    if (index !== undefined && isStackPointerLike(module, index)) return index;
  }
  return undefined;
}

function isStackPointerLike(module: InspectedModule, index: number): boolean {
  const global = module.globals[index];
  return global?.type === "i32" && global.mutable;
}

function isAssemblyScript(module: InspectedModule): boolean {
  return module.imports.some(
    ({ name, typeIndex }) =>
      name === "abort" && signatureText(module.types[typeIndex]!) === "(i32, i32, i32, i32) -> ()",
  );
}

const prologueOpcodes: ReadonlySet<number> = new Set([
  op.localGet,
  op.localSet,
  op.localTee,
  op.i32Const,
  op.i32Sub,
  op.i32And,
]);

/** The global whose lowering begins the code, or undefined. Without a local in between it is not LLVM's. */
function prologueGlobal(reader: ByteReader): number | undefined {
  const instruction: Instruction = { opcode: 0, immediate: 0 };
  readInstruction(reader, instruction);
  const { opcode: first, immediate: index }: Instruction = instruction;
  if (first !== op.globalGet) return undefined;
  const seen = new Set<number>();
  for (let count = 0; count < prologueInstructions && !reader.atEnd; count++) {
    readInstruction(reader, instruction);
    const { opcode, immediate }: Instruction = instruction;
    if (opcode === op.globalSet) {
      const usesLocal = seen.has(op.localTee) || seen.has(op.localSet);
      return immediate === index && seen.has(op.i32Sub) && usesLocal ? index : undefined;
    }
    if (!prologueOpcodes.has(opcode)) return undefined;
    seen.add(opcode);
  }
  return undefined;
}
