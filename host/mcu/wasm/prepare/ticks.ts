/**
 * The code that instrumentation adds: ticks, safepoints and depth counts in function bodies, and the functions at the
 * module's end. It leaves the operand stack as it was and needs no locals.
 */

import type { ImportedCall } from "../../core.ts";
import type { FunctionBody } from "../binary/function-body.ts";
import type { Span } from "../binary/module.ts";
import { op } from "../binary/opcodes.ts";
import { codeOfType, type FunctionType } from "../binary/types.ts";
import { ByteWriter } from "../binary/writer.ts";
import { cyclesPerOpcode } from "./cost-model.ts";
import { exportNames } from "./export-names.ts";

const emptyBlock = 0x40;

/** Indexes of what instrumentation adds to a module. */
export interface AddedIndexes {
  /** i32 globals: cycles until the next safepoint is due, and calls until the stack overflows. */
  readonly fuel: number;
  readonly depth: number;
  readonly safepoint: number;
  readonly overflow: number;
  /** The first of the functions that stand for the imports. */
  readonly imports: number;
  /** The index of a function type, added if need be. */
  typeIndex(type: FunctionType): number;
}

const nothing: FunctionType = { params: [], results: [] };
const counter: FunctionType = { params: ["i32"], results: ["i32"] };

/** The functions behind the firmware's own, in their order; then one `exportNames.import` for each import. */
export const addedFunctions: readonly { readonly name: string; readonly type: FunctionType }[] = [
  { name: exportNames.safepoint, type: nothing },
  { name: exportNames.overflow, type: nothing },
  { name: exportNames.charge, type: counter },
  { name: exportNames.descend, type: counter },
];

/** Safepoint and overflow are placeholders: see `asyncify.ts`. */
export function addedBodies(added: AddedIndexes): ByteWriter[] {
  const take = (global: number) => {
    const body = new ByteWriter().byte(0, op.globalGet).unsigned(global).byte(op.localGet, 0, op.i32Sub);
    return body.byte(op.globalSet).unsigned(global).byte(op.globalGet).unsigned(global).byte(op.end);
  };
  return [placeholderBody(), placeholderBody(), take(added.fuel), take(added.depth)];
}

/** Valid with any results. */
export function placeholderBody(): ByteWriter {
  return new ByteWriter().byte(0, op.unreachable, op.end);
}

/** Calls an import, pays its price, and is a safepoint if the call may suspend. */
export function importBody(call: ImportedCall, importIndex: number, added: AddedIndexes): ByteWriter {
  const output = new ByteWriter().byte(0);
  for (const index of call.params.keys()) output.byte(op.localGet).unsigned(index);
  output.byte(op.call).unsigned(importIndex);
  if (call.cycles > 0) writeCharge(output, call.cycles, added);
  if (call.suspends) writeSafepoint(output, added);
  return output.byte(op.end);
}

/** How a function is watched. */
export interface Watch {
  /** Its entry is a safepoint. */
  readonly safepoint: boolean;
  /** It counts depth: it may call itself through others. */
  readonly depth: boolean;
}

/** The function's body with ticks. */
export function tickedBody(
  bytes: Uint8Array,
  span: Span,
  body: FunctionBody,
  watch: Watch,
  type: FunctionType,
  added: AddedIndexes,
): ByteWriter {
  const output = new ByteWriter().raw(bytes.subarray(span.start, body.code.start));
  if (watch.depth) writeDescent(output, added);
  writeCharge(output, body.opcodes * cyclesPerOpcode, added);
  if (watch.safepoint) writeSafepoint(output, added);
  if (watch.depth) writeBlock(output, type, added);

  let copied = body.code.start;
  const copyTo = (position: number): void => {
    output.raw(bytes.subarray(copied, position));
    copied = position;
  };
  const loops = body.loops.map((loop) => ({ ...loop, depth: -1 }));
  const returns = watch.depth ? body.returns.map((entry) => ({ ...entry, opcodes: 0 })) : [];
  for (const edit of [...loops, ...returns].sort((one, other) => one.at - other.at)) {
    copyTo(edit.at);
    if (edit.depth < 0) {
      writeCharge(output, edit.opcodes * cyclesPerOpcode, added);
      writeSafepoint(output, added);
    } else {
      // The way out leads through the end of the block around the body, where the depth is given back.
      output.byte(op.br).unsigned(edit.depth);
      copied++;
    }
  }
  copyTo(body.code.end);
  if (watch.depth) {
    output.byte(op.globalGet).unsigned(added.depth).byte(op.i32Const, 1, op.i32Add);
    output.byte(op.globalSet).unsigned(added.depth).byte(op.end);
  }
  return output;
}

function writeCharge(output: ByteWriter, cycles: number, { fuel }: AddedIndexes): void {
  output.byte(op.globalGet).unsigned(fuel).byte(op.i32Const).signed(cycles).byte(op.i32Sub);
  output.byte(op.globalSet).unsigned(fuel);
}

function writeSafepoint(output: ByteWriter, { fuel, safepoint }: AddedIndexes): void {
  output.byte(op.globalGet).unsigned(fuel).byte(op.i32Const, 0, op.i32LeS);
  output.byte(op.if, emptyBlock, op.call).unsigned(safepoint).byte(op.end);
}

function writeDescent(output: ByteWriter, { depth, overflow }: AddedIndexes): void {
  output.byte(op.globalGet).unsigned(depth).byte(op.i32Const, 1, op.i32Sub);
  output.byte(op.globalSet).unsigned(depth);
  output.byte(op.globalGet).unsigned(depth).byte(op.i32Const, 0, op.i32LtS);
  output.byte(op.if, emptyBlock, op.call).unsigned(overflow).byte(op.end);
}

/** Opens a block around the body. Its label takes the place of the function's own, so that no branch changes. */
function writeBlock(output: ByteWriter, { results }: FunctionType, added: AddedIndexes): void {
  output.byte(op.block);
  if (results.length === 0) output.byte(emptyBlock);
  else if (results.length === 1) output.byte(codeOfType.get(results[0]!)!);
  else output.signed(added.typeIndex({ params: [], results }));
}
