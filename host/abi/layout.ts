/**
 * The one layout codec: reads and writes the ABI's types in guest memory. Natural alignment, little-endian, 32-bit
 * pointers and handles. 64-bit integers are numbers here: exact up to 2^53, which is 285 years in microseconds.
 */

import { type EnumName, enums, memberName, memberValue } from "./enums.ts";
import { type StructName, structs } from "./structs.ts";
import type { FieldType, FieldTypes, Type } from "./types.ts";
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

/** Reads one object. An enum value without a name comes as its number. */
export function readValue<T extends Type>(memory: StructMemory, address: number, type: T): ValueOf<T> {
  switch (type.kind) {
    case "integer":
      return readInteger(memory, address, type.bytes) as ValueOf<T>;
    case "enum": {
      const number = readInteger(memory, address, sizeOf(type));
      return (memberName(type.name as EnumName, number) ?? number) as ValueOf<T>;
    }
    case "struct":
      return readStruct(memory, address, type.name as StructName) as ValueOf<T>;
    default:
      return memory.readUint32(address) as ValueOf<T>;
  }
}

/** Writes one object; enum values by name or number. */
export function writeValue<T extends Type>(memory: StructMemory, address: number, type: T, value: ValueOf<T>): void {
  switch (type.kind) {
    case "integer":
      return writeInteger(memory, address, type.bytes, value as number);
    case "enum": {
      const number = typeof value === "number" ? value : memberValue(type.name as EnumName, value as never);
      return writeInteger(memory, address, sizeOf(type), number);
    }
    case "struct":
      return writeStruct(memory, address, type.name as StructName, value as never);
    default:
      return memory.writeUint32(address, value as number);
  }
}

export function readStruct<Name extends StructName>(
  memory: StructMemory,
  address: number,
  name: Name,
): StructValue<Name> {
  const result: Record<string, unknown> = {};
  for (const field of layoutOf(name).fields) {
    put(result, field, readValue(memory, address + field.offset, field.type));
  }
  return result as StructValue<Name>;
}

export function writeStruct<Name extends StructName>(
  memory: StructMemory,
  address: number,
  name: Name,
  value: StructValue<Name>,
): void {
  for (const field of layoutOf(name).fields) {
    writeValue(memory, address + field.offset, field.type, get(value, field.path) as never);
  }
}

function put(target: Record<string, unknown>, { groups, name }: FieldLayout, value: unknown): void {
  let place = target;
  for (const group of groups) {
    place[group] ??= {};
    place = place[group] as Record<string, unknown>;
  }
  place[name] = value;
}

/** The value at a path of fields. */
export function get(value: unknown, path: readonly string[]): unknown {
  let place = value;
  for (const step of path) place = (place as Record<string, unknown>)[step];
  return place;
}

function readInteger(memory: StructMemory, address: number, bytes: number): number {
  switch (bytes) {
    case 1:
      return memory.readUint8(address);
    case 2:
      return memory.readUint16(address);
    case 4:
      return memory.readUint32(address);
    default:
      return memory.readUint32(address) + memory.readUint32(address + 4) * 2 ** 32;
  }
}

function writeInteger(memory: StructMemory, address: number, bytes: number, value: number): void {
  switch (bytes) {
    case 1:
      return memory.writeUint8(address, value);
    case 2:
      return memory.writeUint16(address, value);
    case 4:
      return memory.writeUint32(address, value);
    default:
      memory.writeUint32(address, value % 2 ** 32);
      memory.writeUint32(address + 4, Math.floor(value / 2 ** 32));
  }
}
