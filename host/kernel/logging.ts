/**
 * Server logging. Contract: messages are queued in the buffer that the application gave, in order, until the uplink
 * takes them at modelled time. The queue is a ring of the messages' bytes; their lengths are the kernel's.
 */

import { limits } from "../abi/limits.ts";
import { hexOfBytes } from "../data/hex.ts";
import { textOfBytes } from "../data/text.ts";
import { schedule } from "../time/queue.ts";
import { sentAt } from "./airtime.ts";
import { isInUse } from "./buffers.ts";
import type { Handlers } from "./dispatch.ts";
import { sendFrame } from "./link.ts";
import type { Kernel } from "./ports.ts";
import type { LogState } from "./state.ts";

export const loggingCalls = {
  /** A second call moves the log, with what is queued, to the new buffer. */
  mvServerLoggingInit(kernel, { buffer, length_bytes: bufferBytes }) {
    const { state, memory } = kernel;
    if (buffer % limits.channelBufferAlignmentBytes.value !== 0) return "INVALIDBUFFERALIGNMENT";
    if (bufferBytes === 0 || bufferBytes % limits.channelBufferUnitBytes.value !== 0) return "INVALIDBUFFERSIZE";
    if (isInUse(state, { address: buffer, bytes: bufferBytes }, "log")) return "BUFFERALREADYINUSE";
    const queued = state.log ? readQueued(kernel, state.log, usedBytes(state.log)) : new Uint8Array();
    if (queued.length > bufferBytes) return "INVALIDBUFFERSIZE";
    memory.writeBytes(buffer, queued);
    state.log = { buffer, bufferBytes, head: 0, lengths: state.log?.lengths ?? [] };
    return "OKAY";
  },

  mvServerLog(kernel, { message, length_bytes: bytes }) {
    const { state, memory, trace } = kernel;
    const { log } = state;
    if (!log) return "UNAVAILABLE";
    if (bytes > limits.logMessageBytes.value) return "LOGMESSAGETOOLONG";
    if (state.logging === "disabled") return "LOGGINGDISABLEDBYSERVER";
    // Empty messages take no byte, but a place: the queue has an end for them too.
    if (usedBytes(log) + bytes > log.bufferBytes || log.lengths.length >= log.bufferBytes) return "INVALIDBUFFERSIZE";
    const content = memory.readBytes(message, bytes);
    writeQueued(kernel, log, content);
    log.lengths.push(bytes);
    trace?.({ kind: "log", source: "server", text: textOfBytes(content) });
    scheduleDrain(kernel);
    return "OKAY";
  },
} satisfies Handlers;

function usedBytes({ lengths }: LogState): number {
  return lengths.reduce((sum, length) => sum + length, 0);
}

function readQueued({ memory }: Kernel, { buffer, bufferBytes, head }: LogState, bytes: number): Uint8Array {
  const untilWrap = Math.min(bytes, bufferBytes - head);
  const content = new Uint8Array(bytes);
  content.set(memory.readBytes(buffer + head, untilWrap));
  content.set(memory.readBytes(buffer, bytes - untilWrap), untilWrap);
  return content;
}

function writeQueued({ memory, trace }: Kernel, log: LogState, content: Uint8Array): void {
  const { buffer, bufferBytes, head } = log;
  const tail = (head + usedBytes(log)) % bufferBytes;
  const untilWrap = Math.min(content.length, bufferBytes - tail);
  memory.writeBytes(buffer + tail, content.subarray(0, untilWrap));
  memory.writeBytes(buffer, content.subarray(untilWrap));
  trace?.({ kind: "buffer", purpose: "log", address: buffer + tail, bytes: hexOfBytes(content) });
}

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
  const oldest = log?.lengths[0];
  if (!log || oldest === undefined) return;
  sendFrame(kernel, { type: "log", bytes: readQueued(kernel, log, oldest) });
  log.lengths.shift();
  log.head = (log.head + oldest) % log.bufferBytes;
  scheduleDrain(kernel);
}

/** The messages that are still queued, oldest first. */
export function unsentMessages(kernel: Kernel): string[] {
  const { log } = kernel.state;
  if (!log) return [];
  const content = readQueued(kernel, log, usedBytes(log));
  let start = 0;
  return log.lengths.map((length) => {
    start += length;
    return textOfBytes(content.subarray(start - length, start));
  });
}
