/** How long a device waits in real time for an answer. Real time is the test's: no timer runs. */

import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { createDevice } from "../../../host/device.ts";
import type { Platform } from "../../../host/device-options.ts";
import type { TraceEvent } from "../../../host/index.ts";
import { scriptedUplink } from "../kernel/scripted-uplink.ts";
import { firmware } from "./rehearsal.ts";

interface Timer {
  readonly milliseconds: number;
  readonly fire: () => void;
  isEnded: boolean;
}

function testPlatform(): Platform & { readonly timers: Timer[] } {
  const timers: Timer[] = [];
  return {
    timers,
    breathe: () => setImmediate(),
    now: () => 0,
    wallTime: () => 0,
    after(milliseconds, fire) {
      const timer = { milliseconds, fire, isEnded: false };
      timers.push(timer);
      return () => {
        timer.isEnded = true;
      };
    },
  };
}

it("gives an answer one limit, whatever else comes in the meantime", async () => {
  const platform = testPlatform();
  const uplink = scriptedUplink({ answers: false });
  const events: TraceEvent[] = [];
  const device = await createDevice(
    {
      firmware: await firmware("firmware/apps/config-reader.ts"),
      uplink,
      token: "token",
      answerLimitMilliseconds: 1234,
      timeLimitMicroseconds: 100_000_000,
      trace: (event) => events.push(event),
    },
    platform,
  );
  const running = device.run();
  while (!uplink.sent.some(({ type }) => type === "open")) await setImmediate();
  const started = platform.timers.length;
  for (let nonce = 1; nonce <= 3; nonce++) {
    uplink.say({ type: "pong", nonce });
    await setImmediate();
  }
  expect(platform.timers).toHaveLength(started);
  const [timer, ...others] = platform.timers.filter(({ isEnded }) => !isEnded);
  expect(others).toEqual([]);
  expect(timer?.milliseconds).toBe(1234);
  timer?.fire();
  expect(await running).toMatchObject({ reason: "failed", status: 1 });
  expect(events.find(({ kind }) => kind === "outside")).toMatchObject({ input: "reply-lost" });
  expect(events.find((event) => event.kind === "channel" && event.phase === "dead")).toMatchObject({
    reason: "CONNECTIONTERMINATED",
  });
});

it("leaves no timer behind when the answer came", async () => {
  const platform = testPlatform();
  const device = await createDevice(
    { firmware: await firmware("firmware/apps/config-reader.ts"), uplink: scriptedUplink(), token: "token" },
    platform,
  );
  expect(await device.run()).toMatchObject({ reason: "finished" });
  expect(platform.timers.filter(({ isEnded }) => !isEnded)).toEqual([]);
});
