/**
 * The network: requests, status, and the connection behind them. Contract: connecting takes modelled time; each change
 * of status raises a notification for each request; the last release takes the device offline at once; a lost link
 * reconnects with backoff by itself, in modelled time.
 */

import type { MemberOf } from "../abi/enums.ts";
import { limits } from "../abi/limits.ts";
import { SimulatorError } from "../fault/fault.ts";
import { cyclesOf } from "../time/cycles.ts";
import { cancel, schedule } from "../time/queue.ts";
import { nextFraction } from "../time/random.ts";
import { jitter, networkModel } from "./airtime.ts";
import { killChannel } from "./channels.ts";
import type { Handlers } from "./dispatch.ts";
import { findCentre, findNetworkRequest, newHandle } from "./handles.ts";
import { closeLink, openLink } from "./link.ts";
import { scheduleDrain } from "./logging.ts";
import { dropRecords, notify } from "./notifications.ts";
import type { Kernel } from "./ports.ts";
import { reportSystemEvent } from "./system-notifications.ts";

export const networkCalls = {
  mvRequestNetwork(kernel, { params, handle }) {
    if (params.version !== 1) return "UNSUPPORTEDSTRUCTUREVERSION";
    const { notification_handle: centre, notification_tag: tag } = params.v1;
    if (centre !== 0 && !findCentre(kernel, centre)) return "INVALIDHANDLE";
    const { network } = kernel.state;
    const request = { handle: newHandle(kernel), centre, tag };
    network.requests.push(request);
    network.everRequested = true;
    if (network.status === "DELIBERATELYOFFLINE") connect(kernel);
    handle.value = request.handle;
    return "OKAY";
  },

  mvReleaseNetwork(kernel, { handle }) {
    const { network } = kernel.state;
    const request = findNetworkRequest(kernel, handle.value);
    if (!request) return "INVALIDHANDLE";
    network.requests = network.requests.filter((other) => other !== request);
    dropRecords(kernel, request.handle);
    if (network.requests.length === 0) goOffline(kernel);
    handle.value = 0;
    return "OKAY";
  },

  mvGetNetworkStatus(kernel, { handle, status }) {
    if (!findNetworkRequest(kernel, handle)) return "INVALIDHANDLE";
    status.value = kernel.state.network.status;
    return "OKAY";
  },

  mvGetNetworkReasons(kernel, { reasons, request_ref_count }) {
    const { everRequested, requests } = kernel.state.network;
    let reason: MemberOf<"MvNetworkReason"> = "NOTCONNECTING";
    if (requests.length > 0) reason = "USINGNETWORK";
    else if (!everRequested) reason = "NEVERUSEDNETWORKAPI";
    reasons.value = reason;
    request_ref_count.value = requests.length;
    return "OKAY";
  },
} satisfies Handlers;

/** A reset of the application does not cancel it. */
export const radioLinkEvent = "radio-link";

function setStatus(kernel: Kernel, status: Kernel["state"]["network"]["status"]): void {
  const { network, logging } = kernel.state;
  network.status = status;
  const said = status === "CONNECTED" && logging !== "unknown" ? { logging } : {};
  kernel.trace?.({ kind: "network", status, ...said });
  for (const { handle, centre, tag } of network.requests) {
    const record = { type: "NETWORKSTATUSCHANGED", tag, source: handle } as const;
    notify(kernel, centre, record, limits.notificationDelayMicroseconds.value);
  }
  reportSystemEvent(kernel, "NETWORK");
}

function connect(kernel: Kernel): void {
  setStatus(kernel, "CONNECTING");
  // A device without an antenna: the attempt never comes to an end.
  if (!kernel.uplink) return;
  if (!kernel.state.weather.down) openLink(kernel, kernel.uplink);
  const { attachMicroseconds } = networkModel(kernel);
  const at = kernel.now() + cyclesOf(attachMicroseconds) + jitter(kernel);
  schedule(kernel.queue, { at, kind: "network-attach" });
}

