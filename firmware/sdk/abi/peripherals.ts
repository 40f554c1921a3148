/**
 * GPIO and UART. The number of a pin is port * 16 + pin: PA5 is 5, PC13 is 45.
 * Generated from host/abi by `npm run generate`: do not edit.
 */

/** Makes a pin an input (mode 0) or an output (1), with no resistor (pull 0), one to 1 (1) or one to 0 (2). */
// @ts-ignore: decorator
@external("env", "mcu_gpio_configure")
export declare function mcu_gpio_configure(pin: u32, mode: u32, pull: u32): void;

/** Sets a pin to 0 or 1; it is an output from then on. */
// @ts-ignore: decorator
@external("env", "mcu_gpio_write")
export declare function mcu_gpio_write(pin: u32, level: u32): void;

/** The level of a pin: 0 or 1. */
// @ts-ignore: decorator
@external("env", "mcu_gpio_read")
export declare function mcu_gpio_read(pin: u32): u32;

/** Which edges of a pin make the EXTI interrupt of its number pending: 1 rising, 2 falling, 3 both, 0 none. */
// @ts-ignore: decorator
@external("env", "mcu_gpio_interrupt")
export declare function mcu_gpio_interrupt(pin: u32, edges: u32): void;

/** Sends bytes over the UART (USART2). */
// @ts-ignore: decorator
@external("env", "mcu_uart_write")
export declare function mcu_uart_write(data: usize, length: u32): void;

/** Takes up to so many received bytes, and answers how many. */
// @ts-ignore: decorator
@external("env", "mcu_uart_read")
export declare function mcu_uart_read(buffer: usize, length: u32): u32;

/** How many received bytes wait. */
// @ts-ignore: decorator
@external("env", "mcu_uart_available")
export declare function mcu_uart_available(): u32;

/** Whether received bytes make the interrupt of USART2 pending (1) or not (0). */
// @ts-ignore: decorator
@external("env", "mcu_uart_interrupt")
export declare function mcu_uart_interrupt(enable: u32): void;
