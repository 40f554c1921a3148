import { expect, it } from "vitest";
import { interrupts } from "../../../../host/abi/interrupts.ts";
import {
  configurePin,
  createGpio,
  drivePin,
  type GpioPorts,
  levelOf,
  pinCount,
  pinName,
  pinOfName,
  resetGpio,
  watchEdges,
  writePin,
} from "../../../../host/mcu/peripherals/gpio.ts";
import type { TraceEventBody } from "../../../../host/trace/events.ts";

function bench() {
  const pended: number[] = [];
  const events: TraceEventBody[] = [];
  const ports: GpioPorts = { gpio: createGpio(), trace: (body) => events.push(body), pend: (irq) => pended.push(irq) };
  return { ports, pended, events };
}

const pc13 = 45;
const both = { rising: true, falling: true };

it("a pin's name and its number belong together", () => {
  for (let pin = 0; pin < pinCount; pin++) expect(pinOfName(pinName(pin))).toBe(pin);
  expect(pinOfName("PC13")).toBe(pc13);
  for (const name of ["PA16", "PJ0", "A5", "PA", "PA05x", ""]) expect(pinOfName(name)).toBeUndefined();
});

it("an input has the level that drives it, else that of its resistor", () => {
  const { ports } = bench();
  expect(levelOf(ports.gpio, pc13)).toBe(0);
  configurePin(ports, pc13, false, "up");
  expect(levelOf(ports.gpio, pc13)).toBe(1);
  drivePin(ports, pc13, 0);
  expect(levelOf(ports.gpio, pc13)).toBe(0);
  drivePin(ports, pc13, null);
  expect(levelOf(ports.gpio, pc13)).toBe(1);
  configurePin(ports, pc13, false, "down");
  expect(levelOf(ports.gpio, pc13)).toBe(0);
});

it("an output has the level that was written, whatever drives it from outside", () => {
  const { ports, events } = bench();
  writePin(ports, 5, true);
  drivePin(ports, 5, 0);
  expect(levelOf(ports.gpio, 5)).toBe(1);
  writePin(ports, 5, true);
  expect(events).toEqual([{ kind: "gpio", pin: "PA5", direction: "output", level: 1 }]);
});

it("edges pend the EXTI interrupt of the pin's number, those that are watched", () => {
  const { ports, pended } = bench();
  watchEdges(ports, pc13, { rising: true, falling: false });
  drivePin(ports, pc13, 1);
  drivePin(ports, pc13, 1);
  drivePin(ports, pc13, 0);
  expect(pended).toEqual([interrupts.EXTI13]);
  watchEdges(ports, pc13, { rising: false, falling: true });
  drivePin(ports, pc13, 1);
  drivePin(ports, pc13, 0);
  expect(pended).toEqual([interrupts.EXTI13, interrupts.EXTI13]);
});

it("an EXTI line watches one port: the one that was chosen last", () => {
  const { ports, pended } = bench();
  watchEdges(ports, 3, both);
  watchEdges(ports, 16 + 3, both);
  drivePin(ports, 3, 1);
  expect(pended).toEqual([]);
  drivePin(ports, 16 + 3, 1);
  expect(pended).toEqual([interrupts.EXTI3]);
});

it("a reset makes the pins anew, and what drives them goes on", () => {
  const { ports } = bench();
  writePin(ports, 5, true);
  drivePin(ports, pc13, 1);
  watchEdges(ports, pc13, both);
  const gpio = resetGpio(ports.gpio);
  expect([levelOf(gpio, 5), levelOf(gpio, pc13), gpio.rising]).toEqual([0, 1, 0]);
});
