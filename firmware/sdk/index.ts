/**
 * The firmware SDK: everything that firmware written in AssemblyScript imports.
 *
 *     import { configs, log, network, Outcome } from "microvisor-sim/firmware/sdk";
 *     export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
 *
 * Two layers. The raw one has every system call, struct and enum with the vendor's names (`mvOpenChannel`,
 * `MvStatus.MV_STATUS_OKAY`) and the MCU's calls with CMSIS's names (`__WFI`, `NVIC_EnableIRQ`). The idiomatic one
 * stands on it: `network`, `configs`, `notifications`, `clock`, `base64`, `log`, `gpio` and `uart`. What can fail answers
 * an `Outcome`.
 *
 * The handlers must be exports of your own entry file, because that is where the device's vector table looks.
 */

import * as base64 from "./base64";
import * as clock from "./clock";
import * as configs from "./configs";
import * as gpio from "./gpio";
import * as network from "./network";
import * as notifications from "./notifications";
import * as uart from "./uart";

export * from "./abi";
export { SysTick_Handler } from "./clock";
export { log, logBytes } from "./log";
export { TIM1_BRK_IRQHandler } from "./notifications";
export { describe, lastStatus, Outcome } from "./outcome";
export { base64, clock, configs, gpio, network, notifications, uart };
