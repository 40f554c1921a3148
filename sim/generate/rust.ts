/**
 * `firmware/rust/microvisor.rs`: the ABI for Rust, one module without a crate. Follows Debian's rustc 1.63.
 *
 * Enums are newtypes with constants, not Rust enums: the kernel may write a value that an older file does not name, and
 * a Rust enum with such a value is undefined behaviour.
 */

import { type EnumName, enums } from "../../host/abi/enums.ts";
import { interrupts } from "../../host/abi/interrupts.ts";
import { layoutOf } from "../../host/abi/layout.ts";
import { type McuCall, mcuCalls } from "../../host/abi/mcu-calls.ts";
import { peripheralCalls } from "../../host/abi/peripheral-calls.ts";
import { type StructName, structs } from "../../host/abi/structs.ts";
import { syscalls } from "../../host/abi/syscalls.ts";
import type { FieldTypes } from "../../host/abi/types.ts";
import { handleNames } from "./handles.ts";
import { rustMcuTypes, rustParameterType, rustSignature, rustType } from "./rust-types.ts";
import { topics } from "./topics.ts";

export function rustModule(): string {
  const names = Object.keys(structs) as StructName[];
  return `${[
    opening,
    section("Enums", Object.keys(enums).map(enumDeclaration as (name: string) => string)),
    section("Handles: numbers that the kernel gives out; 0 is none", [
      handleNames()
        .map((name) => `handle!(${name});`)
        .join("\n"),
    ]),
    section(
      "Structs",
      names.flatMap((name) => structDeclarations(name, structs[name])),
    ),
    section("Layout", [layoutAsserts(names)]),
    ...topics.map(({ title, calls }) => section(title, [externBlock(Object.entries(calls).map(systemCall))])),
    section("The MCU, with CMSIS's names", [interruptNumbers(), externBlock(Object.entries(mcuCalls).map(mcuCall))]),
    section("GPIO and UART", [pinNumber, externBlock(Object.entries(peripheralCalls).map(mcuCall))]),
  ].join("\n\n")}\n`;
}

const opening = `//! Microvisor system calls: enums, structs and functions of the application ABI, and the MCU's calls.
//! Generated from host/abi by \`npm run generate\`: do not edit.
//!
//! Take it as a module: \`#[path = "…/microvisor.rs"] mod microvisor;\`. A call returns a [MvStatus] and writes its
//! results through pointers, and only when it returns MV_STATUS_OKAY. The handler of \`TIM1_BRK_IRQn\` is a
//! \`#[no_mangle] pub extern "C" fn TIM1_BRK_IRQHandler()\` of yours.
#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals)]

/// An enum of 8 or 32 bits: a number with names. Printed with \`{:?}\` it is its name.
macro_rules! enumeration {
    ($(#[$attribute:meta])* $name:ident: $integer:ty { $($member:ident = $value:literal,)* }) => {
        $(#[$attribute])*
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $name(pub $integer);
        $(pub const $member: $name = $name($value);)*
        impl core::fmt::Debug for $name {
            fn fmt(&self, out: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                match self.0 {
                    $($value => out.write_str(stringify!($member)),)*
                    other => write!(out, "{}({})", stringify!($name), other),
                }
            }
        }
    };
}

macro_rules! handle {
    ($name:ident) => {
        #[repr(transparent)]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
        pub struct $name(pub u32);
    };
}

/// A struct as C lays it out. Its default is all zeros and null pointers, as in C.
macro_rules! structure {
    ($name:ident { $($field:ident: $type:ty,)* }) => {
        #[repr(C)]
        #[derive(Clone, Copy, Debug)]
        pub struct $name {
            $(pub $field: $type,)*
        }
        impl Default for $name {
            fn default() -> Self {
                // Sound: numbers and raw pointers may be zero.
                unsafe { core::mem::zeroed() }
            }
        }
    };
}`;

const pinNumber = `/// The number of a pin: \`MCU_PIN('A', 5)\` is PA5.
pub const fn MCU_PIN(port: char, pin: u32) -> u32 {
    (port as u32 - 'A' as u32) * 16 + pin
}`;

function section(title: string, parts: readonly string[]): string {
  return [`// ---- ${title} ----`, ...parts].join("\n\n");
}

function enumDeclaration(name: EnumName): string {
  const { bytes, prefix, values } = enums[name];
  const attribute = name === "MvStatus" ? "    #[must_use]\n" : "";
  const members = Object.entries(values).map(([member, value]) => `        ${prefix}${member} = ${value},`);
  return `enumeration! {\n${attribute}    ${name}: u${bytes * 8} {\n${members.join("\n")}\n    }\n}`;
}

/** A group of fields needs a type with a name in Rust: `MvOpenChannelParamsV1`. It stands before its struct. */
function structDeclarations(name: string, types: FieldTypes): string[] {
  const groups: string[] = [];
  const fields = Object.entries(types).map(([field, type]) => {
    if (type.kind !== "group") return `        ${field}: ${rustType(type)},`;
    const groupName = `${name}${field[0]?.toUpperCase()}${field.slice(1)}`;
    groups.push(...structDeclarations(groupName, type.fields));
    return `        ${field}: ${groupName},`;
  });
  return [...groups, `structure! {\n    ${name} {\n${fields.join("\n")}\n    }\n}`];
}

/** Offsets follow from C's rules; a test compares each of them with C's. `offset_of!` is too new for rustc 1.63. */
function layoutAsserts(names: readonly StructName[]): string {
  const sizes = names.map((name) => {
    const { bytes, alignment } = layoutOf(name);
    return `    assert!(size_of::<${name}>() == ${bytes} && align_of::<${name}>() == ${alignment});`;
  });
  return `#[cfg(target_pointer_width = "32")]
const _: () = {
    use core::mem::{align_of, size_of};
${sizes.join("\n")}
};`;
}

function externBlock(declarations: readonly string[]): string {
  return `#[link(wasm_import_module = "env")]\nextern "C" {\n${declarations.join("\n\n")}\n}`;
}

function systemCall([name, meaning]: [string, string]): string {
  const { parameters, documentedStatuses, contractStatuses } = syscalls[name as keyof typeof syscalls];
  const statuses = [...documentedStatuses, ...contractStatuses].join(", ");
  const list = Object.entries(parameters).map(([own, parameter]) => [own, rustParameterType(parameter)] as const);
  return declaration([meaning, statuses && `Fails with ${statuses}.`], rustSignature(name, list, "MvStatus"));
}

function mcuCall([name, { parameters, result, meaning, neverReturns }]: [string, McuCall]): string {
  const list = Object.entries(parameters).map(([own, type]) => [own, rustMcuTypes[type]] as const);
  const answer = neverReturns ? "!" : result === "void" ? "" : rustMcuTypes[result];
  return declaration([meaning], rustSignature(name, list, answer));
}

function declaration(lines: readonly string[], signature: string): string {
  const comments = lines.filter((line) => line).map((line) => `    /// ${line}`);
  return [...comments, `    pub ${signature};`].join("\n");
}

function interruptNumbers(): string {
  const members = Object.entries(interrupts).map(([name, number]) => `        ${name}_IRQn = ${number},`);
  return `enumeration! {\n    IRQn_Type: i32 {\n${members.join("\n")}\n    }\n}`;
}
