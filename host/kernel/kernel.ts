/** The kernel as a whole: the behaviour of every simulated call, and of every event that the kernel schedules. */

import type { QueuedEvent } from "../time/queue.ts";
import { channelCalls, openOnWire } from "./channels.ts";
import { configFetchCalls } from "./config-fetch.ts";
import type { Handlers } from "./dispatch.ts";
import { loseReply, replyArrival, replyDue, replyTimeout, takeUnasked } from "./exchange.ts";
import { externalFlashCalls } from "./external-flash.ts";
import { fastInterruptCalls } from "./fast-interrupts.ts";
import { abandonLink } from "./link.ts";
import { drainLog, loggingCalls } from "./logging.ts";
import { attach, loseLink, networkCalls, radioLinkEvent, restoreRadioLink, retry } from "./network.ts";
import { judgeHandles } from "./not-simulated.ts";
import { deliverRecord, notificationCalls } from "./notifications.ts";
import { peripheralAccessCalls } from "./peripheral-access.ts";
import type { Kernel } from "./ports.ts";
import { powerCalls } from "./power.ts";
import { systemNotificationCalls } from "./system-notifications.ts";
import { drainTestLog, testingCalls } from "./testing.ts";
import { takeServerTime, timeCalls } from "./time.ts";

const simulatedCalls = {
  ...timeCalls,
  ...notificationCalls,
  ...networkCalls,
  ...channelCalls,
  ...configFetchCalls,
  ...loggingCalls,
  ...powerCalls,
  ...systemNotificationCalls,
  ...testingCalls,
  ...peripheralAccessCalls,
  ...fastInterruptCalls,
  ...externalFlashCalls,
} satisfies Handlers;

/** Calls that are not simulated, but whose channel handle can be judged. */
export const judgedCalls: Handlers = judgeHandles(simulatedCalls);

/** The behaviour of every call that has one. The dispatch refuses the others. */
export const kernelCalls: Handlers = { ...simulatedCalls, ...judgedCalls };

/** What a due event does; "wait" when it can't be completed before something comes from the service. */
type EventHandler = (kernel: Kernel, event: never) => unknown;

export const kernelEvents: Readonly<Record<string, EventHandler>> = {
  notification: deliverRecord,
  "network-attach": attach,
  "network-retry": retry,
  [radioLinkEvent]: restoreRadioLink,
  "channel-open": openOnWire,
  "reply-due": replyDue,
  "reply-arrival": replyArrival,
  "reply-timeout": replyTimeout,
  "log-drain": drainLog,
  "test-log-drain": drainTestLog,
};

/** Takes in what came from the service without being asked for. */
export function takeOutsideInput(kernel: Kernel): void {
  const { link, network } = kernel.state;
  if (link.phase === "closed" && network.status === "CONNECTED") loseLink(kernel);
  else if (link.inbox.length > 0) takeUnasked(kernel);
  takeServerTime(kernel);
}

/** Real time has run out for what this event waits for: virtual time goes on without it. */
export function stopWaiting(kernel: Kernel, event: QueuedEvent, limitSeconds: number): void {
  if (event.kind === "reply-due") loseReply(kernel, (event as QueuedEvent & { readonly channel: number }).channel);
  else abandonLink(kernel, `no answer within ${limitSeconds} s`);
}
