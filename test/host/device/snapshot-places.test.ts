/** Where a device may stand when its snapshot is taken: at each place it goes on as if it had not. */

import { describe, expect, it } from "vitest";
import { createDevice as createDeviceOn } from "../../../host/device.ts";
import { createDevice, type Device, type DeviceOptions, type RunResult, type TraceEvent } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { scriptedUplink } from "../kernel/scripted-uplink.ts";
import { fromText } from "../mcu/wasm/firmware.ts";
import { prelude } from "./firmware-notes.ts";
import { firmware } from "./rehearsal.ts";
import { scriptedPlatform } from "./scripted-platform.ts";

type State = Device["state"];
type Run = { readonly lines: string[]; readonly result: RunResult };

/** Runs it to a moment, and from there to its end: the same device, or one of its snapshot. */
async function run(options: DeviceOptions, to: (device: Device) => Promise<unknown>, look?: (state: State) => void) {
  const lines: string[] = [];
  const trace = (event: TraceEvent) => void lines.push(JSON.stringify(event));
  let device = await createDevice({ ...options, trace });
  await to(device);
  if (look) {
    look(device.state);
    const { firmware: binary, uplink } = options;
    device = await createDevice({ firmware: binary, uplink, snapshot: await device.snapshot(), trace });
    look(device.state);
  }
  return { lines, result: await device.run() } satisfies Run;
}

/** @param look at the device where it stands, before and behind its snapshot */
async function expectTheSame(
  options: DeviceOptions,
  to: (device: Device) => Promise<unknown>,
  look: (state: State) => void,
): Promise<Run> {
  const whole = await run(options, to);
  expect(await run(options, to, look)).toEqual(whole);
  return whole;
}

const contexts = (state: State) => state.mcu.contexts.map(({ name, waiting }) => `${name}${waiting ? ", asleep" : ""}`);
const entryOf = (name: string) => (event: TraceEvent) =>
  event.kind === "interrupt" && event.phase === "enter" && event.name === name;

/** Three handlers that interrupt each other; the innermost one sleeps until SysTick comes. */
const nested = `
  let sum = 0;
  function work(): void { for (let i = 0; i < 50; i++) sum += i * i; mvNoOp(); }
  export function SysTick_Handler(): void { work(); SysTick_Config(1); }
  export function TIM2_IRQHandler(): void { work(); NVIC_SetPendingIRQ(46); work(); trace("TIM2", 1, sum); }
  export function TIM3_IRQHandler(): void { work(); NVIC_SetPendingIRQ(47); work(); trace("TIM3", 1, sum); }
  export function TIM4_IRQHandler(): void { work(); __WFI(); work(); trace("TIM4", 1, sum); }
  export function main(): void {
    for (let irq = 45; irq < 48; irq++) { NVIC_SetPriority(irq, 50 - irq); NVIC_EnableIRQ(irq); }
    SysTick_Config(90000);
    NVIC_SetPriority(-1, 0);
    NVIC_SetPendingIRQ(45);
    work();
    trace("main", 1, sum);
  }`;

