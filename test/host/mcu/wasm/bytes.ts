/** Modules byte by byte: what no text form of ours expresses. */

/** A section: its id, and its content. */
export type Section = readonly [id: number, content: readonly number[]];

const text = (value: string): number[] => [value.length, ...new TextEncoder().encode(value)];

/** A module of these sections, each shorter than 128 bytes. */
export function moduleOf(...sections: readonly Section[]): Uint8Array {
  const content = sections.flatMap(([id, bytes]) => [id, bytes.length, ...bytes]);
  return new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...content]);
}

/** One function `main`, () -> (), of these instructions (`end` is added), and one exported memory. */
export function mainOf(...instructions: readonly number[]): Uint8Array {
  return moduleOf(
    [1, [1, 0x60, 0, 0]],
    [3, [1, 0]],
    [5, [1, 0, 1]],
    [7, [2, ...text("memory"), 2, 0, ...text("main"), 0, 0]],
    [10, [1, instructions.length + 2, 0, ...instructions, 0x0b]],
  );
}
