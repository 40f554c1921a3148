/** The layout codec: against a DataView at the reference's offsets, and round trips of arbitrary values. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type EnumName, enums } from "../../../host/abi/enums.ts";
import { get, layoutOf, readStruct, readValue, sizeOf, writeStruct, writeValue } from "../../../host/abi/layout.ts";
import { type StructName, structs } from "../../../host/abi/structs.ts";
import { enumeration, type FieldType, type FieldTypes, type Type, u64 } from "../../../host/abi/types.ts";
import reference from "../../reference/microvisor-abi.json" with { type: "json" };
import { ByteMemory } from "./byte-memory.ts";

const structNames = Object.keys(structs) as StructName[];
const address = fc.integer({ min: 0, max: 40 });
const memoryBytes = 128;

/** Any value that a field can have, named enum members as names. */
function arbitrary(type: FieldType): fc.Arbitrary<unknown> {
  switch (type.kind) {
    case "group":
      return fields(type.fields);
    case "struct":
      return fields(structs[type.name as StructName]);
    case "enum": {
      const { bytes, values } = enums[type.name as EnumName];
      const known = Object.values<number>(values);
      const unknown = fc.nat(2 ** (8 * bytes) - 1).filter((number) => !known.includes(number));
      return fc.oneof(fc.constantFrom(...Object.keys(values)), unknown);
    }
    default:
      return fc.maxSafeInteger().map((number) => Math.abs(number) % 2 ** Math.min(53, 8 * sizeOf(type)));
  }
}

function fields(types: FieldTypes): fc.Arbitrary<unknown> {
  return fc.record(Object.fromEntries(Object.entries(types).map(([name, type]) => [name, arbitrary(type)])));
}

describe("the layout codec", () => {
  it.each(structNames)("reads any %s that it has written, at any address, and writes nothing beside it", (name) => {
    fc.assert(
      fc.property(fields(structs[name]), address, (value, at) => {
        const memory = new ByteMemory(memoryBytes, 0xa5);
        writeStruct(memory, at, name, value as never);
        expect(readStruct(memory, at, name)).toEqual(value);
        const outside = memory.bytes.filter((_, index) => index < at || index >= at + layoutOf(name).bytes);
        expect(outside.every((byte) => byte === 0xa5)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  it.each(structNames)("finds each field of a %s at the reference's place", (name) => {
    for (const field of reference.structs[name].fields) {
      const declared = layoutOf(name).fields.find(({ path }) => path.join(".") === field.name);
      if (!declared || declared.type.kind === "struct") continue;
      const memory = new ByteMemory(memoryBytes, 0);
      // A value with a different, never zero byte at each place; small enough for a number that is exact.
      for (let byte = 0; byte < Math.min(field.size, 6); byte++) memory.bytes[3 + field.offset + byte] = 0xf0 - byte;
      const number = Array.from({ length: Math.min(field.size, 6) }, (_, byte) => (0xf0 - byte) * 256 ** byte);
      const expected = number.reduce((sum, part) => sum + part, 0);
      expect(get(readStruct(memory, 3, name), declared.path)).toBe(expected);

      const written = new ByteMemory(memoryBytes, 0);
      writeStruct(written, 3, name, readStruct(memory, 3, name));
      expect(written.bytes).toEqual(memory.bytes);
    }
  });

  it("leaves padding as it was", () => {
    const memory = new ByteMemory(memoryBytes, 0xa5);
    writeStruct(memory, 0, "MvMqttWill", {
      topic: { data: 1, length: 2 },
      payload: { data: 3, length: 4 },
      qos: 5,
      retain: 1,
    });
    expect([...memory.bytes.slice(20, 24)]).toEqual([1, 0xa5, 0xa5, 0xa5]);
  });

  it("keeps integers exact up to 2^53", () => {
    const memory = new ByteMemory(16, 0);
    writeValue(memory, 1, u64, Number.MAX_SAFE_INTEGER);
    expect([...memory.bytes.slice(1, 9)]).toEqual([255, 255, 255, 255, 255, 255, 31, 0]);
    expect(readValue(memory, 1, u64)).toBe(Number.MAX_SAFE_INTEGER);
  });

  it.each((Object.keys(enums) as EnumName[]).map((name) => [name, enums[name].bytes] as const))(
    "gives %s %i byte(s) in memory",
    (name, bytes) => {
      const type: Type = enumeration(name);
      const memory = new ByteMemory(8, 0xa5);
      writeValue(memory, 1, type, Object.keys(enums[name].values)[0] as never);
      expect([...memory.bytes]).toEqual([0xa5, ...Array(bytes).fill(0), ...Array(7 - bytes).fill(0xa5)]);
    },
  );

  it("gives an enum value without a name as its number", () => {
    const memory = new ByteMemory(8, 0xff);
    expect(readValue(memory, 0, enumeration("MvStatus"))).toBe(0xffffffff);
    expect(readValue(memory, 0, enumeration("MvWakeReason"))).toBe(0xff);
  });
});
