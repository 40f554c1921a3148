/**
 * Finds loops that may go round without any effect: polling loops. For such a round everything that the next one can
 * see is as it was, so the next one does the same, and so on until something comes from outside: an interrupt, or the
 * fuel's end. The guest can then lower its fuel by whole rounds at once (see `ticks.ts`), which is exact.
 *
 * A round is *disturbed* by what changes state: stores, calls but of pure functions, nested loops, and setting a local
 * that a later round may read. A loop with a way round that meets no disturbance may idle; behind each disturbance in
 * it the guest notes that. Loops that get somewhere (a count, a pointer, a sum) have no such way, and are left alone.
 */

import type { ImportedCall } from "../../core.ts";
import type { FunctionBody, LoopHead } from "../binary/function-body.ts";
import { changesState, type Instruction, op, readInstruction } from "../binary/opcodes.ts";
import { ByteReader } from "../binary/reader.ts";
import type { CallGraph } from "./call-graph.ts";
import type { InspectedModule } from "./inspect.ts";

export interface IdleLoops {
  /** Loops that may idle, by `LoopHead.at`. */
  readonly heads: ReadonlySet<number>;
  /** Where a disturbance is to be noted: before the instruction at this place. */
  readonly disturbances: ReadonlySet<number>;
}

export const noIdleLoops: IdleLoops = { heads: new Set(), disturbances: new Set() };

/** Longer loops are not looked at, so that the time for a module grows with its length only. */
const mostInstructions = 2000;

/** Functions that only look: no loop, no recursion, no change of any state. By index, imports first. */
export function pureFunctions(module: InspectedModule, calls: readonly ImportedCall[], graph: CallGraph): boolean[] {
  const pure = calls.map((call) => call.readsOnly === true);
  // Components come callees first.
  for (const node of graph.components.flat()) {
    const body = module.functionBodies[node - calls.length];
    if (!body) continue;
    pure[node] =
      !body.changesState &&
      body.loops.length === 0 &&
      body.indirectCalls.length === 0 &&
      body.calls.every((callee) => pure[callee] === true);
  }
  return pure;
}

/** @param pure by function index */
export function findIdleLoops(module: InspectedModule, body: FunctionBody, pure: readonly boolean[]): IdleLoops {
  const heads = new Set<number>();
  const disturbances = new Set<number>();
  for (const loop of body.loops) {
    const steps = readLoop(module, loop, body.code.end);
    if (!steps) continue;
    const changes = (step: Step): boolean =>
      step.opcode === op.loop ||
      step.opcode === op.callIndirect ||
      (step.opcode === op.call && !pure[step.immediate]) ||
      changesState(step.opcode);
    const { carried } = follow(steps, changes);
    const disturbs = (step: Step): boolean =>
      changes(step) || ((step.opcode === op.localSet || step.opcode === op.localTee) && carried.has(step.immediate));
    if (!follow(steps, disturbs).mayIdle) continue;
    heads.add(loop.at);
    disturbances.add(loop.start);
    for (const step of steps) if (disturbs(step)) disturbances.add(step.opcode === op.loop ? step.start : step.end);
  }
  return { heads, disturbances };
}

interface Step extends Instruction {
  readonly start: number;
  readonly end: number;
}

/** The loop's instructions up to its end; undefined if it is too long, or takes operands, which rounds hand on. */
function readLoop(module: InspectedModule, { at, type }: LoopHead, codeEnd: number): Step[] | undefined {
  if ((module.types[type]?.params.length ?? 0) > 0) return undefined;
  const reader = new ByteReader(module.bytes, at, codeEnd);
  const steps: Step[] = [];
  for (let depth = 1; depth > 0; ) {
    if (steps.length === mostInstructions) return undefined;
    const instruction: Instruction = { opcode: 0, immediate: 0 };
    const start = reader.position;
    readInstruction(reader, instruction);
    const { opcode } = instruction;
    if (opcode === op.block || opcode === op.loop || opcode === op.if) depth++;
    else if (opcode === op.end) depth--;
    steps.push({ ...instruction, start, end: reader.position });
  }
  return steps;
}

/** What is known at a place, of all ways that lead there; undefined where none does. */
type Ways = { readonly assigned: ReadonlySet<number>; readonly undisturbed: boolean } | undefined;

function join(one: Ways, other: Ways): Ways {
  if (!one || !other) return one ?? other;
  const assigned = new Set([...one.assigned].filter((local) => other.assigned.has(local)));
  return { assigned, undisturbed: one.undisturbed || other.undisturbed };
}

/** Follows all ways through a loop's body. `carried`: locals that may be read before this round has set them. */
function follow(steps: readonly Step[], disturbs: (step: Step) => boolean): { carried: Set<number>; mayIdle: boolean } {
  const carried = new Set<number>();
  let mayIdle = false;
  let ways: Ways = { assigned: new Set(), undisturbed: true };
  // Open blocks: what branches bring to their ends, and what an `if` brings to its other arm.
  const blocks: { opcode: number; ends: Ways; other: Ways }[] = [
    { opcode: op.loop, ends: undefined, other: undefined },
  ];
  const branch = (label: number): void => {
    const target = blocks[blocks.length - 1 - label];
    if (target === blocks[0]) mayIdle ||= ways?.undisturbed === true;
    // To the head of a nested loop less is assigned anyway; other labels lead out.
    else if (target && target.opcode !== op.loop) target.ends = join(target.ends, ways);
  };
  for (const step of steps) {
    const { opcode, immediate } = step;
    if (ways && disturbs(step)) ways = { ...ways, undisturbed: false };
    switch (opcode) {
      case op.block:
      case op.loop:
      case op.if:
        blocks.push({ opcode, ends: undefined, other: opcode === op.if ? ways : undefined });
        break;
      case op.else: {
        const block = blocks[blocks.length - 1]!;
        block.ends = join(block.ends, ways);
        ways = block.other;
        block.other = undefined;
        break;
      }
      case op.end: {
        const block = blocks.pop()!;
        ways = join(join(ways, block.ends), block.other);
        break;
      }
      case op.br:
        branch(immediate);
        ways = undefined;
        break;
      case op.brIf:
        branch(immediate);
        break;
      case op.brTable:
        for (const label of step.labels!) branch(label);
        ways = undefined;
        break;
      case op.return:
      case op.unreachable:
        ways = undefined;
        break;
      case op.localGet:
        if (ways && !ways.assigned.has(immediate)) carried.add(immediate);
        break;
      case op.localSet:
      case op.localTee:
        if (ways) ways = { ...ways, assigned: new Set(ways.assigned).add(immediate) };
        break;
    }
  }
  return { carried, mayIdle };
}
