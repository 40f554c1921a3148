/** The handle types that the declarations name. */

import { layoutOf } from "../../host/abi/layout.ts";
import { type StructName, structs } from "../../host/abi/structs.ts";
import { syscalls } from "../../host/abi/syscalls.ts";
import type { Parameter, Type } from "../../host/abi/types.ts";

/** `["MvNotificationHandle", …]`, in the order in which the structs and calls first name them. */
export function handleNames(): string[] {
  const types: Type[] = [];
  for (const { parameters } of Object.values(syscalls)) {
    for (const parameter of Object.values<Parameter>(parameters)) {
      if (parameter.pass !== "bytes") types.push(parameter.type);
    }
  }
  for (const name of Object.keys(structs)) types.push(...layoutOf(name as StructName).fields.map(({ type }) => type));
  return [...new Set(types.flatMap((type) => (type.kind === "handle" ? [type.name] : [])))];
}
