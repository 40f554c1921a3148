/** `docs/abi.md`: the ABI as a page for readers, in Markdown. */

import { type EnumName, enums } from "../../host/abi/enums.ts";
import { interrupts } from "../../host/abi/interrupts.ts";
import { layoutOf } from "../../host/abi/layout.ts";
import { type Limit, limits } from "../../host/abi/limits.ts";
import { type McuCall, mcuCalls } from "../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../host/abi/peripheral-calls.ts";
import { type StructName, structs } from "../../host/abi/structs.ts";
import { type SyscallName, syscalls } from "../../host/abi/syscalls.ts";
import type { Parameter } from "../../host/abi/types.ts";
import { handlerNames } from "./c-header.ts";
import { cParameterType, cSignature, cType, declarator } from "./c-types.ts";
import { parameterMeaning } from "./parameters.ts";
import { topics } from "./topics.ts";

export function abiPage(): string {
  const calls = topics.flatMap(({ title, calls }) => [
    `### ${title}`,
    ...Object.entries(calls).map(([name, meaning]) => callEntry(name as SyscallName, meaning)),
  ]);
  return `${[
    introduction,
    "## System calls",
    ...calls,
    "## Structs",
    ...Object.keys(structs).map((name) => structEntry(name as StructName)),
    "## Enums",
    ...Object.keys(enums).map((name) => enumEntry(name as EnumName)),
    "## The MCU's calls",
    mcuEntry(),
    "## Peripherals",
    peripheralsEntry(),
    "## Interrupts",
    interruptsEntry(),
    "## Limits",
    limitsEntry(),
  ].join("\n\n")}\n`;
}

const introduction = `# The ABI

<!-- Generated from host/abi by \`npm run generate\`: do not edit. -->

Everything that firmware and kernel agree on: [system calls](#system-calls), [structs](#structs), [enums](#enums),
[the MCU's calls](#the-mcus-calls), [peripherals](#peripherals), [interrupts](#interrupts), [limits](#limits). In
AssemblyScript it is \`firmware/sdk/abi.ts\`, in C \`firmware/include/mv_syscalls.h\`, \`mcu_cmsis.h\` and
\`mcu_peripherals.h\`.

- Every call returns an \`enum MvStatus\`, and writes its results through pointers only when that is \`MV_STATUS_OKAY\`.
- Integers are little-endian, pointers and handles 32 bits wide, and alignment is natural: the same on the device's
  Cortex-M33 and on wasm32. 0 is no handle.
- A pointer is legal when all of what it points at lies in the application's memory; it need not be aligned. A range
  of no bytes is legal anywhere. Otherwise the status is PARAMETERFAULT; or LATEFAULT, for pointers that the kernel
  follows only while it writes a request.
- A call's statuses besides OKAY stand here without their prefix \`MV_STATUS_\`. *Documented* ones are the vendor's; those *by contract* are
  what a call answers here beyond the vendor's documents.`;

function callEntry(name: SyscallName, meaning: string): string {
  const { number, parameters, documentedStatuses, contractStatuses } = syscalls[name];
  const rows = Object.entries<Parameter>(parameters).map(([own, parameter]) => [
    code(own),
    code(cParameterType(parameter)),
    parameterMeaning(name, own, parameter),
  ]);
  const documented = `Documented: ${documentedStatuses.join(", ") || "none"}.`;
  const byContract = contractStatuses.length > 0 ? `\\\nBy contract: ${contractStatuses.join(", ")}.` : "";
  return [
    `#### ${name}`,
    `${meaning} (Call number ${number}.)`,
    `\`\`\`c\nenum MvStatus ${cSignature(name, parameters)};\n\`\`\``,
    ...(rows.length > 0 ? [table(["Parameter", "Type", "What it is"], rows)] : []),
    documented + byContract,
  ].join("\n\n");
}

function structEntry(name: StructName): string {
  const { bytes, alignment, fields } = layoutOf(name);
  const rows = fields.map(({ path, offset, bytes: size, type }) => [
    String(offset),
    String(size),
    code(path.join(".")),
    code(cType(type)),
    type.kind === "pointer" ? extent(type.bytes, type.count) : "",
  ]);
  return [
    `### ${name}`,
    `${bytes} bytes, aligned to ${alignment}.`,
    table(["Offset", "Bytes", "Field", "Type", "Points at"], rows),
  ].join("\n\n");
}

function extent(bytes: string | undefined, count: string | undefined): string {
  if (bytes) return `${code(bytes)} bytes`;
  return count ? `${code(count)} of them` : "one";
}

function enumEntry(name: EnumName): string {
  const { bytes, prefix, values } = enums[name];
  const rows = Object.entries(values).map(([member, value]) => [String(value), code(prefix + member)]);
  return [
    `### ${name}`,
    bytes === 1 ? "1 byte in memory." : `${bytes} bytes in memory.`,
    table(["Value", "Name"], rows),
  ].join("\n\n");
}

function mcuEntry(): string {
  return `CMSIS's names and signatures. An interrupt number that does not exist is ignored.\n\n${mcuTable(mcuCalls)}`;
}

function peripheralsEntry(): string {
  return `GPIO and UART, for WebAssembly firmware. A pin's number is port * 16 + pin: PA5 is 5, PC13 is 45.\n\n${mcuTable(peripheralCalls)}`;
}

function mcuTable(calls: Readonly<Record<string, McuCall>>): string {
  const rows = Object.entries(calls).map(([name, { parameters, result, meaning }]) => {
    const list = Object.entries(parameters).map(([own, type]) => declarator(type, own));
    return [code(`${result} ${name}(${list.join(", ") || "void"})`), meaning];
  });
  return table(["Call", "What it does"], rows);
}

function interruptsEntry(): string {
  const handlers = handlerNames();
  const rows = Object.entries(interrupts).map(([name, number], index) => [
    String(number),
    code(`${name}_IRQn`),
    code(handlers[index] as string),
  ]);
  return `Those of the STM32U585. A handler is a function without parameters that the module exports under the name given here.\n\n${table(["Number", "Name", "Handler"], rows)}`;
}

function limitsEntry(): string {
  const rows = Object.entries<Limit>(limits).map(([name, { value, unit, source, meaning }]) => [
    code(name),
    `${value} ${unit}`,
    meaning,
    source === "contract" ? "vendor" : "ours",
  ]);
  return `Whose: the vendor's documents name the number, or are silent and it is our decision ([fidelity](fidelity.md)).\n\n${table(["Limit", "Value", "What it bounds", "Whose"], rows)}`;
}

function code(text: string): string {
  return `\`${text}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
