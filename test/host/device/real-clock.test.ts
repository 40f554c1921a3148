import { setImmediate } from "node:timers/promises";
import { expect, it } from "vitest";
import { createDevice } from "../../../host/device.ts";
import type { DeviceOptions, Platform } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { firmware, rehearse } from "./rehearsal.ts";

/** A machine whose clock goes on only while somebody waits, and by `slowness` whenever its event loop has a turn. */
function machine(slowness = 0) {
  const clock = { milliseconds: 1000, breaths: 0 };
  const platform: Platform = {
    async breathe() {
      clock.breaths++;
      clock.milliseconds += slowness;
      await setImmediate();
    },
    after(milliseconds, callback) {
      let isCancelled = false;
      void setImmediate().then(() => {
        if (isCancelled) return;
        clock.milliseconds += milliseconds;
        callback();
      });
      return () => {
        isCancelled = true;
      };
    },
    now: () => clock.milliseconds,
    wallTime: () => 1_700_000_000_000,
  };
  return { clock, platform };
}

async function run(path: string, options: Partial<DeviceOptions>, slowness = 0) {
  const { clock, platform } = machine(slowness);
  const device = await createDevice({ firmware: await firmware(path), clock: "real", ...options }, platform);
  const result = await device.run();
  return { result, realMilliseconds: clock.milliseconds - 1000, breaths: clock.breaths };
}

it("sleep takes as long as it says, by the wall clock", async () => {
  const { result, realMilliseconds } = await run("firmware/apps/blinky.ts", {});
  expect(result.reason).toBe("finished");
  expect(result.microseconds).toBeGreaterThanOrEqual(2_000_000);
  expect(realMilliseconds).toBeCloseTo(result.microseconds / 1000, -1);
});

it("a speed of 10 takes a tenth of the time", async () => {
  const { result, realMilliseconds } = await run("firmware/apps/blinky.ts", { speed: 10 });
  expect(result.microseconds).toBeGreaterThanOrEqual(2_000_000);
  expect(realMilliseconds).toBeCloseTo(result.microseconds / 10_000, -1);
});

it.each([0, 1001, Number.NaN])("a speed of %d is refused", async (speed) => {
  await expect(run("firmware/apps/blinky.ts", { speed })).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_SPEED" });
});

const busy = `
  @external("env", "mvGetMicroseconds") declare function mvGetMicroseconds(at: usize): i32;
  const now = memory.data(8);
  export function main(): i32 {
    do { mvGetMicroseconds(now); } while (load<u64>(now) < 100000);
    return 0;
  }`;

it("a busy loop lets the event loop have its turns, and is no faster than the wall clock", async () => {
  const { clock, platform } = machine();
  const device = await createDevice({ firmware: await compileText(busy), clock: "real" }, platform);
  const { reason, microseconds } = await device.run();
  expect(reason).toBe("finished");
  expect(microseconds).toBeGreaterThanOrEqual(100_000);
  expect(clock.milliseconds - 1000).toBeGreaterThanOrEqual(95);
});

it("where the machine is too slow, time passes without the firmware", async () => {
  const { result, realMilliseconds } = await run("firmware/apps/blinky.ts", { inputs: [] }, 300);
  expect(result.microseconds / 1000).toBeGreaterThanOrEqual(realMilliseconds - 300);
});

it("an input wakes a device that sleeps, at the wall clock's moment", async () => {
  const { clock, platform } = machine();
  const options = { firmware: await firmware("test/host/device/fixtures/peripherals.ts"), clock: "real" as const };
  const waiting: (() => void)[] = [];
  const device = await createDevice(options, {
    ...platform,
    after(_milliseconds, callback) {
      waiting.push(callback);
      return () => {};
    },
  });
  const running = device.run();
  while (waiting.length === 0) await setImmediate();
  clock.milliseconds += 1234;
  device.input("uart", { bytes: "21" });
  const result = await running;
  expect(result).toMatchObject({ reason: "failed", status: 11 });
  expect(Math.floor(result.microseconds / 1000)).toBe(1234);
});

it("firmware fetches its configs over a socket, with real waits", async () => {
  const { result, events } = await rehearse({
    firmware: await firmware("firmware/apps/config-reader.ts"),
    configs: { greeting: "Hello", report_interval_s: "30" },
    over: "socket",
    device: { clock: "real", speed: 20 },
  });
  expect(result.reason).toBe("finished");
  expect(events.flatMap((event) => (event.kind === "log" ? [event.text] : []))).toContain("greeting: Hello");
});
