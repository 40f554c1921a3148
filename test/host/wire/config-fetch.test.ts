import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  decodeRequest,
  encodeRequest,
  encodeResponse,
  type FetchRequestItem,
  type FetchResponseItem,
  locateItem,
  readCount,
} from "../../../host/wire/config-fetch.ts";

const byte = fc.nat({ max: 255 });
const requests: fc.Arbitrary<FetchRequestItem[]> = fc.array(
  fc.record({ scope: byte, store: byte, key: fc.stringMatching(/^[\x20-\x7e]{1,100}$/) }),
  { minLength: 1, maxLength: 32 },
);
const responses: fc.Arbitrary<FetchResponseItem[]> = fc.array(
  fc.record({ result: byte, value: fc.string({ unit: "grapheme", maxLength: 300 }) }),
  { minLength: 1, maxLength: 32 },
);

describe("a config fetch's request", () => {
  it("decodes to the items that were encoded", () => {
    fc.assert(
      fc.property(requests, (items) => {
        expect(decodeRequest(encodeRequest(items))).toEqual(items);
      }),
    );
  });

  it("takes 3 bytes an item more than its keys, and 2 for the whole", () => {
    expect(encodeRequest([{ scope: 0, store: 1, key: "greeting" }]).length).toBe(2 + 3 + 8);
  });

  it("is either refused or encodes to the same bytes again, whatever the bytes are", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array(), damaged(requests.map(encodeRequest))), (bytes) => {
        const items = decodeRequest(bytes);
        if (items) expect(encodeRequest(items)).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });

  const one = encodeRequest([{ scope: 0, store: 1, key: "k" }]);
  it.each<[string, Uint8Array]>([
    ["no bytes", new Uint8Array()],
    ["another format version", Uint8Array.from([2, ...one.subarray(1)])],
    ["no items", Uint8Array.of(1, 0)],
    ["33 items", encodeRequest(Array.from({ length: 33 }, () => ({ scope: 0, store: 0, key: "k" })))],
    ["an empty key", encodeRequest([{ scope: 0, store: 0, key: "" }])],
    ["a key of 101 characters", encodeRequest([{ scope: 0, store: 0, key: "k".repeat(101) }])],
    ["a key with a control character", encodeRequest([{ scope: 0, store: 0, key: "a\nb" }])],
    ["a key with a byte above ASCII", encodeRequest([{ scope: 0, store: 0, key: "\u00e9" }])],
    ["a missing last byte", one.subarray(0, -1)],
    ["a byte after the end", Uint8Array.from([...one, 0])],
    ["a cut item head", Uint8Array.of(1, 1, 0)],
  ])("is refused with %s", (_, bytes) => {
    expect(decodeRequest(bytes)).toBeUndefined();
  });
});

describe("a config fetch's response", () => {
  it("gives each item by its index", () => {
    fc.assert(
      fc.property(responses, (items) => {
        const bytes = encodeResponse(items);
        expect(readCount(byteAt(bytes), bytes.length)).toBe(items.length);
        expect(items.map((_, index) => readItem(bytes, index))).toEqual(items);
        expect(readItem(bytes, items.length)).toBeUndefined();
      }),
    );
  });

  it("carries a value of 4096 characters of four bytes", () => {
    const items = [
      { result: 0, value: "\u{1f600}".repeat(4096) },
      { result: 1, value: "" },
    ];
    const bytes = encodeResponse(items);
    expect([readItem(bytes, 0), readItem(bytes, 1)]).toEqual(items);
  });

  it("carries no longer value", () => {
    expect(() => encodeResponse([{ result: 0, value: "x".repeat(16385) }])).toThrow(RangeError);
  });

  it("shows a damaged byte of a value in that value and nowhere else", () => {
    const items = ["one", "two", "three"].map((value) => ({ result: 0, value }));
    const bytes = encodeResponse(items);
    bytes[locateItem(byteAt(bytes), bytes.length, 1)!.offset] = 0x54;
    expect(items.map((_, index) => readItem(bytes, index)?.value)).toEqual(["one", "Two", "three"]);
  });

  it("is never read beyond its length, whatever the bytes are", () => {
    const anyBytes = fc.oneof(fc.uint8Array(), damaged(responses.map(encodeResponse)));
    fc.assert(
      fc.property(anyBytes, byte, (bytes, index) => {
        const item = locateItem(byteAt(bytes), bytes.length, index);
        if (item) expect(item.offset + item.bytes).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  it("has no count when it is cut or of another format version", () => {
    expect(readCount(byteAt(Uint8Array.of(1)), 1)).toBeUndefined();
    expect(readCount(byteAt(Uint8Array.of(2, 1)), 2)).toBeUndefined();
  });
});

/** Reads like the kernel: a read outside the response is an error of ours. */
function byteAt(bytes: Uint8Array): (offset: number) => number {
  return (offset) => {
    const value = bytes[offset];
    if (value === undefined) throw new Error(`read at ${offset} of ${bytes.length} bytes`);
    return value;
  };
}

function readItem(bytes: Uint8Array, index: number): FetchResponseItem | undefined {
  const item = locateItem(byteAt(bytes), bytes.length, index);
  if (!item) return undefined;
  const value = new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    bytes.subarray(item.offset, item.offset + item.bytes),
  );
  return { result: item.result, value };
}

/** The bytes with one of them changed, or cut. */
function damaged(bytes: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(bytes, fc.nat(), byte, fc.boolean()).map(([whole, position, value, cut]) => {
    const at = position % whole.length;
    return cut ? whole.slice(0, at) : whole.with(at, value);
  });
}
