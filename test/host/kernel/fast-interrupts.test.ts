/** The family of mvSetFastInterrupt: which lines it takes, from whom, and what its parts do to the NVIC. */

import { describe, expect, it } from "vitest";
import { interrupts } from "../../../host/abi/interrupts.ts";
import { enable, nextToTake, pend } from "../../../host/mcu/nvic.ts";
import { lines, notificationSetup, setUpCentre } from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";

const { tim3, tim4 } = lines;

function withHandlers(...irqs: number[]): KernelBench {
  const bench = createBench();
  for (const irq of irqs) bench.handlers.add(irq);
  return bench;
}

function calls(bench: KernelBench, ...names: ("Set" | "Clear" | "Enable" | "Disable")[]): string[] {
  return names.map((name) => bench.call(`mv${name}FastInterrupt`, tim4));
}

const takes = (bench: KernelBench) => nextToTake(bench.nvic);

describe("mvSetFastInterrupt", () => {
  const all = Object.values(interrupts).filter((irq) => irq >= 0);

  it.each(Object.entries(interrupts).filter(([name]) => name.endsWith("_S") || name === "GTZC" || name === "SysTick"))(
    "refuses %s, which is no line of the application's, before it looks for a handler",
    (_, irq) => {
      expect(withHandlers().call("mvSetFastInterrupt", irq)).toBe("INVALIDINTERRUPT");
      expect(withHandlers(irq).call("mvSetFastInterrupt", irq)).toBe("INVALIDINTERRUPT");
    },
  );

  it("refuses numbers that the chip has not", () => {
    for (const irq of [125, 0x7fff_ffff, 0x8000_0000]) {
      expect(withHandlers(...all).call("mvSetFastInterrupt", irq)).toBe("INVALIDINTERRUPT");
    }
  });

  it("takes the line away from notification centres until it is given back", () => {
    const bench = withHandlers(tim4);
    const setUp = () =>
      bench.call(
        "mvSetupNotifications",
        bench.put("MvNotificationSetup", notificationSetup(bench, { irq: tim4 })),
        bench.place(4),
      );
    expect(calls(bench, "Set")).toEqual(["OKAY"]);
    expect(setUp()).toBe("INVALIDINTERRUPT");
    expect(calls(bench, "Clear")).toEqual(["OKAY"]);
    expect(setUp()).toBe("OKAY");
    expect(calls(bench, "Set")).toEqual(["INVALIDINTERRUPT"]);
  });

  it("takes the line of a centre that is closed", () => {
    const bench = withHandlers(tim4);
    const place = bench.place(4);
    bench.memory.writeUint32(place, setUpCentre(bench, { irq: tim4 }).handle);
    expect(calls(bench, "Set")).toEqual(["INVALIDINTERRUPT"]);
    bench.call("mvCloseNotifications", place);
    expect(calls(bench, "Set")).toEqual(["OKAY"]);
  });
});

it("a fast line is disabled at first, enabled and disabled by its own calls, and goes back disabled", () => {
  const bench = withHandlers(tim4);
  enable(bench.nvic, tim4);
  pend(bench.nvic, tim4);
  calls(bench, "Set");
  expect(takes(bench)).toBeUndefined();
  calls(bench, "Enable");
  expect(takes(bench)).toBe(tim4);
  calls(bench, "Disable");
  expect(takes(bench)).toBeUndefined();
  calls(bench, "Enable", "Clear");
  expect(takes(bench)).toBeUndefined();
});

it("the All forms mask the enabled lines and bring back the same ones", () => {
  const bench = withHandlers(tim3, tim4);
  for (const irq of [tim3, tim4]) bench.call("mvSetFastInterrupt", irq);
  calls(bench, "Enable");
  for (const irq of [tim3, tim4]) pend(bench.nvic, irq);
  bench.call("mvDisableAllFastInterrupts");
  expect(takes(bench)).toBeUndefined();
  bench.call("mvEnableAllFastInterrupts");
  expect(takes(bench)).toBe(tim4);
});

it("a line that is not fast is refused by all calls but Set", () => {
  const bench = withHandlers(tim3, tim4);
  bench.call("mvSetFastInterrupt", tim3);
  expect(calls(bench, "Enable", "Disable", "Clear")).toEqual(Array(3).fill("INVALIDINTERRUPT"));
  expect(calls(bench, "Set", "Clear", "Clear")).toEqual(["OKAY", "OKAY", "INVALIDINTERRUPT"]);
});

it("works in interrupt handlers", () => {
  const bench = withHandlers(tim4);
  bench.inHandler = true;
  expect(calls(bench, "Set", "Enable", "Disable", "Clear")).toEqual(Array(4).fill("OKAY"));
});
