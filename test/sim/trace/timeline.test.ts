/** What the timeline shows of each kind of event; and the whole of it, for the flow that everybody looks at first. */

import { readFile } from "node:fs/promises";
import { stripVTControlCharacters } from "node:util";
import { describe, expect, it } from "vitest";
import type { TraceEvent, TraceEventBody } from "../../../host/trace/events.ts";
import { appBinary } from "../../../sim/firmware/build-apps.ts";
import { createStyle } from "../../../sim/trace/style.ts";
import { createTimeline, type TimelineOptions } from "../../../sim/trace/timeline.ts";
import { rehearse } from "../../host/device/rehearsal.ts";

const handle = "0x81b6fc8f";
const call = (name: string, args = {}, context = "main"): TraceEventBody => ({
  kind: "call",
  name,
  context,
  arguments: args,
});
const okay = (name: string, results = {}): TraceEventBody => ({ kind: "return", name, status: "OKAY", results });
const interrupt = (phase: "pend" | "enter" | "exit", name = "TIM2"): TraceEventBody => ({
  kind: "interrupt",
  phase,
  irq: 45,
  name,
});
const sleep = (phase: "enter" | "exit"): TraceEventBody => ({ kind: "sleep", phase, context: "main" });

/** The lines for these events, the first a millisecond after power-on, each a millisecond after the one before. */
function linesOf(bodies: readonly TraceEventBody[], options: Partial<TimelineOptions> = {}): string[] {
  const lines: string[] = [];
  const timeline = createTimeline({
    write: (line) => lines.push(line),
    style: createStyle(false),
    columns: Number.POSITIVE_INFINITY,
    ...options,
  });
  bodies.forEach((body, index) => {
    timeline.listener({ sequence: index + 1, cycles: (index + 1) * 160_000, ...body } as TraceEvent);
  });
  return lines.map((line) => line.trimStart());
}

