/**
 * The code that instrumentation adds: ticks, safepoints and depth counts in function bodies, and the functions at the
 * module's end. It leaves the operand stack as it was and needs no locals.
 */

import type { ImportedCall } from "../../core.ts";
import type { FunctionBody, LoopHead } from "../binary/function-body.ts";
import type { Span } from "../binary/module.ts";
import { op } from "../binary/opcodes.ts";
import { codeOfType, type FunctionType } from "../binary/types.ts";
import { ByteWriter } from "../binary/writer.ts";
import { cyclesPerOpcode } from "./cost-model.ts";
import { exportNames } from "./export-names.ts";
import type { IdleLoops } from "./idle-loops.ts";

const emptyBlock = 0x40;

/** Indexes of what instrumentation adds to a module. */
export interface AddedIndexes {
  /** i32 globals: cycles until the next safepoint is due, and calls until the stack overflows. */
  readonly fuel: number;
  readonly depth: number;
  readonly safepoint: number;
  readonly overflow: number;
  /**
   * i32 globals. The loop at whose head the guest was last, if nothing has disturbed it since: its number, else 0; and
   * the fuel at that head. When it has skipped rounds: -1, and the cycles that it skipped.
   */
  readonly idleLoop: number;
  readonly idleFuel: number;
  readonly idle: number;
  /** (length) -> i32: charges for a bulk operation of so many bytes or elements, and answers the same. */
  readonly bulk: number;
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
  { name: "bulk", type: counter },
  { name: "idle", type: { params: ["i32"], results: [] } },
];
/** The globals behind the firmware's own, in their order. */
export const addedGlobals = 4;

/** Safepoint and overflow are placeholders: see `asyncify.ts`. */
export function addedBodies(added: AddedIndexes): ByteWriter[] {
  const take = (global: number) => {
    const body = new ByteWriter().byte(0, op.globalGet).unsigned(global).byte(op.localGet, 0, op.i32Sub);
    return body.byte(op.globalSet).unsigned(global).byte(op.globalGet).unsigned(global).byte(op.end);
  };
  // Whoever looks at the time disturbs: what it does may depend on it.
  const charge = writeDisturbance(new ByteWriter().byte(0), added).raw(take(added.fuel).view().subarray(1));
  return [placeholderBody(), placeholderBody(), charge, take(added.depth), bulkBody(added), idleBody(added)];
}

/**
 * At the head of a loop that may idle, with its number, while there is fuel. If it was here before and undisturbed
 * since, all further rounds are the same until the fuel ends: it takes the fuel of as many whole rounds as leave some,
 * so that the fuel ends in the same place of the same round.
 */
function idleBody({ fuel, idleLoop, idleFuel }: AddedIndexes): ByteWriter {
  const output = new ByteWriter().byte(1, 1, codeOfType.get("i32")!);
  const get = (global: number) => output.byte(op.globalGet).unsigned(global);
  const set = (global: number) => output.byte(op.globalSet).unsigned(global);
  const [loop, left] = [0, 1];
  get(idleLoop).byte(op.localGet, loop, op.i32Eq, op.if, emptyBlock);
  // left = (fuel - 1) % (idleFuel - fuel) + 1
  get(fuel).byte(op.i32Const, 1, op.i32Sub);
  get(idleFuel);
  get(fuel).byte(op.i32Sub, op.i32RemU, op.i32Const, 1, op.i32Add, op.localSet, left);
  get(fuel).byte(op.localGet, left, op.i32Sub);
  set(idleFuel).byte(op.localGet, left);
  set(fuel).byte(op.i32Const).signed(-1);
  set(idleLoop).byte(op.else);
  output.byte(op.localGet, loop);
  set(idleLoop);
  get(fuel);
  return set(idleFuel).byte(op.end, op.end);
}

