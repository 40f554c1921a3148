/**
 * The queue of a log in a buffer of the application's: a ring of the messages' bytes; their lengths are the kernel's.
 * The server's log and that of tests are two such.
 */

import type { Status } from "../abi/enums.ts";
import { limits } from "../abi/limits.ts";
import { hexOfBytes } from "../data/hex.ts";
import { textOfBytes } from "../data/text.ts";
import { isInUse } from "./buffers.ts";
import type { Kernel } from "./ports.ts";
import type { LogState } from "./state.ts";

export type LogName = "log" | "testLog";

/** Gives a log its buffer; a second time, moves it there with what is queued. */
export function placeLog(kernel: Kernel, name: LogName, buffer: number, bufferBytes: number): Status {
  const { state, memory } = kernel;
  if (buffer % limits.channelBufferAlignmentBytes.value !== 0) return "INVALIDBUFFERALIGNMENT";
  if (bufferBytes === 0 || bufferBytes % limits.channelBufferUnitBytes.value !== 0) return "INVALIDBUFFERSIZE";
  if (isInUse(state, { address: buffer, bytes: bufferBytes }, name)) return "BUFFERALREADYINUSE";
  const log = state[name];
  const queued = log ? readQueued(kernel, log, usedBytes(log)) : new Uint8Array();
  if (queued.length > bufferBytes) return "INVALIDBUFFERSIZE";
  memory.writeBytes(buffer, queued);
  state[name] = { buffer, bufferBytes, head: 0, lengths: log?.lengths ?? [] };
  return "OKAY";
}

/** Queues a message of the application's; INVALIDBUFFERSIZE when there is no room. */
export function appendMessage(
  kernel: Kernel,
  log: LogState,
  source: "server" | "test",
  message: number,
  bytes: number,
): Status {
  // Empty messages take no byte, but a place: the queue has an end for them too.
  if (usedBytes(log) + bytes > log.bufferBytes || log.lengths.length >= log.bufferBytes) return "INVALIDBUFFERSIZE";
  const content = kernel.memory.readBytes(message, bytes);
  writeQueued(kernel, log, content);
  log.lengths.push(bytes);
  kernel.trace?.({ kind: "log", source, text: textOfBytes(content) });
  return "OKAY";
}

/** Takes the oldest message out of the queue. */
export function takeMessage(kernel: Kernel, log: LogState): Uint8Array | undefined {
  const bytes = log.lengths[0];
  if (bytes === undefined) return undefined;
  const content = readQueued(kernel, log, bytes);
  log.lengths.shift();
  log.head = (log.head + bytes) % log.bufferBytes;
  return content;
}

/** The texts that are still queued, oldest first. */
export function queuedTexts(kernel: Kernel, log: LogState): string[] {
  const content = readQueued(kernel, log, usedBytes(log));
  let start = 0;
  return log.lengths.map((length) => {
    start += length;
    return textOfBytes(content.subarray(start - length, start));
  });
}

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
