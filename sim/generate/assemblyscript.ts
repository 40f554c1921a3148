/**
 * The AssemblyScript bindings of the SDK: the vendor's names, one file a concept.
 *
 * AssemblyScript has no nested value structs, so groups and nested structs are flattened with underscores
 * (`v1_endpoint_data`); it does not round a class's size up, so trailing padding is spelled out.
 */

import { type EnumName, enums } from "../../host/abi/enums.ts";
import { interrupts } from "../../host/abi/interrupts.ts";
import { layoutOf, sizeOf } from "../../host/abi/layout.ts";
import { type McuCall, mcuCalls } from "../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../host/abi/peripheral-calls.ts";
import { type StructName, structs } from "../../host/abi/structs.ts";
import { syscalls } from "../../host/abi/syscalls.ts";
import type { Parameter, Type } from "../../host/abi/types.ts";
import { cSignature, cType } from "./c-types.ts";
import { handleNames } from "./handles.ts";
import { callsByTopic } from "./topics.ts";

const generated = "Generated from host/abi by `npm run generate`: do not edit.";

/** `abi.ts`: everything in one import. */
export function indexFile(): string {
  const parts = ["enums", "structs", "syscalls", "mcu", "peripherals", "interrupts"];
  return `/**
 * The Microvisor ABI with the vendor's names: enums, structs and system calls, and the MCU's calls with CMSIS's.
 * ${generated}
 *
 * Enum members carry their full names: \`MvStatus.MV_STATUS_OKAY\`. Structs are views of memory:
 * \`changetype<MvNotification>(address)\`; \`offsetof<MvNotification>()\` is the size. A parameter that points at one
 * struct has the struct's type; all other pointers are addresses (\`usize\`).
 */
${parts.map((part) => `export * from "./abi/${part}";`).join("\n")}
`;
}

export function enumsFile(): string {
  return file(
    "The enums of the ABI.",
    Object.keys(enums).map((name) => enumDeclaration(name as EnumName)),
  );
}

function enumDeclaration(name: EnumName): string {
  const { bytes, prefix, values } = enums[name];
  const note = bytes === 1 ? "/** One byte in memory: such fields are u8, so cast. */\n" : "";
  const members = Object.entries(values).map(([member, number]) => `  ${prefix}${member} = ${number},`);
  return `${note}export const enum ${name} {\n${members.join("\n")}\n}`;
}

export function structsFile(): string {
  const handles = handleNames().map((name) => `export type ${name} = u32;`);
  const classes = Object.keys(structs).map((name) => structClass(name as StructName));
  const used = Object.keys(enums).filter((name) => classes.some((text) => text.includes(`: ${name};`)));
  return file("The structs of the ABI, as views of memory, and the types of its handles.", [
    importLines(used, "./enums"),
    handles.join("\n"),
    ...classes,
  ]);
}

interface FlatField {
  readonly name: string;
  readonly offset: number;
  readonly type: Type;
}

/** A struct's fields with nested structs flattened: names joined by underscores, offsets from the start. */
export function flatFields(name: StructName): FlatField[] {
  return layoutOf(name).fields.flatMap(({ path, offset, type }): FlatField[] => {
    const own = path.join("_");
    if (type.kind !== "struct") return [{ name: own, offset, type }];
    return flatFields(type.name as StructName).map((inner) => ({
      ...inner,
      name: `${own}_${inner.name}`,
      offset: offset + inner.offset,
    }));
  });
}

function structClass(name: StructName): string {
  const lines: string[] = [];
  let end = 0;
  for (const field of flatFields(name)) {
    const comment = field.type.kind === "pointer" || sizeOf(field.type) === 1 ? ` // ${cType(field.type)}` : "";
    lines.push(`  ${field.name}: ${fieldType(field.type)};${comment}`);
    end = field.offset + sizeOf(field.type);
  }
  for (let byte = 0; end + byte < layoutOf(name).bytes; byte++) lines.push(`  padding${byte}: u8;`);
  return `/** ${layoutOf(name).bytes} bytes. */\n@unmanaged\nexport class ${name} {\n${lines.join("\n")}\n}`;
}

function fieldType(type: Type): string {
  return sizeOf(type) === 1 ? "u8" : valueType(type);
}

function valueType(type: Type): string {
  switch (type.kind) {
    case "integer":
      return `u${type.bytes * 8}`;
    case "pointer":
      return "usize";
    default:
      return type.name;
  }
}

export function syscallsFile(): string {
  const calls = callsByTopic().map(([name, meaning]) => {
    const { parameters } = syscalls[name];
    const list = Object.entries<Parameter>(parameters).map(([own, parameter]) => `${own}: ${parameterType(parameter)}`);
    return [`/** ${meaning} \`${cSignature(name, parameters)}\` */`, imported(name, list, "MvStatus")].join("\n");
  });
  const text = calls.join("\n");
  const mentioned = (name: string): boolean => new RegExp(`: ${name}\\b`).test(text);
  return file("The system calls.", [
    [
      importLines(Object.keys(enums).filter(mentioned), "./enums"),
      importLines([...handleNames(), ...Object.keys(structs)].filter(mentioned), "./structs"),
    ].join("\n"),
    ...calls,
  ]);
}

function parameterType(parameter: Parameter): string {
  if (parameter.pass === "value") return valueType(parameter.type);
  if (parameter.pass !== "bytes" && parameter.type.kind === "struct") return parameter.type.name;
  return "usize";
}

export function mcuFile(): string {
  return file("The MCU's own calls, with CMSIS's names.", [
    importLines(["IRQn_Type"], "./interrupts"),
    ...mcuDeclarations(mcuCalls),
  ]);
}

export function peripheralsFile(): string {
  return file(
    "GPIO and UART. The number of a pin is port * 16 + pin: PA5 is 5, PC13 is 45.",
    mcuDeclarations(peripheralCalls),
  );
}

function mcuDeclarations(calls: Readonly<Record<string, McuCall>>): string[] {
  const types = {
    ...{ IRQn_Type: "IRQn_Type", uint32_t: "u32", void: "void" },
    ...{ "uint8_t *": "usize", "const uint8_t *": "usize" },
  } as const;
  return Object.entries(calls).map(([name, { parameters, result, meaning }]) => {
    const list = Object.entries(parameters).map(([own, type]) => `${own}: ${types[type]}`);
    return `/** ${meaning} */\n${imported(name, list, types[result])}`;
  });
}

export function interruptsFile(): string {
  const members = Object.entries(interrupts).map(([name, number]) => `  ${name}_IRQn = ${number},`);
  return file(
    "The STM32U585's interrupt numbers. The handler of `TIM1_BRK_IRQn` is an exported function `TIM1_BRK_IRQHandler`.",
    [`export const enum IRQn_Type {\n${members.join("\n")}\n}`],
  );
}

function imported(name: string, parameters: readonly string[], result: string): string {
  return `// @ts-ignore: decorator\n@external("env", "${name}")\nexport declare function ${name}(${parameters.join(", ")}): ${result};`;
}

function importLines(names: readonly string[], from: string): string {
  return `import {\n${names.map((name) => `  ${name},`).join("\n")}\n} from "${from}";`;
}

function file(purpose: string, parts: readonly string[]): string {
  return `/**\n * ${purpose}\n * ${generated}\n */\n\n${parts.join("\n\n")}\n`;
}
