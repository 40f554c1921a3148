/** What a test asks of a run, read from its trace and state. */

import type { TraceEvent } from "../../host/index.ts";
import type { KernelState } from "../../host/kernel/state.ts";

/** How many handles are open, by kind. */
export interface OpenHandles {
  readonly notifications: number;
  readonly network: number;
  readonly channels: number;
  readonly systemEvents: number;
  readonly externalFlash: number;
}

export function textsOf(events: readonly TraceEvent[], source: "server" | "test" | "uart"): string[] {
  return events.flatMap((event) => (event.kind === "log" && event.source === source ? [event.text] : []));
}

/** The last level of each pin that the firmware has driven. */
export function levelsOf(events: readonly TraceEvent[]): Record<string, 0 | 1> {
  const levels: Record<string, 0 | 1> = {};
  for (const event of events) {
    if (event.kind === "gpio" && event.direction === "output") levels[event.pin] = event.level;
  }
  return levels;
}

export function openHandlesOf(kernel: KernelState): OpenHandles {
  return {
    notifications: kernel.centres.length,
    network: kernel.network.requests.length,
    channels: kernel.channels.length,
    systemEvents: kernel.systemNotifications.length,
    externalFlash: kernel.externalFlashHandles.length,
  };
}
