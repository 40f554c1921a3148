/**
 * `firmware/include/mcu_cmsis.h`: the MCU's calls and interrupt numbers with CMSIS's names. A header of its own,
 * because on the device the vendor's `stm32u5xx.h` has them.
 */

import { interrupts } from "../../host/abi/interrupts.ts";
import { type McuCall, mcuCalls } from "../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../host/abi/peripheral-calls.ts";
import { declarator } from "./c-types.ts";

export function mcuHeader(): string {
  const numbers = Object.entries(interrupts).map(([name, number]) => `  ${name}_IRQn = ${number},`);
  return `/*
 * The MCU as firmware sees it through CMSIS: interrupt numbers, NVIC, PRIMASK, WFI and SysTick.
 * Generated from host/abi by \`npm run generate\`: do not edit.
 *
 * Include this one on all targets: on the device it is the vendor's own header. The handlers are in mv_syscalls.h.
 */
#ifndef MCU_CMSIS_H
#define MCU_CMSIS_H

#include "mv_syscalls.h"

#ifdef __arm__
#include "stm32u5xx.h"
#else

#ifdef __cplusplus
extern "C" {
#endif

typedef enum __attribute__((mode(SI))) {
${numbers.join("\n")}
} IRQn_Type;

${declarations(mcuCalls)}

#ifdef __cplusplus
}
#endif

#endif
#endif
`;
}

/** `firmware/include/mcu_peripherals.h`: on the device the peripherals are reached by registers. */
export function peripheralsHeader(): string {
  return `/*
 * GPIO and UART for firmware that is compiled to WebAssembly. The device has no such functions: there it is registers.
 * Generated from host/abi by \`npm run generate\`: do not edit.
 */
#ifndef MCU_PERIPHERALS_H
#define MCU_PERIPHERALS_H

#include "mv_syscalls.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The number of a pin: MCU_PIN('A', 5) is PA5. */
#define MCU_PIN(port, pin) ((uint32_t)(((port) - 'A') * 16 + (pin)))

${declarations(peripheralCalls)}

#ifdef __cplusplus
}
#endif

#endif
`;
}

function declarations(calls: Readonly<Record<string, McuCall>>): string {
  const texts = Object.entries(calls).map(([name, { parameters, result, meaning, neverReturns }]) => {
    const list = Object.entries(parameters).map(([own, type]) => declarator(type, own));
    const attribute = neverReturns ? "__attribute__((noreturn)) " : "";
    return `/* ${meaning} */\nMV_IMPORT("${name}") ${attribute}${result} ${name}(${list.join(", ") || "void"});`;
  });
  return texts.join("\n\n");
}
