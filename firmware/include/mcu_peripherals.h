/*
 * GPIO and UART for firmware that is compiled to WebAssembly. The device has no such functions: there it is registers.
 * Generated from host/abi by `npm run generate`: do not edit.
 */
#ifndef MCU_PERIPHERALS_H
#define MCU_PERIPHERALS_H

#include "mv_syscalls.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The number of a pin: MCU_PIN('A', 5) is PA5. */
#define MCU_PIN(port, pin) ((uint32_t)(((port) - 'A') * 16 + (pin)))

/* Makes a pin an input (mode 0) or an output (1), with no resistor (pull 0), one to 1 (1) or one to 0 (2). */
MV_IMPORT("mcu_gpio_configure") void mcu_gpio_configure(uint32_t pin, uint32_t mode, uint32_t pull);

/* Sets a pin to 0 or 1; it is an output from then on. */
MV_IMPORT("mcu_gpio_write") void mcu_gpio_write(uint32_t pin, uint32_t level);

/* The level of a pin: 0 or 1. */
MV_IMPORT("mcu_gpio_read") uint32_t mcu_gpio_read(uint32_t pin);

/* Which edges of a pin make the EXTI interrupt of its number pending: 1 rising, 2 falling, 3 both, 0 none. */
MV_IMPORT("mcu_gpio_interrupt") void mcu_gpio_interrupt(uint32_t pin, uint32_t edges);

/* Sends bytes over the UART (USART2). */
MV_IMPORT("mcu_uart_write") void mcu_uart_write(const uint8_t *data, uint32_t length);

/* Takes up to so many received bytes, and answers how many. */
MV_IMPORT("mcu_uart_read") uint32_t mcu_uart_read(uint8_t *buffer, uint32_t length);

/* How many received bytes wait. */
MV_IMPORT("mcu_uart_available") uint32_t mcu_uart_available(void);

/* Whether received bytes make the interrupt of USART2 pending (1) or not (0). */
MV_IMPORT("mcu_uart_interrupt") void mcu_uart_interrupt(uint32_t enable);

#ifdef __cplusplus
}
#endif

#endif