/** Lengths are unsigned. What was charged already bounds what is charged, so that the fuel never comes round. */
function bulkBody({ fuel }: AddedIndexes): ByteWriter {
  const output = new ByteWriter().byte(0);
  const get = () => output.byte(op.globalGet).unsigned(fuel);
  get().byte(op.localGet, 0, op.i32Const, 2, op.i32ShrU, op.i32Sub);
  get();
  get()
    .byte(op.i32Const)
    .signed(-(2 ** 30))
    .byte(op.i32GtS, op.select, op.globalSet)
    .unsigned(fuel);
  return output.byte(op.localGet, 0, op.end);
}

function writeDisturbance(output: ByteWriter, { idleLoop }: AddedIndexes): ByteWriter {
  return output.byte(op.i32Const, 0, op.globalSet).unsigned(idleLoop);
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
  if (call.suspends) writeSafepoint(output, call.cycles, added);
  else if (call.cycles > 0) writeCharge(output, call.cycles, added);
  return output.byte(op.end);
}

/** How a function is watched. */
export interface Watch {
  /** Its entry is a safepoint. */
  readonly safepoint: boolean;
  /** It counts depth: it may call itself through others. */
  readonly depth: boolean;
}

/** Something to add: a loop's head, a way out in a return's place, a price, else the note of a disturbance. */
interface Edit {
  readonly at: number;
  readonly isBulk?: boolean;
  readonly loop?: LoopHead;
  readonly returnDepth?: number;
}

/** The function's body with ticks. */
export function tickedBody(
  bytes: Uint8Array,
  span: Span,
  body: FunctionBody,
  watch: Watch,
  type: FunctionType,
  added: AddedIndexes,
  { heads, disturbances }: IdleLoops,
): ByteWriter {
  const output = new ByteWriter().raw(bytes.subarray(span.start, body.code.start));
  if (watch.depth) writeDescent(output, added);
  if (watch.safepoint) writeSafepoint(output, body.opcodes * cyclesPerOpcode, added);
  else writeCharge(output, body.opcodes * cyclesPerOpcode, added);
  if (watch.depth) writeBlock(output, type, added);

  let copied = body.code.start;
  const copyTo = (position: number): void => {
    output.raw(bytes.subarray(copied, position));
    copied = position;
  };
  // In this order where they meet: `loop loop`, or a store before a return.
  const edits: Edit[] = body.loops.map((loop) => ({ at: loop.at, loop }));
  for (const at of disturbances) edits.push({ at });
  for (const at of body.bulk) edits.push({ at, isBulk: true });
  if (watch.depth) for (const { at, depth } of body.returns) edits.push({ at, returnDepth: depth });
  for (const { at, isBulk, loop, returnDepth } of edits.sort((one, other) => one.at - other.at)) {
    copyTo(at);
    if (loop) {
      writeSafepoint(output, loop.opcodes * cyclesPerOpcode, added);
      // Where it stands in the file is a number that no other loop has.
      if (heads.has(at)) output.byte(op.i32Const).signed(at).byte(op.call).unsigned(added.idle);
    } else if (isBulk) {
      output.byte(op.call).unsigned(added.bulk);
    } else if (returnDepth === undefined) {
      writeDisturbance(output, added);
    } else {
      // The way out leads through the end of the block around the body, where the depth is given back.
      output.byte(op.br).unsigned(returnDepth);
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

/**
 * Charges, and stops when no fuel is left. One block with a branch over the call: Asyncify looks at its state before
 * each stretch of code, and makes half as many of these as of an `if` behind the charge.
 */
function writeSafepoint(output: ByteWriter, cycles: number, added: AddedIndexes): void {
  output.byte(op.block, emptyBlock);
  if (cycles > 0) writeCharge(output, cycles, added);
  output.byte(op.globalGet).unsigned(added.fuel).byte(op.i32Const, 0, op.i32GtS, op.brIf, 0);
  output.byte(op.call).unsigned(added.safepoint).byte(op.end);
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
