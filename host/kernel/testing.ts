/**
 * Calls for test runs on a device: a log to the console, and the end of the run. Contract: as server logging, but
 * without network or server; all of them are UNAVAILABLE unless the device runs in test mode. The console has a
 * message when it is logged; its place in the queue is free when the modelled console has taken it.
 */

import { limits } from "../abi/limits.ts";
import { coreHertz } from "../time/cycles.ts";
import { schedule } from "../time/queue.ts";
import type { Handlers } from "./dispatch.ts";
import { appendMessage, placeLog, takeMessage } from "./log-ring.ts";
import type { Kernel } from "./ports.ts";

export const testingCalls = {
  mvTestLoggingInit: (kernel, { buffer, length_bytes: bytes }) => placeLog(kernel, "testLog", buffer, bytes),

  mvTestLog(kernel, { message, length_bytes: bytes }) {
    const { testLog } = kernel.state;
    if (!testLog) return "UNAVAILABLE";
    if (bytes > limits.logMessageBytes.value) return "LOGMESSAGETOOLONG";
    const status = appendMessage(kernel, testLog, "test", message, bytes);
    if (status === "OKAY") scheduleDrain(kernel);
    return status;
  },

  mvTestingComplete: (kernel, { status }) => kernel.completeTesting(status),
} satisfies Handlers;

function scheduleDrain(kernel: Kernel): void {
  const { state, queue } = kernel;
  const oldest = state.testLog?.lengths[0];
  if (oldest === undefined || queue.events.some(({ kind }) => kind === "test-log-drain")) return;
  const cycles = Math.ceil((oldest * coreHertz) / limits.testLogBytesPerSecond.value);
  schedule(queue, { at: kernel.now() + cycles, kind: "test-log-drain" });
}

/** The queue's `test-log-drain` event: the console has taken the oldest message. */
export function drainTestLog(kernel: Kernel): void {
  const { testLog } = kernel.state;
  if (!testLog || !takeMessage(kernel, testLog)) return;
  scheduleDrain(kernel);
}
