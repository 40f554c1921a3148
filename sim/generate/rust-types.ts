/** The declarations in Rust's notation: raw pointers, and a type of its own for each enum and handle. */

import type { McuType } from "../../host/abi/mcu-calls.ts";
import type { Parameter, Type } from "../../host/abi/types.ts";

/** The Rust type of a field or of a parameter passed by value. */
export function rustType(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `u${type.bytes * 8}`;
    case "pointer":
      return rustPointer(rustType(type.to), type.constant);
    default:
      return type.name;
  }
}

/** The Rust type of a parameter. */
export function rustParameterType(parameter: Parameter): string {
  switch (parameter.pass) {
    case "value":
      return rustType(parameter.type);
    case "in":
      return rustPointer(rustType(parameter.type), true);
    case "bytes":
      return rustPointer("u8", parameter.constant);
    default:
      return rustPointer(rustType(parameter.type), false);
  }
}

/** The Rust types of what the calls of the MCU take. */
export const rustMcuTypes: Readonly<Record<McuType, string>> = {
  IRQn_Type: "IRQn_Type",
  uint32_t: "u32",
  "uint8_t *": rustPointer("u8", false),
  "const uint8_t *": rustPointer("u8", true),
};

function rustPointer(target: string, constant: boolean): string {
  return `*${constant ? "const" : "mut"} ${target}`;
}

/** `fn mvCloseChannel(handle: *mut MvChannelHandle) -> MvStatus`; no arrow without a result. */
export function rustSignature(name: string, parameters: readonly (readonly [string, string])[], result = ""): string {
  const list = parameters.map(([parameter, type]) => `${parameter === "type" ? "r#type" : parameter}: ${type}`);
  return `fn ${name}(${list.join(", ")})${result && ` -> ${result}`}`;
}
