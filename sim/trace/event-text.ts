/** Short texts for events and for who runs. */

import { exceptionHandlers } from "../../host/abi/interrupts.ts";
import { cyclesOf } from "../../host/time/cycles.ts";
import type { TraceEvent, TraceValue } from "../../host/trace/events.ts";
import { durationText } from "./durations.ts";
import type { HandleNames } from "./handle-names.ts";

export type Event<Kind extends TraceEvent["kind"]> = Extract<TraceEvent, { kind: Kind }>;

/** The name of an interrupt's handler, as the firmware exports it. */
export function handlerOf(interrupt: string): string {
  return (exceptionHandlers as Readonly<Record<string, string>>)[interrupt] ?? `${interrupt}_IRQHandler`;
}

/** A context's short name: `TIM1_BRK` for its handler. */
export function whoOf(context: string): string {
  return context.replace(/(_IRQHandler|_Handler)$/, "");
}

export function frameText({ direction, type, channel, bytes }: Event<"frame">, handles: HandleNames): string {
  const name = handles.channelName(channel);
  const count = `${bytes.length / 2} bytes`;
  if (direction === "sent") return type === "close" ? `⇡ ${name} closes` : `⇡ ${count} to the service over ${name}`;
  if (direction === "unheard") return `⇣ ${count} from the service that nobody hears any more, over ${name}`;
  return type === "close" ? `⇣ the service closes ${name}` : `⇣ ${count} from the service over ${name}`;
}

type Fields = Readonly<Record<string, TraceValue>>;
type Text = (fields: Fields, handles: HandleNames) => string;

/** Inputs by a person or a test, at the device or on its way to the service; all others are the service's. */
const byHand: Readonly<Record<string, Text>> = {
  gpio: ({ pin, level }) => `${pin} is ${level === null ? "let go" : `driven to ${level}`}`,
  uart: ({ bytes }) => `${String(bytes).length / 2} bytes come to the UART`,
  answer({ call, status, times = 1, skip = 0 }) {
    if (status === null) return `${call} answers by itself`;
    const calls = times === null ? "all calls" : times === 1 ? "the next call" : `the next ${times} calls`;
    return `${calls} of ${call}${skip === 0 ? "" : ` after ${skip}`} will answer ${status}`;
  },
  network({ state, forMicroseconds }) {
    if (state === "up") return "the radio link is there again";
    return `the radio link falls${typeof forMicroseconds === "number" ? ` for ${ofMicroseconds(forMicroseconds)}` : ""}`;
  },
  weather(changes) {
    const fields = Object.entries(changes).map(([name, value]) => `${name} ${Number(value).toLocaleString("en")}`);
    return `the network's weather: ${fields.join(", ") || "as at the start"}`;
  },
  silence: ({ forMicroseconds }) => `the service answers nothing for ${ofMicroseconds(Number(forMicroseconds))}`,
  closure({ reason, channel }, handles) {
    return `${typeof channel === "number" ? handles.channelName(channel) : "the newest channel"} is to die: ${reason}`;
  },
};

function ofMicroseconds(microseconds: number): string {
  return durationText(cyclesOf(microseconds));
}

/** The service, or a person or a test. */
export function whoIsOutside({ input }: Event<"outside">): string {
  return Object.hasOwn(byHand, input) ? "outside" : "service";
}

/** What came from outside without being asked for. */
export function outsideText({ input, detail }: Event<"outside">, handles: HandleNames): string {
  const fields = (detail ?? {}) as Fields;
  const text = Object.hasOwn(byHand, input) ? byHand[input] : undefined;
  if (text) return text(fields, handles);
  return typeof fields.channel === "number" ? `${input}: ${handles.channelName(fields.channel)}` : input;
}
