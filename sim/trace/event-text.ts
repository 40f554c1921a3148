/** Short texts for events and for who runs. */

import { exceptionHandlers } from "../../host/abi/interrupts.ts";
import type { TraceEvent } from "../../host/trace/events.ts";
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

interface OutsideDetail {
  readonly channel?: number;
  readonly bytes?: string;
  readonly pin?: string;
  readonly level?: 0 | 1 | null;
}

/** The service, or something at the device itself: a person, a test. */
export function whoIsOutside({ detail }: Event<"outside">): string {
  const { bytes, pin } = (detail ?? {}) as OutsideDetail;
  return bytes === undefined && pin === undefined ? "service" : "outside";
}

/** What came from outside without being asked for, and for which channel. */
export function outsideText({ input, detail }: Event<"outside">, handles: HandleNames): string {
  const { channel, bytes, pin, level } = (detail ?? {}) as OutsideDetail;
  if (channel !== undefined) return `${input}: ${handles.channelName(channel)}`;
  if (bytes !== undefined) return `${bytes.length / 2} bytes come to the UART`;
  return pin === undefined ? input : `${pin} is ${level === null ? "let go" : `driven to ${level}`}`;
}
