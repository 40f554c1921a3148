import { expect, it } from "vitest";
import type { TraceValue } from "../../../host/index.ts";
import { outsideText, whoIsOutside } from "../../../sim/trace/event-text.ts";
import { createHandleNames } from "../../../sim/trace/handle-names.ts";

const answer = { call: "mvOpenChannel", status: "RATELIMITED" };

it.each<readonly [input: string, detail: TraceValue, text: string, who: "outside" | "service"]>([
  ["restart", null, "restart", "service"],
  ["link-lost", null, "link-lost", "service"],
  ["reply-lost", { channel: 2 }, "reply-lost: channel 2", "service"],
  ["gpio", { pin: "PC13", level: 1 }, "PC13 is driven to 1", "outside"],
  ["gpio", { pin: "PC13", level: null }, "PC13 is let go", "outside"],
  ["uart", { bytes: "4869" }, "2 bytes come to the UART", "outside"],
  ["answer", answer, "the next call of mvOpenChannel will answer RATELIMITED", "outside"],
  [
    "answer",
    { ...answer, times: 2, skip: 1 },
    "the next 2 calls of mvOpenChannel after 1 will answer RATELIMITED",
    "outside",
  ],
  ["answer", { ...answer, times: null }, "all calls of mvOpenChannel will answer RATELIMITED", "outside"],
  ["answer", { ...answer, status: null }, "mvOpenChannel answers by itself", "outside"],
  ["network", { state: "down" }, "the radio link falls", "outside"],
  ["network", { state: "down", forMicroseconds: 5_000_000 }, "the radio link falls for 5000.000 ms", "outside"],
  ["network", { state: "up" }, "the radio link is there again", "outside"],
  [
    "weather",
    { roundTripMicroseconds: 900_000, downlinkBytesPerSecond: 200 },
    "the network's weather: roundTripMicroseconds 900,000, downlinkBytesPerSecond 200",
    "outside",
  ],
  ["weather", null, "the network's weather: as at the start", "outside"],
  ["silence", { forMicroseconds: 20_000_000 }, "the service answers nothing for 20.000 s", "outside"],
  ["closure", { reason: "CHANNELRESETBYSERVER" }, "the newest channel is to die: CHANNELRESETBYSERVER", "outside"],
  ["closure", { reason: "CONNECTIONTERMINATED", channel: 2 }, "channel 2 is to die: CONNECTIONTERMINATED", "outside"],
])("%s %j reads as a sentence", (input, detail, text, who) => {
  const event = { kind: "outside", input, detail, sequence: 0, cycles: 0 } as const;
  expect(outsideText(event, createHandleNames())).toBe(text);
  expect(whoIsOutside(event)).toBe(who);
});
