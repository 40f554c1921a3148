/** The trace file: what happens when the disk is full. Its content is tested where the command writes it. */

import { describe, expect, it } from "vitest";
import { openTraceFile } from "../../../sim/trace/jsonl.ts";

const event = { sequence: 0, cycles: 0, kind: "log", source: "uart", text: "x".repeat(1000) } as const;

// Linux has a device that is always full.
describe.runIf(process.platform === "linux")("a trace file on a full disk", () => {
  it("does not throw at an event, says at once that it fails, and throws when it is closed", () => {
    let failures = 0;
    const file = openTraceFile("/dev/full", () => failures++);
    for (let count = 0; count < 200; count++) file.listener(event);
    expect(failures).toBe(1);
    expect(() => file.close()).toThrow(/ENOSPC/);
  });

  it("throws when it is closed, if all was held back until then", () => {
    const file = openTraceFile("/dev/full", () => {});
    file.listener(event);
    expect(() => file.close()).toThrow(expect.objectContaining({ code: "ERR_MVSIM_NOT_WRITABLE" }));
  });
});