describe("a device goes on that stood", () => {
  it("in the middle of a handler, and of handlers within handlers", async () => {
    const options = { firmware: await compileText(prelude + nested) };
    const names = ["main", "TIM2_IRQHandler", "TIM3_IRQHandler", "TIM4_IRQHandler"];
    for (const [index, name] of ["TIM2", "TIM3", "TIM4"].entries()) {
      const to = (device: Device) => device.runUntil(entryOf(name));
      const { result } = await expectTheSame(options, to, (state) =>
        expect(contexts(state)).toEqual(names.slice(0, index + 2)),
      );
      expect(result).toMatchObject({ reason: "finished" });
    }
  });

  it("at WFI in a handler, in the middle of its sleep, and in what wakes it", async () => {
    const options = { firmware: await compileText(prelude + nested) };
    const handlers = ["main", "TIM2_IRQHandler", "TIM3_IRQHandler"];
    const asleep = [...handlers, "TIM4_IRQHandler, asleep"];
    await expectTheSame(
      options,
      (device) => device.runUntil("sleep"),
      (state) => expect(contexts(state)).toEqual(asleep),
    );
    await expectTheSame(
      options,
      async (device) => {
        await device.runUntil("sleep");
        await device.advance(100);
      },
      (state) => expect(contexts(state)).toEqual(asleep),
    );
    await expectTheSame(
      options,
      (device) => device.runUntil(entryOf("SysTick")),
      (state) => expect(contexts(state)).toEqual([...handlers, "TIM4_IRQHandler", "SysTick_Handler"]),
    );
  });

  it("with interrupts masked and one of them pending, in WFI that it has ended", async () => {
    const source = `
      export function TIM2_IRQHandler(): void { trace("TIM2"); }
      export function main(): void {
        NVIC_EnableIRQ(45);
        __disable_irq();
        NVIC_SetPendingIRQ(45);
        __WFI();
        mvNoOp();
        trace("awake");
        __enable_irq();
      }`;
    await expectTheSame(
      { firmware: await compileText(prelude + source) },
      (device) => device.runUntil("return"),
      ({ mcu }) => expect(mcu.nvic).toMatchObject({ primask: true, pending: [45], enabled: [45] }),
    );
  });

  it("in a sleep of WASI's, while the handlers of a timer run", async () => {
    const binary = fromText(`(module
      (import "wasi_snapshot_preview1" "poll_oneoff" (func $poll (param i32 i32 i32 i32) (result i32)))
      (import "env" "SysTick_Config" (func $tick (param i32) (result i32)))
      (memory (export "memory") 1)
      (global $ticks (mut i32) (i32.const 0))
      (func (export "SysTick_Handler") (global.set $ticks (i32.add (global.get $ticks) (i32.const 1))))
      (func (export "main") (result i32)
        (drop (call $tick (i32.const 160000)))
        ;; one subscription: a clock (tag 0), the monotonic one, 10 ms from now
        (i32.store offset=16 (i32.const 64) (i32.const 1))
        (i64.store offset=24 (i32.const 64) (i64.const 10000000))
        (drop (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)))
        (global.get $ticks)))`);
    const { result } = await expectTheSame(
      { firmware: binary },
      (device) => device.advance(4500),
      ({ mcu }) => expect(mcu.contexts).toMatchObject([{ name: "main", waiting: true, until: expect.any(Number) }]),
    );
    expect(result).toMatchObject({ reason: "failed", status: 10 });
  });

  it("in its start section", async () => {
    const binary = fromText(`(module (import "env" "mvNoOp" (func $noOp (result i32))) (memory (export "memory") 1)
      (global $rounds (mut i32) (i32.const 0))
      (func $start (loop (drop (call $noOp)) (global.set $rounds (i32.add (global.get $rounds) (i32.const 1)))
        (br_if 0 (i32.lt_u (global.get $rounds) (i32.const 9)))))
      (start $start)
      (func (export "main") (result i32) (i32.sub (global.get $rounds) (i32.const 9))))`);
    const { result } = await expectTheSame(
      { firmware: binary },
      (device) => device.runUntil("return"),
      (state) => expect(contexts(state)).toEqual(["start"]),
    );
    expect(result).toMatchObject({ reason: "finished" });
  });

  it("with bytes at its UART that it has not read, a pin driven, and inputs still to come", async () => {
    const bytes = (text: string) => ({ bytes: Buffer.from(text).toString("hex") });
    const inputs = [
      { atMicroseconds: 1000, name: "gpio", detail: { pin: "PA3", level: 0 } },
      { atMicroseconds: 2000, name: "uart", detail: bytes("hello\n") },
      { atMicroseconds: 5000, name: "uart", detail: bytes("end!") },
    ];
    const { result } = await expectTheSame(
      { firmware: await firmware("test/host/device/fixtures/peripherals.ts"), inputs },
      (device) => device.runUntil(entryOf("USART2")),
      ({ queue, peripherals }) => {
        expect(queue.events.filter(({ kind }) => kind === "input")).toHaveLength(1);
        expect(peripherals.uart.received.length).toBe(6);
      },
    );
    expect(result).toMatchObject({ reason: "failed", status: 10 });
  });
});

