/**
 * The pointers in a struct that the firmware passes: each must point at application memory, those in nested structs
 * too. What they point at is not followed.
 */

import { type FieldLayout, get, layoutOf, sizeOf } from "../abi/layout.ts";
import type { StructName } from "../abi/structs.ts";
import type { Memory } from "../mcu/core.ts";

/** Are all pointers in a decoded struct legal? */
export type PointerCheck = (memory: Memory, struct: unknown) => boolean;

/** The check of a struct, prepared for frequent use. */
export function pointerCheck(name: StructName): PointerCheck {
  const checks = layoutOf(name).pointers.map(fieldCheck);
  return (memory, struct) => {
    for (const check of checks) if (!check(memory, struct)) return false;
    return true;
  };
}

function fieldCheck({ groups, name, type }: FieldLayout): PointerCheck {
  if (type.kind === "struct") {
    const nested = pointerCheck(type.name as StructName);
    return (memory, struct) => nested(memory, (get(struct, groups) as Record<string, unknown>)[name]);
  }
  if (type.kind !== "pointer") return () => true;
  // As many as a sibling says, or one.
  const { bytes, count } = type;
  const unit = bytes === undefined ? sizeOf(type.to) : 1;
  const extent = bytes ?? count;
  return (memory, struct) => {
    const siblings = get(struct, groups) as Record<string, number>;
    return memory.isLegal(siblings[name]!, extent === undefined ? unit : unit * siblings[extent]!);
  };
}
