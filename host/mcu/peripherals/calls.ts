/** The peripherals as WebAssembly firmware reaches them: imported calls onto the models. */

import { type PeripheralCallName, peripheralCalls } from "../../abi/peripheral-calls.ts";
import { FirmwareFaultError } from "../../fault/fault.ts";
import type { TraceSink } from "../../trace/events.ts";
import type { ImportedCall, Memory } from "../core.ts";
import { declaredCalls, importedCall } from "../declared-calls.ts";
import {
  configurePin,
  createGpio,
  type GpioState,
  levelOf,
  pinCount,
  resetGpio,
  watchEdges,
  writePin,
} from "./gpio.ts";
import {
  createUart,
  enableReceiveInterrupt,
  receiveBufferBytes,
  sendBytes,
  takeReceived,
  type UartState,
} from "./uart.ts";

/** All of the peripherals' state: plain data. */
export interface PeripheralsState {
  gpio: GpioState;
  uart: UartState;
}

export function createPeripherals(): PeripheralsState {
  return { gpio: createGpio(), uart: createUart() };
}

/** After a reset. */
export function resetPeripherals({ gpio }: PeripheralsState): PeripheralsState {
  return { gpio: resetGpio(gpio), uart: createUart() };
}

/** What the models need, and what the calls need beside it. */
export interface PeripheralPorts extends PeripheralsState {
  readonly memory: Memory;
  readonly trace: TraceSink;
  pend(irq: number): void;
}

type Behaviour = (ports: PeripheralPorts, ...words: number[]) => number | undefined;

const pulls = ["none", "up", "down"] as const;

const behaviours: Readonly<Record<PeripheralCallName, Behaviour>> = {
  mcu_gpio_configure: (ports, pin, mode, pull) =>
    onPin(ports, pin!, () => configurePin(ports, pin!, mode !== 0, pulls[pull!] ?? "none")),
  mcu_gpio_write: (ports, pin, level) => onPin(ports, pin!, () => writePin(ports, pin!, level !== 0)),
  mcu_gpio_read: (ports, pin) => onPin(ports, pin!, () => levelOf(ports.gpio, pin!)),
  mcu_gpio_interrupt: (ports, pin, edges) =>
    onPin(ports, pin!, () => watchEdges(ports, pin!, { rising: (edges! & 1) !== 0, falling: (edges! & 2) !== 0 })),
  mcu_uart_write(ports, data, length) {
    sendBytes(ports, ports.memory.readBytes(legal(ports, "mcu_uart_write", data!, length!), length!));
    return undefined;
  },
  mcu_uart_read(ports, buffer, length) {
    const address = legal(ports, "mcu_uart_read", buffer!, length!);
    const bytes = takeReceived(ports, Math.min(length!, receiveBufferBytes));
    ports.memory.writeBytes(address, bytes);
    return bytes.length;
  },
  mcu_uart_available: ({ uart }) => uart.received.length,
  mcu_uart_interrupt(ports, enable) {
    enableReceiveInterrupt(ports, enable !== 0);
    return undefined;
  },
};

/** They only look: a loop that asks them waits for something else to happen. */
const readers: ReadonlySet<PeripheralCallName> = new Set(["mcu_gpio_read", "mcu_uart_available"]);

const declared = declaredCalls(peripheralCalls, readers);

/** The calls as a core imports them. */
export function peripheralImports(ports: PeripheralPorts, cycles: number): ImportedCall[] {
  return declared.map((call) => {
    const behaviour = behaviours[call.name];
    return importedCall(
      call,
      cycles,
      (first = 0, second = 0, third = 0) => behaviour(ports, first >>> 0, second >>> 0, third >>> 0) ?? 0,
    );
  });
}

/** Does something with a pin. One that the chip has not is left alone, and reads as 0. */
function onPin({ trace }: PeripheralPorts, pin: number, action: () => unknown): number {
  if (pin < pinCount) return Number(action() ?? 0);
  trace?.({
    kind: "diagnostic",
    id: "unknown-pin",
    message: `there is no pin ${pin}: ignored. A pin's number is port * 16 + pin, PA0 is 0 and PI15 is ${pinCount - 1}`,
  });
  return 0;
}

function legal({ memory }: PeripheralPorts, name: string, address: number, bytes: number): number {
  if (memory.isLegal(address, bytes)) return address;
  throw new FirmwareFaultError(
    "ERR_MVSIM_ILLEGAL_POINTER",
    `the firmware called ${name} with ${bytes} bytes at 0x${address.toString(16)}, which is not its memory`,
  );
}
