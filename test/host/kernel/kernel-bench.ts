/**
 * The real kernel on a test bench: its dispatch over a plain memory, its events on a virtual clock that the test moves,
 * and the interrupts that it pends in a list. Calls take no time here.
 */

import { createHash } from "node:crypto";
import { memberName } from "../../../host/abi/enums.ts";
import { layoutOf, readStruct, writeStruct } from "../../../host/abi/layout.ts";
import type { StructName } from "../../../host/abi/structs.ts";
import type { SyscallName } from "../../../host/abi/syscalls.ts";
import type { StructValue } from "../../../host/abi/values.ts";
import { plainDataToText } from "../../../host/data/plain-data.ts";
import { createExternalFlashState, externalFlashMemory } from "../../../host/external-flash-memory.ts";
import { createDispatch } from "../../../host/kernel/dispatch.ts";
import { kernelCalls, kernelEvents, stopWaiting, takeOutsideInput } from "../../../host/kernel/kernel.ts";
import { defaultNetworkModel, type NetworkModel } from "../../../host/kernel/network-model.ts";
import type { CallResults, Kernel, Uplink } from "../../../host/kernel/ports.ts";
import { createKernelState } from "../../../host/kernel/state.ts";
import {
  clearFast,
  createNvic,
  disable,
  enable,
  isFast,
  maskAllFast,
  type NvicState,
  setFast,
} from "../../../host/mcu/nvic.ts";
import { cyclesOf } from "../../../host/time/cycles.ts";
import { createQueue, nextDue, type QueuedEvent } from "../../../host/time/queue.ts";
import { createRandom } from "../../../host/time/random.ts";
import type { TraceEventBody } from "../../../host/trace/events.ts";
import { BenchMemory } from "./bench-memory.ts";

export const deviceSid = `UV${"0123456789abcdef".repeat(2)}`;
export const token = "good-token";
export const epochMicroseconds = 1_700_000_000_000_000;

export interface BenchOptions {
  readonly uplink?: Uplink | undefined;
  readonly network?: Partial<NetworkModel>;
  readonly seed?: number;
  /** Default: true. Without a trace, dispatch takes a shorter way. */
  readonly traced?: boolean;
  /** Default: false. */
  readonly testMode?: boolean;
  readonly externalFlash?: boolean;
  readonly rtcAlarmMicroseconds?: number;
}

/** The kernel did not come back from a call: what it asked its device for instead. */
export class Departure extends Error {
  readonly detail: unknown;

  constructor(what: "restart" | "testing complete", detail: unknown) {
    super(what);
    this.detail = detail;
  }
}

export interface KernelBench {
  /** Whether calls come from an interrupt handler. */
  inHandler: boolean;
  /** How often the kernel put the caller to sleep. */
  waits: number;
  testMode: boolean;
  /** The firmware's handlers, by line. */
  readonly handlers: Set<number>;
  /** The NVIC, of which the kernel uses the fast lines. */
  readonly nvic: NvicState;
  readonly kernel: Kernel;
  readonly memory: BenchMemory;
  /** What was traced so far. */
  readonly events: TraceEventBody[];
  /** Each pended interrupt line, in order. */
  readonly pended: number[];
  /** What the service wants of the device. */
  readonly inputs: { readonly name: string; readonly detail: unknown }[];
  /** Calls with words as a core passes them. @returns the short name of the status */
  call(name: SyscallName, ...words: number[]): string;
  /** An unused piece of application memory. */
  place(bytes: number, alignment?: number): number;
  /** Writes a struct to an unused place. @returns its address */
  put<Name extends StructName>(name: Name, value: StructValue<Name>): number;
  get<Name extends StructName>(name: Name, address: number): StructValue<Name>;
  putText(text: string): number;
  word(address: number): number;
  /** Lets virtual time pass; waits for the service in real time where the kernel does. */
  run(microseconds: number): Promise<void>;
  /** Real time runs out for what the kernel waits for, once it waits. */
  giveUpWaiting(): void;
  microseconds(): number;
  /** All of the memory and of the state, to be compared. */
  fingerprint(): string;
}

