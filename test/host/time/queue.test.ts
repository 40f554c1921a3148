import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { coreHertz, cyclesOf, microsecondsOf } from "../../../host/time/cycles.ts";
import { cancel, createQueue, nextDue, type QueuedEvent, schedule } from "../../../host/time/queue.ts";

describe("the queue", () => {
  it("gives events by their moment, those of one moment in the order in which they were scheduled", () => {
    const step = fc.oneof(
      fc.record({ at: fc.nat(20), name: fc.nat(1000) }),
      fc.record({ cancelled: fc.nat(20) }),
      fc.constant("shift" as const),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const queue = createQueue();
        let model: { at: number; name: number; order: number }[] = [];
        let order = 0;
        for (const step of steps) {
          if (step === "shift") {
            model.sort((a, b) => a.at - b.at || a.order - b.order);
            expect(queue.events.shift()).toEqual(model[0] && { ...model.shift(), kind: "test" });
          } else if ("at" in step) {
            schedule(queue, { ...step, kind: "test" });
            model.push({ ...step, order: order++ });
          } else {
            cancel(queue, ({ at }) => at === step.cancelled);
            model = model.filter(({ at }) => at !== step.cancelled);
          }
          expect(nextDue(queue)).toBe(Math.min(...model.map(({ at }) => at)));
        }
      }),
    );
  });

  it("has nothing due when it is empty", () => {
    expect(nextDue(createQueue())).toBe(Number.POSITIVE_INFINITY);
  });

  it("puts what is due in the past first", () => {
    const queue = createQueue();
    for (const at of [100, 50, 0]) schedule(queue, { at, kind: "test" });
    expect(queue.events.map(({ at }: QueuedEvent) => at)).toEqual([0, 50, 100]);
  });
});

describe("cycles", () => {
  it("are 160 a microsecond; microseconds are the floor", () => {
    expect(coreHertz).toBe(160_000_000);
    expect([0, 159, 160, 319].map(microsecondsOf)).toEqual([0, 0, 1, 1]);
    expect(cyclesOf(1.5)).toBe(240);
  });

  it("are whole, whatever fraction of a microsecond an option asks for", () => {
    expect([1 / 3, 0.001, Number.POSITIVE_INFINITY].map(cyclesOf)).toEqual([53, 0, Number.POSITIVE_INFINITY]);
  });

  it("are exact for 1.7 years", () => {
    const years = 1.7 * 365.25 * 86_400 * coreHertz;
    expect(years).toBeLessThan(Number.MAX_SAFE_INTEGER);
    expect(microsecondsOf(cyclesOf(53_000_000_000_001))).toBe(53_000_000_000_001);
  });
});
