/** Loops that nothing can end are faults, found at the same moment however the host slices; others are left alone. */

import { describe, expect, it } from "vitest";
import { createDevice } from "../../../host/index.ts";
import { fromText } from "../mcu/wasm/firmware.ts";
import { rehearse } from "./rehearsal.ts";

/** Waits for a flag that a handler of SysTick would set. */
function waiting(before = "", round = ""): Uint8Array {
  return fromText(`(module
    (import "env" "SysTick_Config" (func $start (param i32) (result i32)))
    (import "env" "__disable_irq" (func $mask))
    (memory (export "memory") 1)
    (global $count (mut i32) (i32.const 0))
    (func (export "SysTick_Handler") (i32.store (i32.const 64) (i32.const 1)))
    (func $awaitFlag (loop ${round} (br_if 0 (i32.eqz (i32.load (i32.const 64))))))
    (func $main (export "main") ${before} (call $awaitFlag)))`);
}

const endless = { reason: "fault", microseconds: 10_000_000, fault: { code: "ERR_MVSIM_ENDLESS_LOOP" } };
const startTicks = "(drop (call $start (i32.const 1600000)))";

describe("an endless loop that nothing can end", () => {
  it("is a fault that names its function, with the call stack", async () => {
    const { result, events } = await rehearse({ firmware: waiting() });
    expect(result).toMatchObject(endless);
    if (result.reason !== "fault") throw new Error(result.reason);
    expect(result.fault.message).toContain("in awaitFlag");
    expect(result.fault.stack).toEqual(["awaitFlag", "main"]);
    expect(events.at(-2)).toMatchObject({ kind: "fault", fault: { code: "ERR_MVSIM_ENDLESS_LOOP" } });
  });

  it.each([{ sliceCycles: 99_991 }, { sliceCycles: 70_000_000 }])(
    "is found at the same moment with %j",
    async (device) => {
      const firmware = waiting();
      const expected = await rehearse({ firmware });
      const found = await rehearse({ firmware, device });
      expect(found.result).toEqual(expected.result);
      expect(found.events).toEqual(expected.events);
    },
  );

  it("is found without a time limit too", async () => {
    const device = { timeLimitMicroseconds: Number.POSITIVE_INFINITY };
    expect((await rehearse({ firmware: waiting(), device })).result).toMatchObject(endless);
  });
});

describe("a loop that something may end", () => {
  it("goes on until its interrupt comes", async () => {
    expect((await rehearse({ firmware: waiting(startTicks) })).result).toMatchObject({ reason: "finished" });
  });

  it("goes on to the time limit when it changes something, and the call stack says where it was", async () => {
    const counting = waiting("", "(global.set $count (i32.add (global.get $count) (i32.const 1)))");
    const device = { timeLimitMicroseconds: 11_000_000 };
    const { result } = await rehearse({ firmware: counting, device });
    expect(result).toMatchObject({ reason: "time-limit", stack: ["awaitFlag", "main"] });
  });

  it("goes on to the time limit while a timer runs, even if its interrupt is masked", async () => {
    const device = { timeLimitMicroseconds: 11_000_000 };
    const { result } = await rehearse({ firmware: waiting(`(call $mask) ${startTicks}`), device });
    expect(result).toMatchObject({ reason: "time-limit", stack: ["awaitFlag", "main"] });
  });

  it("goes on as long as it was said that the device should run", async () => {
    const device = { stopAfterMicroseconds: 30_000_000 };
    expect((await rehearse({ firmware: waiting(), device })).result).toMatchObject({ reason: "stopped" });
  });

  it("goes on through advance, after which something may be put in", async () => {
    const device = await createDevice({ firmware: waiting() });
    expect(await device.advance(25_000_000)).toEqual({ paused: true, microseconds: 25_000_000 });
    device.memory.writeUint32(64, 1);
    expect(await device.run()).toMatchObject({ reason: "finished" });
  });
});
