import { expect, it } from "vitest";
import { compileText, labelled } from "../compile-text.ts";
import { runOnDevice } from "../real-device.ts";

const firmware = await compileText(`
import { clock, log } from "microvisor-sim/firmware/sdk";
export { SysTick_Handler } from "microvisor-sim/firmware/sdk";

function report(label: string, value: u64): void {
  log(label + "=" + value.toString());
}
function slept(milliseconds: u32): u64 {
  const before = clock.microseconds();
  clock.sleep(milliseconds);
  return clock.microseconds() - before;
}
export function main(): i32 {
  report("ticks before", clock.ticks());
  report("sleep 1", slept(1));
  report("sleep 250", slept(250));
  report("ticks after", clock.ticks());
  report("period 0", clock.start(0));
  report("period 105", clock.start(105));
  report("period 10", clock.start(10));
  report("sleep 25", slept(25));
  report("sleep 0", slept(0));
  return 0;
}
`);
const { logs } = await runOnDevice(firmware);
const value = labelled(logs);
const microseconds = (label: string) => Number(value[label]);

it("sleeps to the first tick after the time, by ticks of 100 ms that it starts itself", () => {
  expect(microseconds("sleep 1")).toBeGreaterThan(99_900);
  expect(microseconds("sleep 1")).toBeLessThan(100_200);
  expect(microseconds("sleep 250")).toBeGreaterThan(299_000);
  expect(microseconds("sleep 250")).toBeLessThan(300_100);
  expect(value).toMatchObject({ "ticks before": "0", "ticks after": "4" });
});

it("takes periods of 1 to 104 ms", () => {
  expect(value).toMatchObject({ "period 0": "6", "period 105": "6", "period 10": "0" });
  expect(microseconds("sleep 25")).toBeGreaterThan(25_000);
  expect(microseconds("sleep 25")).toBeLessThan(30_100);
});

it("does not sleep for no time", () => expect(microseconds("sleep 0")).toBeLessThan(100));
