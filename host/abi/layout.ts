/**
 * The one layout codec: reads and writes the ABI's types in guest memory. Natural alignment, little-endian, 32-bit
 * pointers and handles. 64-bit integers are numbers here: exact up to 2^53, which is 285 years in microseconds.
 */

import { type EnumName, enums, memberName, memberValue } from "./enums.ts";
import { type StructName, structs } from "./structs.ts";
import type { FieldType, FieldTypes, IntegerBytes, Type } from "./types.ts";
import type { StructValue, ValueOf } from "./values.ts";

/** The accessors that the codec needs; any `Memory` of a core has them. */
export interface StructMemory {
  readUint8(address: number): number;
  readUint16(address: number): number;
  readUint32(address: number): number;
  writeUint8(address: number, value: number): void;
  writeUint16(address: number, value: number): void;
  writeUint32(address: number, value: number): void;
}

export interface FieldLayout {
  /** `["v1", "channel_type"]` for a field of a group. */
  readonly path: readonly string[];
  /** The path's last step, those before it, and the whole as one text: `v1.channel_type`. */
  readonly name: string;
  readonly groups: readonly string[];
  readonly key: string;
  readonly offset: number;
  readonly bytes: number;
  readonly type: Type;
}

export interface StructLayout {
  readonly bytes: number;
  readonly alignment: number;
  /** In order; groups are flattened into paths, nested structs are one field. */
  readonly fields: readonly FieldLayout[];
  /** Those of them that are pointers, or structs in which there may be some. */
  readonly pointers: readonly FieldLayout[];
}

const layouts = new Map<string, StructLayout>();

/** Offsets, size and alignment of a struct. */
export function layoutOf(name: StructName): StructLayout {
  let layout = layouts.get(name);
  if (!layout) {
    layout = layOut(structs[name]);
    layouts.set(name, layout);
  }
  return layout;
}

/** Size in guest memory. */
export function sizeOf(type: Type): number {
  switch (type.kind) {
    case "integer":
      return type.bytes;
    case "enum":
      return enums[type.name as EnumName].bytes;
    case "struct":
      return layoutOf(type.name as StructName).bytes;
    case "handle":
    case "pointer":
      return 4;
  }
}

function alignmentOf(type: Type): number {
  return type.kind === "struct" ? layoutOf(type.name as StructName).alignment : sizeOf(type);
}

function layOut(fieldTypes: FieldTypes): StructLayout {
  const fields: FieldLayout[] = [];
  let end = 0;
  let alignment = 1;
  const add = (path: readonly string[], type: FieldType): void => {
    if (type.kind === "group") {
      // A group is a struct of its own in C: it starts at the alignment of its strictest member.
      end = alignUp(end, layOut(type.fields).alignment);
      for (const [name, member] of Object.entries(type.fields)) add([...path, name], member);
      return;
    }
    const offset = alignUp(end, alignmentOf(type));
    const bytes = sizeOf(type);
    const groups = path.slice(0, -1);
    fields.push({ path, name: path.at(-1) as string, groups, key: path.join("."), offset, bytes, type });
    alignment = Math.max(alignment, alignmentOf(type));
    end = offset + bytes;
  };
  for (const [name, type] of Object.entries(fieldTypes)) add([name], type);
  const pointers = fields.filter(({ type }) => type.kind === "pointer" || type.kind === "struct");
  return { bytes: alignUp(end, alignment), alignment, fields, pointers };
}

function alignUp(offset: number, alignment: number): number {
  return Math.ceil(offset / alignment) * alignment;
}

/** Reads and writes the objects of one type. An enum value without a name comes as its number. */
export interface Codec<Value> {
  read(memory: StructMemory, address: number): Value;
  /** Enum values by name or number. */
  write(memory: StructMemory, address: number, value: Value): void;
}

const word: Codec<number> = {
  read: (memory, address) => memory.readUint32(address),
  write: (memory, address, value) => memory.writeUint32(address, value),
};

