import { describe, expect, it } from "vitest";
import type { TraceEventBody } from "../../../host/trace/events.ts";
import { stamp } from "../../../host/trace/stamp.ts";

const bodies: TraceEventBody[] = [
  { kind: "call", name: "mvNoOp", context: "main", arguments: {} },
  { kind: "return", name: "mvNoOp", status: "OKAY", results: { a: 1 } },
  { kind: "return", name: "mvNoOp", status: "OKAY", results: {}, secret: true },
  { kind: "log", source: "uart", text: "hello" },
];

describe("stamp", () => {
  it.each(bodies)("puts number and time before the fields of %o, in their order", (body) => {
    expect(JSON.stringify(stamp(3, 7, body))).toBe(`{"sequence":3,"cycles":7,${JSON.stringify(body).slice(1)}`);
  });
});
