/** The statuses of the calls about the device itself, each with its real condition; `conditions.ts` has the others. */

import type { Condition, ConditionBench, Conditions, Reasons } from "./condition.ts";
import { lines, openSystemNotification, requestNetwork, setUpCentre } from "./firmware-steps.ts";
import type { KernelBench } from "./kernel-bench.ts";

const unknownHandle = 0x1234_5678;
export const rcc = 0x4602_0c00;

/** From within a handler, with words that fit no other check. */
const inHandler: Condition = ({ bench }) => {
  bench.inHandler = true;
  return [0xffff_ffff, 0, 0xffff_ffff, 0];
};

const withoutTestMode: Condition = ({ bench }) => {
  bench.testMode = false;
  return [0, 5];
};

function fast(bench: KernelBench): number {
  bench.handlers.add(lines.tim4);
  if (bench.call("mvSetFastInterrupt", lines.tim4) !== "OKAY") throw new Error("no fast line");
  return lines.tim4;
}

const onFast = { OKAY: ({ bench }: ConditionBench) => [fast(bench)], INVALIDINTERRUPT: () => [lines.tim4] };

function openFlash(bench: KernelBench): { readonly handle: number; readonly place: number } {
  const place = bench.place(4);
  if (bench.call("mvExternalFlashOpen", place) !== "OKAY") throw new Error("the flash does not open");
  return { handle: bench.word(place), place };
}

const flashInfo = (bench: KernelBench, version: number) =>
  bench.put("MvExternalFlashInfo", { version, v1: { chip_id: 0, size: 0, num_handles: 0 } });

function startTestLog(bench: KernelBench, bytes: number): void {
  bench.call("mvTestLoggingInit", bench.place(bytes, 512), bytes);
}

const mib8 = 8 * 1024 * 1024;
const transfer = {
  OKAY: ({ bench }: ConditionBench) => [openFlash(bench).handle, mib8 - 16, 16, bench.place(16)],
  UNAVAILABLE: inHandler,
  PARAMETERFAULT: ({ bench }: ConditionBench) => [openFlash(bench).handle, 0, 16, bench.memory.end - 8],
  INVALIDHANDLE: ({ bench }: ConditionBench) => [unknownHandle, mib8, 16, bench.place(16)],
  ADDRESSOUTOFRANGE: ({ bench }: ConditionBench) => [openFlash(bench).handle, 0xffff_fff8, 16, bench.place(16)],
};

