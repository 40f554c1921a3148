/** The declarations against the reference data, which were taken from the vendor's public documents. */

import { describe, expect, it } from "vitest";
import { type EnumName, enums, memberName, memberValue } from "../../../host/abi/enums.ts";
import { exceptionHandlers, interrupts } from "../../../host/abi/interrupts.ts";
import { layoutOf } from "../../../host/abi/layout.ts";
import { type StructName, structs } from "../../../host/abi/structs.ts";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import type { Parameter } from "../../../host/abi/types.ts";
import { cParameterType, cType } from "../../../sim/generate/c-types.ts";
import reference from "../../reference/microvisor-abi.json" with { type: "json" };
import elfCalls from "../../reference/microvisor-elf-calls.json" with { type: "json" };
import stm32 from "../../reference/stm32u585-interrupts.json" with { type: "json" };

describe("the enums", () => {
  it("are the 22 of the reference", () => {
    expect(Object.keys(enums)).toEqual(Object.keys(reference.enums));
    expect(Object.keys(enums)).toHaveLength(22);
  });

  it.each(Object.keys(enums) as EnumName[])("%s has the reference's size and values", (name) => {
    const { bytes, prefix, values } = enums[name];
    const named = Object.entries(values).map(([member, value]) => [prefix + member, value]);
    expect({ size: bytes, values: Object.fromEntries(named) }).toEqual(reference.enums[name]);
  });

  it.each(Object.keys(enums) as EnumName[])("%s gives each value by name and each name by value", (name) => {
    for (const [member, value] of Object.entries(enums[name].values)) {
      expect(memberName(name, value)).toBe(member);
      expect(memberValue(name, member as never)).toBe(value);
    }
    expect(memberName(name, 0x7fffffff)).toBeUndefined();
  });
});

describe("the structs", () => {
  it("are the 35 of the reference", () => {
    expect(Object.keys(structs)).toEqual(Object.keys(reference.structs));
    expect(Object.keys(structs)).toHaveLength(35);
  });

  it.each(Object.keys(structs) as StructName[])("%s has the reference's size, alignment and fields", (name) => {
    const { bytes, alignment, fields } = layoutOf(name);
    const described = fields.map((field) => ({
      name: field.path.join("."),
      type: cType(field.type),
      offset: field.offset,
      size: field.bytes,
    }));
    expect({ size: bytes, align: alignment, fields: described }).toEqual(reference.structs[name]);
  });
});

describe("the pointers in structs", () => {
  const pointers = (Object.keys(structs) as StructName[]).flatMap((name) => {
    const { fields } = layoutOf(name);
    return fields.flatMap(({ path, type }) => (type.kind === "pointer" ? [{ name, fields, path, type }] : []));
  });

  it.each(pointers)(
    "of $name, $path, name an integer beside them as their extent, if any",
    ({ fields, path, type }) => {
      const extent = type.bytes ?? type.count;
      if (extent === undefined) return;
      const sibling = fields.find((field) => field.path.join(".") === [...path.slice(0, -1), extent].join("."));
      expect(sibling?.type.kind).toBe("integer");
    },
  );
});

/** The contract says "then like server logging", and server logging knows this status. */
const ours: { readonly [Name in SyscallName]?: readonly string[] } = {
  mvTestLoggingInit: ["MV_STATUS_BUFFERALREADYINUSE"],
};

describe("the system calls", () => {
  it("are the 71 of the reference", () => {
    expect(Object.keys(syscalls)).toEqual(Object.keys(reference.functions));
    expect(Object.keys(syscalls)).toHaveLength(71);
  });

  it.each(Object.keys(syscalls) as SyscallName[])("%s has the reference's signature and statuses", (name) => {
    const { parameters, documentedStatuses, contractStatuses } = syscalls[name];
    const expected: { documented_statuses: string[]; contract_statuses?: string[] } = reference.functions[name];
    const full = (status: string): string => `MV_STATUS_${status}`;
    expect({
      params: Object.entries<Parameter>(parameters).map(([own, parameter]) => ({
        name: own,
        type: cParameterType(parameter),
      })),
      returns: "enum MvStatus",
      documented_statuses: documentedStatuses.map(full),
      contract_statuses: contractStatuses.map(full),
    }).toEqual({ contract_statuses: ours[name] ?? [], ...expected });
  });

  it("sit at the addresses of the device's call page, eight bytes apart", () => {
    const address = (number: number): string => `0x0${(0x0c1fe000 + 8 * number).toString(16).toUpperCase()}`;
    // The page has one more symbol, which is not part of the application ABI.
    const { mvTemporaryStructTest: _, ...expected } = elfCalls.calls;
    const declared = Object.entries(syscalls).map(([name, { number }]) => [name, address(number)]);
    expect(Object.fromEntries(declared)).toEqual(expected);
  });

  it.each(Object.keys(syscalls) as SyscallName[])("%s names a parameter as the length of each byte range", (name) => {
    const parameters: Record<string, Parameter> = syscalls[name].parameters;
    for (const parameter of Object.values(parameters)) {
      if (parameter.pass !== "bytes") continue;
      expect(parameters[parameter.length]).toMatchObject({ pass: "value", type: { kind: "integer" } });
    }
  });
});

describe("the interrupts", () => {
  it("have the reference's numbers", () => {
    expect(interrupts).toEqual(stm32.interrupts);
  });

  it("have the reference's handlers of exceptions", () => {
    expect(exceptionHandlers).toEqual(stm32.exception_handlers);
  });
});
