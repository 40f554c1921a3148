/** Any configs come back from any form as they were. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { writeConfigs } from "../../../sim/cli/configs-export.ts";
import { parseConfigsFile } from "../../../sim/cli/configs-file.ts";
import { parseDotenv, writeDotenv } from "../../../sim/cli/dotenv-file.ts";
import { describeInvalidKey } from "../../../sim/configs/validate.ts";

const printable = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code));
const key = fc
  .string({ unit: printable, minLength: 1, maxLength: 100 })
  .filter((text) => describeInvalidKey(text) === undefined);
const awkward = fc.constantFrom(
  "\n",
  "\r\n",
  "\r",
  '"',
  "'",
  "\\",
  "#",
  " ",
  "=",
  ": ",
  "- ",
  "\\n",
  "$a",
  "\ufeff",
  "e",
);
const value = fc.oneof(
  fc.string({ unit: fc.oneof(awkward, fc.string({ unit: "binary", minLength: 1, maxLength: 1 })), minLength: 1 }),
  fc.constantFrom(
    "null",
    "~",
    "true",
    "1e3",
    "0x10",
    "---",
    "...",
    "%YAML",
    "&a",
    "*a",
    "!!str",
    "<<",
    "\u2028\u0085\u007f\0",
  ),
);

describe.each(["yaml", "json"] as const)("%s", (format) => {
  it("gives back any keys and values", () => {
    const entries = fc.uniqueArray(fc.tuple(key, value), { selector: ([name]) => name });
    fc.assert(
      fc.property(entries, fc.uniqueArray(key), fc.boolean(), (pairs, secretKeys, ofDevice) => {
        const text = writeConfigs({ entries: new Map(pairs), secretKeys, ofDevice }, format);
        const [configs, secrets] = parseConfigsFile(text, "file");
        expect(new Map(configs!.entries.map((entry) => [entry.key, entry.value]))).toEqual(new Map(pairs));
        expect(secrets).toEqual({
          collection: ofDevice ? "deviceSecrets" : "secrets",
          entries: [],
          keysOnly: secretKeys,
        });
      }),
      { numRuns: 500 },
    );
  });
});

describe("dotenv", () => {
  const name = fc.stringMatching(/^[\w.-]{1,100}$/).filter((text) => text !== "__proto__" && !/^\.{1,2}$/.test(text));

  it("gives back any values with newlines and up to two kinds of quotes", () => {
    const unit = (quotes: readonly string[]) =>
      fc.oneof(fc.constantFrom("\n", " ", "#", "=", "$a", "x", ...quotes), fc.string({ minLength: 1, maxLength: 1 }));
    const withQuotes = (quotes: readonly string[]) =>
      fc
        .string({ unit: unit(quotes), minLength: 1 })
        .filter((text) => [...`'"\`\\`].every((each) => quotes.includes(each) || !text.includes(each)));
    const values = fc.oneof(withQuotes([`'`, `"`]), withQuotes([`'`, "`"]), withQuotes([`"`, "`"]));
    const entries = fc.uniqueArray(fc.tuple(name, values), { selector: ([each]) => each });
    fc.assert(
      fc.property(entries, (pairs) => {
        expect(parseDotenv(writeDotenv(pairs), "file")).toEqual(new Map(pairs));
      }),
      { numRuns: 500 },
    );
  });

  it("gives back whatever it takes, and refuses the rest by name", () => {
    fc.assert(
      fc.property(fc.tuple(key, value), (pair) => {
        let text: string;
        try {
          text = writeDotenv([pair]);
        } catch (error) {
          expect(error).toMatchObject({ code: "ERR_MVSIM_NO_DOTENV" });
          expect((error as Error).message).toContain(JSON.stringify(pair[0]));
          return;
        }
        expect(parseDotenv(text, "file")).toEqual(new Map([pair]));
      }),
      { numRuns: 500 },
    );
  });
});
