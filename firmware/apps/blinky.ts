/**
 * The first thing that every board does: an LED (PA5) blinks, and a button (PC13) stops and starts it. What happens is
 * said over the UART. Press the button from outside: `mvsim run blinky.ts --pin PC13=1@1200ms`.
 */

import { clock, gpio, uart } from "../sdk";

export { SysTick_Handler } from "../sdk";

const LED = gpio.pin(gpio.Port.A, 5);
const BUTTON = gpio.pin(gpio.Port.C, 13);
const HALF_PERIOD_MILLISECONDS: u32 = 250;

let isBlinking = true;
let presses = 0;

/** The button. Handlers only note what happened. */
export function EXTI13_IRQHandler(): void {
  isBlinking = !isBlinking;
  presses++;
}

export function main(): void {
  clock.start(10);
  gpio.output(LED);
  gpio.input(BUTTON, gpio.Pull.Down);
  gpio.onEdge(BUTTON, gpio.Edge.Rising);
  uart.write("blinking\n");
  let seen = 0;
  for (let round = 0; round < 8; round++) {
    clock.sleep(HALF_PERIOD_MILLISECONDS);
    if (presses != seen) {
      seen = presses;
      uart.write(isBlinking ? "blinking again\n" : "stopped by the button\n");
    }
    if (isBlinking) gpio.toggle(LED);
  }
  uart.write("done\n");
}
