/** Hostile firmware as WebAssembly text, on a device without a service. */

import { syscalls } from "../../../host/abi/syscalls.ts";
import { createDevice, type DeviceOptions, type RunResult, type TraceEvent } from "../../../host/index.ts";
import { fromText } from "../mcu/wasm/firmware.ts";

const mcuImports: Readonly<Record<string, string>> = {
  ...{ __WFI: "", __disable_irq: "", NVIC_SystemReset: "" },
  ...{ NVIC_EnableIRQ: "(param i32)", NVIC_SetPendingIRQ: "(param i32)", NVIC_SetPriority: "(param i32 i32)" },
  ...{
    SysTick_Config: "(param i32) (result i32)",
    "wasi_snapshot_preview1.fd_write": "(param i32 i32 i32 i32) (result i32)",
  },
};

/** A module of this text. What it calls by the calls' own names is imported. */
export function firmwareOf(text: string): Uint8Array {
  const called = new Set([...text.matchAll(/\$([\w.]+)/g)].map(([, name]) => name!));
  const imports = [...called].flatMap((name) => {
    const parameters = (syscalls as Record<string, { parameters: object }>)[name]?.parameters;
    const words = parameters && `(param ${"i32 ".repeat(Object.keys(parameters).length)}) (result i32)`;
    const type = words ?? mcuImports[name];
    const [module, own] = name.includes(".") ? name.split(".") : ["env", name];
    return type === undefined ? [] : `(import "${module}" "${own}" (func $${name} ${type}))`;
  });
  return fromText(`(module ${imports.join("\n")} (memory (export "memory") 1) ${text})`);
}

export const forever = "(loop $forever (br $forever))";

export interface Ran {
  readonly result: RunResult;
  readonly events: readonly TraceEvent[];
}

/** Runs it for 2 ms of virtual time, unless told otherwise. */
export async function runHostile(text: string, options: Partial<DeviceOptions> = {}): Promise<Ran> {
  const events: TraceEvent[] = [];
  const device = await createDevice({
    firmware: firmwareOf(text),
    timeLimitMicroseconds: 2000,
    trace: (event) => events.push(event),
    ...options,
  });
  return { result: await device.run(), events };
}