const integers: Readonly<Record<IntegerBytes, Codec<number>>> = {
  1: {
    read: (memory, address) => memory.readUint8(address),
    write: (memory, address, value) => memory.writeUint8(address, value),
  },
  2: {
    read: (memory, address) => memory.readUint16(address),
    write: (memory, address, value) => memory.writeUint16(address, value),
  },
  4: word,
  8: {
    read: (memory, address) => memory.readUint32(address) + memory.readUint32(address + 4) * 2 ** 32,
    write(memory, address, value) {
      memory.writeUint32(address, value >>> 0);
      memory.writeUint32(address + 4, Math.floor(value / 2 ** 32));
    },
  },
};

/** Of enums and structs, which have names: built when first asked for. */
const namedCodecs = new Map<string, unknown>();

/** The codec of a type. To be asked for once, and used often: the layout is worked out here. */
export function codecOf<T extends Type>(type: T): Codec<ValueOf<T>> {
  if (type.kind === "integer") return integers[type.bytes] as Codec<ValueOf<T>>;
  if (type.kind !== "enum" && type.kind !== "struct") return word as Codec<ValueOf<T>>;
  let codec = namedCodecs.get(type.name) as Codec<ValueOf<T>> | undefined;
  if (!codec) {
    codec = (
      type.kind === "enum" ? enumCodec(type.name as EnumName) : fieldsCodec(layoutOf(type.name as StructName).fields)
    ) as Codec<ValueOf<T>>;
    namedCodecs.set(type.name, codec);
  }
  return codec;
}

function enumCodec(name: EnumName): Codec<string | number> {
  const integer = integers[enums[name].bytes];
  return {
    read(memory, address) {
      const number = integer.read(memory, address);
      return memberName(name, number) ?? number;
    },
    write(memory, address, value) {
      integer.write(memory, address, typeof value === "number" ? value : memberValue(name, value as never));
    },
  };
}

/** @param depth how many steps of the paths stand outside: a group's fields are an object of their own */
function fieldsCodec(fields: readonly FieldLayout[], depth = 0): Codec<Record<string, unknown>> {
  const members = [...new Set(fields.map(({ path }) => path[depth] as string))].map((name) => {
    const own = fields.filter(({ path }) => path[depth] === name);
    const { path, offset, type } = own[0] as FieldLayout;
    const isGroup = path.length > depth + 1;
    const codec = (isGroup ? fieldsCodec(own, depth + 1) : codecOf(type)) as Codec<unknown>;
    return { name, offset: isGroup ? 0 : offset, codec };
  });
  return {
    read(memory, address) {
      const value: Record<string, unknown> = {};
      for (const { name, offset, codec } of members) value[name] = codec.read(memory, address + offset);
      return value;
    },
    write(memory, address, value) {
      for (const { name, offset, codec } of members) codec.write(memory, address + offset, value[name]);
    },
  };
}

/** Reads one object. */
export function readValue<T extends Type>(memory: StructMemory, address: number, type: T): ValueOf<T> {
  return codecOf(type).read(memory, address);
}

/** Writes one object. */
export function writeValue<T extends Type>(memory: StructMemory, address: number, type: T, value: ValueOf<T>): void {
  codecOf(type).write(memory, address, value);
}

export function readStruct<Name extends StructName>(
  memory: StructMemory,
  address: number,
  name: Name,
): StructValue<Name> {
  return readValue(memory, address, { kind: "struct", name }) as StructValue<Name>;
}

export function writeStruct<Name extends StructName>(
  memory: StructMemory,
  address: number,
  name: Name,
  value: StructValue<Name>,
): void {
  writeValue(memory, address, { kind: "struct", name } as Type, value as never);
}

/** The value at a path of fields. */
export function get(value: unknown, path: readonly string[]): unknown {
  let place = value;
  for (const step of path) place = (place as Record<string, unknown>)[step];
  return place;
}
