/**
 * Decoded values as the trace shows them: enum values by their names, handles and addresses in hex, structs by field,
 * short texts as text.
 */

import { codecOf, get, layoutOf, sizeOf } from "../abi/layout.ts";
import type { StructName } from "../abi/structs.ts";
import type { Parameter, Type } from "../abi/types.ts";
import { valueOfWord } from "../abi/words.ts";
import { hexOfWord } from "../data/hex.ts";
import { textOfBytes } from "../data/text.ts";
import type { Memory } from "../mcu/core.ts";
import type { TraceValue } from "../trace/events.ts";

export function describe(type: Type, value: unknown): TraceValue {
  switch (type.kind) {
    case "handle":
    case "pointer":
      return hexOfWord(value as number);
    case "struct":
      return describeStruct(type.name as StructName, value);
    default:
      return value as TraceValue;
  }
}

function describeStruct(name: StructName, value: unknown): TraceValue {
  const fields: Record<string, TraceValue> = {};
  for (const { path, key, type } of layoutOf(name).fields) fields[key] = describe(type, get(value, path));
  return fields;
}

/** One argument as it was passed; `lengthBytes` is how many bytes a `bytes` parameter has. */
export type ArgumentDescriber = (memory: Memory, word: number, lengthBytes: number) => TraceValue;

/** Describes the arguments of a parameter. What an illegal pointer points at is not looked at: its address is shown. */
export function argumentDescriber(parameter: Parameter): ArgumentDescriber {
  switch (parameter.pass) {
    case "value":
      return (_memory, word) => describe(parameter.type, valueOfWord(parameter.type, word));
    case "in":
    case "inOut": {
      const { type } = parameter;
      const codec = codecOf(type);
      const bytes = sizeOf(type);
      return (memory, word) =>
        memory.isLegal(word, bytes) ? describe(type, codec.read(memory, word)) : hexOfWord(word);
    }
    case "bytes":
      return parameter.constant ? describeText : (_memory, word) => hexOfWord(word);
    case "out":
      return (_memory, word) => hexOfWord(word);
  }
}

/** Bytes that the firmware passed in, as the text that they most likely are. */
function describeText(memory: Memory, address: number, bytes: number): TraceValue {
  return memory.isLegal(address, bytes) ? textOfBytes(memory.readBytes(address, bytes)) : hexOfWord(address);
}
