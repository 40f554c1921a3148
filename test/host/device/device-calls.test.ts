/** Calls about the device itself, from real firmware: where the MCU, the run or time take part. */

import { describe, expect, it } from "vitest";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import type { Device, DeviceOptions, TraceEvent } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { rehearse } from "./rehearsal.ts";

const imports = (...declarations: string[]): string =>
  declarations
    .map((declaration) => `@external("env", "${declaration.split("(")[0]}") declare function ${declaration};`)
    .join("\n");

const compiled = new Map<string, Promise<Uint8Array>>();

async function run(source: string, device: Partial<DeviceOptions> = {}) {
  const firmware = compiled.get(source) ?? compileText(source);
  compiled.set(source, firmware);
  let made: Device | undefined;
  const rehearsed = await rehearse({
    firmware: await firmware,
    device,
    onEvent: (_, device) => {
      made = device;
    },
  });
  return { ...rehearsed, state: made!.state };
}

function cyclesOfCall(events: readonly TraceEvent[], name: string): number {
  const [call, answer] = events.filter((event) => "name" in event && event.name === name);
  return answer!.cycles - call!.cycles;
}

describe("mvPowerSave", () => {
  const source = (mode: number) => `
    ${imports("SysTick_Config(ticks: u32): u32", "mvPowerSave(mode: u32): i32")}
    let ticks = 0;
    export function SysTick_Handler(): void { ticks++; }
    export function main(): i32 {
      SysTick_Config(160000);
      const status = mvPowerSave(${mode});
      return status != 0 ? status : ticks == 1 ? 0 : 100 + ticks;
    }`;

  it.each([0, 4])("sleeps in mode %i until an interrupt, whose handler runs before it returns", async (mode) => {
    const { result, events } = await run(source(mode));
    expect(result.reason).toBe("finished");
    const kinds = events.filter(({ kind }) => ["return", "sleep", "interrupt"].includes(kind));
    expect(kinds.map((event) => `${event.kind} ${"phase" in event ? event.phase : event.kind}`)).toEqual([
      "return return",
      "sleep enter",
      "interrupt pend",
      "sleep exit",
      "interrupt enter",
      "interrupt exit",
    ]);
  });
});

describe("mvTestingComplete", () => {
  const source = (status: number) => `
    ${imports("mvTestingComplete(status: u32): i32", "NVIC_EnableIRQ(irq: i32): void", "NVIC_SetPendingIRQ(irq: i32): void")}
    export function TIM2_IRQHandler(): void { mvTestingComplete(${status}); }
    export function main(): i32 { NVIC_EnableIRQ(45); NVIC_SetPendingIRQ(45); return 9; }`;

  it.each([
    { status: 0, end: { reason: "finished" } },
    { status: 3, end: { reason: "failed", status: 3, by: "mvTestingComplete" } },
  ])("ends the run at once with status $status, from a handler too", async ({ status, end }) => {
    const { result, events } = await run(source(status), { testMode: true });
    expect(result).toMatchObject(end);
    expect(events.slice(-2).map(({ kind }) => kind)).toEqual(["call", "end"]);
    expect(events.at(-1)).toMatchObject({ reason: end.reason });
  });

  it("does nothing outside test mode", async () => {
    const { result } = await run(source(0));
    expect(result).toMatchObject({ reason: "failed", status: 9 });
  });
});

describe("fast interrupts", () => {
  const family = ["Set", "Enable"].map((name) => `mv${name}FastInterrupt(irq: u32): i32`);
  const nvic = ["NVIC_EnableIRQ(irq: i32): void", "NVIC_SetPendingIRQ(irq: i32): void"];

  it("preempt a handler of the highest priority", async () => {
    const { result } = await run(`
      ${imports(...family, ...nvic)}
      let order = 0;
      function note(digit: i32): void { order = 10 * order + digit; }
      export function TIM2_IRQHandler(): void { note(1); NVIC_SetPendingIRQ(46); note(3); }
      export function TIM3_IRQHandler(): void { note(2); }
      export function main(): i32 {
        if (mvSetFastInterrupt(46) != 0 || mvEnableFastInterrupt(46) != 0) return 8;
        NVIC_EnableIRQ(45); NVIC_SetPendingIRQ(45);
        return order;
      }`);
    expect(result).toMatchObject({ status: 123 });
  });

  it("run when they are unmasked or enabled while pending, before the call returns", async () => {
    const { result } = await run(`
      ${imports(...family, ...nvic, "mvDisableAllFastInterrupts(): i32", "mvEnableAllFastInterrupts(): i32")}
      let count = 0;
      export function TIM3_IRQHandler(): void { count++; }
      export function main(): i32 {
        mvSetFastInterrupt(46); NVIC_SetPendingIRQ(46); mvEnableFastInterrupt(46);
        if (count != 1) return 1;
        mvDisableAllFastInterrupts(); NVIC_SetPendingIRQ(46);
        if (count != 1) return 2;
        mvEnableAllFastInterrupts();
        return count == 2 ? 0 : 3;
      }`);
    expect(result.reason).toBe("finished");
  });

  it("need a handler that the firmware exports", async () => {
    const { events } = await run(`
      ${imports(...family)}
      export function TIM3_IRQHandler(): void {}
      export function main(): void { mvSetFastInterrupt(47); mvSetFastInterrupt(46); }`);
    expect(events.flatMap((event) => (event.kind === "return" ? [event.status] : []))).toEqual([
      "INVALIDVECTOR",
      "OKAY",
    ]);
  });
});

