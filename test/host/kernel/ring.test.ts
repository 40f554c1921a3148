/** The ring of a notification centre under random schedules of records, handlers and time. */

import fc from "fast-check";
import { expect, it } from "vitest";
import { handlerEntered } from "../../../host/kernel/notifications.ts";
import { diagnostics, goOnline, requestNetwork } from "./firmware-steps.ts";
import { createBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

const triggered = 0x1000;
const step = fc.oneof(
  fc.record({ what: fc.constant("trigger" as const), amount: fc.nat(3) }),
  fc.record({ what: fc.constant("request" as const), amount: fc.nat(3) }),
  fc.record({ what: fc.constant("cut" as const), amount: fc.constant(0) }),
  fc.record({ what: fc.constant("enter" as const), amount: fc.constant(0) }),
  fc.record({ what: fc.constant("run" as const), amount: fc.constantFrom(1, 500, 1000, 5000, 4_000_000) }),
);

it("holds the last records in its slots, 1 ms apart but for triggered ones; every overrun is reported", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 2, max: 6 }), fc.array(step, { maxLength: 40 }), async (slots, steps) => {
      const uplink = scriptedUplink();
      const bench = createBench({ uplink });
      const { centre } = await goOnline(bench, { buffer_size: slots * 16 });
      const records = () => bench.events.flatMap((event) => (event.kind === "notification" ? [event] : []));
      let unseenFrom = 0;
      let overruns = 0;
      let isOverrun = false;
      /** An overrun is reported once until the handler was entered. */
      const count = (): void => {
        if (records().length - unseenFrom > slots && !isOverrun) {
          isOverrun = true;
          overruns++;
        }
      };
      for (const { what, amount } of steps) {
        if (what === "trigger") {
          for (let tag = 0; tag <= amount; tag++) bench.call("mvTempTriggerNotification", centre.handle, 1, triggered);
        } else if (what === "request") requestNetwork(bench, centre.handle, amount);
        else if (what === "cut") uplink.cut();
        else if (what === "run") await bench.run(amount);
        else {
          handlerEntered(bench.kernel, centre.irq);
          unseenFrom = records().length;
          isOverrun = false;
        }
        count();
      }
      const all = records();
      for (const [index, { address }] of all.entries()) expect(address).toBe(centre.buffer + (index % slots) * 16);
      for (const [index, { address, tag, microseconds }] of all.entries()) {
        if (index >= all.length - slots)
          expect(bench.get("MvNotification", address)).toMatchObject({ tag, microseconds });
      }
      const times = all.filter(({ tag }) => tag !== triggered).map(({ microseconds }) => microseconds);
      for (const [index, time] of times.entries())
        if (index > 0) expect(time - times[index - 1]!).toBeGreaterThanOrEqual(1000);
      expect(bench.pended.length).toBe(all.length);
      expect(diagnostics(bench).length).toBe(overruns);
    }),
    { numRuns: 60 },
  );
});
