/**
 * What the simulator answered to a guest in one run, as data, and stubs that answer the same again: statuses, the
 * bytes that were written, and the handlers that ran, in their order.
 */

import { createDevice, type Device, type DeviceOptions, type TraceEvent } from "microvisor-sim";

interface Write {
  readonly address: number;
  readonly bytes: Uint8Array;
}

/** An imported call, or a sleep in `__WFI`, and what followed before the next one. */
interface Step {
  readonly name: string;
  status: number;
  /** Bytes to write, and names of handlers to call. */
  readonly effects: (Write | string)[];
}

export type Recording = readonly Step[];

/** Runs the firmware on a device, and notes what it was told. */
export async function record(options: DeviceOptions, statuses: Readonly<Record<string, number>>): Promise<Recording> {
  const steps: Step[] = [];
  let before: Uint8Array = new Uint8Array();
  const memory = (): Uint8Array => device.memory.readBytes(0, device.memory.end);
  const note = (event: TraceEvent): void => {
    const step = steps[steps.length - 1];
    if (event.kind === "call") {
      steps.push({ name: event.name, status: 0, effects: [] });
      before = memory();
    } else if (event.kind === "return") {
      step!.status = statuses[event.status]!;
      step!.effects.push(...differences(before, memory()));
    } else if (event.kind === "sleep" && event.phase === "enter") {
      steps.push({ name: "__WFI", status: 0, effects: [] });
    } else if (event.kind === "notification") {
      step!.effects.push({ address: event.address, bytes: device.memory.readBytes(event.address, 16) });
    } else if (event.kind === "buffer" && event.purpose === "receive") {
      step!.effects.push({ address: event.address, bytes: Buffer.from(event.bytes, "hex") });
    } else if (event.kind === "interrupt" && event.phase === "enter") {
      step!.effects.push(`${event.name}_IRQHandler`);
    }
  };
  const device: Device = await createDevice({ ...options, trace: note });
  const { reason } = await device.run();
  if (reason !== "finished") throw new Error(`the recorded run ended with ${reason}`);
  return steps;
}

/** Instantiates the module with stubs that replay the recording, and runs its `main`. @returns main's value */
export function replay(module: WebAssembly.Module, recording: Recording): unknown {
  let position = 0;
  let memory: Uint8Array;
  const next = (name: string): number => {
    const step = recording[position++];
    if (step?.name !== name) throw new Error(`${name} was called, but ${step?.name} was recorded`);
    for (const what of step.effects) {
      if (typeof what === "string") (exports[what] as () => void)();
      else memory.set(what.bytes, what.address);
    }
    return step.status;
  };
  const stubs: Record<string, () => number> = {};
  for (const { name } of WebAssembly.Module.imports(module)) {
    const isAnswered = name.startsWith("mv") || name === "__WFI";
    stubs[name] = isAnswered ? () => next(name) : () => 0;
  }
  const { exports } = new WebAssembly.Instance(module, { env: stubs });
  memory = new Uint8Array((exports.memory as WebAssembly.Memory).buffer);
  const value = (exports.main as () => unknown)();
  if (position !== recording.length) throw new Error(`${recording.length - position} recorded calls were not made`);
  return value;
}

function differences(before: Uint8Array, after: Uint8Array): Write[] {
  const writes: Write[] = [];
  for (let address = 0; address < after.length; address++) {
    if (before[address] === after[address]) continue;
    const start = address;
    while (address < after.length && before[address] !== after[address]) address++;
    writes.push({ address: start, bytes: after.slice(start, address) });
  }
  return writes;
}
