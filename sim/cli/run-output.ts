/**
 * What a run shows while it goes on: what the firmware logs on stdout, as it is and as it comes; the timeline on
 * stderr. And what its end can be explained with: counts, and the last system calls.
 */

import type { TraceEvent, TraceListener } from "../../host/index.ts";
import { timeText } from "../trace/durations.ts";
import { createStyle, wantsColour } from "../trace/style.ts";
import { createTimeline } from "../trace/timeline.ts";

export interface RunOutputOptions {
  /** No timeline. */
  readonly quiet: boolean;
  readonly explain: boolean;
}

export interface RunOutput {
  readonly listener: TraceListener;
  readonly counts: Readonly<RunCounts>;
  /** Of the last system calls, oldest first: when, where, and with what status. */
  readonly lastCalls: readonly string[];
  /** Where the device last went to sleep. */
  readonly lastSleep: string;
  /** Virtual time of the last event, in milliseconds. */
  readonly lastTime: string;
  /** Shows something that is not of the trace; nothing when quiet. */
  remark(text: string): void;
}

export interface RunCounts {
  events: number;
  calls: number;
  interrupts: number;
  sentBytes: number;
  receivedBytes: number;
}

const rememberedCalls = 5;

export function createRunOutput({ quiet, explain }: RunOutputOptions): RunOutput {
  const { stdout, stderr } = process;
  const timeline = createTimeline({
    write: (line) => stderr.write(`${line}\n`),
    style: createStyle(wantsColour(stderr, process.env)),
    columns: stderr.isTTY ? stderr.columns : Number.POSITIVE_INFINITY,
    // On one screen each line of the firmware's is seen once.
    uart: !(stdout.isTTY && stderr.isTTY),
    explain,
  });
  const counts: RunCounts = { events: 0, calls: 0, interrupts: 0, sentBytes: 0, receivedBytes: 0 };
  const lastCalls: string[] = [];
  let lastSleep = "main";
  let lastCycles = 0;
  let call = "";

  function count(event: TraceEvent): void {
    counts.events++;
    switch (event.kind) {
      case "call":
        counts.calls++;
        call = `${event.name} at ${timeText(event.cycles)} ms in ${event.context}`;
        break;
      case "return":
        lastCalls.push(`${call}: ${event.status}`);
        if (lastCalls.length > rememberedCalls) lastCalls.shift();
        break;
      case "interrupt":
        if (event.phase === "enter") counts.interrupts++;
        break;
      case "frame":
        if (event.direction !== "unheard")
          counts[event.direction === "sent" ? "sentBytes" : "receivedBytes"] += event.bytes.length / 2;
        break;
      case "sleep":
        lastSleep = event.context;
        break;
    }
  }

  return {
    counts,
    lastCalls,
    get lastSleep() {
      return lastSleep;
    },
    get lastTime() {
      return timeText(lastCycles);
    },
    listener(event) {
      lastCycles = event.cycles;
      count(event);
      if (!quiet) timeline.listener(event);
      if (event.kind === "log") stdout.write(`${event.text}\n`);
    },
    remark(text) {
      if (!quiet) timeline.remark(text);
    },
  };
}
