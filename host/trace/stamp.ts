/** Gives what happened its number and its time: the step from a body to an event of the stream. */

import type { TraceEvent, TraceEventBody } from "./events.ts";

/** The two frequent kinds are written out: copying an object of unknown shape costs several times as much. */
export function stamp(sequence: number, cycles: number, body: TraceEventBody): TraceEvent {
  switch (body.kind) {
    case "call":
      return { sequence, cycles, kind: "call", name: body.name, context: body.context, arguments: body.arguments };
    case "return":
      if (body.secret) break;
      return { sequence, cycles, kind: "return", name: body.name, status: body.status, results: body.results };
  }
  return { sequence, cycles, ...body };
}
