/**
 * The console: what is written appears in the terminal of `mvsim run`, line by line; what comes in waits until it is
 * read. AssemblyScript's own `console.log` goes to the same place.
 */

import { mcu_uart_available, mcu_uart_interrupt, mcu_uart_read, mcu_uart_write } from "./abi";

/** Writes text. Allocates: not for handlers, which use `writeBytes`. */
export function write(text: string): void {
  const bytes = String.UTF8.encode(text);
  mcu_uart_write(changetype<usize>(bytes), bytes.byteLength);
}

export function writeBytes(address: usize, length: u32): void {
  mcu_uart_write(address, length);
}

/** How many bytes wait to be read. */
export function available(): u32 {
  return mcu_uart_available();
}

/** Reads up to so many of the bytes that wait. @returns how many */
export function readBytes(address: usize, length: u32): u32 {
  return mcu_uart_read(address, length);
}

/** Whether bytes that come in call `USART2_IRQHandler`, once it is enabled in the NVIC. */
export function interruptOnReceive(enable: bool): void {
  mcu_uart_interrupt(enable);
}