export const deviceConditions: Conditions = {
  mvGetWakeReason: {
    OKAY: ({ bench }) => [bench.place(1)],
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: () => [0],
  },
  mvRestart: { UNAVAILABLE: inHandler, PARAMETERFAULT: () => [1] },
  mvDeepSleep: {
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: () => [2],
    MICROVISORBUSY({ bench }) {
      requestNetwork(bench, 0);
      return [1];
    },
  },
  mvPowerSave: {
    OKAY: () => [0],
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: () => [5],
    MICROVISORBUSY({ bench }) {
      requestNetwork(bench, 0);
      return [1];
    },
  },
  mvSystemLedEnable: { OKAY: () => [0], UNAVAILABLE: inHandler },

  mvOpenSystemNotification: {
    OKAY({ bench }) {
      const params = { notification_handle: setUpCentre(bench).handle, notification_tag: 1, notification_source: 0 };
      return [bench.put("MvOpenSystemNotificationParams", params), bench.place(4)];
    },
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: ({ bench }) => [0, bench.place(4)],
    INVALIDHANDLE({ bench }) {
      const params = { notification_handle: setUpCentre(bench).handle, notification_tag: 1, notification_source: 2 };
      return [bench.put("MvOpenSystemNotificationParams", params), bench.place(4)];
    },
  },
  mvCloseSystemNotification: {
    OKAY: ({ bench }) => [openSystemNotification(bench, setUpCentre(bench).handle, 0).place],
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: () => [0],
    INVALIDHANDLE: ({ bench }) => [bench.place(4)],
  },

  mvTestLoggingInit: {
    OKAY: ({ bench }) => [bench.place(1024, 512), 1024],
    UNAVAILABLE: withoutTestMode,
    PARAMETERFAULT: () => [0, 1024],
    INVALIDBUFFERALIGNMENT: ({ bench }) => [bench.place(2048, 512) + 8, 1024],
    INVALIDBUFFERSIZE: ({ bench }) => [bench.place(1024, 512), 1000],
    BUFFERALREADYINUSE({ bench }) {
      const buffer = bench.place(1024, 512);
      bench.call("mvServerLoggingInit", buffer, 512);
      return [buffer, 1024];
    },
  },
  mvTestLog: {
    OKAY({ bench }) {
      startTestLog(bench, 512);
      return [bench.putText("hello"), 5];
    },
    UNAVAILABLE: withoutTestMode,
    PARAMETERFAULT: () => [0, 5],
    INVALIDBUFFERSIZE({ bench }) {
      startTestLog(bench, 512);
      return [bench.place(513), 513];
    },
    LOGMESSAGETOOLONG({ bench }) {
      startTestLog(bench, 2048);
      return [bench.place(1025), 1025];
    },
  },
  mvTestingComplete: { UNAVAILABLE: withoutTestMode },

  mvPeriphPeek32: {
    OKAY: ({ bench }) => [rcc, bench.place(4)],
    PARAMETERFAULT: () => [rcc, 0],
    PERIPHERALACCESSFAULT: ({ bench }) => [rcc + 2, bench.place(4)],
  },
  mvPeriphPoke32: { OKAY: () => [rcc + 0x88, 1, 1], PERIPHERALACCESSFAULT: () => [0x4000_0000, 0, 0] },

  mvSetFastInterrupt: {
    OKAY({ bench }) {
      bench.handlers.add(lines.tim4);
      return [lines.tim4];
    },
    INVALIDINTERRUPT: ({ bench }) => {
      bench.handlers.add(lines.tim2);
      return [setUpCentre(bench, { irq: lines.tim2 }).irq];
    },
    INVALIDVECTOR: () => [lines.tim4],
  },
  mvClearFastInterrupt: onFast,
  mvEnableFastInterrupt: onFast,
  mvDisableFastInterrupt: onFast,
  mvDisableAllFastInterrupts: { OKAY: () => [] },
  mvEnableAllFastInterrupts: { OKAY: () => [] },

  mvExternalFlashOpen: {
    OKAY: ({ bench }) => [bench.place(4)],
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: () => [0],
    TOOMANYCHANNELS({ bench }) {
      for (let count = 0; count < 32; count++) openFlash(bench);
      return [bench.place(4)];
    },
  },
  mvExternalFlashClose: {
    OKAY: ({ bench }) => [openFlash(bench).place],
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: () => [0],
    INVALIDHANDLE: ({ bench }) => [bench.place(4)],
  },
  mvExternalFlashReadBlocking: transfer,
  mvExternalFlashWriteBlocking: transfer,
  mvExternalFlashEraseBlocking: {
    OKAY: ({ bench }) => [openFlash(bench).handle, mib8 - 4096, 4096],
    UNAVAILABLE: inHandler,
    INVALIDHANDLE: () => [unknownHandle, mib8, 1],
    ADDRESSOUTOFRANGE: ({ bench }) => [openFlash(bench).handle, mib8 - 4096, 4097],
    INVALIDBUFFERALIGNMENT: ({ bench }) => [openFlash(bench).handle, 4096, 4095],
  },
  mvExternalFlashGetInfo: {
    OKAY: ({ bench }) => [openFlash(bench).handle, flashInfo(bench, 1)],
    UNAVAILABLE: inHandler,
    PARAMETERFAULT: ({ bench }) => [openFlash(bench).handle, 0],
    INVALIDHANDLE: ({ bench }) => [unknownHandle, flashInfo(bench, 1)],
    UNSUPPORTEDSTRUCTUREVERSION: ({ bench }) => [unknownHandle, flashInfo(bench, 2)],
  },
};

const doesNotReturn = "it does not return";
const neverHere = "the contract: it never happens";
const onlyInjected = "it has no condition of its own; only an injected fault gives it";

/** What a condition can't show: statuses without one, and calls that don't come back. */
export const deviceUnreachable: Reasons = {
  mvRestart: { OKAY: doesNotReturn, MICROVISORBUSY: onlyInjected },
  mvDeepSleep: { OKAY: doesNotReturn },
  mvTestingComplete: { OKAY: doesNotReturn },
  mvSetFastInterrupt: { UNAVAILABLE: neverHere },
  mvClearFastInterrupt: { UNAVAILABLE: neverHere },
  mvEnableFastInterrupt: { UNAVAILABLE: neverHere },
  mvDisableFastInterrupt: { UNAVAILABLE: neverHere },
  mvExternalFlashEraseBlocking: { PARAMETERFAULT: "the call takes no pointer" },
};
