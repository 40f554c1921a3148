/**
 * The vocabulary of the declarations: the C types of the Microvisor application ABI (32-bit, little-endian, natural
 * alignment; the same on a Cortex-M33 and on wasm32) as data.
 */

export type IntegerBytes = 1 | 2 | 4 | 8;

export interface IntegerType {
  readonly kind: "integer";
  readonly bytes: IntegerBytes;
}
export interface EnumType<Name extends string = string> {
  readonly kind: "enum";
  readonly name: Name;
}
/** An opaque 32-bit number that the kernel gave out. */
export interface HandleType<Name extends string = string> {
  readonly kind: "handle";
  readonly name: Name;
}
export interface StructType<Name extends string = string> {
  readonly kind: "struct";
  readonly name: Name;
}
/**
 * An address. `bytes` or `count` name the sibling (field or parameter) that says how much is there; without them it
 * is one object of the type pointed at.
 */
export interface PointerType {
  readonly kind: "pointer";
  readonly to: Type;
  /** The kernel only reads what is there (`const` in C). */
  readonly constant: boolean;
  readonly bytes?: string;
  readonly count?: string;
}
/** Fields under a common name, such as the `v1` of versioned structs. */
export interface GroupType<Fields extends FieldTypes = FieldTypes> {
  readonly kind: "group";
  readonly fields: Fields;
}

export type Type = IntegerType | EnumType | HandleType | StructType | PointerType;
export type FieldType = Type | GroupType;
export type FieldTypes = { readonly [name: string]: FieldType };

export const u8 = { kind: "integer", bytes: 1 } as const;
export const u16 = { kind: "integer", bytes: 2 } as const;
export const u32 = { kind: "integer", bytes: 4 } as const;
export const u64 = { kind: "integer", bytes: 8 } as const;

export function enumeration<const Name extends string>(name: Name): EnumType<Name> {
  return { kind: "enum", name };
}
export function handle<const Name extends string>(name: Name): HandleType<Name> {
  return { kind: "handle", name };
}
export function struct<const Name extends string>(name: Name): StructType<Name> {
  return { kind: "struct", name };
}
export function group<const Fields extends FieldTypes>(fields: Fields): GroupType<Fields> {
  return { kind: "group", fields };
}

interface Extent {
  readonly bytes?: string;
  readonly count?: string;
}
/** A pointer to something that the kernel writes. */
export function pointer(to: Type, extent: Extent = {}): PointerType {
  return { kind: "pointer", to, constant: false, ...extent };
}
/** A pointer to something that the kernel only reads. */
export function constPointer(to: Type, extent: Extent = {}): PointerType {
  return { kind: "pointer", to, constant: true, ...extent };
}

/** What a call does with one of its parameters. */
export type Parameter =
  /** Passed by value. */
  | { readonly pass: "value"; readonly type: Type }
  /** A pointer to a struct that the kernel reads. `late`: the pointers in it are followed only while a request is written. */
  | { readonly pass: "in"; readonly type: StructType; readonly late: boolean }
  /** A pointer to something that the kernel writes when the call succeeds. */
  | { readonly pass: "out"; readonly type: Type }
  /** A pointer to something that the kernel reads and, when the call succeeds, writes. */
  | { readonly pass: "inOut"; readonly type: Type }
  /** A pointer to as many bytes as the named parameter says; `constant`: the kernel only reads them. */
  | { readonly pass: "bytes"; readonly length: string; readonly constant: boolean };

export function value<const T extends Type>(type: T): { readonly pass: "value"; readonly type: T } {
  return { pass: "value", type };
}
export function input<const Name extends string>(name: Name, options: { late?: boolean } = {}) {
  return { pass: "in", type: struct(name), late: options.late ?? false } as const;
}
export function output<const T extends Type>(type: T): { readonly pass: "out"; readonly type: T } {
  return { pass: "out", type };
}
export function inOut<const T extends Type>(type: T): { readonly pass: "inOut"; readonly type: T } {
  return { pass: "inOut", type };
}
export function bytesIn(length: string) {
  return { pass: "bytes", length, constant: true } as const;
}
export function bytesOut(length: string) {
  return { pass: "bytes", length, constant: false } as const;
}
