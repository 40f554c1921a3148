/**
 * General-purpose pins as a model over plain data, with the external interrupts (EXTI) behind them. Each port is a word
 * of 16 bits in each register, as on the chip: so imports and registers can come to the same state. Contract: each of
 * the 16 EXTI lines watches the pin of its number on one port, the one that was chosen last; an edge makes the line's
 * interrupt pending. What this model leaves out: speed, alternate functions, open drain.
 */

import { interrupts } from "../../abi/interrupts.ts";
import type { TraceSink } from "../../trace/events.ts";

export const portNames = ["A", "B", "C", "D", "E", "F", "G", "H", "I"] as const;
const pinsPerPort = 16;
export const pinCount = portNames.length * pinsPerPort;

export interface GpioState {
  /** By port, a bit a pin: which are outputs, and what was written to them. */
  outputs: number[];
  written: number[];
  /** Resistors to 1 and to 0. */
  pullUps: number[];
  pullDowns: number[];
  /** Which pins something outside drives, and to what level. */
  driven: number[];
  inputs: number[];
  /** By EXTI line: the port that it watches. */
  lines: number[];
  /** A bit a line. */
  rising: number;
  falling: number;
}

export function createGpio(): GpioState {
  const ports = () => new Array<number>(portNames.length).fill(0);
  return {
    ...{ outputs: ports(), written: ports(), pullUps: ports(), pullDowns: ports(), driven: ports(), inputs: ports() },
    ...{ lines: new Array<number>(pinsPerPort).fill(0), rising: 0, falling: 0 },
  };
}

/** After a reset the pins are anew, but whatever drives them from outside goes on. */
export function resetGpio({ driven, inputs }: GpioState): GpioState {
  return { ...createGpio(), driven, inputs };
}

export interface GpioPorts {
  readonly gpio: GpioState;
  readonly trace: TraceSink;
  pend(irq: number): void;
}

export type Pull = "none" | "up" | "down";

/** `PA5` for 5. */
export function pinName(pin: number): string {
  return `P${portNames[pin >> 4]}${pin & 15}`;
}

/** 5 for `PA5`; undefined if there is no such pin. */
export function pinOfName(name: string): number | undefined {
  const [, port = "", number] = /^P([A-I])(\d{1,2})$/.exec(name) ?? [];
  const pin = Number(number);
  return pin < pinsPerPort ? portNames.indexOf(port as (typeof portNames)[number]) * pinsPerPort + pin : undefined;
}

export function levelOf(gpio: GpioState, pin: number): 0 | 1 {
  const port = pin >> 4;
  const has = (words: readonly number[]) => ((words[port]! >> (pin & 15)) & 1) === 1;
  if (has(gpio.outputs)) return has(gpio.written) ? 1 : 0;
  if (has(gpio.driven)) return has(gpio.inputs) ? 1 : 0;
  return has(gpio.pullUps) ? 1 : 0;
}

/** Makes the pin an input or an output; an output takes the level that was last written. */
export function configurePin(ports: GpioPorts, pin: number, isOutput: boolean, pull: Pull): void {
  change(ports, pin, (gpio) => {
    setBit(gpio.outputs, pin, isOutput);
    setBit(gpio.pullUps, pin, pull === "up");
    setBit(gpio.pullDowns, pin, pull === "down");
  });
}

/** Writes a level to a pin, which is an output from then on. */
export function writePin(ports: GpioPorts, pin: number, level: boolean): void {
  change(ports, pin, (gpio) => {
    setBit(gpio.outputs, pin, true);
    setBit(gpio.written, pin, level);
  });
}

/** Something outside drives the pin to a level, or lets it go (null). */
export function drivePin(ports: GpioPorts, pin: number, level: 0 | 1 | null): void {
  change(ports, pin, (gpio) => {
    setBit(gpio.driven, pin, level !== null);
    setBit(gpio.inputs, pin, level === 1);
  });
}

/** The EXTI line of the pin's number watches this pin from now on. */
export function watchEdges({ gpio }: GpioPorts, pin: number, edges: { rising: boolean; falling: boolean }): void {
  const line = pin & 15;
  gpio.lines[line] = pin >> 4;
  gpio.rising = withBit(gpio.rising, line, edges.rising);
  gpio.falling = withBit(gpio.falling, line, edges.falling);
}

function change(ports: GpioPorts, pin: number, action: (gpio: GpioState) => void): void {
  const { gpio, trace } = ports;
  const before = levelOf(gpio, pin);
  action(gpio);
  const level = levelOf(gpio, pin);
  if (level === before) return;
  const isOutput = ((gpio.outputs[pin >> 4]! >> (pin & 15)) & 1) === 1;
  trace?.({ kind: "gpio", pin: pinName(pin), direction: isOutput ? "output" : "input", level });
  const line = pin & 15;
  const watched = level === 1 ? gpio.rising : gpio.falling;
  if (gpio.lines[line] === pin >> 4 && (watched >> line) & 1) ports.pend(interrupts.EXTI0 + line);
}

function setBit(words: number[], pin: number, value: boolean): void {
  words[pin >> 4] = withBit(words[pin >> 4]!, pin & 15, value);
}

function withBit(word: number, bit: number, value: boolean): number {
  return value ? word | (1 << bit) : word & ~(1 << bit);
}