/**
 * The queue's `network-attach` event: the attempt to connect comes to its end.
 * @returns "wait" while the service has neither welcomed nor refused the device
 * @throws SimulatorError when there is no service, or it refuses the device, before it ever welcomed it
 */
export function attach(kernel: Kernel): "wait" | undefined {
  const { link, network } = kernel.state;
  if (link.phase === "opening") return "wait";
  if (link.phase !== "welcomed") {
    // Idle: there was no radio link when the attempt began.
    if (link.phase === "closed" && !link.everWelcomed) throw unreachable(link.closeCode, link.closeReason);
    retryLater(kernel);
    return undefined;
  }
  network.failures = 0;
  kernel.state.wallTimeSet = true;
  kernel.state.logging = link.loggingEnabled ? "enabled" : "disabled";
  setStatus(kernel, "CONNECTED");
  scheduleDrain(kernel);
  return undefined;
}

/** The queue's `network-retry` event. */
export function retry(kernel: Kernel): void {
  connect(kernel);
}

/** The connection is gone: an input from outside. */
export function loseLink(kernel: Kernel): void {
  const { link } = kernel.state;
  kernel.trace?.({ kind: "outside", input: "link-lost", detail: null });
  link.inbox = [];
  killAllChannels(kernel);
  retryLater(kernel);
}

/**
 * The radio link is gone, an input from outside: as a lost connection, but every attempt fails until it is there again.
 * @param microseconds after which it comes back by itself
 */
export function dropRadioLink(kernel: Kernel, microseconds?: number): void {
  const { network, weather } = kernel.state;
  cancelRadioLinkEvent(kernel);
  if (microseconds !== undefined) {
    schedule(kernel.queue, { at: kernel.now() + cyclesOf(microseconds), kind: radioLinkEvent });
  }
  if (weather.down) return;
  weather.down = true;
  closeLink(kernel);
  if (!kernel.uplink || !["CONNECTING", "CONNECTED"].includes(network.status)) return;
  killAllChannels(kernel);
  retryLater(kernel);
}

/** The next attempt to connect may succeed: an input from outside, and the queue's `radio-link` event. */
export function restoreRadioLink(kernel: Kernel): void {
  cancelRadioLinkEvent(kernel);
  kernel.state.weather.down = false;
}

function cancelRadioLinkEvent(kernel: Kernel): void {
  cancel(kernel.queue, ({ kind }) => kind === radioLinkEvent);
}

function retryLater(kernel: Kernel): void {
  const { network } = kernel.state;
  const { backoffMicroseconds, maximumBackoffMicroseconds } = networkModel(kernel);
  cancelLinkEvents(kernel);
  const wait = Math.min(backoffMicroseconds * 2 ** network.failures, maximumBackoffMicroseconds);
  network.failures++;
  setStatus(kernel, "DISCONNECTEDWITHLINKUP");
  const spread = Math.floor(cyclesOf(wait) * (0.5 + nextFraction(kernel.random, "backoff") / 2));
  schedule(kernel.queue, { at: kernel.now() + spread, kind: "network-retry" });
}

function goOffline(kernel: Kernel): void {
  cancelLinkEvents(kernel);
  closeLink(kernel);
  kernel.state.network.failures = 0;
  setStatus(kernel, "DELIBERATELYOFFLINE");
  killAllChannels(kernel);
}

function killAllChannels(kernel: Kernel): void {
  for (const channel of kernel.state.channels) {
    if (!channel.death) killChannel(kernel, channel, "NETWORKDISCONNECTED");
  }
}

function cancelLinkEvents(kernel: Kernel): void {
  const kinds = ["network-attach", "network-retry", "log-drain"];
  cancel(kernel.queue, ({ kind }) => kinds.includes(kind));
}

/** Says why there is no welcome. */
export function unreachable(code: number, reason: string): SimulatorError {
  const refused = code >= 4000;
  return refused
    ? new SimulatorError("ERR_MVSIM_SERVICE_REFUSED", `the service refused the device: ${reason} (close code ${code})`)
    : new SimulatorError(
        "ERR_MVSIM_SERVICE_UNREACHABLE",
        `the service can't be reached: ${reason}. Is it running at this address?`,
      );
}
