import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { describeInvalidKey, describeInvalidValue, isDeviceSid } from "../../../sim/configs/validate.ts";

describe("a key", () => {
  it.each(["k", "k".repeat(100), "a b", "...", "/", "~", "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"])("may be %j", (key) => {
    expect(describeInvalidKey(key)).toBeUndefined();
  });

  it.each([
    ["", /empty/],
    ["k".repeat(101), /at most 100 characters/],
    [" k", /space/],
    ["k ", /space/],
    [" ", /space/],
    [".", /URL/],
    ["..", /URL/],
    ["ä", /printable ASCII/],
    ["a\tb", /printable ASCII/],
    ["a\n", /printable ASCII/],
    ["\x7f", /printable ASCII/],
    ["\0", /printable ASCII/],
    ["\u{1f600}", /printable ASCII/],
  ])("may not be %j", (key, reason) => {
    expect(describeInvalidKey(key)).toMatch(/^Key /);
    expect(describeInvalidKey(key)).toMatch(reason);
  });
});

describe("a value", () => {
  it("has 1 to 4096 code points, whatever they are", () => {
    const codePoint = fc.oneof(fc.integer({ min: 0, max: 0xd7ff }), fc.integer({ min: 0xe000, max: 0x10ffff }));
    const value = fc.array(codePoint, { minLength: 1, maxLength: 5000, size: "max" });
    fc.assert(
      fc.property(value, (codePoints) => {
        const problem = describeInvalidValue(codePoints.map((code) => String.fromCodePoint(code)).join(""));
        if (codePoints.length <= 4096) expect(problem).toBeUndefined();
        else expect(problem).toMatch(/^Value .*4096/);
      }),
      { numRuns: 30 },
    );
  });

  it.each(["a", "\u{1f600}", "ä"])("of 4096 times %s is the longest", (character) => {
    expect(describeInvalidValue(character.repeat(4096))).toBeUndefined();
    expect(describeInvalidValue(character.repeat(4097))).toMatch(/^Value must have at most 4096 characters/);
    expect(describeInvalidValue(character.repeat(10_000))).toMatch(/4096/);
  });

  it.each(["\ud800", "a\udc00", "\udc00\ud800", "\u{1f600}\ud83d"])("has no half of a surrogate pair: %j", (value) => {
    expect(describeInvalidValue(value)).toMatch(/^Value .*surrogate/);
  });

  it("is not empty, and never shown", () => {
    expect(describeInvalidValue("")).toMatch(/^Value must not be empty/);
    expect(describeInvalidValue(`hunter2\ud800`)).not.toMatch(/hunter2/);
  });
});

describe("a device SID", () => {
  it("is UV and 32 hex digits", () => {
    expect(isDeviceSid(`UV${"0aF".repeat(10)}12`)).toBe(true);
    for (const text of [
      "",
      "UV",
      `UV${"0".repeat(31)}`,
      `UV${"0".repeat(33)}`,
      `uv${"0".repeat(32)}`,
      `UV${"g".repeat(32)}`,
    ]) {
      expect(isDeviceSid(text)).toBe(false);
    }
  });
});
