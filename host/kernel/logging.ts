/**
 * Server logging. Contract: messages are queued in the buffer that the application gave, in order, until the uplink
 * takes them at modelled time.
 */

import { limits } from "../abi/limits.ts";
import { schedule } from "../time/queue.ts";
import { sentAt } from "./airtime.ts";
import type { Handlers } from "./dispatch.ts";
import { sendFrame } from "./link.ts";
import { appendMessage, placeLog, queuedTexts, takeMessage } from "./log-ring.ts";
import type { Kernel } from "./ports.ts";

export const loggingCalls = {
  /** A second call moves the log, with what is queued, to the new buffer. */
  mvServerLoggingInit: (kernel, { buffer, length_bytes: bytes }) => placeLog(kernel, "log", buffer, bytes),

  mvServerLog(kernel, { message, length_bytes: bytes }) {
    const { log, logging } = kernel.state;
    if (!log) return "UNAVAILABLE";
    if (bytes > limits.logMessageBytes.value) return "LOGMESSAGETOOLONG";
    if (logging === "disabled") return "LOGGINGDISABLEDBYSERVER";
    const status = appendMessage(kernel, log, "server", message, bytes);
    if (status === "OKAY") scheduleDrain(kernel);
    return status;
  },
} satisfies Handlers;

/** Starts to send what is queued, while connected; one message at a time is on the air. */
export function scheduleDrain(kernel: Kernel): void {
  const { state, queue } = kernel;
  const oldest = state.log?.lengths[0];
  const onTheAir = queue.events.some(({ kind }) => kind === "log-drain");
  if (oldest === undefined || state.network.status !== "CONNECTED" || onTheAir) return;
  schedule(queue, { at: sentAt(kernel, oldest), kind: "log-drain" });
}

/** The queue's `log-drain` event: the oldest message has left the device. */
export function drainLog(kernel: Kernel): void {
  const { log } = kernel.state;
  const bytes = log && takeMessage(kernel, log);
  if (!bytes) return;
  sendFrame(kernel, { type: "log", bytes });
  scheduleDrain(kernel);
}

/** The messages that are still queued, oldest first. */
export function unsentMessages(kernel: Kernel): string[] {
  const { log } = kernel.state;
  return log ? queuedTexts(kernel, log) : [];
}

/** Input from outside: the server switches the device's logging. What is queued already goes its way. */
export function switchLogging({ state }: Kernel, enabled: boolean): void {
  state.link.loggingEnabled = enabled;
  // Known once the device is connected, as what the welcome says.
  if (state.network.status === "CONNECTED") state.logging = enabled ? "enabled" : "disabled";
}
