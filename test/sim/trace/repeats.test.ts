/** Polling in the timeline: shown a few times, then counted. */

import { describe, expect, it } from "vitest";
import type { TraceEvent, TraceEventBody } from "../../../host/trace/events.ts";
import { createStyle } from "../../../sim/trace/style.ts";
import { createTimeline } from "../../../sim/trace/timeline.ts";

/** A call and its answer. */
const asked = (name: string, results = {}, status = "OKAY", args = {}): TraceEventBody[] => [
  { kind: "call", name, context: "main", arguments: args },
  { kind: "return", name, status, results },
];
const status = (value: string) => asked("mvGetNetworkStatus", { status: value }, "OKAY", { handle: "0x00000007" });
const connected: TraceEventBody = { kind: "network", status: "CONNECTED" };

/** What happens, without times. */
function textsOf(bodies: readonly TraceEventBody[]): string[] {
  const lines: string[] = [];
  const write = (line: string) => lines.push(line.slice(25).trim());
  const { listener } = createTimeline({ write, style: createStyle(false), columns: Number.POSITIVE_INFINITY });
  bodies.forEach((body, index) => {
    listener({ sequence: index + 1, cycles: index, ...body } as TraceEvent);
  });
  return lines;
}

const times = <T>(count: number, make: () => T[]): T[] => Array.from({ length: count }, make).flat();

describe("polling in the timeline", () => {
  it("is shown three times, then counted until something else happens", () => {
    expect(textsOf([...times(1003, () => status("CONNECTING")), connected])).toEqual([
      ...Array(3).fill("mvGetNetworkStatus(handle: 0x00000007) → OKAY  CONNECTING"),
      "… mvGetNetworkStatus 1,000 more times",
      "the network is CONNECTED",
    ]);
  });

  it("ends at another answer", () => {
    expect(textsOf([...times(5, () => status("CONNECTING")), ...status("CONNECTED")])).toEqual([
      ...Array(3).fill("mvGetNetworkStatus(handle: 0x00000007) → OKAY  CONNECTING"),
      "… mvGetNetworkStatus 2 more times",
      "mvGetNetworkStatus(handle: 0x00000007) → OKAY  CONNECTED",
    ]);
  });

  it("may go round several calls, and looks at the clock count as the same", () => {
    let now = 0;
    const round = () => [...status("CONNECTING"), ...asked("mvGetMicroseconds", { ms: now++ })];
    expect(textsOf([...times(7, round), connected]).slice(4)).toEqual([
      "mvGetNetworkStatus(handle: 0x00000007) → OKAY  CONNECTING",
      "mvGetMicroseconds() → OKAY  ms: 2",
      "… mvGetNetworkStatus 4 more times, mvGetMicroseconds 4 more times",
      "the network is CONNECTED",
    ]);
  });

  it("is a call that is refused again and again", () => {
    const lines = textsOf([...times(6, () => asked("mvServerLog", {}, "UNAVAILABLE")), connected]);
    expect(lines[0]).toContain("UNAVAILABLE");
    expect(lines.slice(3)).toEqual(["… mvServerLog 3 more times", "the network is CONNECTED"]);
  });

  it("is no call that does something each time", () => {
    expect(textsOf(times(9, () => asked("mvServerLog")))).toHaveLength(9);
  });

  it("starts anew when something has happened in between", () => {
    const polls = times(3, () => status("CONNECTING"));
    expect(textsOf([...polls, connected, ...polls, connected])).toHaveLength(8);
  });
});
