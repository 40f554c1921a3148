/** Runs firmware that a test states on a whole device; it tells what happens by `trace`. */

import type { DeviceOptions } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { type Rehearsed, rehearse } from "./rehearsal.ts";

export interface Noted extends Rehearsed {
  /** The lines of AssemblyScript's `trace` without their prefix. */
  readonly notes: string[];
}

export const prelude = `
@external("env", "__WFI") declare function __WFI(): void;
@external("env", "__disable_irq") declare function __disable_irq(): void;
@external("env", "__enable_irq") declare function __enable_irq(): void;
@external("env", "__get_PRIMASK") declare function __get_PRIMASK(): u32;
@external("env", "NVIC_EnableIRQ") declare function NVIC_EnableIRQ(irq: i32): void;
@external("env", "NVIC_SetPendingIRQ") declare function NVIC_SetPendingIRQ(irq: i32): void;
@external("env", "NVIC_SetPriority") declare function NVIC_SetPriority(irq: i32, priority: u32): void;
@external("env", "NVIC_GetPriority") declare function NVIC_GetPriority(irq: i32): u32;
@external("env", "SysTick_Config") declare function SysTick_Config(ticks: u32): u32;
@external("env", "seed") declare function seed(): f64;
@external("env", "mvNoOp") declare function mvNoOp(): i32;
`;

export async function runNoting(source: string, device: Partial<DeviceOptions> = {}): Promise<Noted> {
  const run = await rehearse({ firmware: await compileText(prelude + source), device });
  const notes = run.events.flatMap((event) =>
    event.kind === "log" && event.source === "uart" ? [event.text.replace(/^trace: /, "")] : [],
  );
  return { ...run, notes };
}
