/** Texts that a schema of the API's description allows, and such as it just does not. */

import fc from "fast-check";
import { referenceName } from "./fuzz-request.ts";

/** As far as the description of requests uses JSON Schema. */
export interface ValueSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

const names = fc.constantFrom("key", "sid", "uniquename", "etag", "pagetoken", "devicesid", "value");
const reference = (name: fc.Arbitrary<string>) => fc.tuple(name, fc.nat(5)).map(([of, index]) => `~${of}.${index}~`);

/** @param name of the parameter or field: answers before may have told good values */
export function anyValue(name: string, schema: ValueSchema): fc.Arbitrary<string> {
  return fc.oneof(
    { arbitrary: reference(fc.constant(referenceName(name))), weight: 5 },
    { arbitrary: allowed(schema), weight: 6 },
    { arbitrary: nearlyAllowed(schema), weight: 2 },
    reference(names),
  );
}

export function allowed(schema: ValueSchema): fc.Arbitrary<string> {
  if (schema.enum) return fc.constantFrom(...schema.enum.map(String));
  if (schema.type === "integer") {
    return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 1200 }).map(String);
  }
  const { minLength = 0, maxLength = 40 } = schema;
  if (schema.pattern !== undefined) {
    const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
    return fc.stringMatching(new RegExp(schema.pattern), { size: "small" }).filter(fits);
  }
  const short = fc.string({ unit: "binary", minLength, maxLength: Math.min(maxLength, 12) });
  const whole = fc.constantFrom("x", "é", "\u{1f600}").map((character) => character.repeat(maxLength));
  return fc.oneof({ arbitrary: fc.string({ minLength, maxLength: 12 }), weight: 8 }, short, whole);
}

function nearlyAllowed({ maxLength = 64 }: ValueSchema): fc.Arbitrary<string> {
  const odd = ["", " ", ".", "..", "/", "%", "%2F", "+", "\0", "\n", "a\0", " a", "a ", "\ud800", "a\udc00b", "\u202e"];
  const numbers = ["-1", "0", "1.5", "1e2", "+1", "0x10", "9007199254740993", "9".repeat(400), "NaN", "١"];
  const names = ["__proto__", "constructor", "toString", "AC".padEnd(34, "0"), "UV".padEnd(34, "0"), "*", "null"];
  return fc.oneof(
    fc.constantFrom(...odd, ...numbers, ...names),
    fc.constantFrom("a", "é", "\u{1f600}").map((character) => character.repeat(maxLength + 1)),
    fc.string({ unit: "binary", maxLength: 20 }),
  );
}
