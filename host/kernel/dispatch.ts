/**
 * Every system call goes through here: four 32-bit words become checked pointers and decoded values, the handler
 * answers a status, and on OKAY the results are written back. So pointer checks, decoding, tracing and write-back are
 * in one place, and nothing is written when a call fails. Both kinds of core come to the same dispatch. A test's answers
 * (`injected-answers.ts`) stand in front of it all.
 */

import { enums, type Status } from "../abi/enums.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import type { ArgumentsOf, Place } from "../abi/values.ts";
import { integerOfWord, valueOfWord } from "../abi/words.ts";
import { SimulatorError } from "../fault/fault.ts";
import type { ImportedCall, Memory } from "../mcu/core.ts";
import type { TraceValue } from "../trace/events.ts";
import { type Unavailable, unavailableCalls } from "./availability.ts";
import { planOf, type Step } from "./call-plan.ts";
import { describe } from "./describe.ts";
import { nextInjectedAnswer } from "./injected-answers.ts";
import type { CallResults, Kernel } from "./ports.ts";

/** A call's behaviour: decoded arguments in, a status out. Places are written to memory only when it is OKAY. */
export type Handler<Name extends SyscallName> = (kernel: Kernel, args: ArgumentsOf<Name>) => Status;
export type Handlers = { readonly [Name in SyscallName]?: Handler<Name> };

/** What the dispatch needs beside the kernel: where the call comes from, and a place for nested results. */
export interface DispatchPorts {
  readonly kernel: Kernel;
  /** Name of the running context, for the trace. */
  context(): string;
  setResults(results: CallResults | undefined): void;
  /** A call has done its work. */
  finished(): void;
  /** Price of a system call in cycles. */
  readonly syscallCycles: number;
}

const statusValues: Readonly<Record<Status, number>> = enums.MvStatus.values;

/** One imported call a declared syscall. One that `handlers` lacks ends the run, before it looks at any argument. */
export function createDispatch(handlers: Handlers, ports: DispatchPorts): ImportedCall[] {
  // Used again at every call, like arguments and places: a call ends before the next one begins, whatever the context.
  const words = new Uint32Array(4);
  return (Object.keys(syscalls) as SyscallName[]).map((name) => bind(name, handlers[name] as never, ports, words));
}

type Arguments = Record<string, unknown>;

function bind(
  name: SyscallName,
  handler: ((kernel: Kernel, args: Arguments) => Status) | undefined,
  ports: DispatchPorts,
  words: Uint32Array,
): ImportedCall {
  const { steps, pointers, decoded, followed, written } = planOf(name);
  const { kernel } = ports;
  const isUnavailable: Unavailable | undefined = unavailableCalls[name];
  const args: Arguments = {};
  for (const step of steps) args[step.name] = undefined;
  const outputs = written.map((step) => {
    const place: Place<unknown> = { value: 0 };
    args[step.name] = place;
    return { step, place };
  });

  const perform = (memory: Memory): Status => {
    if (kernel.state.injectedAnswers.length > 0) {
      const injected = nextInjectedAnswer(kernel.state, name);
      if (injected) return injected;
    }
    if (!handler) throw notSimulated(name);
    if (isUnavailable?.(kernel)) return "UNAVAILABLE";
    for (const step of pointers) {
      const bytes = step.lengthType ? integerOfWord(step.lengthType, words[step.lengthWord]!) : step.bytes;
      if (!memory.isLegal(words[step.word]!, bytes)) return "PARAMETERFAULT";
    }
    for (const step of decoded) decode(memory, words[step.word]!, step, args);
    for (const step of followed) if (!step.follow(memory, args[step.name])) return "PARAMETERFAULT";
    const status = handler(kernel, args);
    if (status !== "OKAY") return status;
    for (const { step, place } of outputs) step.codec.write(memory, words[step.word]!, place.value);
    return status;
  };

  const performTraced = (memory: Memory): Status => {
    const { trace } = kernel;
    trace?.({ kind: "call", name, context: ports.context(), arguments: describeArguments(memory, steps, words) });
    const results: CallResults = { values: {}, secret: false };
    ports.setResults(results);
    const status = perform(memory);
    ports.setResults(undefined);
    if (status === "OKAY") {
      for (const { step, place } of outputs) results.values[step.name] = describe(step.parameter.type, place.value);
    }
    const answer = { kind: "return", name, status, results: results.values } as const;
    trace?.(results.secret ? { ...answer, secret: true } : answer);
    return status;
  };

  return {
    name,
    params: steps.map(() => "i32" as const),
    results: ["i32"],
    cycles: ports.syscallCycles,
    suspends: true,
    invoke(a = 0, b = 0, c = 0, d = 0): number {
      words[0] = a;
      words[1] = b;
      words[2] = c;
      words[3] = d;
      const status = kernel.trace ? performTraced(kernel.memory) : perform(kernel.memory);
      ports.finished();
      return statusValues[status];
    },
  };
}

function decode(memory: Memory, word: number, { name, parameter, codec }: Step, args: Arguments): void {
  switch (parameter.pass) {
    case "value":
      args[name] = valueOfWord(parameter.type, word);
      break;
    case "bytes":
      args[name] = word;
      break;
    case "in":
      args[name] = codec.read(memory, word);
      break;
    case "inOut":
      (args[name] as Place<unknown>).value = codec.read(memory, word);
      break;
  }
}

function describeArguments(memory: Memory, steps: readonly Step[], words: Uint32Array): Record<string, TraceValue> {
  const described: Record<string, TraceValue> = {};
  for (const { name, word, describe, lengthWord, lengthType } of steps) {
    const length = lengthType ? integerOfWord(lengthType, words[lengthWord]!) : 0;
    described[name] = describe(memory, words[word]!, length);
  }
  return described;
}

function notSimulated(name: SyscallName): SimulatorError {
  return new SimulatorError("ERR_MVSIM_NOT_SIMULATED", `the firmware called ${name}, which is not simulated yet`);
}
