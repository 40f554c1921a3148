/** Modules of hostile shapes and sizes, byte by byte: no compiler and no text form makes them. */

import { ByteWriter } from "../../../../host/mcu/wasm/binary/writer.ts";

/** A section: its id, and its content. */
export type LargeSection = readonly [id: number, content: ByteWriter];

export const op = {
  ...{ unreachable: 0x00, block: 0x02, loop: 0x03, if: 0x04, end: 0x0b, br: 0x0c, brTable: 0x0e },
  ...{ call: 0x10, drop: 0x1a, localGet: 0x20, localSet: 0x21, i32Load: 0x28, i32Store: 0x36, grow: 0x40 },
  ...{ i32Const: 0x41, i32Add: 0x6a },
} as const;
export const nothing = 0x40;
export const i32 = 0x7f;
export const i64 = 0x7e;

/** A module of sections of any length. */
export function largeModule(...sections: readonly LargeSection[]): Uint8Array {
  const output = new ByteWriter().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const [id, content] of sections) output.section(id, content);
  return output.view().slice();
}

/** Types 0: () -> (), 1: () -> i32, 2: (i32) -> (). */
export function types(): LargeSection {
  return [1, new ByteWriter().byte(3, 0x60, 0, 0, 0x60, 0, 1, i32, 0x60, 1, i32, 0)];
}

/** A vector of names and what `write` puts behind each. */
export function vector(count: number, write: (output: ByteWriter, index: number) => void): ByteWriter {
  const output = new ByteWriter().unsigned(count);
  for (let index = 0; index < count; index++) write(output, index);
  return output;
}

export interface LargeFunction {
  readonly type?: number;
  /** Groups of local variables: how many, of which type. */
  readonly locals?: readonly (readonly [count: number, type: number])[];
  /** Without the last `end`. */
  readonly code: ByteWriter;
}

/** A module of these functions; `main` is the last one. One page of memory is exported. */
export function moduleOfFunctions(
  functions: readonly LargeFunction[],
  extra: readonly LargeSection[] = [],
): Uint8Array {
  const main = functions.length - 1;
  const sections: LargeSection[] = [
    types(),
    [3, vector(functions.length, (output, index) => output.unsigned(functions[index]!.type ?? 0))],
    [5, new ByteWriter().byte(1, 0, 1)],
    [7, new ByteWriter().byte(2).name("memory").byte(2, 0).name("main").byte(0).unsigned(main)],
    [
      10,
      vector(functions.length, (output, index) => {
        const { locals = [], code } = functions[index]!;
        const body = vector(locals.length, (list, group) => {
          const [count, type] = locals[group]!;
          list.unsigned(count).byte(type);
        });
        output.sized(body.raw(code.view()).byte(op.end).view());
      }),
    ],
  ];
  return largeModule(...[...sections, ...extra].sort(([one], [other]) => rank(one) - rank(other)));
}

/** The count of data segments (12) stands before the code. */
function rank(id: number): number {
  return id === 12 ? 9.5 : id;
}

/** `main` with this code. */
export function largeMain(code: ByteWriter, more: Omit<LargeFunction, "code"> = {}): Uint8Array {
  return moduleOfFunctions([{ ...more, code }]);
}

/** The same bytes so many times. */
export function repeated(count: number, ...bytes: readonly number[]): ByteWriter {
  const output = new ByteWriter();
  for (let index = 0; index < count; index++) output.byte(...bytes);
  return output;
}
