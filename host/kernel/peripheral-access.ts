/**
 * Peripheral registers by system calls. Contract: a poke makes the register `(old & ~mask) ^ xor`; bits that an
 * application may not change keep their value silently; what is no register of ours is PERIPHERALACCESSFAULT.
 */

import { hexOfWord } from "../data/hex.ts";
import type { Handlers } from "./dispatch.ts";
import type { Kernel } from "./ports.ts";
import { type Register, registers } from "./registers.ts";

export const peripheralAccessCalls = {
  mvPeriphPeek32(kernel, { reg: address, output }) {
    const register = registers.get(address);
    if (!register) return "PERIPHERALACCESSFAULT";
    output.value = readRegister(kernel, address, register);
    return "OKAY";
  },

  mvPeriphPoke32(kernel, { reg: address, mask, xorvalue }) {
    const register = registers.get(address);
    if (!register) return "PERIPHERALACCESSFAULT";
    const { changeable } = register;
    const old = readRegister(kernel, address, register);
    const asked = (old & ~mask) ^ xorvalue;
    const value = ((old & ~changeable) | (asked & changeable)) >>> 0;
    if (value !== old) kernel.state.registers[hexOfWord(address)] = value;
    return "OKAY";
  },
} satisfies Handlers;

function readRegister({ state }: Kernel, address: number, { initial }: Register): number {
  return state.registers[hexOfWord(address)] ?? initial;
}
