/** Bytes that were right: cut, changed, with more in them, or twice. */

import fc from "fast-check";

const change = fc.record({
  kind: fc.constantFrom("set", "insert", "cut", "repeat"),
  at: fc.nat(),
  byte: fc.nat(255),
});

export function damaged(whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Uint8Array> {
  return fc.tuple(whole, fc.array(change, { minLength: 1, maxLength: 4 })).map(([bytes, changes]) => {
    let now = Buffer.from(bytes);
    for (const { kind, at, byte } of changes) {
      const index = at % (now.length + 1);
      const [before, behind] = [now.subarray(0, index), now.subarray(index)];
      if (kind === "set") now = Buffer.concat([before, Buffer.from([byte]), behind.subarray(1)]);
      else if (kind === "insert") now = Buffer.concat([before, Buffer.from([byte]), behind]);
      else if (kind === "cut") now = Buffer.from(before);
      else now = Buffer.concat([now, behind]);
    }
    return new Uint8Array(now);
  });
}
