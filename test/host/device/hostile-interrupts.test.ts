/** Interrupts that never let go, and handlers that misbehave: each run ends, and its report names the cause. */

import { describe, expect, it } from "vitest";
import type { TraceEvent } from "../../../host/index.ts";
import { forever, runHostile } from "./hostile-firmware.ts";

const [tim2, spi2] = [45, 60];
const enabled = `(call $NVIC_EnableIRQ (i32.const ${tim2})) (call $NVIC_SetPendingIRQ (i32.const ${tim2}))`;
const interrupted = (handler: string, more = "") =>
  `${more} (func $handler (export "TIM2_IRQHandler") ${handler}) (func $main (export "main") ${enabled} ${forever})`;

function count(events: readonly TraceEvent[], phase: string): number {
  return events.filter((event) => event.kind === "interrupt" && event.phase === phase).length;
}

describe("interrupts that never let go", () => {
  it("SysTick with the smallest period starves main, and the run ends at its limit", async () => {
    const { result, events } = await runHostile(
      `(func (export "SysTick_Handler")) (func (export "main") (drop (call $SysTick_Config (i32.const 2))) ${forever})`,
    );
    expect(result).toMatchObject({ reason: "time-limit", context: "main", microseconds: 2000 });
    // Entry, handler and exit take some twenty cycles of the 320,000.
    expect(count(events, "enter")).toBeGreaterThan(8000);
    expect(count(events, "exit")).toBe(count(events, "enter"));
  });

  it("SysTick with the smallest period while main sleeps wakes it for each", async () => {
    const { result, events } = await runHostile(
      `(func (export "SysTick_Handler")) (func (export "main") (drop (call $SysTick_Config (i32.const 2)))
        (loop $l (call $__WFI) (br $l)))`,
    );
    expect(result).toMatchObject({ reason: "time-limit", microseconds: 2000 });
    expect(count(events, "enter")).toBeGreaterThan(8000);
  });

  it("SysTick with the smallest period, masked, pends one exception", async () => {
    const { result, events } = await runHostile(
      `(func (export "SysTick_Handler")) (func (export "main") (call $__disable_irq)
        (drop (call $SysTick_Config (i32.const 2))) ${forever})`,
    );
    expect(result).toMatchObject({ reason: "time-limit", context: "main" });
    expect(count(events, "enter")).toBe(0);
  });

  it("an interrupt that pends itself for ever keeps main out, and the run ends at its limit", async () => {
    const { result, events } = await runHostile(interrupted(`(call $NVIC_SetPendingIRQ (i32.const ${tim2}))`));
    expect(result).toMatchObject({ reason: "time-limit", microseconds: 2000 });
    expect(count(events, "enter")).toBeGreaterThan(8000);
  });

  it("sixteen handlers nest, one for each priority, and the outermost is named when none returns", async () => {
    const names =
      "TIM2 TIM3 TIM4 TIM5 TIM6 TIM7 TIM8_BRK TIM8_UP TIM8_TRG_COM TIM8_CC I2C1_EV I2C1_ER I2C2_EV I2C2_ER SPI1 SPI2";
    const handlers = names.split(" ").map((name, index) => {
      const pend = tim2 + index < spi2 ? `(call $NVIC_SetPendingIRQ (i32.const ${tim2 + index + 1}))` : "";
      return `(func (export "${name}_IRQHandler") ${pend} ${forever})`;
    });
    const setup = handlers.map(
      (_, index) => `(call $NVIC_EnableIRQ (i32.const ${tim2 + index}))
        (call $NVIC_SetPriority (i32.const ${tim2 + index}) (i32.const ${15 - index}))`,
    );
    const { result, events } = await runHostile(
      `${handlers.join("\n")} (func (export "main") ${setup.join("\n")} (call $NVIC_SetPendingIRQ (i32.const ${tim2})))`,
      { handlerLimitMicroseconds: 1000 },
    );
    expect(result).toMatchObject({
      ...{ reason: "fault", context: "SPI2_IRQHandler" },
      fault: {
        code: "ERR_MVSIM_HANDLER_STUCK",
        message: expect.stringMatching(/^TIM2_IRQHandler has run for 0\.001 s/),
      },
    });
    expect(count(events, "enter")).toBe(16);
    expect(count(events, "exit")).toBe(0);
  });

  it("a device that resets for ever boots again and again, until its limit", async () => {
    const { result, events } = await runHostile('(func (export "main") (call $NVIC_SystemReset))', {
      timeLimitMicroseconds: 10_000_000,
    });
    expect(result).toMatchObject({ reason: "time-limit", microseconds: 10_000_000 });
    const boots = events.filter(({ kind }) => kind === "boot").length;
    expect(boots).toBeGreaterThan(1);
    expect(boots).toBeLessThan(1000);
  });
});

