/**
 * What came from outside in a recorded run, done to the device again at the very boundary: at the recorded moment, when
 * all events before it have happened. A run that was interrupted is interrupted again there.
 */

import type { BoundaryScript, Device } from "../../host/device.ts";
import type { TraceEvent, TraceValue } from "../../host/trace/events.ts";
import type { RecordedUplink } from "./recorded-uplink.ts";

export interface ReplayParts {
  /** The sequence number that the device's next event will have. */
  position(): number;
  readonly uplink: RecordedUplink;
  /** There once it runs. */
  device(): Device;
}

export function recordedInputs(events: readonly TraceEvent[], parts: ReplayParts): BoundaryScript {
  const outside = events.filter(({ kind }) => kind === "outside");
  const interruption = interruptionOf(events);
  let done = -1;

  function put(input: string, detail: TraceValue): boolean {
    switch (input) {
      case "link-lost":
        parts.uplink.loseLink();
        return true;
      case "channel-closed": {
        const { channel, reason } = detail as { readonly channel: number; readonly reason: string };
        parts.uplink.closeChannel(channel, reason);
        return true;
      }
      case "reply-lost":
        // The device finds out by itself that nothing comes.
        return false;
      default:
        parts.device().input(input, detail);
        return true;
    }
  }

  return {
    moments: [...outside, ...(interruption ? [events[interruption.end]!] : [])].map(({ cycles }) => cycles),
    atBoundary(now) {
      const position = parts.position();
      const event = events[position];
      if (!event) return false;
      if (position === interruption?.start && now >= events[interruption.end]!.cycles) {
        void parts.device().stop();
        void parts.device().pause();
        return false;
      }
      if (event.kind !== "outside" || now < event.cycles || done === position) return false;
      done = position;
      return put(event.input, event.detail);
    },
  };
}

/** The last events of an interrupted run: what was not sent, and the end. */
function interruptionOf(events: readonly TraceEvent[]): { readonly start: number; readonly end: number } | undefined {
  const end = events.length - 1;
  const last = events[end];
  if (last?.kind !== "end" || last.reason !== "interrupted") return undefined;
  let start = end;
  while (start > 0 && isRemainder(events[start - 1]!)) start--;
  return { start, end };
}

function isRemainder(event: TraceEvent): boolean {
  return event.kind === "unsent" || (event.kind === "frame" && event.direction === "unheard");
}
