/**
 * The declarations in C's own notation, which the vendor's documents use: `const struct MvSizedString *`.
 */

import type { Parameter, Type } from "../../host/abi/types.ts";

/** The C type of a field or of a parameter passed by value. */
export function cType(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `uint${type.bytes * 8}_t`;
    case "enum":
      return `enum ${type.name}`;
    case "struct":
      return `struct ${type.name}`;
    case "handle":
      return type.name;
    case "pointer":
      return cPointer(cType(type.to), type.constant);
  }
}

/** The C type of a parameter. */
export function cParameterType(parameter: Parameter): string {
  switch (parameter.pass) {
    case "value":
      return cType(parameter.type);
    case "in":
      return cPointer(cType(parameter.type), true);
    case "bytes":
      return cPointer("uint8_t", parameter.constant);
    default:
      return cPointer(cType(parameter.type), false);
  }
}

function cPointer(target: string, constant: boolean): string {
  return `${constant ? "const " : ""}${target}${target.endsWith("*") ? "*" : " *"}`;
}

/** `uint32_t length`, `uint8_t **read_pointer_out`. */
export function declarator(type: string, name: string): string {
  return type.endsWith("*") ? `${type}${name}` : `${type} ${name}`;
}

/** `mvCloseChannel(MvChannelHandle *handle)`; `(void)` for no parameters. */
export function cSignature(name: string, parameters: Readonly<Record<string, Parameter>>): string {
  const list = Object.entries(parameters).map(([parameter, declared]) =>
    declarator(cParameterType(declared), parameter),
  );
  return `${name}(${list.join(", ") || "void"})`;
}
