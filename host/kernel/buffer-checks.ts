/**
 * Has the firmware written to a channel's buffers, which are the kernel's until the channel is closed? Looked for where
 * it would do harm on the device: in a request until its answer is there, and in a response when an item is read. What
 * was written and put back is not seen; nor are the log's buffer and a notification buffer, where firmware may write.
 */

import { hexOfWord } from "../data/hex.ts";
import type { Kernel } from "./ports.ts";
import type { ChannelState } from "./state.ts";

/** FNV-1a. */
export function checksum(bytes: Uint8Array): number {
  let sum = 0x811c_9dc5;
  for (const byte of bytes) sum = Math.imul(sum ^ byte, 0x0100_0193);
  return sum >>> 0;
}

/** To be called when the answer is there. */
export function checkRequest(kernel: Kernel, { sendBuffer, request }: ChannelState): void {
  if (!kernel.trace || !request) return;
  const now = kernel.memory.readBytes(sendBuffer, request.length);
  const changed = request.findIndex((byte, offset) => byte !== now[offset]);
  if (changed >= 0) report(kernel, `the request at ${hexOfWord(sendBuffer + changed)}, before its answer was there`);
}

/** To be called when an item is read; said once of a response. */
export function checkResponse(kernel: Kernel, channel: ChannelState): void {
  if (!kernel.trace || channel.responseSum < 0) return;
  const { receiveBuffer, responseBytes, responseSum } = channel;
  if (checksum(kernel.memory.readBytes(receiveBuffer, responseBytes)) === responseSum) return;
  channel.responseSum = -1;
  report(kernel, `the response at ${hexOfWord(receiveBuffer)}, before it was read`);
}

function report({ trace }: Kernel, what: string): void {
  trace?.({
    kind: "diagnostic",
    id: "buffer-in-use",
    message: `the firmware wrote into ${what}. The buffers of a channel are the kernel's until it is closed`,
  });
}
