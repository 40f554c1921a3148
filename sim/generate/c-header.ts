/**
 * `firmware/include/mv_syscalls.h`: the ABI for C11 and C++17, for the device (Arm), for wasm32, and for unit tests on
 * any machine. The sizes of enums are fixed, so that `-fshort-enums` changes nothing; they are unsigned, as on Arm.
 */

import { type EnumName, enums } from "../../host/abi/enums.ts";
import { exceptionHandlers, interrupts } from "../../host/abi/interrupts.ts";
import { layoutOf } from "../../host/abi/layout.ts";
import { type StructName, structs } from "../../host/abi/structs.ts";
import { syscalls } from "../../host/abi/syscalls.ts";
import type { FieldType, FieldTypes } from "../../host/abi/types.ts";
import { cSignature, cType, declarator } from "./c-types.ts";
import { handleNames } from "./handles.ts";
import { topics } from "./topics.ts";

export function syscallsHeader(): string {
  return [
    opening,
    section(
      "Enums",
      Object.keys(enums).map((name) => enumDeclaration(name as EnumName)),
    ),
    section("Handles: numbers that the kernel gives out; 0 is none", [
      handleNames()
        .map((name) => `typedef uint32_t ${name};`)
        .join("\n"),
    ]),
    section(
      "Structs",
      Object.keys(structs).map((name) => structDeclaration(name as StructName)),
    ),
    section("Layout", [enumAsserts(), structAsserts()]),
    ...topics.map((topic) =>
      section(
        topic.title,
        Object.entries(topic.calls).map(([name, meaning]) => prototype(name as keyof typeof syscalls, meaning)),
      ),
    ),
    entryPoints(),
    closing,
  ].join("\n\n");
}

const opening = `/*
 * Microvisor system calls: enums, structs and prototypes of the application ABI.
 * Generated from host/abi by \`npm run generate\`: do not edit.
 *
 * A call returns an enum MvStatus and writes its results through pointers, and only when it returns MV_STATUS_OKAY.
 *
 * For the simulator, build with any of:
 *   clang --target=wasm32-wasi app.c                       with wasi-libc; the program is main
 *   clang --target=wasm32 -nostdlib app.c                  without a C library; the program is void _start(void)
 *   clang --target=wasm32 -nostdlib -Wl,--no-entry app.c   without a C library; the program is int main(void)
 * Calls import themselves and interrupt handlers export themselves: a file that defines a handler includes this header,
 * and needs no linker flag. -fshort-enums makes no difference: every enum here has the size that it has on the device.
 */
#ifndef MV_SYSCALLS_H
#define MV_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

/* An unsigned enum of 8 or 32 bits, whatever the compiler's default is: a fixed underlying type, or GCC's mode. */
#if defined(__cplusplus) || defined(__clang__) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define MV_ENUM(name, bits) __extension__ enum name : uint##bits##_t
#else
#define MV_ENUM_MODE_8 __attribute__((mode(QI)))
#define MV_ENUM_MODE_32 __attribute__((mode(SI)))
#define MV_ENUM(name, bits) enum MV_ENUM_MODE_##bits name
#endif

#ifdef __wasm__
#define MV_IMPORT(name) __attribute__((import_module("env"), import_name(name)))
#define MV_EXPORT(name) __attribute__((export_name(name)))
#else
#define MV_IMPORT(name)
#endif

#ifdef __cplusplus
#define MV_ASSERT(condition) static_assert(condition, #condition)
extern "C" {
#else
#define MV_ASSERT(condition) _Static_assert(condition, #condition)
#endif`;

const closing = `#ifdef __cplusplus
}
#endif

#endif
`;

function section(title: string, parts: readonly string[]): string {
  return [`/* ---- ${title} ---- */`, ...parts].join("\n\n");
}

function enumDeclaration(name: EnumName): string {
  const { bytes, prefix, values } = enums[name];
  const members = Object.entries(values).map(([member, value]) => `  ${prefix}${member} = ${value},`);
  return `MV_ENUM(${name}, ${bytes * 8}) {\n${members.join("\n")}\n};`;
}

function structDeclaration(name: StructName): string {
  return `struct ${name} {\n${fieldLines(structs[name], "  ").join("\n")}\n};`;
}

function fieldLines(fields: FieldTypes, indent: string): string[] {
  return Object.entries<FieldType>(fields).flatMap(([name, type]) =>
    type.kind === "group"
      ? [`${indent}struct {`, ...fieldLines(type.fields, `${indent}  `), `${indent}} ${name};`]
      : [`${indent}${declarator(cType(type), name)};`],
  );
}

function enumAsserts(): string {
  return Object.entries(enums)
    .map(
      ([name, { bytes }]) =>
        `MV_ASSERT(sizeof(enum ${name}) == ${bytes});\nMV_ASSERT((enum ${name})0x${"ff".repeat(bytes)}u > (enum ${name})0);`,
    )
    .join("\n");
}

function structAsserts(): string {
  const asserts = Object.keys(structs).flatMap((name) => {
    const { bytes, fields } = layoutOf(name as StructName);
    return [
      `MV_ASSERT(sizeof(struct ${name}) == ${bytes});`,
      ...fields.map(({ path, offset }) => `MV_ASSERT(offsetof(struct ${name}, ${path.join(".")}) == ${offset});`),
    ];
  });
  return `#if UINTPTR_MAX == 0xffffffffu\n${asserts.join("\n")}\n#endif`;
}

function prototype(name: keyof typeof syscalls, meaning: string): string {
  const { parameters, documentedStatuses, contractStatuses } = syscalls[name];
  const statuses = [...documentedStatuses, ...contractStatuses].join(", ");
  const words = statuses ? `${meaning} Fails with ${statuses}.` : meaning;
  return `/*\n${wrap(words, 116)
    .map((line) => ` * ${line}`)
    .join("\n")}\n */\nMV_IMPORT("${name}") enum MvStatus ${cSignature(name, parameters)};`;
}

function wrap(text: string, columns: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines.at(-1) as string;
    if (line && line.length + 1 + word.length > columns) lines.push(word);
    else lines[lines.length - 1] = line ? `${line} ${word}` : word;
  }
  return lines;
}

/** The names of all handlers in the order of the vector table. */
export function handlerNames(): string[] {
  return Object.keys(interrupts).map((name) =>
    name in exceptionHandlers ? exceptionHandlers[name as keyof typeof exceptionHandlers] : `${name}_IRQHandler`,
  );
}

function entryPoints(): string {
  const handlers = handlerNames().map((name) => `MV_EXPORT("${name}") void ${name}(void);`);
  return `${section("Handlers and entry points", [])}

#ifdef __wasm__
${handlers.join("\n")}

#ifndef __wasi__
MV_EXPORT("_start") void _start(void);
#ifdef __cplusplus
} /* main has C++'s own linkage */
MV_EXPORT("main") int main(void);
extern "C" {
#else
MV_EXPORT("main") int main(void);
#endif
#endif
#endif`;
}
