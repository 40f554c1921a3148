/** Value types and function types of a WebAssembly binary. */

import { UnsupportedFeatureError } from "./features.ts";
import type { ByteReader } from "./reader.ts";

export type ReferenceType = "funcref" | "externref";
export type WasmType = "i32" | "i64" | "f32" | "f64" | "v128" | ReferenceType;

export interface FunctionType {
  readonly params: readonly WasmType[];
  readonly results: readonly WasmType[];
}

const typeOfCode = new Map<number, WasmType>([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
  [0x7b, "v128"],
  [0x70, "funcref"],
  [0x6f, "externref"],
]);
export const codeOfType = new Map([...typeOfCode].map(([code, type]) => [type, code]));

export function isReference(type: WasmType): type is ReferenceType {
  return type === "funcref" || type === "externref";
}

export function valueType(reader: ByteReader): WasmType {
  const at = reader.position;
  const code = reader.byte();
  const type = typeOfCode.get(code);
  if (type) return type;
  if (code === 0x69 || code === 0x74) throw new UnsupportedFeatureError("exceptions", at);
  if (code >= 0x63 && code <= 0x73) throw new UnsupportedFeatureError("garbage collection", at);
  return reader.fail(`unknown value type 0x${code.toString(16)}`);
}

export function referenceType(reader: ByteReader): ReferenceType {
  const type = valueType(reader);
  return isReference(type) ? type : reader.fail("not a reference type");
}

export function functionType(reader: ByteReader): FunctionType {
  const at = reader.position;
  const form = reader.byte();
  if (form !== 0x60) {
    if (form >= 0x4d && form <= 0x5f) throw new UnsupportedFeatureError("garbage collection", at);
    reader.fail(`unknown form of type 0x${form.toString(16)}`);
  }
  const params = reader.list(() => valueType(reader));
  const results = reader.list(() => valueType(reader));
  if (params.some(isReference)) throw new UnsupportedFeatureError("references as parameters", at);
  if (results.some(isReference)) throw new UnsupportedFeatureError("references as results", at);
  return { params, results };
}

/** `(i32, i32) -> i32`: how messages show a signature. */
export function signatureText({ params, results }: FunctionType): string {
  return `(${params.join(", ")}) -> ${results.length === 1 ? results[0] : `(${results.join(", ")})`}`;
}

export function sameSignature(one: FunctionType, other: FunctionType): boolean {
  return signatureText(one) === signatureText(other);
}
