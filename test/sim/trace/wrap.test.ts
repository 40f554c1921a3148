import { stripVTControlCharacters } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { wrap } from "../../../sim/trace/wrap.ts";

describe("wrap", () => {
  it("leaves a line alone that fits", () => {
    expect(wrap("  a b", 5, 2)).toBe("  a b");
  });

  it("hangs what does not fit below the first words", () => {
    expect(wrap("one two three four", 9, 2)).toBe("one two\n  three\n  four");
  });

  it("lets a word that fits nowhere stand out", () => {
    expect(wrap("a bbbbbbbbbb c", 5, 2)).toBe("a\n  bbbbbbbbbb\n  c");
  });

  it("does not count colours", () => {
    expect(wrap("\u001b[31maaa\u001b[39m bbb", 7, 0)).toBe("\u001b[31maaa\u001b[39m bbb");
  });

  it("loses no word, and makes no line too long if no word is", () => {
    const words = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(words, fc.integer({ min: 12, max: 60 }), (texts, columns) => {
        const lines = wrap(texts.join(" "), columns, 4).split("\n");
        expect(lines.join(" ").split(/ +/)).toEqual(texts);
        for (const line of lines) expect(stripVTControlCharacters(line).length).toBeLessThanOrEqual(columns);
      }),
    );
  });
});
