/** Peripheral registers by peek and poke: what they hold, what may change, and what keeps its value. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { registers } from "../../../host/kernel/registers.ts";
import peripherals from "../../reference/stm32u585-peripherals.json" with { type: "json" };
import { createBench, type KernelBench } from "./kernel-bench.ts";

const rcc = 0x4602_0c00;
const pwr = 0x4602_0800;
const flash = 0x4002_2000;
const idcode = 0xe004_4000;

function peek(bench: KernelBench, address: number): number {
  const out = bench.place(4);
  expect(bench.call("mvPeriphPeek32", address, out)).toBe("OKAY");
  return bench.word(out);
}

/** A field by its name in the chip's own data. */
function field(bench: KernelBench, register: string, name: string): number {
  const offset = peripherals.types.RCC[register as "CFGR1"].offset;
  const [lowest, width] = (peripherals.fields.RCC as unknown as Record<string, Record<string, [number, number]>>)[
    register
  ]![name]!;
  return (peek(bench, rcc + offset) >>> lowest) & (2 ** width - 1);
}

describe("the clock", () => {
  it("comes from PLL1, and that from HSI: settings that give what mvGetSysClk answers", () => {
    const bench = createBench();
    expect(peek(bench, rcc + 0x1c)).toBe(0xf);
    expect([field(bench, "CFGR1", "SW"), field(bench, "CFGR1", "SWS")]).toEqual([3, 3]);
    for (const name of ["HSION", "HSIRDY", "PLL1ON", "PLL1RDY"]) expect(field(bench, "CR", name)).toBe(1);
    expect([field(bench, "PLL1CFGR", "PLL1SRC"), field(bench, "PLL1CFGR", "PLL1REN")]).toEqual([2, 1]);
    const reference = 16_000_000 / (field(bench, "PLL1CFGR", "PLL1M") + 1);
    const inRange = field(bench, "PLL1CFGR", "PLL1RGE") === 3;
    expect({ inRange, from8To16: reference >= 8e6 && reference <= 16e6 }).toEqual({ inRange: true, from8To16: true });
    const vco = reference * (field(bench, "PLL1DIVR", "PLL1N") + 1 + field(bench, "PLL1FRACR", "PLL1FRACN") / 8192);
    const sysClk = vco / (field(bench, "PLL1DIVR", "PLL1R") + 1);
    const out = bench.place(4);
    bench.call("mvGetSysClk", out);
    expect(sysClk).toBe(bench.word(out));
  });

  it.each(["mvGetHClk", "mvGetPClk1", "mvGetPClk2"] as const)("is undivided, as %s answers", (name) => {
    const bench = createBench();
    for (const divider of ["HPRE", "PPRE1", "PPRE2"]) expect(field(bench, "CFGR2", divider)).toBe(0);
    const out = bench.place(4);
    bench.call(name, out);
    expect(bench.word(out)).toBe(160_000_000);
  });

  it("has the voltage range and the wait states that its speed needs", () => {
    const bench = createBench();
    expect((peek(bench, pwr + 0x0c) >>> 16) & 3).toBe(3);
    expect(peek(bench, flash) & 0xf).toBe(4);
  });
});

it("answers the chip's identity", () => {
  expect(peek(createBench(), idcode) & 0xfff).toBe(0x482);
});

describe("mvPeriphPoke32", () => {
  const ahb2enr1 = rcc + 0x8c;

  it("clears by mask and toggles by the other word, as firmware that enables GPIOB's clock does", () => {
    const bench = createBench();
    const before = peek(bench, ahb2enr1);
    expect(bench.call("mvPeriphPoke32", ahb2enr1, 2, 2)).toBe("OKAY");
    expect(peek(bench, ahb2enr1)).toBe((before | 2) >>> 0);
    bench.call("mvPeriphPoke32", ahb2enr1, 0, 6);
    expect(peek(bench, ahb2enr1)).toBe((before | 4) >>> 0);
  });

  it.each([
    { what: "the system clock", address: rcc + 0x1c },
    { what: "PLL1", address: rcc + 0x34 },
    { what: "the power control", address: pwr },
    { what: "flash's wait states", address: flash },
    { what: "IDCODE", address: idcode },
  ])("changes nothing of $what, silently", ({ address }) => {
    const bench = createBench();
    const before = peek(bench, address);
    expect(bench.call("mvPeriphPoke32", address, 0xffff_ffff, ~before)).toBe("OKAY");
    expect(peek(bench, address)).toBe(before);
    expect(bench.kernel.state.registers).toEqual({});
  });

  it("changes the enables of peripherals and no other bit of their register: memory stays on", () => {
    const bench = createBench();
    bench.call("mvPeriphPoke32", ahb2enr1, 0xffff_ffff, 0);
    expect(peek(bench, ahb2enr1)).toBe(0xc000_0000);
    bench.call("mvPeriphPoke32", ahb2enr1, 0xffff_ffff, 0xffff_ffff);
    const named = Object.values(peripherals.fields.RCC.AHB2ENR1).reduce((mask, [bit]) => mask | (1 << bit!), 0) >>> 0;
    expect(peek(bench, ahb2enr1)).toBe(named);
  });

  it("makes any register `(old & ~mask) ^ xor` where it may change, and leaves all others alone", () => {
    const addresses = [...registers.keys()];
    const word = fc.nat(0xffff_ffff);
    fc.assert(
      fc.property(fc.constantFrom(...addresses), fc.constantFrom(...addresses), word, word, (address, other, m, x) => {
        const bench = createBench({ traced: false });
        const [before, otherBefore] = [peek(bench, address), peek(bench, other)];
        expect(bench.call("mvPeriphPoke32", address, m, x)).toBe("OKAY");
        const { changeable } = registers.get(address)!;
        const after = peek(bench, address);
        expect((after & changeable) >>> 0).toBe((((before & ~m) ^ x) & changeable) >>> 0);
        expect((after & ~changeable) >>> 0).toBe((before & ~changeable) >>> 0);
        if (other !== address) expect(peek(bench, other)).toBe(otherBefore);
      }),
    );
  });
});

it("knows no address but those of registers that the chip has", () => {
  const chip = ["RCC", "PWR", "FLASH"].flatMap((name) => {
    const { base, type } = peripherals.peripherals[name as "RCC"];
    const known = peripherals.types[type as "RCC"];
    return Object.values(known).map(({ offset }) => Number(base) + offset);
  });
  expect([...registers.keys()].filter((address) => ![...chip, idcode].includes(address))).toEqual([]);
  const bench = createBench();
  for (const address of [0, rcc + 1, rcc + 0x04, rcc + 0x118, 0x4002_0000, 0x2000_0000, 0xffff_fffc]) {
    expect(bench.call("mvPeriphPeek32", address, bench.place(4))).toBe("PERIPHERALACCESSFAULT");
    expect(bench.call("mvPeriphPoke32", address, 0, 0)).toBe("PERIPHERALACCESSFAULT");
  }
  expect(bench.call("mvPeriphPeek32", 0, 0)).toBe("PARAMETERFAULT");
});
