/**
 * The calls of the MCU that a guest may import, with CMSIS's names and signatures. They belong to the processor: none
 * of them is a system call, and none answers a status.
 */

/** In C's notation. */
export type McuType = "IRQn_Type" | "uint32_t" | "uint8_t *" | "const uint8_t *";

export interface McuCall {
  readonly parameters: Readonly<Record<string, McuType>>;
  readonly result: "void" | "uint32_t";
  readonly meaning: string;
  readonly neverReturns: boolean;
}

export function call(
  parameters: McuCall["parameters"],
  result: McuCall["result"],
  meaning: string,
  neverReturns = false,
): McuCall {
  return { parameters, result, meaning, neverReturns };
}

const line = { IRQn: "IRQn_Type" } as const;

export const mcuCalls = {
  __WFI: call(
    {},
    "void",
    "Sleeps until an enabled interrupt is pending that may interrupt what runs, even one that PRIMASK masks.",
  ),
  __disable_irq: call({}, "void", "Sets PRIMASK: no handler is entered until it is cleared."),
  __enable_irq: call({}, "void", "Clears PRIMASK; what is pending is taken before it returns."),
  __get_PRIMASK: call({}, "uint32_t", "1 while interrupts are masked, else 0."),
  __set_PRIMASK: call({ priMask: "uint32_t" }, "void", "Sets PRIMASK to bit 0 of its argument."),
  NVIC_EnableIRQ: call(line, "void", "Enables an interrupt line; if it is pending, its handler runs."),
  NVIC_DisableIRQ: call(line, "void", "Disables an interrupt line; it can still become pending."),
  NVIC_GetEnableIRQ: call(line, "uint32_t", "1 if the line is enabled, else 0."),
  NVIC_SetPendingIRQ: call(line, "void", "Makes an interrupt pending."),
  NVIC_ClearPendingIRQ: call(line, "void", "Takes the pending state away."),
  NVIC_GetPendingIRQ: call(line, "uint32_t", "1 if the interrupt is pending, else 0."),
  NVIC_SetPriority: call(
    { ...line, priority: "uint32_t" },
    "void",
    "Sets a priority: 0 is the most urgent, 15 the least; negative numbers are the core's exceptions.",
  ),
  NVIC_GetPriority: call(line, "uint32_t", "The priority of a line or exception."),
  NVIC_SystemReset: call({}, "void", "Boots the device again.", true),
  SysTick_Config: call(
    { ticks: "uint32_t" },
    "uint32_t",
    "Calls SysTick_Handler every so many ticks of 160 MHz; answers 1, and changes nothing, above 2^24 ticks or for 0.",
  ),
} as const satisfies Record<string, McuCall>;

export type McuCallName = keyof typeof mcuCalls;