describe("the external flash", () => {
  const calls = [
    "mvExternalFlashOpen(handle: usize): i32",
    "mvExternalFlashEraseBlocking(handle: u32, address: u32, length: u32): i32",
    "mvExternalFlashWriteBlocking(handle: u32, address: u32, length: u32, buffer: usize): i32",
    "mvExternalFlashReadBlocking(handle: u32, address: u32, length: u32, buffer: usize): i32",
    "mvGetMicroseconds(out: usize): i32",
    "SysTick_Config(ticks: u32): u32",
    "NVIC_SystemReset(): void",
    "mvGetWakeReason(out: usize): i32",
  ];
  const source = `
    ${imports(...calls)}
    const OUT = memory.data(16, 8);
    const HANDLE = memory.data(4, 4);
    let ticks = 0;
    export function SysTick_Handler(): void { ticks++; }
    export function main(): i32 {
      if (mvExternalFlashOpen(HANDLE) != 0) return 1;
      const handle = load<u32>(HANDLE);
      mvGetWakeReason(OUT);
      if (load<u8>(OUT) == 8) {
        mvExternalFlashReadBlocking(handle, 8192, 4, OUT);
        return load<u32>(OUT) == 0x11223344 ? 0 : 2;
      }
      SysTick_Config(1600000);
      mvGetMicroseconds(OUT);
      const before = load<u64>(OUT);
      mvExternalFlashEraseBlocking(handle, 0, 4096);
      if (ticks != 1) return 3;
      mvGetMicroseconds(OUT);
      if (load<u64>(OUT) - before < 40000) return 4;
      store<u32>(OUT, 0x11223344);
      mvExternalFlashWriteBlocking(handle, 8192, 4, OUT);
      NVIC_SystemReset();
      return 5;
    }`;

  it("blocks for its modelled time to the cycle, and takes the interrupts that came meanwhile at the end", async () => {
    const { result, events } = await run(source, { externalFlash: true });
    expect(result.reason).toBe("finished");
    expect(cyclesOfCall(events, "mvExternalFlashEraseBlocking")).toBe(40_000 * 160 + 800);
    const answer = events.findIndex((event) => event.kind === "return" && event.name.includes("Erase"));
    expect(events[answer + 1]).toMatchObject({ kind: "interrupt", phase: "pend", cycles: events[answer]!.cycles });
  });

  it("keeps its content over a reset, as plain data of the device", async () => {
    const { result, state } = await run(source, { externalFlash: true });
    expect(result.reason).toBe("finished");
    expect(Object.keys(state.externalFlash.sectors)).toEqual(["2"]);
    expect(plainDataFromText(plainDataToText(state))).toEqual(state);
  });

  it.each([{ suspendAlways: true }, { sliceCycles: 1000 }])("has the same trace with %o", async (device) => {
    const { lines } = await run(source, { externalFlash: true, ...device });
    expect(lines).toEqual((await run(source, { externalFlash: true })).lines);
  });

  it("is not there unless the device has one", async () => {
    const { result } = await run(source);
    expect(result).toMatchObject({ reason: "failed", status: 1 });
  });
});

it("the start section and main are no handlers: calls that handlers may not make work there", async () => {
  const { events } = await run(`
    ${imports("mvGetWakeReason(out: usize): i32", "NVIC_EnableIRQ(irq: i32): void", "NVIC_SetPendingIRQ(irq: i32): void")}
    const OUT = memory.data(4, 4);
    mvGetWakeReason(OUT);
    export function TIM2_IRQHandler(): void { mvGetWakeReason(OUT); }
    export function main(): void { mvGetWakeReason(OUT); NVIC_EnableIRQ(45); NVIC_SetPendingIRQ(45); }`);
  const answers = events.flatMap((event, index) => {
    const call = events[index - 1];
    return event.kind === "return" && call?.kind === "call" ? [`${call.context} ${event.status}`] : [];
  });
  expect(answers).toEqual(["start OKAY", "main OKAY", "TIM2_IRQHandler UNAVAILABLE"]);
});
