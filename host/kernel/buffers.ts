/**
 * Who owns which of the firmware's memory: the buffers of live notification centres, of open channels (a dead one owns
 * nothing, although its handle lives) and of the logs.
 */

import type { KernelState } from "./state.ts";

interface Range {
  readonly address: number;
  readonly bytes: number;
}

export function overlaps(a: Range, b: Range): boolean {
  return a.address < b.address + b.bytes && b.address < a.address + a.bytes;
}

/** Does the range overlap with memory that the kernel uses? `except` leaves out one owner's own. */
export function isInUse(state: KernelState, range: Range, except?: "log" | "testLog"): boolean {
  for (const centre of state.centres) {
    if (overlaps(range, { address: centre.buffer, bytes: centre.bufferBytes })) return true;
  }
  for (const channel of state.channels) {
    if (channel.death) continue;
    if (overlaps(range, { address: channel.receiveBuffer, bytes: channel.receiveBytes })) return true;
    if (overlaps(range, { address: channel.sendBuffer, bytes: channel.sendBytes })) return true;
  }
  return (["log", "testLog"] as const).some((name) => {
    const log = state[name];
    return log !== null && except !== name && overlaps(range, { address: log.buffer, bytes: log.bufferBytes });
  });
}
