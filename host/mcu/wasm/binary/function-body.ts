/** Reads a function body once, instruction by instruction, and keeps what instrumentation needs to know of it. */

import { UnsupportedFeatureError } from "./features.ts";
import type { Span } from "./module.ts";
import { changesState, type Instruction, op, readInstruction } from "./opcodes.ts";
import { ByteReader } from "./reader.ts";
import { isReference, valueType } from "./types.ts";

export interface LoopHead {
  /** The `loop` instruction. */
  readonly start: number;
  /** Just behind it. */
  readonly at: number;
  /** Its type index, or a negative number. */
  readonly type: number;
  /** The loop's own opcodes: up to and with its `end`, those of nested loops' bodies excluded. */
  opcodes: number;
}

export interface FunctionBody {
  /** Of the instructions, behind the local declarations. */
  readonly code: Span;
  /** Opcodes outside loops, the last `end` included. */
  readonly opcodes: number;
  readonly loops: readonly LoopHead[];
  /** How many loops lie within each other at most. */
  readonly loopDepth: number;
  /** Each `return`, with the number of blocks around it. */
  readonly returns: readonly { readonly at: number; readonly depth: number }[];
  /** What fills or copies a stretch of memory or a table: its length is on top of the operands. */
  readonly bulk: readonly number[];
  /** Direct calls: indexes of functions, each once. */
  readonly calls: readonly number[];
  /** Indirect calls: indexes of types, each once. */
  readonly indirectCalls: readonly number[];
  /** Functions of which it takes a reference. */
  readonly references: readonly number[];
  readonly changesTables: boolean;
  /** Whether it changes memory, a table or a global by itself. */
  readonly changesState: boolean;
}

const bulkOperations: ReadonlySet<number> = new Set([
  op.memoryInit,
  op.memoryCopy,
  op.memoryFill,
  op.tableInit,
  op.tableCopy,
  op.tableGrow,
  op.tableFill,
]);

const tableChanges: ReadonlySet<number> = new Set([
  op.tableSet,
  op.tableInit,
  op.tableCopy,
  op.tableGrow,
  op.tableFill,
]);

/** Throws MalformedError and UnsupportedFeatureError. */
export function readFunctionBody(bytes: Uint8Array, span: Span): FunctionBody {
  const reader = new ByteReader(bytes, span.start, span.end);
  skipLocals(reader);
  const start = reader.position;
  const outside: LoopHead = { start, at: start, type: -1, opcodes: 0 };
  const loops: LoopHead[] = [];
  const returns: { at: number; depth: number }[] = [];
  const bulk: number[] = [];
  const calls = new Set<number>();
  const indirectCalls = new Set<number>();
  const references = new Set<number>();
  let changesTables = false;
  let changes = false;
  let depth = 0;
  let loopDepth = 0;
  // Who pays for the opcodes of each open block: the loop around it, or the function.
  const payers: LoopHead[] = [outside];
  const instruction: Instruction = { opcode: 0, immediate: 0 };

  while (payers.length > 0) {
    const at = reader.position;
    readInstruction(reader, instruction);
    const payer = payers[payers.length - 1] as LoopHead;
    payer.opcodes++;
    switch (instruction.opcode) {
      case op.block:
      case op.if:
        payers.push(payer);
        break;
      case op.loop: {
        const loop = { start: at, at: reader.position, type: instruction.immediate, opcodes: 0 };
        loops.push(loop);
        payers.push(loop);
        loopDepth = Math.max(loopDepth, ++depth);
        break;
      }
      case op.end:
        payers.pop();
        // An `end` is paid for by the block that it ends: a loop's by that loop, which has no block left then.
        if (payer !== outside && payers.at(-1) !== payer) depth--;
        break;
      case op.return:
        returns.push({ at, depth: payers.length - 1 });
        break;
      case op.call:
        calls.add(instruction.immediate);
        break;
      case op.callIndirect:
        indirectCalls.add(instruction.immediate);
        break;
      case op.refFunc:
        references.add(instruction.immediate);
        break;
      default:
        if (bulkOperations.has(instruction.opcode)) bulk.push(at);
        if (tableChanges.has(instruction.opcode)) changesTables = true;
        if (changesState(instruction.opcode)) changes = true;
    }
  }
  if (!reader.atEnd) reader.fail("a function body is longer than its code");
  return {
    ...{ code: { start, end: reader.end }, opcodes: outside.opcodes, loops, loopDepth, returns, bulk, changesTables },
    changesState: changes,
    ...{ calls: [...calls], indirectCalls: [...indirectCalls], references: [...references] },
  };
}

/** Moves from a body's start to its first instruction. */
export function skipLocals(reader: ByteReader): void {
  reader.list(() => {
    const at = reader.position;
    reader.unsigned32();
    if (isReference(valueType(reader))) throw new UnsupportedFeatureError("references as locals", at);
  });
}
