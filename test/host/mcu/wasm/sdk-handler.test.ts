/** The SDK's handler allocates nothing, so it may interrupt a program that allocates, at any boundary. */

import { expect, it } from "vitest";
import type { Core, ImportedCall } from "../../../../host/mcu/core.ts";
import { createWasmCore } from "../../../../host/mcu/wasm/core.ts";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { compileText } from "../../../firmware/compile-text.ts";
import { call } from "./firmware.ts";

const source = `
import { notifications } from "microvisor-sim/firmware/sdk";
export { TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";

export function main(): i32 {
  notifications.open();
  let text = "";
  const kept = new Map<string, i32>();
  for (let round = 0; round < 40; round++) {
    text = text.substring(text.length > 20 ? 10 : 0) + round.toString() + ",";
    kept.set(text, round);
  }
  let sum = 0;
  const keys = kept.keys();
  for (let index = 0; index < keys.length; index++) sum += kept.get(keys[index]) * (index + 1);
  return sum * 100 + <i32>notifications.take(5);
}
`;
/** Each round has a text of its own. */
const sum = Array.from({ length: 40 }, (_, round) => round * (round + 1)).reduce((total, part) => total + part);
const recordBytes = 16;
const slots = 8;
const eventType = 3;

it("keeps the heap of an allocating program whole with an interrupt at each boundary", async () => {
  let ring = 0;
  let masked = false;
  const calls: ImportedCall[] = [
    call("mvSetupNotifications", ["i32", "i32"], ["i32"], (setup: number) => {
      ring = core.memory.readUint32(setup + 4);
      return 0;
    }),
    call("abort", ["i32", "i32", "i32", "i32"], [], () => expect.unreachable("aborted"), { suspends: false }),
    call("NVIC_ClearPendingIRQ", ["i32"], [], () => undefined),
    call("NVIC_EnableIRQ", ["i32"], [], () => undefined),
    call("__disable_irq", [], [], () => {
      masked = true;
      return undefined;
    }),
    call("__enable_irq", [], [], () => {
      masked = false;
      return undefined;
    }),
  ];
  const prepared = await prepareModule(await compileText(source), calls);
  const core: Core = createWasmCore(prepared, calls, { suspendAlways: true });
  let interrupts = 0;
  let value = 0;
  for (const entry of core.entries) {
    core.enter(entry);
    for (let stop = core.run(); ; stop = core.run()) {
      if (stop.why === "returned") {
        value = stop.value;
        break;
      }
      expect(stop).toEqual({ why: "boundary" });
      if (ring === 0 || masked) continue;
      // As the kernel writes a record: time, event type, tag.
      const slot = ring + (interrupts++ % slots) * recordBytes;
      core.memory.writeUint32(slot + 8, eventType);
      core.memory.writeUint32(slot + 12, 5);
      core.enter("TIM1_BRK_IRQHandler");
      let inner = core.run();
      while (inner.why === "boundary") inner = core.run();
      expect(inner.why).toBe("returned");
      // Taken: the slot is marked empty.
      expect(core.memory.readUint32(slot + 8)).toBe(0xffff_ffff);
    }
  }
  expect(interrupts).toBeGreaterThan(1000);
  expect(value).toBe(sum * 100 + eventType);
});
