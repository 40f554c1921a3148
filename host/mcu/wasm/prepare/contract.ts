/**
 * What a firmware module must look like from outside: which imports it may have, and which exports it needs. Throws a
 * SimulatorError that says what to do about it.
 */

import { SimulatorError } from "../../../fault/fault.ts";
import { type ImportedCall, startEntry } from "../../core.ts";
import { type DecodedModule, type Export, typeOfFunction } from "../binary/module.ts";
import { type FunctionType, sameSignature, signatureText } from "../binary/types.ts";

export interface EntryPoint {
  readonly name: string;
  readonly functionIndex: number;
  /** How many zeros it is called with: `main(int argc, char **argv)` takes two. */
  readonly parameterCount: number;
}

export interface Contract {
  /** In the order in which they run. */
  readonly entries: readonly EntryPoint[];
  readonly handlers: readonly EntryPoint[];
  /** The calls that it imports, in the order of its imports. */
  readonly calls: readonly ImportedCall[];
}

const handlerPattern = /^\w+_(IRQHandler|Handler)$/;

export function checkContract(module: DecodedModule, calls: readonly ImportedCall[]): Contract {
  const used = checkImports(module, calls);
  if (module.exports.some(({ name }) => name.startsWith("asyncify_"))) {
    throw new SimulatorError(
      "ERR_MVSIM_UNSUPPORTED_FEATURE",
      "the firmware was already transformed by Asyncify (it exports `asyncify_…`), for task switching of its own. " +
        "Build it without Asyncify: the simulator suspends firmware by itself.",
    );
  }
  checkMemory(module);
  const entries = entryPoints(module);
  if (entries.length === 0) {
    throw new SimulatorError(
      "ERR_MVSIM_MISSING_EXPORT",
      "the firmware has nothing to run: no start section, and no export `_initialize`, `_start` or `main`. " +
        "Export a function `main`, or write code at top level.",
    );
  }
  return { entries, handlers: handlers(module), calls: used };
}

function checkImports(module: DecodedModule, calls: readonly ImportedCall[]): ImportedCall[] {
  const byName = new Map(calls.map((call) => [call.name, call]));
  const unknown: string[] = [];
  const wrong: string[] = [];
  const used: ImportedCall[] = [];
  module.imports.forEach(({ module: from, name }, index) => {
    const call = byName.get(from === "env" ? name : `${from}.${name}`);
    if (!call || (call.module ?? "env") !== from) {
      unknown.push(`${from}.${name}`);
      return;
    }
    const type = typeOfFunction(module, index);
    if (!sameSignature(type, call)) {
      wrong.push(`${name}: the firmware declares ${signatureText(type)}, it is ${signatureText(call as FunctionType)}`);
    }
    used.push(call);
  });
  if (unknown.length > 0) {
    throw new SimulatorError(
      "ERR_MVSIM_UNKNOWN_IMPORT",
      `the firmware imports what the device does not have: ${listed(unknown, ", ")}. ` +
        "Imports come from module `env`, those of the standard libraries from `wasi_snapshot_preview1`: check the names, " +
        "and that everything is linked.",
    );
  }
  if (wrong.length > 0) {
    throw new SimulatorError(
      "ERR_MVSIM_IMPORT_SIGNATURE",
      `the firmware imports calls with wrong signatures. ${listed(wrong, "; ")}. Correct the declarations.`,
    );
  }
  return used;
}

/** So many of a list, each of so many characters: a message stays readable whatever the module says. */
const mostListed = 50;
const longestListed = 200;

function listed(texts: readonly string[], separator: string): string {
  const shown = texts.slice(0, mostListed).map(shortened);
  if (texts.length > mostListed) shown.push(`and ${texts.length - mostListed} more`);
  return shown.join(separator);
}

function shortened(text: string): string {
  return text.length > longestListed ? `${text.slice(0, longestListed)}…` : text;
}

function checkMemory(module: DecodedModule): void {
  const memory = module.memories[0];
  if (!memory || !module.exports.some(({ kind }) => kind === "memory")) {
    throw new SimulatorError("ERR_MVSIM_MISSING_EXPORT", "the firmware exports no memory. Export it as `memory`.");
  }
  if (memory.maximum === 0) {
    throw new SimulatorError(
      "ERR_MVSIM_SMALL_MEMORY",
      "the firmware's memory has a maximum of 0 pages, and the device needs one page (64 KiB) at least. " +
        "Raise or drop the maximum.",
    );
  }
}

/** The start section, `_initialize`, then one of `_start`, `main` and clang's name for a main with arguments. */
function entryPoints(module: DecodedModule): EntryPoint[] {
  const entries: EntryPoint[] = [];
  if (module.start !== undefined) {
    entries.push({ name: startEntry, functionIndex: module.start, parameterCount: 0 });
  }
  const exported = (name: string): Export | undefined =>
    module.exports.find((entry) => entry.kind === "function" && entry.name === name);
  const main = exported("_start") ?? exported("main") ?? exported("__main_argc_argv");
  for (const entry of [exported("_initialize"), main]) {
    if (entry) entries.push(entryPoint(module, entry));
  }
  return entries;
}

function entryPoint(module: DecodedModule, { name, index }: Export): EntryPoint {
  const type = typeOfFunction(module, index);
  const accepted = name.startsWith("_") && name !== "__main_argc_argv" ? ["() -> ()"] : mainSignatures;
  if (!accepted.includes(signatureText(type))) {
    throw new SimulatorError(
      "ERR_MVSIM_ENTRY_SIGNATURE",
      `the firmware's export \`${name}\` is ${shortened(signatureText(type))}, but must be ${accepted.join(" or ")}.`,
    );
  }
  return { name, functionIndex: index, parameterCount: type.params.length };
}

const mainSignatures = ["() -> ()", "() -> i32", "(i32, i32) -> i32", "(i32, i32) -> ()"];

function handlers(module: DecodedModule): EntryPoint[] {
  const found = module.exports.filter(({ name }) => handlerPattern.test(name));
  for (const { name, kind, index } of found) {
    const signature = kind === "function" ? signatureText(typeOfFunction(module, index)) : `a ${kind}`;
    if (signature === "() -> ()") continue;
    throw new SimulatorError(
      "ERR_MVSIM_HANDLER_SIGNATURE",
      `the firmware's interrupt handler \`${name}\` is ${shortened(signature)}, but must be a function () -> ().`,
    );
  }
  return found.map(({ name, index }) => ({ name, functionIndex: index, parameterCount: 0 }));
}
