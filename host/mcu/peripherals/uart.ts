/**
 * The console UART (USART2) as a model over plain data. Contract: what is sent goes to the trace line by line, the rest
 * of a line when the device stops or boots again; what is received waits in a buffer, and makes the interrupt pending
 * while the firmware wants that. Bytes take no time on the line: no firmware waits for them.
 */

import { interrupts } from "../../abi/interrupts.ts";
import { textOfBytes } from "../../data/text.ts";
import type { TraceSink } from "../../trace/events.ts";

/** More than a real one has, as a driver's ring would. */
export const receiveBufferBytes = 1024;
/** A longer line is shown in pieces. */
const lineBytes = 1024;
const newline = 0x0a;
const carriageReturn = 0x0d;

export interface UartState {
  /** The line that is being sent. */
  line: number[];
  received: number[];
  interruptEnabled: boolean;
}

export function createUart(): UartState {
  return { line: [], received: [], interruptEnabled: false };
}

export interface UartPorts {
  readonly uart: UartState;
  readonly trace: TraceSink;
  pend(irq: number): void;
}

export function sendBytes(ports: UartPorts, bytes: Uint8Array): void {
  const { uart } = ports;
  for (const byte of bytes) {
    if (byte !== newline) uart.line.push(byte);
    if (byte === newline || uart.line.length === lineBytes) endLine(ports);
  }
}

/** Sends a whole line; one that is begun is ended before. */
export function sendLine(ports: UartPorts, text: string): void {
  flushUart(ports);
  ports.trace?.({ kind: "log", source: "uart", text });
}

/** Shows a line that has no end yet. */
export function flushUart(ports: UartPorts): void {
  if (ports.uart.line.length > 0) endLine(ports);
}

function endLine({ uart, trace }: UartPorts): void {
  if (uart.line.at(-1) === carriageReturn) uart.line.pop();
  trace?.({ kind: "log", source: "uart", text: textOfBytes(Uint8Array.from(uart.line)) });
  uart.line = [];
}

/** Bytes arrive; those that find no room are lost, as on the chip. */
export function receiveBytes(ports: UartPorts, bytes: Uint8Array): void {
  const { uart, trace } = ports;
  const room = receiveBufferBytes - uart.received.length;
  uart.received.push(...bytes.subarray(0, room));
  if (bytes.length > room) {
    trace?.({
      kind: "diagnostic",
      id: "uart-overrun",
      message: `${bytes.length - room} bytes to the UART are lost: ${receiveBufferBytes} wait already. Read them sooner`,
    });
  }
  pendIfWanted(ports);
}

/** The first received bytes, at most so many. */
export function takeReceived({ uart }: UartPorts, most: number): Uint8Array {
  return Uint8Array.from(uart.received.splice(0, most));
}

/** Bytes that wait already count. */
export function enableReceiveInterrupt(ports: UartPorts, isEnabled: boolean): void {
  ports.uart.interruptEnabled = isEnabled;
  pendIfWanted(ports);
}

/** The line stays asserted while bytes wait: a handler that has left some is called again. */
export function uartHandlerExited(ports: UartPorts, irq: number): void {
  if (irq === interrupts.USART2) pendIfWanted(ports);
}

function pendIfWanted({ uart, pend }: UartPorts): void {
  if (uart.interruptEnabled && uart.received.length > 0) pend(interrupts.USART2);
}