describe("the timeline", () => {
  it("of config-reader is this", async () => {
    const lines: string[] = [];
    const timeline = createTimeline({
      write: (line) => lines.push(line),
      style: createStyle(false),
      columns: Number.POSITIVE_INFINITY,
      explain: true,
    });
    await rehearse({
      firmware: await readFile(appBinary("config-reader")),
      configs: { greeting: "Hello" },
      onEvent: timeline.listener,
    });
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("config-reader.timeline.txt");
  });

  it("shows a call with its status and its answer in one line, at the time of the call", () => {
    const events = [call("mvGetMicroseconds", { ms: "0x00000040" }), okay("mvGetMicroseconds", { ms: 1000 })];
    expect(linesOf(events)).toEqual(["1.000  main       mvGetMicroseconds() → OKAY  ms: 1000"]);
  });

  it("marks a call that fails, and shows its pointers when they may be why", () => {
    const events = [
      call("mvGetMicroseconds", { ms: "0xffffffff" }),
      { kind: "return", name: "mvGetMicroseconds", status: "PARAMETERFAULT", results: {} },
    ] as const;
    expect(linesOf(events)).toEqual(["1.000  main       mvGetMicroseconds(ms: 0xffffffff) → ✗ PARAMETERFAULT"]);
  });

  it("names handles by their order, shows their number once, and shows unknown ones as they are", () => {
    const lines = linesOf([
      call("mvRequestNetwork", {
        params: { version: 1, "v1.notification_handle": "0x00000000", "v1.notification_tag": 5 },
      }),
      okay("mvRequestNetwork", { handle }),
      call("mvReleaseNetwork", { handle }),
      okay("mvReleaseNetwork", { handle: "0x00000000" }),
      call("mvReleaseNetwork", { handle: "0x00000007" }),
      { kind: "return", name: "mvReleaseNetwork", status: "INVALIDHANDLE", results: {} },
    ]);
    expect(lines).toEqual([
      `1.000  main       mvRequestNetwork(notification_handle: 0, notification_tag: 5) → OKAY  network#1 = ${handle}`,
      "3.000  main       mvReleaseNetwork(network#1) → OKAY",
      "5.000  main       mvReleaseNetwork(handle: 0x00000007) → ✗ INVALIDHANDLE",
    ]);
  });

  it("puts what a call sets off below it", () => {
    const events = [
      call("mvReleaseNetwork", { handle }),
      { kind: "network", status: "DELIBERATELYOFFLINE" },
      { kind: "channel", handle: "0x00000001", phase: "dead", reason: "NETWORKDISCONNECTED" },
      okay("mvReleaseNetwork", { handle: "0x00000000" }),
    ] as const;
    expect(linesOf(events).slice(1)).toEqual([
      "the network is DELIBERATELYOFFLINE",
      "0x00000001 dies: NETWORKDISCONNECTED",
    ]);
  });

  it("never shows a secret value, nor the bytes that hold it", () => {
    const events: TraceEventBody[] = [
      { kind: "frame", direction: "received", type: "data", channel: 1, bytes: "733363726574", secret: true },
      { kind: "buffer", purpose: "receive", address: 512, bytes: "733363726574", secret: true },
      call("mvReadConfigResponseItem", { handle, params: { item_index: 0, buf: { data: "0x00000100", size: 8 } } }),
      {
        kind: "return",
        name: "mvReadConfigResponseItem",
        status: "OKAY",
        results: { result: "OK", length: 6, value: "s3cret" },
        secret: true,
      },
    ];
    const lines = linesOf(events);
    expect(lines[0]).toBe("1.000  kernel     ⇣ 6 bytes from the service over channel 1");
    expect(lines[1]).toMatch(/→ OKAY {2}OK, ‹secret›$/);
    expect(lines.join()).not.toMatch(/s3cret|733363/);
  });

  it("shows control characters of texts as escapes, and characters that turn the direction of text", () => {
    const events = [{ kind: "log", source: "uart", text: "a\u001b[31m\n\u202eb" }] as const;
    expect(linesOf(events)).toEqual(['1.000  uart       "a\\u001b[31m\\n\\u202eb"']);
    expect(linesOf(events, { uart: false })).toEqual([]);
  });

  it("shows a handler that did nothing to see as one line", () => {
    const lines = linesOf([interrupt("pend"), interrupt("enter"), interrupt("exit")]);
    expect(lines).toEqual(["2.000  TIM2       TIM2_IRQHandler runs for 1.000 ms"]);
  });

  it("shows the calls of a handler within it", () => {
    const lines = linesOf([
      interrupt("enter"),
      call("mvNoOp", {}, "TIM2_IRQHandler"),
      okay("mvNoOp"),
      interrupt("enter", "TIM3"),
      interrupt("exit", "TIM3"),
      interrupt("exit"),
    ]);
    expect(lines).toEqual([
      "1.000  TIM2       TIM2_IRQHandler starts",
      "2.000  TIM2         mvNoOp() → OKAY",
      "4.000  TIM3         TIM3_IRQHandler runs for 1.000 ms",
      "6.000  TIM2       TIM2_IRQHandler ends after 5.000 ms",
    ]);
  });

  it("counts in a sleep what only interrupts it: a timer's handler, and a look at the clock", () => {
    const tick = [sleep("exit"), interrupt("enter", "SysTick"), interrupt("exit", "SysTick")];
    const look = [call("mvGetMicroseconds"), okay("mvGetMicroseconds", { ms: 1 })];
    const nap = [sleep("enter"), ...tick, sleep("enter"), ...tick, ...look, sleep("enter"), sleep("exit")];
    expect(linesOf([...nap, ...look, ...look, { kind: "end", reason: "finished" }])).toEqual([
      "1.000  main       sleeps for 11.000 ms, SysTick_Handler 2 times, mvGetMicroseconds once",
      "13.000  main       mvGetMicroseconds() → OKAY  ms: 1",
      "15.000  main       mvGetMicroseconds() → OKAY  ms: 1",
      "17.000  device     run ends: finished",
    ]);
  });

  it("counts no call in a sleep that failed", () => {
    const failed = { kind: "return", name: "mvGetMicroseconds", status: "PARAMETERFAULT", results: {} } as const;
    const lines = linesOf([sleep("enter"), sleep("exit"), call("mvGetMicroseconds"), failed, sleep("enter")]);
    expect(lines[0]).toBe("1.000  main       sleeps for 1.000 ms");
    expect(lines[1]).toMatch(/✗ PARAMETERFAULT$/);
  });

  it("divides a sleep where the kernel has news", () => {
    const lines = linesOf([
      sleep("enter"),
      { kind: "network", status: "CONNECTED" },
      sleep("exit"),
      call("mvNoOp"),
      okay("mvNoOp"),
    ]);
    expect(lines).toEqual([
      "1.000  main       sleeps for 1.000 ms",
      "2.000  kernel     the network is CONNECTED",
      "2.000  main       sleeps for 1.000 ms",
      "4.000  main       mvNoOp() → OKAY",
    ]);
  });

  it("shows a call in which the run ended as one that never returned", () => {
    const fault = { code: "ERR_MVSIM_TRAP", message: "", stack: [] } as const;
    const lines = linesOf([call("mvNoOp"), { kind: "fault", fault }, { kind: "end", reason: "fault" }]);
    expect(lines).toEqual([
      "1.000  main       mvNoOp() → ✗ never returned",
      "2.000  device     stops: ERR_MVSIM_TRAP",
      "3.000  device     run ends: fault",
    ]);
  });

  it("says that the device sleeps when the run ends in its sleep", () => {
    expect(linesOf([sleep("enter"), { kind: "end", reason: "asleep" }])).toEqual([
      "1.000  main       sleeps for 1.000 ms",
      "2.000  device     run ends: asleep",
    ]);
  });

  it("shows diagnostics, inputs from outside, and log lines that were not sent", () => {
    const lines = linesOf([
      { kind: "diagnostic", id: "config-value-cut", message: "the rest is lost" },
      { kind: "outside", input: "channel-closed", detail: { channel: 2, reason: "CHANNELRESETBYSERVER" } },
      { kind: "unsent", text: "bye" },
    ]);
    expect(lines).toEqual([
      "1.000  warning    config-value-cut: the rest is lost",
      "2.000  service    channel-closed: channel 2",
      '3.000  log        not sent: "bye"',
    ]);
  });

  it("breaks lines to fit a terminal, between arguments, and loses nothing", () => {
    const params = {
      version: 1,
      "v1.notification_handle": "0x00000001",
      "v1.notification_tag": 2,
      "v1.network_handle": handle,
      "v1.receive_buffer": "0x0000d200",
      "v1.receive_buffer_len": 1536,
      "v1.send_buffer": "0x0000d000",
      "v1.send_buffer_len": 512,
      "v1.channel_type": "CONFIGFETCH",
      "v1.endpoint": { data: "0x00000000", length: 0 },
    };
    const events = [
      call("mvOpenChannel", { params, handle: "0x00000100" }),
      okay("mvOpenChannel", { handle: "0x5a6c1de3" }),
    ];
    const [whole] = linesOf(events);
    const [broken] = linesOf(events, { columns: 80, style: createStyle(true) });
    const lines = stripVTControlCharacters(broken!).trimStart().split("\n");
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.join(" ").split(/ +/)).toEqual(whole!.split(/ +/));
    expect(lines.some((line) => line.trim().startsWith("receive_buffer: 1536 bytes at 0xd200,"))).toBe(true);
  });

  it("shortens a long text on a terminal, and never in a pipe", () => {
    const events = [{ kind: "log", source: "uart", text: "x".repeat(300) }] as const;
    expect(linesOf(events)[0]).toContain("x".repeat(300));
    expect(linesOf(events, { columns: 80 })[0]).toMatch(/"x{100}…"\s+\(300 characters\)/);
  });

  it("explains a call before its first line, once", () => {
    const events = [call("mvNoOp"), okay("mvNoOp"), call("mvNoOp"), okay("mvNoOp")];
    expect(linesOf(events, { explain: true })).toEqual([
      "# Does nothing.",
      "1.000  main       mvNoOp() → OKAY",
      "3.000  main       mvNoOp() → OKAY",
    ]);
  });

  it("puts a remark at the moment at which it is made", () => {
    const lines: string[] = [];
    const timeline = createTimeline({ write: (line) => lines.push(line), style: createStyle(false), columns: 200 });
    timeline.listener({ sequence: 1, cycles: 160_000, kind: "network", status: "CONNECTED" });
    timeline.remark("gone");
    expect(lines[1]?.trimStart()).toBe("1.000  service    gone");
  });
});
