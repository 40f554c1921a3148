/**
 * A system call's arguments and results in short: handles by their names, enum values as they are, a buffer as its
 * size and place, and nothing of what only says where an answer shall go. The ABI's types say which is which.
 */

import { interrupts } from "../../host/abi/interrupts.ts";
import { type FieldLayout, layoutOf } from "../../host/abi/layout.ts";
import type { StructName } from "../../host/abi/structs.ts";
import { type SyscallName, syscalls } from "../../host/abi/syscalls.ts";
import type { Parameter, Type } from "../../host/abi/types.ts";
import type { TraceValue } from "../../host/trace/events.ts";
import type { HandleNames } from "./handle-names.ts";
import type { Style } from "./style.ts";
import { visibleText } from "./visible-text.ts";
import { gluedSpace } from "./wrap.ts";

export interface CallTextOptions {
  readonly handles: HandleNames;
  readonly style: Style;
  /** Longer texts are shown with their beginning and their length. */
  readonly textCharacters: number;
}

type Fields = Readonly<Record<string, TraceValue>>;

export interface CallText {
  /** @param places whether to show also where answers go: of use when a pointer is bad */
  argumentsOf(name: string, values: Fields, places: boolean): string;
  resultsOf(name: string, values: Fields, secret: boolean): string;
  /** A text in quotes, with control characters shown. */
  quote(text: string): string;
}

const interruptNames = new Map(Object.entries(interrupts).map(([name, irq]) => [irq as number, name]));
const illegalPointer = /^0x[0-9a-f]{8}$/;

export function createCallText({ handles, style, textCharacters }: CallTextOptions): CallText {
  const named = (label: string, text: string) => `${style.quiet(`${label}:`)}${gluedSpace}${text}`;
  const address = (hex: TraceValue) =>
    `0x${String(hex)
      .slice(2)
      .replace(/^0+(?=.)/, "")}`;

  function quote(text: string): string {
    const characters = [...text];
    if (characters.length <= textCharacters) return style.text(`"${visibleText(text)}"`);
    const beginning = visibleText(characters.slice(0, textCharacters).join(""));
    return `${style.text(`"${beginning}…"`)} ${style.quiet(`(${characters.length} characters)`)}`;
  }

  /** One value under its name; what explains itself stands without. */
  function single(label: string, type: Type, value: TraceValue): string {
    switch (type.kind) {
      case "handle": {
        const name = handles.nameOf(String(value));
        return name.includes("#") ? style.handle(name) : named(label, name);
      }
      case "enum":
        return typeof value === "string" ? value : named(label, String(value));
      case "pointer":
        return named(label, address(value));
      case "struct":
        return struct(label, type.name as StructName, value as Fields, true);
      default:
        return named(label, /^irqn?$/.test(label) ? interrupt(value as number) : String(value));
    }
  }

  /** A nested struct: a sized string or buffer is one thing, and an empty one is nothing. */
  function struct(label: string, name: StructName, values: Fields, places: boolean): string {
    if (name.startsWith("MvSized") && values.data !== undefined) {
      const bytes = values.size ?? values.length;
      return bytes === 0 ? "" : named(label, buffer(bytes as TraceValue, values.data));
    }
    return named(label, `{ ${fieldsOf(name, values, places).join(", ")} }`);
  }

  function buffer(bytes: TraceValue, place: TraceValue): string {
    return `${bytes} ${style.quiet(`bytes at ${address(place)}`)}`.replaceAll(" ", gluedSpace);
  }

  function fieldsOf(name: StructName, values: Fields, places: boolean): string[] {
    const { fields } = layoutOf(name);
    const extents = new Set(fields.map(extentOf));
    const texts = fields.map((field) => {
      const key = field.path.join(".");
      const label = field.path.at(-1) as string;
      const value = values[key] as TraceValue;
      if (extents.has(key) || (key === "version" && value === 1)) return "";
      const { type } = field;
      if (type.kind !== "pointer") return single(label, type, value);
      const extent = extentOf(field);
      if (extent === undefined) return places || type.constant ? single(label, type, value) : "";
      const count = values[extent] as TraceValue;
      return named(
        label,
        type.bytes
          ? buffer(count, value)
          : `${count} ${style.quiet(`at ${address(value)}`)}`.replaceAll(" ", gluedSpace),
      );
    });
    return texts.filter((text) => text !== "");
  }

  function argumentTexts(name: string, parameter: Parameter, values: Fields, places: boolean): string[] {
    const value = values[name] as TraceValue;
    switch (parameter.pass) {
      case "value":
        return [single(name, parameter.type, value)];
      case "inOut":
        return [single(name, parameter.type, value)];
      case "out":
        return places ? [named(name, address(value))] : [];
      case "in":
        return typeof value === "string"
          ? [named(name, address(value))]
          : fieldsOf(parameter.type.name as StructName, value as Fields, places);
      case "bytes": {
        const length = values[parameter.length] as TraceValue;
        const isText = parameter.constant && !(illegalPointer.test(String(value)) && length !== 10);
        return [isText ? quote(String(value)) : named(name, buffer(length, value))];
      }
    }
  }

  function resultText(label: string, parameter: Parameter | undefined, value: TraceValue): string[] {
    if (parameter === undefined || parameter.pass === "bytes" || parameter.pass === "in") {
      return label === "value" || label === "buf" ? [quote(String(value))] : [String(value)];
    }
    const { type } = parameter;
    if (type.kind === "struct") return fieldsOf(type.name as StructName, value as Fields, true);
    if (type.kind !== "handle") return [single(label, type, value)];
    // Zero: the call took the handle back.
    if (value === "0x00000000") return [];
    return [
      `${style.handle(handles.add(type.name, String(value)))} ${style.quiet(`= ${value}`)}`.replaceAll(" ", gluedSpace),
    ];
  }

  return {
    quote,
    argumentsOf(name, values, places) {
      const parameters = parametersOf(name);
      const lengths = Object.values(parameters).flatMap((each) => (each.pass === "bytes" ? [each.length] : []));
      return Object.entries(parameters)
        .filter(([parameter]) => !lengths.includes(parameter))
        .flatMap(([parameter, declared]) => argumentTexts(parameter, declared, values, places))
        .join(", ");
    },
    resultsOf(name, values, secret) {
      const parameters = parametersOf(name);
      const { items: _, value: text, ...others } = values;
      const texts = Object.entries(others).flatMap(([label, value]) =>
        // The value itself shows how long it is.
        label === "length" && text !== undefined ? [] : resultText(label, parameters[label], value),
      );
      if (secret) texts.push(style.quiet("‹secret›"));
      else if (text !== undefined && values.result === "OK") texts.push(quote(String(text)));
      return texts.join(", ");
    },
  };
}

function parametersOf(name: string): Readonly<Record<string, Parameter>> {
  return syscalls[name as SyscallName].parameters;
}

/** The sibling that says how much is at a pointer. */
function extentOf({ path, type }: FieldLayout): string | undefined {
  const extent = type.kind === "pointer" ? (type.bytes ?? type.count) : undefined;
  return extent === undefined ? undefined : [...path.slice(0, -1), extent].join(".");
}

function interrupt(irq: number): string {
  const name = interruptNames.get(irq);
  return name === undefined ? String(irq) : `${irq} (${name})`;
}
