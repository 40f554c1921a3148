/**
 * What the dispatch does for each parameter of a call, worked out from the declaration once for all devices: this is
 * the hot path, and a lookup by name in it costs as much as the rest of a simple call.
 */

import { type Codec, codecOf, sizeOf } from "../abi/layout.ts";
import type { StructName } from "../abi/structs.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import type { Parameter, Type } from "../abi/types.ts";
import { type ArgumentDescriber, argumentDescriber } from "./describe.ts";
import { type PointerCheck, pointerCheck } from "./pointers.ts";

export interface Step {
  readonly name: string;
  readonly word: number;
  readonly parameter: Parameter;
  /** Bytes that the pointer must have, or which word says so. */
  readonly bytes: number;
  readonly lengthWord: number;
  readonly lengthType: Type | undefined;
  /** Of what a pointer points at; `bytes` have none. */
  readonly codec: Codec<unknown>;
  /** Of `in`: whether the pointers in the struct are legal. */
  readonly follow: PointerCheck;
  readonly describe: ArgumentDescriber;
}

/** A step that writes: its parameter has a type. */
export type WrittenStep = Step & { readonly parameter: { readonly type: Type } };

export interface CallPlan {
  readonly steps: readonly Step[];
  /** Those of them that have a pointer, a value to decode, pointers within, or something to write. */
  readonly pointers: readonly Step[];
  readonly decoded: readonly Step[];
  readonly followed: readonly Step[];
  readonly written: readonly WrittenStep[];
}

const plans = new Map<SyscallName, CallPlan>();

export function planOf(name: SyscallName): CallPlan {
  let plan = plans.get(name);
  if (!plan) {
    plan = makePlan(syscalls[name].parameters);
    plans.set(name, plan);
  }
  return plan;
}

function makePlan(parameters: Readonly<Record<string, Parameter>>): CallPlan {
  const names = Object.keys(parameters);
  const steps = names.map((parameter, word) => stepOf(parameter, word, parameters, names));
  return {
    steps,
    pointers: steps.filter(({ parameter }) => parameter.pass !== "value"),
    // A struct's place is filled by the handler as a whole, so what a former call left in an `out` can't show.
    decoded: steps.filter(({ parameter }) => parameter.pass !== "out"),
    followed: steps.filter(({ parameter }) => parameter.pass === "in" && !parameter.late),
    written: steps.filter((step): step is WrittenStep => ["out", "inOut"].includes(step.parameter.pass)),
  };
}

function stepOf(
  name: string,
  word: number,
  parameters: Readonly<Record<string, Parameter>>,
  names: readonly string[],
): Step {
  const parameter = parameters[name] as Parameter;
  const common = { name, word, parameter, describe: argumentDescriber(parameter) };
  if (parameter.pass === "bytes") {
    const { type } = parameters[parameter.length] as { readonly type: Type };
    const lengthWord = names.indexOf(parameter.length);
    return { ...common, bytes: 0, lengthWord, lengthType: type, codec: noCodec, follow: nothingToFollow };
  }
  const { pass, type } = parameter;
  return {
    ...common,
    bytes: pass === "value" ? 0 : sizeOf(type),
    lengthWord: -1,
    lengthType: undefined,
    codec: codecOf(type) as Codec<unknown>,
    follow: pass === "in" ? pointerCheck(type.name as StructName) : nothingToFollow,
  };
}

const noCodec: Codec<unknown> = { read: () => undefined, write() {} };
const nothingToFollow: PointerCheck = () => true;
