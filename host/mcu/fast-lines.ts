/** The NVIC's fast lines on the running MCU: what a kernel needs of them. */

import { interruptName } from "./interrupt-names.ts";
import { type McuPorts, stopIfInterrupted } from "./mcu.ts";
import { clearFast, disable, enable, isFast, maskAllFast, setFast } from "./nvic.ts";

export function fastLines(ports: McuPorts) {
  const change = (action: () => void): void => {
    action();
    stopIfInterrupted(ports);
  };
  return {
    hasHandler: (irq: number): boolean => ports.core.hasHandler(`${interruptName(irq)}_IRQHandler`),
    isFast: (irq: number): boolean => isFast(ports.state.nvic, irq),
    set: (irq: number) => setFast(ports.state.nvic, irq),
    clear: (irq: number) => clearFast(ports.state.nvic, irq),
    enable: (irq: number) => change(() => enable(ports.state.nvic, irq)),
    disable: (irq: number) => disable(ports.state.nvic, irq),
    maskAll: (masked: boolean) => change(() => maskAllFast(ports.state.nvic, masked)),
  };
}