describe("a handler that misbehaves", () => {
  it.each<[what: string, code: string, handler: string, more: string]>([
    ["traps", "TRAP_UNREACHABLE", "(unreachable)", ""],
    ["divides by zero", "TRAP_DIVIDE_BY_ZERO", "(drop (i32.div_u (i32.const 1) (i32.load (i32.const 4))))", ""],
    ["reaches past memory", "TRAP_OUT_OF_BOUNDS", "(i32.store (i32.const -4) (i32.const 0))", ""],
    ["calls a null function", "TRAP_INDIRECT_CALL", "(call_indirect (i32.const 0))", "(table 1 funcref)"],
    ["calls itself for ever", "STACK_OVERFLOW", "(call $handler)", ""],
  ])("and %s is a fault in its context, with its name in the stack", async (_, code, handler, more) => {
    const { result } = await runHostile(interrupted(handler, more));
    expect(result).toMatchObject({ reason: "fault", context: "TIM2_IRQHandler", fault: { code: `ERR_MVSIM_${code}` } });
    expect(result.reason === "fault" && result.fault.stack[0]).toMatch(/^handler/);
  });

  it("and loops for ever is a fault that names it", async () => {
    const { result } = await runHostile(interrupted(forever), { handlerLimitMicroseconds: 500 });
    expect(result).toMatchObject({
      ...{ reason: "fault", context: "TIM2_IRQHandler", microseconds: 500 },
      fault: { code: "ERR_MVSIM_HANDLER_STUCK", message: expect.stringMatching(/^TIM2_IRQHandler has run/) },
    });
  });

  it("and waits for what never comes leaves the device asleep", async () => {
    const { result } = await runHostile(interrupted("(call $__WFI)"));
    expect(result).toMatchObject({ reason: "asleep" });
  });

  it("and is main itself runs again within main", async () => {
    const { result, events } = await runHostile(
      `(func (export "main") (export "TIM2_IRQHandler") ${enabled} ${forever})`,
      { handlerLimitMicroseconds: 500 },
    );
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_HANDLER_STUCK" } });
    // Its own interrupt is pended again, but no more urgent than itself.
    expect(count(events, "enter")).toBe(1);
  });

  it("and is an imported call does what the call does", async () => {
    const { result, events } = await runHostile(
      `(export "TIM2_IRQHandler" (func $__WFI)) (func (export "main") ${enabled} ${forever})`,
    );
    expect(result).toMatchObject({ reason: "asleep" });
    expect(events).toContainEqual(expect.objectContaining({ kind: "sleep", context: "TIM2_IRQHandler" }));
  });

  it("and is no function is refused by its name", async () => {
    const text = `(global (export "TIM2_IRQHandler") i32 (i32.const 0)) (func (export "main") ${enabled})`;
    await expect(runHostile(text)).rejects.toMatchObject({
      code: "ERR_MVSIM_HANDLER_SIGNATURE",
      message: expect.stringContaining("`TIM2_IRQHandler` is a global, but must be a function () -> ()"),
    });
  });
});

describe("a start section", () => {
  it("that traps is a fault in its context", async () => {
    const { result } = await runHostile('(func $begin (unreachable)) (start $begin) (func (export "main"))');
    expect(result).toMatchObject({
      ...{ reason: "fault", context: "start" },
      fault: { code: "ERR_MVSIM_TRAP_UNREACHABLE", stack: ["begin"] },
    });
  });

  it("that calls itself for ever is a stack overflow", async () => {
    const { result } = await runHostile('(func $begin (call $begin)) (start $begin) (func (export "main"))');
    expect(result).toMatchObject({ reason: "fault", context: "start", fault: { code: "ERR_MVSIM_STACK_OVERFLOW" } });
  });

  it("that is an imported call can wait", async () => {
    const { result } = await runHostile('(start $__WFI) (func (export "main"))');
    expect(result).toMatchObject({ reason: "asleep" });
  });
});
