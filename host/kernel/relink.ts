/**
 * The connection of a device that was restored from a snapshot. The snapshot says what stood between kernel and
 * service; the service itself has forgotten it. So the transport connects again, and tells the service of each channel
 * that it knew, with the request whose answer is still awaited. Virtual time stands meanwhile, and the trace shows
 * nothing of it: for the firmware, the connection never broke.
 */

import { sendOpen } from "./channels.ts";
import { openLink } from "./link.ts";
import { unreachable } from "./network.ts";
import type { Kernel, Uplink } from "./ports.ts";
import type { ChannelState } from "./state.ts";

/** Did the device have a connection, or was it about to get one? */
export function wasLinked({ state }: Kernel): boolean {
  return state.link.phase === "opening" || state.link.phase === "welcomed";
}

/**
 * Starts to connect again.
 * @returns whether the device has to wait for the welcome: it does when it had it already
 */
export function startRelink(kernel: Kernel, uplink: Uplink): boolean {
  const { phase, inbox } = kernel.state.link;
  openLink(kernel, uplink);
  kernel.state.link.inbox = inbox;
  return phase === "welcomed";
}

/** To be called when the phase is not "opening" any more. @throws SimulatorError when there is no welcome */
export function finishRelink(kernel: Kernel): void {
  const { link, channels } = kernel.state;
  if (link.phase !== "welcomed") throw unreachable(link.closeCode, link.closeReason);
  // The service wants the numbers in ascending order.
  const known = channels.filter((channel) => channel.opened && !channel.death && !isClosedByService(kernel, channel));
  for (const channel of known.sort((one, other) => one.number - other.number)) {
    sendOpen(kernel, channel, isAnswerMissing(kernel, channel) ? (channel.request ?? undefined) : undefined);
  }
}

function isClosedByService({ state }: Kernel, { number }: ChannelState): boolean {
  return state.link.inbox.some((item) => item.channel === number && item.type === "close");
}

/** An answer that came waits in the inbox, or is on its modelled way: an event that carries it. */
function isAnswerMissing({ state, queue }: Kernel, { handle, number, reply }: ChannelState): boolean {
  const isOnItsWay = queue.events.some(
    (event) => event.kind === "reply-arrival" && "channel" in event && event.channel === handle,
  );
  return reply === "awaited" && !isOnItsWay && !state.link.inbox.some((item) => item.channel === number);
}
