/**
 * The trace as lines for people: virtual time, who runs, what happens. A call stands in one line with its status, what
 * it set off below it; a sleep is one line however often a timer woke the program in between; a handler that did
 * nothing to see is one line. Secrets are never shown, and control characters of texts only as escapes.
 *
 * It reads the stream and nothing else. What it leaves out (bytes, copies to buffers, pending interrupts) is in the
 * JSONL form.
 */

import type { TraceEvent, TraceListener, TraceValue } from "../../host/trace/events.ts";
import { createCallText } from "./call-text.ts";
import { durationText, timeText } from "./durations.ts";
import { type Event, frameText, handlerOf, outsideText, whoIsOutside, whoOf } from "./event-text.ts";
import { explain } from "./explanations.ts";
import { createHandleNames } from "./handle-names.ts";
import { createRepeats } from "./repeats.ts";
import type { Paint, Style } from "./style.ts";
import { visibleText } from "./visible-text.ts";
import { gluedSpace, wrap } from "./wrap.ts";

export interface TimelineOptions {
  /** Takes a line at a time, without its end. A line that was broken to fit holds newlines. */
  readonly write: (line: string) => void;
  readonly style: Style;
  /** Lines are broken to fit; Infinity (in a pipe): never, and no text is shortened. */
  readonly columns: number;
  /** Whether to show what the firmware prints on its UART; not needed where it can be seen anyway. */
  readonly uart?: boolean;
  /** Whether to say in a sentence what each call and event is, the first time. */
  readonly explain?: boolean;
}

export interface Timeline {
  readonly listener: TraceListener;
  /** A line that is not of the trace: what a person should know at this moment. */
  remark(text: string): void;
}

/** Who is not the firmware. */
const surroundings = ["device", "kernel", "service", "uart", "log", "warning"];

const timeColumns = 12;
const whoColumns = 10;
const textColumn = timeColumns + 2 + whoColumns + 1;

/** A call with its answer, and what it set off. */
interface Call {
  readonly event: Event<"call">;
  readonly effects: string[];
  answer?: Event<"return">;
}

/** A time of sleep, with what ran in it that is not worth a line of its own. */
interface Nap {
  readonly context: string;
  readonly since: number;
  readonly until: number;
  readonly asleep: boolean;
  /** How often each ran, by name. */
  readonly passed: Map<string, number>;
  /** Looks at the clock since it woke up: part of the nap if it goes on. */
  readonly looks: readonly Call[];
}

/** A program that sleeps for a time looks at the clock at each tick. */
const clockReads = ["mvGetMicroseconds", "mvGetWallTime"];

