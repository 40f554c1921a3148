import { expect, it } from "vitest";
import { interrupts } from "../../../../host/abi/interrupts.ts";
import {
  createUart,
  enableReceiveInterrupt,
  flushUart,
  receiveBufferBytes,
  receiveBytes,
  sendBytes,
  sendLine,
  takeReceived,
  type UartPorts,
  uartHandlerExited,
} from "../../../../host/mcu/peripherals/uart.ts";
import type { TraceEventBody } from "../../../../host/trace/events.ts";

function bench() {
  const pended: number[] = [];
  const events: TraceEventBody[] = [];
  const ports: UartPorts = { uart: createUart(), trace: (body) => events.push(body), pend: (irq) => pended.push(irq) };
  const lines = () => events.flatMap((event) => (event.kind === "log" ? [event.text] : []));
  return { ports, pended, events, lines };
}

const bytes = (text: string) => new TextEncoder().encode(text);

it("what is sent becomes lines, wherever it is cut", () => {
  const { ports, lines } = bench();
  for (const byte of bytes("größe 1\r\n\nzwei")) sendBytes(ports, Uint8Array.of(byte));
  expect(lines()).toEqual(["größe 1", ""]);
  flushUart(ports);
  flushUart(ports);
  expect(lines()).toEqual(["größe 1", "", "zwei"]);
});

it("a line of the language's console ends one that is begun", () => {
  const { ports, lines } = bench();
  sendBytes(ports, bytes("half"));
  sendLine(ports, "whole");
  expect(lines()).toEqual(["half", "whole"]);
});

it("a line without end is shown in pieces of 1024 bytes", () => {
  const { ports, lines } = bench();
  sendBytes(ports, bytes("x".repeat(2500)));
  expect(lines().map((line) => line.length)).toEqual([1024, 1024]);
});

it("received bytes wait until they are taken", () => {
  const { ports, pended } = bench();
  receiveBytes(ports, bytes("hello"));
  expect(takeReceived(ports, 2)).toEqual(bytes("he"));
  expect(takeReceived(ports, 10)).toEqual(bytes("llo"));
  expect(takeReceived(ports, 10)).toEqual(bytes(""));
  expect(pended).toEqual([]);
});

it("received bytes pend the interrupt while it is wanted, those that wait already too", () => {
  const { ports, pended } = bench();
  receiveBytes(ports, bytes("a"));
  enableReceiveInterrupt(ports, true);
  receiveBytes(ports, bytes("b"));
  enableReceiveInterrupt(ports, false);
  receiveBytes(ports, bytes("c"));
  expect(pended).toEqual([interrupts.USART2, interrupts.USART2]);
});

it("a handler that leaves bytes is called again for the rest", () => {
  const { ports, pended } = bench();
  enableReceiveInterrupt(ports, true);
  receiveBytes(ports, bytes("abc"));
  takeReceived(ports, 2);
  uartHandlerExited(ports, interrupts.USART2);
  expect(pended).toHaveLength(2);
  takeReceived(ports, 1);
  uartHandlerExited(ports, interrupts.USART2);
  uartHandlerExited(ports, interrupts.TIM1_BRK);
  expect(pended).toHaveLength(2);
});

it("bytes that find no room are lost, with a diagnostic", () => {
  const { ports, events } = bench();
  receiveBytes(ports, new Uint8Array(receiveBufferBytes + 3));
  expect(takeReceived(ports, receiveBufferBytes + 3)).toHaveLength(receiveBufferBytes);
  expect(events).toMatchObject([{ kind: "diagnostic", id: "uart-overrun" }]);
});
