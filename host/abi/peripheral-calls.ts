/**
 * The calls by which WebAssembly firmware reaches the chip's peripherals: the device's own images do it by registers,
 * which come to the same models. The names are ours. A pin is a number: port times 16 plus the pin, so PA5 is 5 and
 * PC13 is 45.
 */

import { call, type McuCall } from "./mcu-calls.ts";

const pin = { pin: "uint32_t" } as const;

export const peripheralCalls = {
  mcu_gpio_configure: call(
    { ...pin, mode: "uint32_t", pull: "uint32_t" },
    "void",
    "Makes a pin an input (mode 0) or an output (1), with no resistor (pull 0), one to 1 (1) or one to 0 (2).",
  ),
  mcu_gpio_write: call({ ...pin, level: "uint32_t" }, "void", "Sets a pin to 0 or 1; it is an output from then on."),
  mcu_gpio_read: call(pin, "uint32_t", "The level of a pin: 0 or 1."),
  mcu_gpio_interrupt: call(
    { ...pin, edges: "uint32_t" },
    "void",
    "Which edges of a pin make the EXTI interrupt of its number pending: 1 rising, 2 falling, 3 both, 0 none.",
  ),
  mcu_uart_write: call({ data: "const uint8_t *", length: "uint32_t" }, "void", "Sends bytes over the UART (USART2)."),
  mcu_uart_read: call(
    { buffer: "uint8_t *", length: "uint32_t" },
    "uint32_t",
    "Takes up to so many received bytes, and answers how many.",
  ),
  mcu_uart_available: call({}, "uint32_t", "How many received bytes wait."),
  mcu_uart_interrupt: call(
    { enable: "uint32_t" },
    "void",
    "Whether received bytes make the interrupt of USART2 pending (1) or not (0).",
  ),
} as const satisfies Record<string, McuCall>;

export type PeripheralCallName = keyof typeof peripheralCalls;
