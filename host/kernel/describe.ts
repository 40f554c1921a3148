/**
 * Decoded values as the trace shows them: enum values by their names, handles and addresses in hex, structs by field,
 * short texts as text.
 */

import { get, layoutOf, readStruct, readValue } from "../abi/layout.ts";
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

/**
 * One argument as it was passed. What an illegal pointer points at is not looked at: its address is shown.
 * @param lengthBytes how many bytes a `bytes` parameter has
 */
export function describeWord(memory: Memory, parameter: Parameter, word: number, lengthBytes: number): TraceValue {
  switch (parameter.pass) {
    case "value":
      return describe(parameter.type, valueOfWord(parameter.type, word));
    case "in": {
      const name = parameter.type.name as StructName;
      return memory.isLegal(word, layoutOf(name).bytes)
        ? describeStruct(name, readStruct(memory, word, name))
        : hexOfWord(word);
    }
    case "inOut":
      return memory.isLegal(word, 4)
        ? describe(parameter.type, readValue(memory, word, parameter.type))
        : hexOfWord(word);
    case "bytes":
      return parameter.constant ? describeText(memory, word, lengthBytes) : hexOfWord(word);
    case "out":
      return hexOfWord(word);
  }
}

/** Bytes that the firmware passed in, as the text that they most likely are. */
function describeText(memory: Memory, address: number, bytes: number): TraceValue {
  return memory.isLegal(address, bytes) ? textOfBytes(memory.readBytes(address, bytes)) : hexOfWord(address);
}