describe("a device that is off goes on that stood", () => {
  const source = (then: string) => `
    @external("env", "NVIC_SystemReset") declare function NVIC_SystemReset(): void;
    @external("env", "mvGetWakeReason") declare function mvGetWakeReason(out: usize): i32;
    @external("env", "mvDeepSleep") declare function mvDeepSleep(mode: u32): i32;
    const OUT = memory.data(16, 8);
    export function main(): i32 {
      mvGetWakeReason(OUT);
      if (load<u8>(OUT) == 0) ${then};
      return load<u8>(OUT);
    }`;
  const hour = 3_600_000_000;
  const off = (state: State) => expect(contexts(state)).toEqual(["reset, asleep"]);

  it("in the middle of a deep sleep that an alarm ends", async () => {
    const options = { rtcAlarmMicroseconds: hour, timeLimitMicroseconds: 2 * hour };
    const { result } = await expectTheSame(
      { firmware: await compileText(source("mvDeepSleep(1)")), ...options },
      (device) => device.advance(hour / 2),
      off,
    );
    expect(result).toMatchObject({ reason: "failed", status: 15 });
    expect(result.microseconds).toBeGreaterThan(hour);
  });

  it("in a deep sleep: the server may end it then", async () => {
    const binary = await compileText(source("mvDeepSleep(1)"));
    const first = await createDevice({ firmware: binary, timeLimitMicroseconds: 2 * hour });
    await first.advance(hour / 2);
    const device = await createDevice({ firmware: binary, snapshot: await first.snapshot() });
    device.input("check-in", null);
    expect(await device.run()).toMatchObject({ reason: "failed", status: 12 });
  });

  it("between a reset and the boot that follows", async () => {
    await expectTheSame(
      { firmware: await compileText(source("NVIC_SystemReset()")) },
      (device) => device.advance(50_000),
      off,
    );
  });
});

it("a device goes on with what its external flash holds, in memory", async () => {
  const source = `
    @external("env", "mvExternalFlashOpen") declare function mvExternalFlashOpen(handle: usize): i32;
    @external("env", "mvExternalFlashReadBlocking")
    declare function mvExternalFlashReadBlocking(handle: u32, address: u32, length: u32, buffer: usize): i32;
    @external("env", "mvExternalFlashWriteBlocking")
    declare function mvExternalFlashWriteBlocking(handle: u32, address: u32, length: u32, buffer: usize): i32;
    const HANDLE = memory.data(4, 4);
    const BYTE = memory.data(1);
    export function main(): i32 {
      mvExternalFlashOpen(HANDLE);
      store<u8>(BYTE, 0x5a);
      mvExternalFlashWriteBlocking(load<u32>(HANDLE), 4097, 1, BYTE);
      mvExternalFlashReadBlocking(load<u32>(HANDLE), 4097, 1, BYTE);
      return load<u8>(BYTE);
    }`;
  const { result } = await expectTheSame(
    { firmware: await compileText(prelude + source), externalFlash: true },
    (device) => device.runUntil((event) => event.kind === "return" && event.name === "mvExternalFlashWriteBlocking"),
    ({ externalFlash }) => expect(externalFlash.sectors[1]?.[1]).toBe(0x5a),
  );
  expect(result).toMatchObject({ reason: "failed", status: 0x5a });
});

it("by the real clock, what waits for the service is asked again, and the run goes on when the answer is there", async () => {
  const binary = await firmware("firmware/apps/config-reader.ts");
  const [platform, uplink] = [scriptedPlatform(), scriptedUplink({ answers: false })];
  const network = { attachMicroseconds: 20_000, jitterMicroseconds: 0 };
  const device = await createDeviceOn({ firmware: binary, uplink, token: "t", network, clock: "real" }, platform);
  const advance = device.advance(500_000);
  await platform.pass(500);
  await advance;
  expect(device.state.queue.parked).toMatchObject([{ kind: "reply-due" }]);
  const options = { firmware: binary, snapshot: await device.snapshot(), uplink: scriptedUplink(), token: "t" };
  const restored = await createDeviceOn(options, platform);
  expect(restored.state.queue).toMatchObject({ parked: [], events: [{ kind: "reply-due" }, {}, {}, {}] });
  const running = restored.run();
  await platform.pass(100);
  const result = await running;
  expect(result).toMatchObject({ reason: "finished" });
  expect(result.microseconds).toBeGreaterThan(500_000);
  expect(result.microseconds).toBeLessThan(510_000);
});