export function createBench(options: BenchOptions = {}): KernelBench {
  const memory = new BenchMemory(0x40000);
  const state = createKernelState();
  const queue = createQueue();
  const random = createRandom(options.seed ?? 1);
  const events: TraceEventBody[] = [];
  const pended: number[] = [];
  let now = 0;
  let results: CallResults | undefined;
  let nextPlace = 2048;
  let wake = (): void => {};
  let isPatient = true;
  const externalFlash = createExternalFlashState();

  const kernel: Kernel = {
    state,
    queue,
    random,
    memory,
    now: () => now,
    pend: (irq) => pended.push(irq),
    inHandler: () => bench.inHandler,
    wait: () => bench.waits++,
    takeTime(cycles) {
      now += cycles;
    },
    restart(restart) {
      throw new Departure("restart", restart);
    },
    completeTesting(status) {
      throw new Departure("testing complete", status);
    },
    trace: options.traced === false ? undefined : (event) => events.push(event),
    get results() {
      return results;
    },
    uplink: options.uplink,
    activity: () => wake(),
    input(name, detail) {
      bench.inputs.push({ name, detail });
    },
    fastInterrupts: {
      hasHandler: (irq) => bench.handlers.has(irq),
      isFast: (irq) => isFast(bench.nvic, irq),
      set: (irq) => setFast(bench.nvic, irq),
      clear: (irq) => clearFast(bench.nvic, irq),
      enable: (irq) => enable(bench.nvic, irq),
      disable: (irq) => disable(bench.nvic, irq),
      maskAll: (masked) => maskAllFast(bench.nvic, masked),
    },
    externalFlash: options.externalFlash ? externalFlashMemory(() => externalFlash) : undefined,
    settings: {
      deviceSid,
      token,
      clock: "virtual",
      epochMicroseconds,
      network: { ...defaultNetworkModel, ...options.network },
      get testMode() {
        return bench.testMode;
      },
      checkInMicroseconds: 3_600_000_000,
      rtcAlarmMicroseconds: options.rtcAlarmMicroseconds,
    },
  };
  const dispatch = createDispatch(kernelCalls, {
    kernel,
    context: () => "main",
    setResults: (next) => {
      results = next;
    },
    finished: () => {},
    syscallCycles: 0,
  });
  const calls = new Map(dispatch.map((call) => [call.name, call]));

  async function waitFor(event: QueuedEvent): Promise<void> {
    if (!isPatient) return stopWaiting(kernel, event, 30);
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }

  const bench: KernelBench = {
    inHandler: false,
    waits: 0,
    testMode: options.testMode ?? false,
    handlers: new Set(),
    nvic: createNvic(),
    kernel,
    memory,
    events,
    pended,
    inputs: [],
    call(name, ...words) {
      const call = calls.get(name);
      if (!call) throw new Error(`no call ${name}`);
      const status = Number(call.invoke(...(words.map((word) => word | 0) as never[])));
      return memberName("MvStatus", status) ?? String(status);
    },
    place(bytes, alignment = 4) {
      const address = Math.ceil(nextPlace / alignment) * alignment;
      nextPlace = address + bytes;
      if (nextPlace > memory.end - 64) throw new Error("the bench's memory is used up");
      return address;
    },
    put(name, value) {
      const { bytes, alignment } = layoutOf(name);
      const address = bench.place(bytes, alignment);
      writeStruct(memory, address, name, value);
      return address;
    },
    get: (name, address) => readStruct(memory, address, name),
    putText(text) {
      const bytes = new TextEncoder().encode(text);
      const address = bench.place(bytes.length);
      memory.writeBytes(address, bytes);
      return address;
    },
    word: (address) => memory.readUint32(address),
    async run(microseconds) {
      const end = now + cyclesOf(microseconds);
      for (;;) {
        takeOutsideInput(kernel);
        if (nextDue(queue) > end) break;
        const event = queue.events.shift() as QueuedEvent;
        now = Math.max(now, event.at);
        if (kernelEvents[event.kind]?.(kernel, event as never) === "wait") {
          queue.events.unshift(event);
          await waitFor(event);
        }
      }
      now = end;
    },
    giveUpWaiting() {
      isPatient = false;
    },
    microseconds: () => Math.floor(now / 160),
    fingerprint() {
      const hash = createHash("sha256").update(memory.bytes).digest("hex");
      const { state, queue, random } = kernel;
      return plainDataToText({ hash, state, queue, random, nvic: bench.nvic, externalFlash });
    },
  };
  return bench;
}
