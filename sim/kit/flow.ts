/**
 * The flow of a run as text that stays the same while the firmware does the same: who calls what with which answer, what
 * comes from outside, what is logged. It has no times, addresses and random handles, and what repeats itself stands
 * once, so that a difference in a review is a difference in what the firmware does.
 */

import type { TraceEvent } from "../../host/index.ts";
import { createCallText } from "../trace/call-text.ts";
import { type Event, frameText, outsideText, whoIsOutside, whoOf } from "../trace/event-text.ts";
import { createHandleNames } from "../trace/handle-names.ts";
import { createStyle } from "../trace/style.ts";
import { visibleText } from "../trace/visible-text.ts";
import { gluedSpace } from "../trace/wrap.ts";

const whoColumns = 10;

/** Between calls only time passes: firmware that waits does these as often as its timer wakes it. */
const clockReads = ["mvGetMicroseconds", "mvGetWallTime"];

/** The flow of these events, a line each. */
export function flowOf(events: readonly TraceEvent[]): string[] {
  const handles = createHandleNames();
  const { argumentsOf, resultsOf, quote } = createCallText({
    handles,
    style: createStyle(false),
    textCharacters: Number.POSITIVE_INFINITY,
  });
  const lines: string[] = [];
  let call: Event<"call"> | undefined;
  /** Where the line of the call in progress goes: in front of what it sets off. */
  let callAt = 0;

  const line = (who: string, text: string) => `${who.padEnd(whoColumns)} ${stable(text)}`;
  const add = (who: string, text: string) => lines.push(line(who, text));

  function callLine({ name, context, arguments: values }: Event<"call">, answer: Event<"return">): string {
    const results = resultsOf(name, answer.results, answer.secret === true);
    const given = argumentsOf(name, values, false);
    return line(whoOf(context), `${name}(${given}) → ${answer.status}${results && `: ${results}`}`);
  }

  for (const event of events) {
    switch (event.kind) {
      case "boot":
        handles.reboot();
        add("device", `boots: ${event.wakeReason}`);
        break;
      case "call":
        call = event;
        callAt = lines.length;
        break;
      case "return":
        if (call && !clockReads.includes(event.name)) lines.splice(callAt, 0, callLine(call, event));
        call = undefined;
        break;
      case "notification":
        add("kernel", `notifies of ${event.type}, tag ${event.tag}`);
        break;
      case "network":
        add("network", event.status);
        break;
      case "channel":
        if (event.phase !== "open") add("channel", `${event.phase}: ${event.reason}`);
        break;
      case "frame":
        add("channel", frameText(event, handles));
        break;
      case "log":
        if (event.source !== "server") add(event.source, quote(event.text));
        break;
      case "gpio":
        add(event.direction === "output" ? "pin" : "outside", `${event.pin} = ${event.level}`);
        break;
      case "outside":
        add(whoIsOutside(event), outsideText(event, handles));
        break;
      case "diagnostic":
        add("warning", `${event.id}: ${event.message}`);
        break;
      case "fault":
        add("fault", `${event.fault.code}: ${event.fault.message}`);
        break;
      case "end":
        add("device", `run ends: ${event.reason}`);
        break;
    }
  }
  return folded(lines);
}

function stable(text: string): string {
  return visibleText(text.replaceAll(gluedSpace, " ")).replaceAll(/ at 0x[0-9a-f]+| = 0x[0-9a-f]{8}/g, "");
}

/** Stretches of up to four lines that repeat themselves stand once, with how often. */
function folded(lines: readonly string[]): string[] {
  const result: string[] = [];
  for (let at = 0; at < lines.length; ) {
    const [length, times] = repetitionAt(lines, at);
    result.push(...lines.slice(at, at + length));
    if (times > 1)
      result.push(`${"".padEnd(whoColumns)} ${length === 1 ? "" : `these ${length} lines `}${times} times`);
    at += length * times;
  }
  return result;
}

const longestStretch = 4;

function repetitionAt(lines: readonly string[], at: number): [length: number, times: number] {
  for (let length = 1; length <= longestStretch; length++) {
    let times = 1;
    while (isRepeated(lines, at, length, times)) times++;
    if (times > 1) return [length, times];
  }
  return [1, 1];
}

function isRepeated(lines: readonly string[], at: number, length: number, times: number): boolean {
  const next = at + length * times;
  return next + length <= lines.length && lines.slice(next, next + length).every((line, n) => line === lines[at + n]);
}
