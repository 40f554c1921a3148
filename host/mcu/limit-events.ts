/** Events at which the host looks at a run, or ends it: they wake nobody. By name, so that each finds its own. */

import type { QueuedEvent } from "../time/queue.ts";

export interface LimitEvent {
  readonly at: number;
  readonly kind: "limit";
  readonly limit: string;
}

/** The name of a limit; undefined for what is none. */
export function limitOf(event: QueuedEvent): string | undefined {
  return event.kind === "limit" ? (event as QueuedEvent & LimitEvent).limit : undefined;
}
