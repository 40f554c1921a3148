/**
 * Leads from a place in a prepared module's code back to the firmware's own. The preparation adds instructions, but it
 * neither drops, doubles nor reorders the calls of a function, nor what else may trap: so the n-th call there is the
 * n-th call here. Where the counts differ all the same (Asyncify adds loads, stores and an `unreachable` of its own),
 * only the function is known.
 */

import type { CallStack, CodePlace } from "../../fault/fault.ts";
import { skipLocals } from "./binary/function-body.ts";
import { type DecodedModule, decodeModule, type Span } from "./binary/module.ts";
import { type Instruction, op, readInstruction } from "./binary/opcodes.ts";
import { ByteReader } from "./binary/reader.ts";
import { type FunctionNames, guestFrames, guestIndexes } from "./prepare/function-names.ts";

/** What is needed of a prepared module. */
export interface TracedModule {
  readonly firmware: Uint8Array;
  readonly bytes: Uint8Array;
  readonly functionNames: FunctionNames;
}

/** Both forms of a module, decoded when something has gone wrong for the first time. */
const decoded = new WeakMap<TracedModule, { readonly firmware: DecodedModule; readonly prepared: DecodedModule }>();

/** The firmware's functions in the error's stack trace, innermost first, and where they were. */
export function guestStack(error: Error, traced: TracedModule): CallStack {
  const frames = guestFrames(error.stack ?? "").flatMap(({ index, offset }) => {
    const name = traced.functionNames(index);
    return name === undefined ? [] : [{ name, place: codePlace(traced, index, offset) }];
  });
  return { stack: frames.map(({ name }) => name), places: frames.map(({ place }) => place) };
}

/**
 * @param index of the function, in the firmware
 * @param offset in the prepared module; undefined where the engine does not say
 */
function codePlace(traced: TracedModule, index: number, offset: number | undefined): CodePlace {
  let modules = decoded.get(traced);
  if (!modules) {
    modules = { firmware: decodeModule(traced.firmware), prepared: decodeModule(traced.bytes) };
    decoded.set(traced, modules);
  }
  const { firmware, prepared } = modules;
  const body = firmware.bodies[index - firmware.imports.length]!;
  const functionStart = startOfCode(firmware, body);
  const preparedBody = prepared.bodies.find(
    ({ start, end }) => offset !== undefined && start <= offset && offset < end,
  );
  if (!preparedBody) return { functionStart };
  const there = instructions(prepared, preparedBody).filter((step) => !isOurs(prepared, step));
  const found = there.find(({ at }) => at === offset);
  if (!found) return { functionStart };
  const alike = ({ opcode }: Step): boolean => opcode === found.opcode;
  const theirs = there.filter(alike);
  const own = instructions(firmware, body).filter(alike);
  return own.length === theirs.length
    ? { functionStart, instruction: own[theirs.indexOf(found)]!.at }
    : { functionStart };
}

/** A call of what the preparation has added. Functions of the firmware, and what stands for its imports, have names. */
function isOurs({ names }: DecodedModule, { opcode, immediate }: Step): boolean {
  return opcode === op.call && guestIndexes(names.functions.get(immediate) ?? "").length === 0;
}

interface Step extends Instruction {
  readonly at: number;
}

function startOfCode({ bytes }: DecodedModule, { start, end }: Span): number {
  const reader = new ByteReader(bytes, start, end);
  skipLocals(reader);
  return reader.position;
}

function instructions(module: DecodedModule, span: Span): Step[] {
  const reader = new ByteReader(module.bytes, startOfCode(module, span), span.end);
  const steps: Step[] = [];
  while (!reader.atEnd) {
    const instruction: Instruction = { opcode: 0, immediate: 0 };
    const at = reader.position;
    readInstruction(reader, instruction);
    steps.push({ at, ...instruction });
  }
  return steps;
}
