/** Bodies of requests: a form or JSON with the fields of a schema, and all that clients get wrong about it. */

import fc from "fast-check";
import { percentEncode } from "./fuzz-request.ts";
import { anyValue, type ValueSchema } from "./schema-values.ts";

export interface BodySchema {
  readonly properties: Readonly<Record<string, ValueSchema>>;
  readonly required?: readonly string[];
}

export interface AnyBody {
  readonly headers: readonly (readonly [string, string])[];
  readonly content: string | Uint8Array;
}

const formType = "application/x-www-form-urlencoded";
const jsonType = "application/json";
const type = (value: string) => [["content-type", value]] as const;

/** @param schema undefined where no body is expected */
export function anyBody(schema: BodySchema | undefined): fc.Arbitrary<AnyBody> {
  const none: AnyBody = { headers: [], content: "" };
  if (!schema) return fc.oneof({ arbitrary: fc.constant(none), weight: 9 }, damagedBody(fc.constant("")));
  const required = [...(schema.required ?? [])];
  const shapes = Object.entries(schema.properties).map(([name, value]) => [name, anyValue(name, value)] as const);
  const fields = fc.record(Object.fromEntries(shapes), { requiredKeys: required });
  const form = fields.map(writeForm);
  const json = fields.map((each) => JSON.stringify(each));
  return fc.oneof(
    { arbitrary: form.map((content) => ({ headers: type(formType), content })), weight: 8 },
    { arbitrary: json.map((content) => ({ headers: type(jsonType), content })), weight: 4 },
    damagedBody(form),
    damagedBody(json),
    fc.constant(none),
  );
}

function writeForm(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${percentEncode(value)}`)
    .join("&");
}

const deep = fc.nat(20_000).map((depth) => `{"Value":${"[".repeat(depth)}${"]".repeat(depth)}}`);
const wide = fc
  .nat(3000)
  .map((width) => `{${Array.from({ length: width }, (_, index) => `"field${index}":"x"`).join(",")}}`);
const strange = fc.constantFrom(
  '{"Key":"k","Key":"l","Value":"v"}',
  '{"__proto__":{"Key":"k"},"Value":"v"}',
  '{"Key":["k"],"Value":{"a":"b"}}',
  '{"Key":null,"Value":true}',
  '{"Key":"\\ud800","Value":"\\udc00"}',
  '\ufeff{"Key":"k","Value":"v"}',
  "Key=k&Value=%",
  "Key=k&Value=%ff",
  "Key=k&Key=l&Value=v",
  "__proto__=x&constructor=y&Value=v",
  `Value=${"%41".repeat(5000)}`,
  "&".repeat(5000),
  "x".repeat(65_537),
);

/** Of another type than it says, in another encoding, cut, changed, too large, or nothing at all. */
function damagedBody(whole: fc.Arbitrary<string>): fc.Arbitrary<AnyBody> {
  const changed = fc.tuple(whole, fc.nat(), fc.nat(255), fc.boolean()).map(([text, at, byte, isCut]) => {
    const bytes = Buffer.from(text);
    const index = at % (bytes.length + 1);
    return isCut ? bytes.subarray(0, index) : Buffer.concat([bytes.subarray(0, index), Buffer.from([byte])]);
  });
  const content = fc.oneof(whole, changed, fc.json(), fc.uint8Array({ maxLength: 60 }), strange, strange, deep, wide);
  const types = fc.constantFrom(
    formType,
    jsonType,
    jsonType,
    `${formType}; charset=UTF-8`,
    `${jsonType}; charset=latin1`,
    "multipart/form-data; boundary=x",
    "text/plain",
    "",
    ";",
  );
  const length = fc.constantFrom("0", "1", "70000", "-1", "x", "1e9");
  return fc.record({ content, types, length: fc.option(length, { freq: 9, nil: undefined }) }).map((made) => {
    const headers = made.length === undefined ? [] : [["content-length", made.length] as const];
    return { headers: [...type(made.types), ...headers], content: made.content };
  });
}
