import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileText } from "../compile-text.ts";

const binary = await compileText(`
import { base64 } from "microvisor-sim/firmware/sdk";
export function room(length: i32): i32 {
  return base64.decodedBytes(length);
}
export function decode(source: usize, length: i32, destination: usize, size: i32): i32 {
  return base64.decode(source, length, destination, size);
}
`);
const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary), { env: { abort: () => {} } });
const { memory, decode, room } = exports as {
  memory: WebAssembly.Memory;
  decode: (source: number, length: number, destination: number, size: number) => number;
  room: (length: number) => number;
};
const source = 0x8000;
const destination = 0xa000;

function decoded(text: string, size = room(text.length)): Buffer | undefined {
  const bytes = new Uint8Array(memory.buffer);
  bytes.set(Buffer.from(text, "latin1"), source);
  bytes.fill(0xee, destination);
  const length = decode(source, text.length, destination, size);
  expect(bytes[destination + Math.max(length, 0)]).toBe(length < 0 ? bytes[destination] : 0xee);
  return length < 0 ? undefined : Buffer.from(bytes.slice(destination, destination + length));
}

describe("base64.decode", () => {
  it("gives back any bytes, with padding and without", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 1000 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(decoded(text)).toEqual(Buffer.from(bytes));
        expect(decoded(text.replace(/=+$/, ""))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it("needs exactly the room of the result", () => {
    expect(decoded("AAECAw==", 4)).toEqual(Buffer.from([0, 1, 2, 3]));
    expect(decoded("AAECAw==", 3)).toBeUndefined();
  });

  it.each(["A", "AAAAA", "AA=", "AAA==", "====", "=", "A===", "AA==AAAA", "AA-_", "AA AA", "AAA\n", "AAé="])(
    "refuses %j",
    (text) => expect(decoded(text)).toBeUndefined(),
  );
});
