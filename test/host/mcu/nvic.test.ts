/** The interrupt controller against a model that says the rule in one sentence. */

import fc from "fast-check";
import { expect, it } from "vitest";
import {
  activate,
  clearFast,
  clearPending,
  createNvic,
  deactivate,
  disable,
  enable,
  isEnabled,
  isFast,
  maskAllFast,
  nextToTake,
  pend,
  setFast,
  setPriority,
  wakes,
} from "../../../host/mcu/nvic.ts";

const irqs = [-1, 0, 5, 41, 124] as const;
const step = fc.record({
  what: fc.constantFrom(
    "enable",
    "disable",
    "pend",
    "clear",
    "priority",
    "mask",
    "unmask",
    "take",
    "leave",
    "fast",
    "slow",
    "mask fast",
    "unmask fast",
  ),
  irq: fc.constantFrom(...irqs),
  priority: fc.nat(15),
});

it("takes the pending, enabled line of the highest priority, then lowest number, above what runs; fast ones before all others", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const nvic = createNvic();
      const lines = irqs.map((irq) => ({ irq, enabled: irq < 0, pending: false, priority: 0, fast: false }));
      const running: { irq: number; priority: number }[] = [];
      let masked = false;
      let fastMasked = false;
      const rank = (line: (typeof lines)[number]) => line.priority - (line.fast ? 16 : 0);
      for (const { what, irq, priority } of steps) {
        const line = lines.find((candidate) => candidate.irq === irq)!;
        if (what === "enable" && irq >= 0) {
          enable(nvic, irq);
          line.enabled = true;
        } else if (what === "disable" && irq >= 0) {
          disable(nvic, irq);
          line.enabled = false;
        } else if (what === "pend") {
          pend(nvic, irq);
          line.pending = true;
        } else if (what === "clear") {
          clearPending(nvic, irq);
          line.pending = false;
        } else if (what === "priority") {
          setPriority(nvic, irq, priority);
          line.priority = priority;
        } else if (what === "mask" || what === "unmask") {
          masked = what === "mask";
          nvic.primask = masked;
        } else if ((what === "fast" || what === "slow") && irq >= 0) {
          if (what === "fast") setFast(nvic, irq);
          else clearFast(nvic, irq);
          line.fast = what === "fast";
          line.enabled = false;
        } else if (what === "mask fast" || what === "unmask fast") {
          fastMasked = what === "mask fast";
          maskAllFast(nvic, fastMasked);
        } else if (what === "leave" && running.length > 0) {
          expect(deactivate(nvic)).toBe(running.pop()?.irq);
        }
        const ready = lines.filter((each) => each.pending && each.enabled && !(each.fast && fastMasked));
        expect(isEnabled(nvic, irq)).toBe(line.enabled);
        expect(isFast(nvic, irq)).toBe(line.fast);
        const [best] = ready.sort((a, b) => rank(a) - rank(b) || a.irq - b.irq);
        const threshold = running.at(-1)?.priority ?? 16;
        const mayInterrupt = best !== undefined && rank(best) < threshold;
        expect(wakes(nvic)).toBe(mayInterrupt);
        const expected = mayInterrupt && !masked ? best.irq : undefined;
        expect(nextToTake(nvic)).toBe(expected);
        if (what === "take" && best && expected !== undefined) {
          activate(nvic, expected);
          best.pending = false;
          running.push({ irq: best.irq, priority: rank(best) });
        }
      }
    }),
  );
});
