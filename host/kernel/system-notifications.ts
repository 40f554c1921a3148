/**
 * System notifications: what concerns the whole device, reported to a centre. Contract: the network source reports
 * every change of status, the update source an update that has been downloaded. An open one is a user of its centre:
 * when the centre goes, its records are dropped, and it lives on.
 */

import { limits } from "../abi/limits.ts";
import type { Handlers } from "./dispatch.ts";
import { findCentre, findSystemNotification, newHandle } from "./handles.ts";
import { dropRecords, notify } from "./notifications.ts";
import type { Kernel } from "./ports.ts";
import type { SystemNotificationState } from "./state.ts";

export const systemNotificationCalls = {
  mvOpenSystemNotification(kernel, { params, handle }) {
    const { state } = kernel;
    const { notification_handle: centre, notification_tag: tag, notification_source: source } = params;
    if (!findCentre(kernel, centre) || typeof source === "number") return "INVALIDHANDLE";
    const opened = { handle: newHandle(kernel), centre, tag, source };
    state.systemNotifications.push(opened);
    // An update waits until it is applied: whoever asks later hears of it too.
    if (source === "UPDATE" && state.updateDownloaded) report(kernel, opened);
    handle.value = opened.handle;
    return "OKAY";
  },

  mvCloseSystemNotification(kernel, { handle }) {
    const { state } = kernel;
    const opened = findSystemNotification(kernel, handle.value);
    if (!opened) return "INVALIDHANDLE";
    dropRecords(kernel, opened.handle);
    state.systemNotifications = state.systemNotifications.filter((other) => other !== opened);
    handle.value = 0;
    return "OKAY";
  },
} satisfies Handlers;

/** Tells whoever asked for this source. */
export function reportSystemEvent(kernel: Kernel, source: SystemNotificationState["source"]): void {
  for (const opened of kernel.state.systemNotifications) if (opened.source === source) report(kernel, opened);
}

/** Input from outside: an update has been downloaded. A restart applies it. */
export function downloadUpdate(kernel: Kernel): void {
  kernel.state.updateDownloaded = true;
  reportSystemEvent(kernel, "UPDATE");
}

function report(kernel: Kernel, { handle, centre, tag, source }: SystemNotificationState): void {
  const type = source === "NETWORK" ? "NETWORKSTATUSCHANGED" : "UPDATEDOWNLOADED";
  notify(kernel, centre, { type, tag, source: handle }, limits.notificationDelayMicroseconds.value);
}
