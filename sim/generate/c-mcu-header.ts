/**
 * `firmware/include/mcu_cmsis.h`: the MCU's calls and interrupt numbers with CMSIS's names. A header of its own,
 * because on the device the vendor's `stm32u5xx.h` has them.
 */

import { interrupts } from "../../host/abi/interrupts.ts";
import { mcuCalls } from "../../host/abi/mcu-calls.ts";

export function mcuHeader(): string {
  const numbers = Object.entries(interrupts).map(([name, number]) => `  ${name}_IRQn = ${number},`);
  const calls = Object.entries(mcuCalls).map(([name, { parameters, result, meaning, neverReturns }]) => {
    const list = Object.entries(parameters).map(([own, type]) => `${type} ${own}`);
    const attribute = neverReturns ? "__attribute__((noreturn)) " : "";
    return `/* ${meaning} */\nMV_IMPORT("${name}") ${attribute}${result} ${name}(${list.join(", ") || "void"});`;
  });
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

${calls.join("\n\n")}

#ifdef __cplusplus
}
#endif

#endif
#endif
`;
}
