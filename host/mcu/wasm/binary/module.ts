/**
 * Decodes a WebAssembly binary as far as the simulator needs it: everything but the instructions, which
 * `function-body.ts` reads. Refuses features outside the supported set by name.
 */

import { UnsupportedFeatureError } from "./features.ts";
import { decodeNames, type Names } from "./names.ts";
import { ByteReader } from "./reader.ts";
import { constantExpression, elementSegment, type Limits, limits, skipDataSegment } from "./segments.ts";
import type { WasmType } from "./types.ts";
import { type FunctionType, functionType, isReference, type ReferenceType, referenceType, valueType } from "./types.ts";

export interface FunctionImport {
  readonly module: string;
  readonly name: string;
  readonly typeIndex: number;
}

export interface GlobalDeclaration {
  readonly type: WasmType;
  readonly mutable: boolean;
}

export type ExternalKind = "function" | "table" | "memory" | "global";

export interface Export {
  readonly name: string;
  readonly kind: ExternalKind;
  readonly index: number;
}

/** Where something stands in the bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface DecodedModule {
  readonly bytes: Uint8Array;
  readonly types: readonly FunctionType[];
  readonly imports: readonly FunctionImport[];
  /** Type index of each function, imported ones first. */
  readonly functions: readonly number[];
  readonly tables: readonly { readonly type: ReferenceType; readonly limits: Limits }[];
  readonly memories: readonly Limits[];
  readonly globals: readonly GlobalDeclaration[];
  readonly exports: readonly Export[];
  /** The function of the start section. */
  readonly start: number | undefined;
  /** Functions whose references the module can put into tables or pass around. */
  readonly referenced: ReadonlySet<number>;
  /** The body of each defined function: local declarations and instructions. */
  readonly bodies: readonly Span[];
  readonly names: Names;
  /** The sections in their order, content only; custom sections are left out. */
  readonly sections: readonly (Span & { readonly id: number })[];
}

export const sectionId = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
} as const;

const externalKinds: readonly ExternalKind[] = ["function", "table", "memory", "global"];

export function isWasm(bytes: Uint8Array): boolean {
  return bytes[0] === 0x00 && bytes[1] === 0x61 && bytes[2] === 0x73 && bytes[3] === 0x6d;
}

/** Throws MalformedError and UnsupportedFeatureError. What it accepts may still be invalid: the engine checks that. */
export function decodeModule(bytes: Uint8Array): DecodedModule {
  const reader = new ByteReader(bytes, 4);
  if (reader.byte() !== 1 || reader.byte() !== 0 || reader.byte() !== 0 || reader.byte() !== 0) {
    reader.fail("not version 1 of the format (a component is not a module: link or extract its core module)");
  }
  const types: FunctionType[] = [];
  const imports: FunctionImport[] = [];
  const functions: number[] = [];
  const tables: { type: ReferenceType; limits: Limits }[] = [];
  const memories: Limits[] = [];
  const globals: GlobalDeclaration[] = [];
  const exports: Export[] = [];
  const bodies: Span[] = [];
  const referenced = new Set<number>();
  const sections: (Span & { id: number })[] = [];
  let start: number | undefined;
  let names: Names = { functions: new Map(), globals: new Map() };

  const decodeSection = (id: number, section: ByteReader): void => {
    switch (id) {
      case 1:
        section.list(() => types.push(functionType(section)));
        break;
      case 2:
        section.list(() => imports.push(functionImport(section)));
        for (const { typeIndex } of imports) functions.push(typeIndex);
        break;
      case 3:
        section.list(() => functions.push(section.unsigned32()));
        break;
      case 4:
        section.list(() => tables.push(tableDeclaration(section)));
        break;
      case 5:
        section.list(() => memories.push(limits(section)));
        if (memories.length > 1) throw new UnsupportedFeatureError("multiple memories", section.position);
        break;
      case 6:
        section.list(() => {
          globals.push(globalDeclaration(section));
          constantExpression(section, referenced);
        });
        break;
      case 7:
        section.list(() => {
          const name = section.name();
          const kind = externalKinds[section.byte()] ?? section.fail("unknown kind of export");
          exports.push({ name, kind, index: section.unsigned32() });
        });
        break;
      case 8:
        start = section.unsigned32();
        break;
      case 9:
        section.list(() => elementSegment(section, referenced));
        break;
      case 10:
        section.list(() => {
          const body = section.part(section.unsigned32());
          bodies.push({ start: body.position, end: body.end });
        });
        break;
      case 11:
        section.list(() => skipDataSegment(section, referenced));
        break;
      case 12:
        section.unsigned32();
        break;
      case 13:
        throw new UnsupportedFeatureError("exceptions", section.position);
      default:
        section.fail(`unknown section ${id}`);
    }
    if (!section.atEnd) section.fail(`section ${id} is longer than its content`);
  };

  while (!reader.atEnd) {
    const id = reader.byte();
    const section = reader.part(reader.unsigned32());
    if (id === sectionId.custom) {
      if (section.name() === "name") names = decodeNames(section);
      continue;
    }
    sections.push({ id, start: section.position, end: section.end });
    decodeSection(id, section);
  }
  if (bodies.length !== functions.length - imports.length) reader.fail("functions and bodies differ in number");
  for (const typeIndex of functions) if (!types[typeIndex]) reader.fail("a function of a type that is not there");
  return {
    ...{ bytes, types, imports, functions, tables, memories, globals, exports, start, referenced, bodies, names },
    sections,
  };
}

/** The signature of a function by its index. */
export function typeOfFunction(module: DecodedModule, index: number): FunctionType {
  return module.types[module.functions[index] as number] as FunctionType;
}

function functionImport(reader: ByteReader): FunctionImport {
  const module = reader.name();
  const name = reader.name();
  const at = reader.position;
  const kind = reader.byte();
  if (kind === 0) return { module, name, typeIndex: reader.unsigned32() };
  if (kind === 4) throw new UnsupportedFeatureError("exceptions", at);
  const kindName = externalKinds[kind] ?? reader.fail("unknown kind of import");
  throw new UnsupportedFeatureError(kindName === "memory" ? "imported memory" : `imported ${kindName}s`, at);
}

function tableDeclaration(reader: ByteReader): { type: ReferenceType; limits: Limits } {
  if (reader.bytes[reader.position] === 0x40) {
    throw new UnsupportedFeatureError("typed function references", reader.position);
  }
  return { type: referenceType(reader), limits: limits(reader) };
}

function globalDeclaration(reader: ByteReader): GlobalDeclaration {
  const at = reader.position;
  const type = valueType(reader);
  const mutability = reader.byte();
  if (mutability & 2) throw new UnsupportedFeatureError("threads and atomics", at);
  if (isReference(type)) throw new UnsupportedFeatureError("references as globals", at);
  const mutable = mutability === 1;
  if (mutable && type === "v128") throw new UnsupportedFeatureError("mutable v128 globals", at);
  return { type, mutable };
}
