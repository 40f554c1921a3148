import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bytesOfHex, hexOfBytes, hexOfWord } from "../../../host/data/hex.ts";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import { textOfBytes } from "../../../host/data/text.ts";

/** Plain data as kernel state has it: no -0, which JSON does not know, and no field that looks like bytes. */
const { tree } = fc.letrec((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.boolean(),
    fc.constant(null),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.uint8Array(),
    fc.array(tie("tree")),
    fc.dictionary(
      fc.string().filter((name) => name !== "__proto__" && name !== "$bytes"),
      tie("tree"),
      { noNullPrototype: true },
    ),
  ),
}));

describe("plain data", () => {
  it("comes back from its text as it was", () => {
    fc.assert(
      fc.property(tree, (value) => {
        expect(plainDataFromText(plainDataToText(value))).toEqual(value);
      }),
    );
  });

  it("has bytes that are bytes again, of a Node buffer too", () => {
    const back = plainDataFromText(plainDataToText({ bytes: Buffer.from([1, 2, 255]) }));
    expect(back).toEqual({ bytes: Uint8Array.of(1, 2, 255) });
  });

  it.each([
    ["undefined", { field: undefined }],
    ["a hole", [1, undefined]],
    ["a bigint", { field: 1n }],
    ["a function", { field: () => 1 }],
    ["a symbol", { field: Symbol("hidden") }],
    ["NaN", [Number.NaN]],
    ["Infinity", [Number.POSITIVE_INFINITY]],
    ["a Map", { field: new Map([[1, 2]]) }],
    ["a date, which converts itself", { field: new Date(0) }],
    ["an object that converts itself", { toJSON: () => 1 }],
    ["another typed array", new Uint16Array(2)],
    ["a class instance", new (class Hidden {})()],
  ])("is not %s", (_, value) => {
    expect(() => plainDataToText(value)).toThrow(TypeError);
  });
});

describe("hex", () => {
  it("of bytes comes back as the bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(bytesOfHex(hexOfBytes(bytes))).toEqual(bytes);
      }),
    );
    expect(hexOfBytes(Uint8Array.of(0, 10, 255))).toBe("000aff");
  });

  it("of a word has eight digits, signed or not", () => {
    expect([0, 0xdeadbeef, -1].map(hexOfWord)).toEqual(["0x00000000", "0xdeadbeef", "0xffffffff"]);
  });
});

describe("text of bytes", () => {
  it("keeps a byte order mark, and shows what is no UTF-8", () => {
    expect(textOfBytes(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61))).toBe("\ufeffa");
    expect(textOfBytes(Uint8Array.of(0x61, 0xff))).toBe("a\ufffd");
  });
});
