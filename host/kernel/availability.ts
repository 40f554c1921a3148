/**
 * Calls that are UNAVAILABLE before any other check, pointers included: some from within interrupt handlers, some
 * unless the device was made for them.
 */

import type { SyscallName } from "../abi/syscalls.ts";
import type { Kernel } from "./ports.ts";

/** Whether a call can't be made now. */
export type Unavailable = (kernel: Kernel) => boolean;

const inHandler: Unavailable = (kernel) => kernel.inHandler();
const withoutTestMode: Unavailable = ({ settings }) => !settings.testMode;

export const unavailableCalls: { readonly [Name in SyscallName]?: Unavailable } = {
  mvPowerSave: inHandler,
  mvSystemLedEnable: inHandler,
  mvOpenSystemNotification: inHandler,
  mvCloseSystemNotification: inHandler,
  mvDeepSleep: inHandler,
  mvGetWakeReason: inHandler,
  mvRestart: inHandler,
  mvTestLoggingInit: withoutTestMode,
  mvTestLog: withoutTestMode,
  mvTestingComplete: withoutTestMode,
  mvExternalFlashOpen: (kernel) => kernel.inHandler() || kernel.externalFlash === undefined,
  mvExternalFlashClose: inHandler,
  mvExternalFlashReadBlocking: inHandler,
  mvExternalFlashEraseBlocking: inHandler,
  mvExternalFlashWriteBlocking: inHandler,
  mvExternalFlashGetInfo: inHandler,
};
