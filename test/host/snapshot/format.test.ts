/** A snapshot's bytes: what goes in comes out, and what was damaged is refused. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSnapshot, encodeSnapshot, snapshotFormatVersion } from "../../../host/snapshot/format.ts";

const content = {
  name: "x",
  list: [1, "two", null, true],
  memory: new Uint8Array(5000).fill(7),
  none: new Uint8Array(),
};

describe("the form of a snapshot", () => {
  it("gives back plain data with its byte arrays, in any number and size", async () => {
    const arrays = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(arrays, fc.string({ unit: "binary" }), async (bytes, text) => {
        const value = { bytes, text, nested: { first: bytes[0] ?? null } };
        expect(await decodeSnapshot(await encodeSnapshot(value))).toEqual(value);
      }),
      { numRuns: 30 },
    );
  });

  it("is compressed", async () => {
    expect((await encodeSnapshot(content)).length).toBeLessThan(300);
  });

  it("refuses what can't be told in plain data", async () => {
    await expect(encodeSnapshot({ map: new Map() })).rejects.toThrow(/not plain data/);
  });

  it("has gone through a Node buffer unharmed", async () => {
    expect(await decodeSnapshot(Buffer.from(await encodeSnapshot(content)))).toEqual(content);
  });

  it("names both versions when the format is another one", async () => {
    const bytes = await encodeSnapshot(content);
    bytes[8] = 99;
    await expect(decodeSnapshot(bytes)).rejects.toMatchObject({
      code: "ERR_MVSIM_SNAPSHOT_MISMATCH",
      message: expect.stringContaining(`version 99, and this simulator knows version ${snapshotFormatVersion}`),
    });
  });

  it.each([
    ["nothing", () => new Uint8Array()],
    ["something else", () => new TextEncoder().encode("not a snapshot at all")],
    ["a half of one", (bytes: Uint8Array) => bytes.slice(0, bytes.length / 2)],
    ["one without its last byte", (bytes: Uint8Array) => bytes.slice(0, -1)],
    ["one with a byte more", (bytes: Uint8Array) => Uint8Array.of(...bytes, 0)],
  ])("refuses %s", async (_what, damage) => {
    await expect(decodeSnapshot(damage(await encodeSnapshot(content)))).rejects.toMatchObject({
      code: expect.stringMatching(/^ERR_MVSIM_SNAPSHOT_INVALID$/),
    });
  });

  it("refuses every single changed bit that changes the content", async () => {
    const bytes = await encodeSnapshot(content);
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (index, bit) => {
        const damaged = bytes.slice();
        damaged[index]! ^= 1 << bit;
        // Gzip's own header has bits without meaning: the time, the system.
        const decoded = await decodeSnapshot(damaged).catch((error: { code: string }) => error.code);
        if (typeof decoded === "string") expect(decoded).toMatch(/^ERR_MVSIM_SNAPSHOT_/);
        else expect(decoded).toEqual(content);
      }),
      { numRuns: 300 },
    );
  });
});
