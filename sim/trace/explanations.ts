/** What each call and each kind of event is, in one sentence: shown once, for whoever reads their first timeline. */

import type { TraceEvent } from "../../host/trace/events.ts";
import { topics } from "../generate/topics.ts";

const calls: Readonly<Record<string, string>> = Object.assign({}, ...topics.map((topic) => topic.calls));

const events: Partial<Record<TraceEvent["kind"], string>> = {
  sleep: "Nothing to do: the program waits for an interrupt (WFI). Virtual time jumps to the next event.",
  notification: "The kernel has news: it writes a record to the firmware's ring and raises its interrupt.",
  interrupt: "The interrupt's handler runs before the program goes on.",
  network: "The device's connection to the service changes.",
  unsent: "It was still queued on the device when the run ended: the service never got it.",
};

/** Answers the sentence for an event, or undefined if there is none. */
export function explain(event: TraceEvent): string | undefined {
  return event.kind === "call" ? calls[event.name] : events[event.kind];
}
