/**
 * How large suspended frames can become: what Asyncify saves of each function, read from the code that it made, and the
 * largest sum along call chains. So a suspension saves and restores no more of RAM than it may need, and the depth of
 * recursion is limited to what the window holds, the same on every machine.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import { skipLocals } from "../binary/function-body.ts";
import { type DecodedModule, decodeModule, type Span } from "../binary/module.ts";
import { type Instruction, op, readInstruction } from "../binary/opcodes.ts";
import { ByteReader } from "../binary/reader.ts";
import type { CallGraph } from "./call-graph.ts";
import { guestIndexes } from "./function-names.ts";

/** The part of RAM through which frames pass, at its top. */
export const windowBytes = 65536;
/** Before the frames stand Asyncify's stack pointer and its end. */
export const windowHeaderBytes = 8;

export interface FrameSizes {
  /** The largest frame of a function that may recurse, in bytes; 0 without such functions. */
  readonly recursiveBytes: number;
  /** The most that a call chain from this function (its original index) takes, recursive functions not counted. */
  chainBytes(functionIndex: number): number;
}

/** @param prepared the module that Asyncify made; the graph is that of the original module */
export function measureFrames(prepared: Uint8Array, graph: CallGraph): FrameSizes {
  const frames = frameBytes(decodeModule(prepared));
  const chains = new Map<number, number>();
  let recursiveBytes = 0;
  // Components come callees first.
  for (const component of graph.components) {
    let below = 0;
    for (const node of component) {
      for (const target of graph.edges[node]!) below = Math.max(below, chains.get(target) ?? 0);
    }
    for (const node of component) {
      const own = frames.get(node) ?? 0;
      const isRecursive = graph.isRecursive(node);
      if (isRecursive) recursiveBytes = Math.max(recursiveBytes, own);
      chains.set(node, below + (isRecursive ? 0 : own));
    }
  }
  return { recursiveBytes, chainBytes: (functionIndex) => chains.get(functionIndex) ?? 0 };
}

/** The frame of each function that can suspend, by its original index. */
function frameBytes(module: DecodedModule): Map<number, number> {
  const stack = asyncifyDataGlobal(module);
  const frames = new Map<number, number>();
  module.bodies.forEach((body, position) => {
    const [index] = guestIndexes(module.names.functions.get(module.imports.length + position) ?? "");
    if (index === undefined) return;
    const { pushed, popped } = stackMoves(module.bytes, body, stack);
    if (pushed !== popped) {
      throw new SimulatorError("ERR_MVSIM_PREPARATION", "this version of Binaryen's Asyncify has unknown frames.");
    }
    frames.set(index, pushed);
  });
  return frames;
}

/**
 * Asyncify moves its stack pointer only so: global.get data, i32.load, i32.const bytes, i32.add, i32.store; up as it
 * unwinds, and down by the same as it rewinds.
 */
const move: readonly number[] = [op.globalGet, op.i32Load, op.i32Const, op.i32Add, op.i32Store];

function stackMoves(bytes: Uint8Array, body: Span, data: number): { pushed: number; popped: number } {
  const moves = { pushed: 0, popped: 0 };
  let matched = 0;
  let amount = 0;
  for (const { opcode, immediate } of instructions(bytes, body)) {
    if (opcode === op.globalGet && immediate === data) matched = 1;
    else matched = matched > 0 && opcode === move[matched] ? matched + 1 : 0;
    if (opcode === op.i32Const) amount = immediate;
    if (matched < move.length) continue;
    matched = 0;
    if (amount > 0) moves.pushed += amount;
    else moves.popped -= amount;
  }
  return moves;
}

/** The global that holds the address of Asyncify's stack pointer: `asyncify_start_unwind` sets it to its argument. */
function asyncifyDataGlobal(module: DecodedModule): number {
  const start = module.exports.find(({ name }) => name === "asyncify_start_unwind")!;
  let previous: number = op.end;
  for (const { opcode, immediate } of instructions(module.bytes, module.bodies[start.index - module.imports.length]!)) {
    if (opcode === op.globalSet && previous === op.localGet) return immediate;
    previous = opcode;
  }
  throw new SimulatorError("ERR_MVSIM_PREPARATION", "this version of Binaryen's Asyncify has an unknown form.");
}

/** One object is yielded again and again. */
function* instructions(bytes: Uint8Array, body: Span): Generator<Instruction> {
  const reader = new ByteReader(bytes, body.start, body.end);
  skipLocals(reader);
  const instruction: Instruction = { opcode: 0, immediate: 0 };
  while (!reader.atEnd) {
    readInstruction(reader, instruction);
    yield instruction;
  }
}
