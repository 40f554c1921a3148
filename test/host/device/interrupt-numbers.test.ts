/** Every interrupt number of the STM32U585, on a whole device: enabled, pended, taken by its handler's name, in order. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { interrupts } from "../../../host/abi/interrupts.ts";
import { createDevice, type TraceEvent } from "../../../host/index.ts";
import { fromText } from "../mcu/wasm/firmware.ts";

const lines = Object.entries(interrupts).filter(([, irq]) => irq >= 0);
const numbers = lines.map(([, irq]) => irq);
const orderAt = 1024;
const answersAt = 2048;

/** Each handler writes the place of its turn, 1 for the first, to the byte that belongs to its line. */
const handlers = lines.map(
  ([name, irq]) => `(func (export "${name}_IRQHandler")
    (global.set $turn (i32.add (global.get $turn) (i32.const 1)))
    (i32.store8 (i32.const ${orderAt + irq}) (global.get $turn)))`,
);

const imports = [
  ...["NVIC_EnableIRQ", "NVIC_DisableIRQ", "NVIC_SetPendingIRQ", "NVIC_ClearPendingIRQ"].map(
    (name) => `(import "env" "${name}" (func $${name} (param i32)))`,
  ),
  ...["NVIC_GetEnableIRQ", "NVIC_GetPendingIRQ", "NVIC_GetPriority"].map(
    (name) => `(import "env" "${name}" (func $${name} (param i32) (result i32)))`,
  ),
  '(import "env" "NVIC_SetPriority" (func $NVIC_SetPriority (param i32 i32)))',
  '(import "env" "__disable_irq" (func $mask))',
  '(import "env" "__enable_irq" (func $unmask))',
];

async function runFirmware(steps: readonly string[]) {
  const events: TraceEvent[] = [];
  const firmware = fromText(`(module ${imports.join("\n")} (memory (export "memory") 1)
    (global $turn (mut i32) (i32.const 0)) ${handlers.join("\n")}
    (func (export "main") ${steps.join("\n")}))`);
  const device = await createDevice({ firmware, trace: (event) => events.push(event) });
  expect(await device.run()).toMatchObject({ reason: "finished" });
  const taken = events.filter((event) => event.kind === "interrupt" && event.phase === "enter");
  const diagnostics = events.flatMap((event) => (event.kind === "diagnostic" ? [event.message] : []));
  return { taken, diagnostics, turns: [...device.memory.readBytes(orderAt, numbers.length)], memory: device.memory };
}

const call = (name: string, ...values: number[]) =>
  `(call $${name} ${values.map((value) => `(i32.const ${value})`).join(" ")})`;
/** Keeps what a call answers in the next word. */
const asking = (place: number, name: string, irq: number) =>
  `(i32.store (i32.const ${answersAt + 4 * place}) ${call(name, irq)})`;

it("there are 125 lines, 0 to 124, each with a name of its own", () => {
  expect(numbers).toEqual(Array.from({ length: 125 }, (_, irq) => irq));
  expect(new Set(lines.map(([name]) => name)).size).toBe(125);
});

it("each line's own handler runs once it is enabled and pended, at that call's return", async () => {
  const steps = numbers.flatMap((irq) => [call("NVIC_EnableIRQ", irq), call("NVIC_SetPendingIRQ", irq)]);
  const { taken, turns, diagnostics } = await runFirmware(steps);
  expect(taken).toMatchObject(lines.map(([name, irq]) => ({ irq, name })));
  expect(turns).toEqual(numbers.map((irq) => irq + 1));
  expect(diagnostics).toEqual([]);
});

it("each line answers whether it is enabled and pending, and its priority; disabled or cleared it is not taken", async () => {
  const asked = numbers.flatMap((irq, index) => [
    call("NVIC_SetPendingIRQ", irq),
    call("NVIC_SetPriority", irq, irq % 16),
    asking(5 * index, "NVIC_GetPendingIRQ", irq),
    asking(5 * index + 1, "NVIC_GetPriority", irq),
    call("NVIC_ClearPendingIRQ", irq),
    call("NVIC_EnableIRQ", irq),
    asking(5 * index + 2, "NVIC_GetEnableIRQ", irq),
    call("NVIC_DisableIRQ", irq),
    call("NVIC_SetPendingIRQ", irq),
    asking(5 * index + 3, "NVIC_GetEnableIRQ", irq),
    asking(5 * index + 4, "NVIC_GetPendingIRQ", irq),
  ]);
  const { taken, memory } = await runFirmware(asked);
  const answers = numbers.map((_, index) =>
    Array.from({ length: 5 }, (_, place) => memory.readUint32(answersAt + 4 * (5 * index + place))),
  );
  expect(answers).toEqual(numbers.map((irq) => [1, irq % 16, 1, 0, 1]));
  expect(taken).toEqual([]);
});

it("all lines at once are taken by priority, then by number, whatever order they were pended in", async () => {
  const priorities = fc.array(fc.nat(15), { minLength: numbers.length, maxLength: numbers.length });
  const orders = fc.shuffledSubarray(numbers, { minLength: numbers.length });
  await fc.assert(
    fc.asyncProperty(priorities, orders, async (priorities, order) => {
      const { taken } = await runFirmware([
        ...["(call $mask)"],
        ...numbers.flatMap((irq, index) => [
          call("NVIC_SetPriority", irq, priorities[index] as number),
          call("NVIC_EnableIRQ", irq),
        ]),
        ...order.map((irq) => call("NVIC_SetPendingIRQ", irq)),
        ...["(call $unmask)"],
      ]);
      const expected = [...numbers].sort((a, b) => priorities[a]! - priorities[b]! || a - b);
      expect(taken.map((event) => "irq" in event && event.irq)).toEqual(expected);
    }),
    { numRuns: 5, seed: 3 },
  );
});

it("each line without a handler is a fault that names the line and the handler", async () => {
  const firmware = fromText(`(module ${imports.join("\n")} (memory (export "memory") 1)
    (func (export "main")
      (call $NVIC_EnableIRQ (i32.load (i32.const 64)))
      (call $NVIC_SetPendingIRQ (i32.load (i32.const 64)))))`);
  for (const [name, irq] of lines) {
    const device = await createDevice({ firmware });
    device.memory.writeUint32(64, irq);
    expect(await device.run()).toMatchObject({
      reason: "fault",
      fault: {
        code: "ERR_MVSIM_MISSING_HANDLER",
        message: expect.stringContaining(`interrupt ${irq} (${name}) but exports no ${name}_IRQHandler`),
      },
    });
  }
});

it.each([125, 126, 255, 1000, 2 ** 31 - 1, -16, -17, -(2 ** 31)])(
  "number %i is none: every call ignores it with a diagnostic, and answers 0",
  async (irq) => {
    const { taken, diagnostics, memory } = await runFirmware([
      ...["NVIC_EnableIRQ", "NVIC_SetPendingIRQ", "NVIC_ClearPendingIRQ", "NVIC_DisableIRQ"].map((name) =>
        call(name, irq),
      ),
      call("NVIC_SetPriority", irq, 5),
      ...["NVIC_GetEnableIRQ", "NVIC_GetPendingIRQ", "NVIC_GetPriority"].map((name, place) => asking(place, name, irq)),
    ]);
    expect(taken).toEqual([]);
    expect(diagnostics).toEqual(new Array(8).fill(`interrupt ${irq} does not exist on an STM32U585: ignored`));
    expect([0, 1, 2].map((place) => memory.readUint32(answersAt + 4 * place))).toEqual([0, 0, 0]);
  },
);
