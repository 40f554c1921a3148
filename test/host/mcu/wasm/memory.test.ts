import { expect, it } from "vitest";
import { GuestMemory } from "../../../../host/mcu/wasm/memory.ts";

/** The core's own declarations know no way to make a memory: modules bring theirs. */
const NewMemory = WebAssembly.Memory as unknown as new (limits: { initial: number }) => WebAssembly.Memory;

it.each([0, 65_535, 65_536, 0xffff_ffff])(
  "reads and writes no bytes at %i, as an empty range is legal anywhere",
  (address) => {
    const memory = new GuestMemory(new NewMemory({ initial: 1 }));
    expect(memory.isLegal(address, 0)).toBe(true);
    memory.writeBytes(address, new Uint8Array());
    expect(memory.readBytes(address, 0)).toEqual(new Uint8Array());
  },
);