export function createTimeline(options: TimelineOptions): Timeline {
  const { style, write, columns } = options;
  const handles = createHandleNames();
  const textCharacters = columns === Number.POSITIVE_INFINITY ? columns : 100;
  const callText = createCallText({ handles, style, textCharacters });
  const explained = new Set<string>();
  const repeats = createRepeats();
  /** A call that has not returned yet, and what it set off. */
  let call: Call | undefined;
  /** A handler that was entered and did nothing yet. */
  let entered: Event<"interrupt"> | undefined;
  let nap: Nap | undefined;
  /** Handlers that run and have shown something, innermost last. */
  const running: { readonly name: string; readonly since: number }[] = [];
  let now = 0;

  function line(cycles: number | undefined, who: string, text: string, indent = 2 * running.length): void {
    const time = cycles === undefined ? "" : timeText(cycles);
    const start = `${style.quiet(time.padStart(timeColumns))}  ${paintOf(who)(who.padEnd(whoColumns))} `;
    write(wrap(`${start}${" ".repeat(indent)}${text}`, columns, textColumn + indent + (who === "" ? 2 : 4)).trimEnd());
  }

  /** What belongs to a call that is under way stands below it. */
  function effect(who: string, text: string): void {
    if (call) call.effects.push(text);
    else line(who === "" ? undefined : now, who, text);
  }

  function paintOf(who: string): Paint {
    if (who === "main" || who === "start") return style.program;
    return surroundings.includes(who) ? style.outside : style.handler;
  }

  function explainOnce(event: TraceEvent): void {
    if (!options.explain) return;
    const subject = event.kind === "call" ? event.name : event.kind;
    const sentence = explain(event);
    if (sentence === undefined || explained.has(subject)) return;
    explained.add(subject);
    effect("", style.explanation(`# ${sentence}`));
  }

  /** @param forEver the run ends: a sleep that has just begun shows, too */
  function endNap(forEver = false): void {
    if (!nap) return;
    const { context, since, asleep, passed, looks } = nap;
    const until = asleep ? now : nap.until;
    nap = asleep ? newNap(context, now) : undefined;
    if (until > since) {
      explainOnce({ kind: "sleep", phase: "enter", context, sequence: 0, cycles: since });
      const others = [...passed].map(([name, count]) => `, ${name} ${count === 1 ? "once" : `${count} times`}`);
      line(since, whoOf(context), style.quiet(`sleeps for ${durationText(until - since)}${others.join("")}`));
    }
    if (until === since && asleep && forEver) line(since, whoOf(context), style.quiet("sleeps"));
    for (const look of looks) showCall(look);
  }

  function pass(into: Nap, name: string): void {
    into.passed.set(name, (into.passed.get(name) ?? 0) + 1);
  }

  /** The handler that was entered does something: so its lines are seen. */
  function showEntered(): void {
    if (!entered) return;
    endNap();
    explainOnce(entered);
    const name = handlerOf(entered.name);
    line(entered.cycles, entered.name, `${style.strong(name)} starts`);
    running.push({ name, since: entered.cycles });
    entered = undefined;
  }

  function interrupted(event: Event<"interrupt">): void {
    if (event.phase === "enter") {
      showEntered();
      entered = event;
    } else if (entered) {
      const { name, cycles } = entered;
      if (nap && !nap.asleep && nap.until > nap.since && nap.looks.length === 0) {
        pass(nap, handlerOf(name));
      } else {
        endNap();
        explainOnce(entered);
        line(cycles, name, `${style.strong(handlerOf(name))} runs for ${durationText(event.cycles - cycles)}`);
      }
      entered = undefined;
    } else {
      endNap();
      const handler = running.pop();
      const ran = handler ? style.quiet(` after ${durationText(event.cycles - handler.since)}`) : "";
      line(event.cycles, event.name, `${style.strong(handlerOf(event.name))} ends${ran}`);
    }
  }

  function slept({ phase, context, cycles }: Event<"sleep">): void {
    showEntered();
    if (nap && nap.context !== context) endNap();
    if (phase === "exit") {
      if (nap) nap = { ...nap, asleep: false, until: cycles };
      return;
    }
    if (!nap) nap = newNap(context, cycles);
    for (const { event } of nap.looks) pass(nap, event.name);
    nap = { ...nap, asleep: true, looks: [] };
  }

  function returned(answer: Event<"return">): void {
    if (!call) return;
    const done = { ...call, answer };
    call = undefined;
    if (nap && answer.status === "OKAY") {
      nap = { ...nap, looks: [...nap.looks, done] };
    } else {
      endNap();
      showCall(done);
    }
  }

  /** Something else than a poll is to be shown: the polls before it are. */
  function endRepeats(): void {
    const counted = repeats.end();
    if (counted.length === 0) return;
    const calls = counted.map(([name, count]) => `${name} ${count.toLocaleString("en")} more times`);
    write(`${" ".repeat(textColumn + 2 * running.length)}${style.quiet(`… ${calls.join(", ")}`)}`);
  }

  /** A call without an answer is one in which the run ended. */
  function showCall({ event, answer, effects }: Call): void {
    if (answer && effects.length === 0) {
      if (repeats.isOneMore(event, answer)) return;
      if (repeats.hasCounted) endRepeats();
      repeats.add(event, answer);
    } else endRepeats();
    explainOnce(event);
    const status = answer?.status ?? "never returned";
    const pointersMatter = answer === undefined || status === "PARAMETERFAULT" || status === "LATEFAULT";
    const texts = callText.argumentsOf(event.name, event.arguments, pointersMatter);
    const outcome = status === "OKAY" ? style.good(status) : style.bad(`✗${gluedSpace}${status}`);
    const results = answer ? callText.resultsOf(event.name, answer.results, answer.secret === true) : "";
    const call = `${style.strong(event.name)}(${texts}) →${gluedSpace}${outcome}${results === "" ? "" : `  ${results}`}`;
    line(event.cycles, whoOf(event.context), call);
    const asked = itemsOf(answer).map(
      ({ scope, store, key }) => `asks for ${scope} ${store} ${callText.quote(String(key))}`,
    );
    for (const text of [...asked, ...effects]) line(undefined, "", text, 2 * running.length + 4);
  }

  /** The run ends within a call. */
  function abandonCall(): void {
    if (call) showCall(call);
    call = undefined;
  }

  function show(event: TraceEvent): void {
    switch (event.kind) {
      case "boot":
        if (event.sequence === 0)
          write(style.quiet(`${"virtual ms".padStart(timeColumns)}  ${"who".padEnd(whoColumns)} what happens`));
        handles.reboot();
        running.length = 0;
        line(event.cycles, "device", `boots (${event.wakeReason}) as ${event.device}`);
        break;
      case "network":
        explainOnce(event);
        effect("kernel", `the network is ${style.strong(event.status)}`);
        break;
      case "notification": {
        explainOnce(event);
        const to = style.handle(handles.nameOf(event.handle));
        effect("kernel", `notifies ${to} of ${style.strong(event.type)}, tag ${event.tag}; interrupt ${event.irq}`);
        break;
      }
      case "channel":
        if (event.phase === "open") handles.add("MvChannelHandle", event.handle);
        if (event.phase === "dead")
          effect("kernel", style.bad(`${handles.nameOf(event.handle)} dies: ${event.reason}`));
        break;
      case "frame":
        effect("kernel", frameText(event, handles));
        break;
      case "log":
        if (event.source === "uart" && options.uart !== false) effect("uart", callText.quote(event.text));
        break;
      case "gpio":
        effect("pins", `${event.pin} (${event.direction}) goes to ${style.strong(String(event.level))}`);
        break;
      case "led":
        effect("device", `the system LED is ${event.enabled ? "enabled" : "disabled"}`);
        break;
      case "unsent":
        explainOnce(event);
        line(event.cycles, "log", `${style.warning("not sent:")} ${callText.quote(event.text)}`);
        break;
      case "outside":
        line(event.cycles, whoIsOutside(event), style.warning(outsideText(event, handles)));
        break;
      case "diagnostic":
        effect("warning", `${style.warning(event.id)}: ${visibleText(event.message)}`);
        break;
      case "fault":
        abandonCall();
        line(event.cycles, "device", style.bad(`stops: ${event.fault.code}`));
        break;
      case "end":
        abandonCall();
        line(event.cycles, "device", `run ends: ${style.strong(event.reason)}`);
        break;
    }
  }

  return {
    listener(event) {
      now = event.cycles;
      if (event.kind === "buffer" || (event.kind === "interrupt" && event.phase === "pend")) return;
      if (event.kind !== "call" && event.kind !== "return") endRepeats();
      if (event.kind === "interrupt") return interrupted(event);
      if (event.kind === "sleep") return slept(event);
      if (event.kind === "return") return returned(event);
      showEntered();
      const isLook = event.kind === "call" && clockReads.includes(event.name) && event.context === nap?.context;
      if (!isLook) endNap(event.kind === "end");
      if (event.kind === "call") call = { event, effects: [] };
      else show(event);
    },
    remark(text) {
      effect("service", style.warning(visibleText(text)));
    },
  };
}

function newNap(context: string, since: number): Nap {
  return { context, since, until: since, asleep: true, passed: new Map(), looks: [] };
}

/** What a config fetch asks for. */
function itemsOf(answer: Event<"return"> | undefined): Record<string, TraceValue>[] {
  return Array.isArray(answer?.results.items) ? answer.results.items : [];
}
