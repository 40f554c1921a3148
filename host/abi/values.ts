/**
 * The TypeScript types of decoded values, derived from the declarations: an enum value is its short name (or its
 * number, when the enum has no such value), handles and pointers are numbers.
 */

import type { EnumName, MemberOf } from "./enums.ts";
import type { StructName, structs } from "./structs.ts";
import type { SyscallName, syscalls } from "./syscalls.ts";
import type { EnumType, FieldTypes, GroupType, StructType, Type } from "./types.ts";

export type ValueOf<T> =
  T extends EnumType<infer Name>
    ? Name extends EnumName
      ? MemberOf<Name> | number
      : never
    : T extends StructType<infer Name>
      ? Name extends StructName
        ? StructValue<Name>
        : never
      : T extends GroupType<infer Fields>
        ? FieldValues<Fields>
        : T extends Type
          ? number
          : never;

type FieldValues<Fields extends FieldTypes> = { -readonly [Field in keyof Fields]: ValueOf<Fields[Field]> };

export type StructValue<Name extends StructName> = FieldValues<(typeof structs)[Name]>;

/** A place that the kernel writes when the call succeeds. */
export interface Place<Value> {
  value: Value;
}

type ArgumentOf<P> = P extends { pass: "out" | "inOut"; type: infer T }
  ? Place<ValueOf<T>>
  : P extends { pass: "bytes" }
    ? number
    : P extends { type: infer T }
      ? ValueOf<T>
      : never;

/** The decoded arguments of a call, by the vendor's parameter names; `bytes` parameters are addresses. */
export type ArgumentsOf<Name extends SyscallName> = {
  readonly [P in keyof (typeof syscalls)[Name]["parameters"]]: ArgumentOf<(typeof syscalls)[Name]["parameters"][P]>;
};
