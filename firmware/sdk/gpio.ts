/**
 * Pins: LEDs and buttons. A pin's number is `pin(Port.A, 5)` for PA5. A button calls the handler of its EXTI interrupt,
 * `EXTI13_IRQHandler` for PC13, which your entry file exports. Nothing here allocates: all of it is for handlers too.
 */

import { IRQn_Type, mcu_gpio_configure, mcu_gpio_interrupt, mcu_gpio_read, mcu_gpio_write, NVIC_EnableIRQ } from "./abi";

export enum Port {
  A,
  B,
  C,
  D,
  E,
  F,
  G,
  H,
  I,
}

export enum Pull {
  None,
  Up,
  Down,
}

export enum Edge {
  Rising = 1,
  Falling = 2,
  Both = 3,
}

/** The number of a pin. */
export function pin(port: Port, number: u32): u32 {
  return (<u32>port) * 16 + number;
}

export function output(pin: u32): void {
  mcu_gpio_configure(pin, 1, Pull.None);
}

export function input(pin: u32, pull: Pull = Pull.None): void {
  mcu_gpio_configure(pin, 0, pull);
}

export function write(pin: u32, high: bool): void {
  mcu_gpio_write(pin, high);
}

export function read(pin: u32): bool {
  return mcu_gpio_read(pin) != 0;
}

export function toggle(pin: u32): void {
  write(pin, !read(pin));
}

/** From now on such an edge of the pin calls the handler of its EXTI interrupt. */
export function onEdge(pin: u32, edge: Edge): void {
  mcu_gpio_interrupt(pin, edge);
  NVIC_EnableIRQ(<IRQn_Type>(IRQn_Type.EXTI0_IRQn + <i32>(pin & 15)));
}
