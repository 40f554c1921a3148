/**
 * The MCU's own calls, with CMSIS's names.
 * Generated from host/abi by `npm run generate`: do not edit.
 */

import {
  IRQn_Type,
} from "./interrupts";

/** Sleeps until an enabled interrupt is pending that may interrupt what runs, even one that PRIMASK masks. */
// @ts-ignore: decorator
@external("env", "__WFI")
export declare function __WFI(): void;

/** Sets PRIMASK: no handler is entered until it is cleared. */
// @ts-ignore: decorator
@external("env", "__disable_irq")
export declare function __disable_irq(): void;

/** Clears PRIMASK; what is pending is taken before it returns. */
// @ts-ignore: decorator
@external("env", "__enable_irq")
export declare function __enable_irq(): void;

/** 1 while interrupts are masked, else 0. */
// @ts-ignore: decorator
@external("env", "__get_PRIMASK")
export declare function __get_PRIMASK(): u32;

/** Sets PRIMASK to bit 0 of its argument. */
// @ts-ignore: decorator
@external("env", "__set_PRIMASK")
export declare function __set_PRIMASK(priMask: u32): void;

/** Enables an interrupt line; if it is pending, its handler runs. */
// @ts-ignore: decorator
@external("env", "NVIC_EnableIRQ")
export declare function NVIC_EnableIRQ(IRQn: IRQn_Type): void;

/** Disables an interrupt line; it can still become pending. */
// @ts-ignore: decorator
@external("env", "NVIC_DisableIRQ")
export declare function NVIC_DisableIRQ(IRQn: IRQn_Type): void;

/** 1 if the line is enabled, else 0. */
// @ts-ignore: decorator
@external("env", "NVIC_GetEnableIRQ")
export declare function NVIC_GetEnableIRQ(IRQn: IRQn_Type): u32;

/** Makes an interrupt pending. */
// @ts-ignore: decorator
@external("env", "NVIC_SetPendingIRQ")
export declare function NVIC_SetPendingIRQ(IRQn: IRQn_Type): void;

/** Takes the pending state away. */
// @ts-ignore: decorator
@external("env", "NVIC_ClearPendingIRQ")
export declare function NVIC_ClearPendingIRQ(IRQn: IRQn_Type): void;

/** 1 if the interrupt is pending, else 0. */
// @ts-ignore: decorator
@external("env", "NVIC_GetPendingIRQ")
export declare function NVIC_GetPendingIRQ(IRQn: IRQn_Type): u32;

/** Sets a priority: 0 is the most urgent, 15 the least; negative numbers are the core's exceptions. */
// @ts-ignore: decorator
@external("env", "NVIC_SetPriority")
export declare function NVIC_SetPriority(IRQn: IRQn_Type, priority: u32): void;

/** The priority of a line or exception. */
// @ts-ignore: decorator
@external("env", "NVIC_GetPriority")
export declare function NVIC_GetPriority(IRQn: IRQn_Type): u32;

/** Boots the device again. */
// @ts-ignore: decorator
@external("env", "NVIC_SystemReset")
export declare function NVIC_SystemReset(): void;

/** Calls SysTick_Handler every so many ticks of 160 MHz; answers 1, and changes nothing, above 2^24 ticks or for 0. */
// @ts-ignore: decorator
@external("env", "SysTick_Config")
export declare function SysTick_Config(ticks: u32): u32;
