/** The system calls of a run with their answers, as tests ask for them. */

import type { TraceEvent, TraceValue } from "../../host/index.ts";

export interface Call {
  readonly name: string;
  /** `main`, or the handler's name. */
  readonly context: string;
  readonly arguments: Readonly<Record<string, TraceValue>>;
  /** Undefined: it has not returned. */
  readonly status: string | undefined;
  readonly results: Readonly<Record<string, TraceValue>>;
  /** Virtual time at its entry. */
  readonly cycles: number;
}

export function callsOf(events: readonly TraceEvent[]): Call[] {
  const calls: Call[] = [];
  let open: Extract<TraceEvent, { kind: "call" }> | undefined;
  const finish = (status: string | undefined, results: Call["results"]) => {
    if (!open) return;
    const { name, context, arguments: given, cycles } = open;
    calls.push({ name, context, arguments: given, status, results, cycles });
    open = undefined;
  };
  for (const event of events) {
    if (event.kind === "call") {
      finish(undefined, {});
      open = event;
    } else if (event.kind === "return") finish(event.status, event.results);
  }
  finish(undefined, {});
  return calls;
}
