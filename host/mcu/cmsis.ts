/**
 * The processor's own calls by CMSIS's names, as imports of the guest. As in CMSIS, the NVIC functions ignore the
 * core's exceptions (negative numbers), save for priorities; numbers that this chip has not are ignored with a
 * diagnostic.
 */

import { type McuCallName, mcuCalls } from "../abi/mcu-calls.ts";
import type { ImportedCall } from "./core.ts";
import { declaredCalls, importedCall } from "./declared-calls.ts";
import { watchMask } from "./interrupt-mask.ts";
import { deadlineOf, type McuPorts, pendInterrupt, stopIfInterrupted } from "./mcu.ts";
import { clearPending, disable, enable, isEnabled, isIrq, priorityOf, setPriority, wakes } from "./nvic.ts";
import { configureSysTick } from "./systick.ts";

/** Thrown through the guest: the device boots again. The one way to do so; NVIC_SystemReset and the kernel use it. */
export class ResetRequest extends Error {
  override readonly name = "ResetRequest";
  /** Why the device wakes up then, as the next boot reports it. */
  readonly wakeReason: string;
  /** How long it stays off beforehand. */
  readonly delayMicroseconds: number;

  constructor(wakeReason: string, delayMicroseconds = 0) {
    super(wakeReason);
    this.wakeReason = wakeReason;
    this.delayMicroseconds = delayMicroseconds;
  }
}

/** They only look: a loop that asks them waits for something else to happen. */
const readers: ReadonlySet<McuCallName> = new Set([
  "__get_PRIMASK",
  "NVIC_GetEnableIRQ",
  "NVIC_GetPendingIRQ",
  "NVIC_GetPriority",
]);

type Behaviour = (ports: McuPorts, first: number, second: number) => number | undefined;

const behaviours: Readonly<Record<McuCallName, Behaviour>> = {
  __WFI: (ports) => waitForInterrupt(ports),
  __disable_irq: (ports) => setPrimask(ports, true),
  __enable_irq: (ports) => setPrimask(ports, false),
  __set_PRIMASK: (ports, primask) => setPrimask(ports, (primask & 1) === 1),
  __get_PRIMASK: ({ state }) => (state.nvic.primask ? 1 : 0),
  NVIC_EnableIRQ: (ports, irq) =>
    onLine(ports, irq, () => {
      enable(ports.state.nvic, irq);
      stopIfInterrupted(ports);
    }),
  NVIC_DisableIRQ: (ports, irq) =>
    onLine(ports, irq, () => {
      disable(ports.state.nvic, irq);
      watchMask(ports);
    }),
  NVIC_GetEnableIRQ: (ports, irq) => onLine(ports, irq, () => (isEnabled(ports.state.nvic, irq) ? 1 : 0)),
  NVIC_SetPendingIRQ: (ports, irq) => onLine(ports, irq, () => pendInterrupt(ports, irq)),
  NVIC_ClearPendingIRQ: (ports, irq) =>
    onLine(ports, irq, () => {
      clearPending(ports.state.nvic, irq);
      watchMask(ports);
    }),
  NVIC_GetPendingIRQ: (ports, irq) => onLine(ports, irq, () => (ports.state.nvic.pending.includes(irq) ? 1 : 0)),
  NVIC_SetPriority(ports, irq, priority) {
    if (!isKnown(ports, irq)) return undefined;
    setPriority(ports.state.nvic, irq, priority);
    stopIfInterrupted(ports);
    return undefined;
  },
  NVIC_GetPriority: (ports, irq) => (isKnown(ports, irq) ? priorityOf(ports.state.nvic, irq) : 0),
  NVIC_SystemReset() {
    throw new ResetRequest("APPLICATIONCRASH");
  },
  SysTick_Config(ports, ticks) {
    const { core, state, queue } = ports;
    const answer = configureSysTick(state.nvic, queue, core.now(), ticks >>> 0);
    core.control.deadline = deadlineOf(ports);
    return answer;
  },
};

/** To be called within an imported call: the context sleeps at its return, until an enabled interrupt is pending. */
export function waitForInterrupt({ core, state }: McuPorts): undefined {
  // With something to take at once it does not even sleep; a masked interrupt wakes it all the same.
  core.control.stop = wakes(state.nvic) ? "boundary" : "wait";
}

const declared = declaredCalls(mcuCalls, readers);

/** The calls as a core imports them. */
export function cmsisCalls(ports: McuPorts, cycles: number): ImportedCall[] {
  return declared.map((call) => {
    const behaviour = behaviours[call.name];
    return importedCall(call, cycles, (first = 0, second = 0) => behaviour(ports, first, second) ?? 0);
  });
}

function setPrimask(ports: McuPorts, primask: boolean): undefined {
  ports.state.nvic.primask = primask;
  stopIfInterrupted(ports);
}

/** Does something to an interrupt line. The core's exceptions are left alone, and read as 0. */
function onLine(ports: McuPorts, irq: number, action: () => unknown): number {
  return isKnown(ports, irq) && irq >= 0 ? Number(action() ?? 0) : 0;
}

function isKnown({ trace }: McuPorts, irq: number): boolean {
  if (isIrq(irq)) return true;
  trace?.({
    kind: "diagnostic",
    id: "unknown-interrupt",
    message: `interrupt ${irq} does not exist on an STM32U585: ignored`,
  });
  return false;
}
