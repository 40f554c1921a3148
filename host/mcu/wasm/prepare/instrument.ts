/**
 * Rewrites a module's bytes: ticks that count fuel at loop heads and function entries, safepoints where it is spent,
 * and a depth count in functions that may recurse. No index of the firmware shifts: types, functions and globals are
 * added behind its own, and in the place of each import stands a function that calls it, pays its price, and is a
 * safepoint. What is imported, in the end, are placeholders behind everything else, which `asyncify.ts` replaces.
 *
 * Exports become ours, so that none can collide with the firmware's: see `export-names.ts`. The start section becomes
 * an export, because it can't suspend. Custom sections are dropped; function names are those of `guestName`.
 */

import type { FunctionBody } from "../binary/function-body.ts";
import { type DecodedModule, type ExternalKind, sectionId, typeOfFunction } from "../binary/module.ts";
import { ByteReader } from "../binary/reader.ts";
import type { Limits } from "../binary/segments.ts";
import { codeOfType, type FunctionType, signatureText } from "../binary/types.ts";
import { ByteWriter } from "../binary/writer.ts";
import type { CallGraph } from "./call-graph.ts";
import type { Contract } from "./contract.ts";
import { exportNames } from "./export-names.ts";
import { guestName } from "./function-names.ts";
import { findIdleLoops, noIdleLoops, pureFunctions } from "./idle-loops.ts";
import type { InspectedModule } from "./inspect.ts";
import { limitTable } from "./size-limits.ts";
import {
  type AddedIndexes,
  addedBodies,
  addedFunctions,
  addedGlobals,
  importBody,
  placeholderBody,
  tickedBody,
} from "./ticks.ts";

/** As the format demands it: the count of data segments (12) stands before the code. */
const sectionOrder = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 10, 11];

export interface InstrumentOptions {
  /** The limits of the prepared memory, in pages. */
  readonly memory: Required<Limits>;
  readonly skipIdleLoops: boolean;
}

export function instrument(
  module: InspectedModule,
  contract: Contract,
  graph: CallGraph,
  options: InstrumentOptions,
): Uint8Array<ArrayBuffer> {
  const { added, types } = addedIndexes(module);
  const code = codeSection(module, contract, graph, options, added);
  // The types come last: writing the code may have added some.
  const replaced = new Map<number, ByteWriter>([
    [sectionId.function, functionSection(module, added)],
    [sectionId.memory, memorySection(options.memory)],
    ...(module.tables.length > 0 ? [[sectionId.table, tableSection(module)] as const] : []),
    [sectionId.global, globalSection(module)],
    [sectionId.export, exportSection(module, contract, added)],
    [sectionId.code, code],
    [sectionId.type, typeSection(module, types)],
  ]);
  const output = new ByteWriter().byte(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0);
  for (const id of sectionOrder) {
    const section = module.sections.find((entry) => entry.id === id);
    const content = replaced.get(id);
    if (content) output.section(id, content);
    else if (section && id !== sectionId.start && id !== sectionId.import) {
      output.byte(id).sized(module.bytes.subarray(section.start, section.end));
    }
  }
  return output.section(sectionId.custom, nameSection(module)).view();
}

/** Whether the firmware writes to its tables: then they are part of its state. */
export function changesTables(module: InspectedModule): boolean {
  return module.functionBodies.some((body) => body.changesTables);
}

function addedIndexes(module: DecodedModule): { added: AddedIndexes; types: FunctionType[] } {
  const types: FunctionType[] = [];
  const indexOfSignature = new Map<string, number>();
  const typeIndex = (type: FunctionType): number => {
    const signature = signatureText(type);
    let index = indexOfSignature.get(signature);
    if (index === undefined) {
      index = module.types.length + types.length;
      indexOfSignature.set(signature, index);
      types.push(type);
    }
    return index;
  };
  const fuel = module.globals.length;
  const safepoint = module.functions.length;
  const imports = safepoint + addedFunctions.length;
  return {
    added: {
      ...{ fuel, depth: fuel + 1, idleLoop: fuel + 2, idleFuel: fuel + 3 },
      ...{ safepoint, overflow: safepoint + 1, bulk: imports - 2, idle: imports - 1, imports, typeIndex },
    },
    types,
  };
}

/** The content of a section of the module, its count raised, and room for what comes behind it. */
function extended(module: DecodedModule, id: number, additional: number): ByteWriter {
  const section = module.sections.find((entry) => entry.id === id);
  if (!section) return new ByteWriter().unsigned(additional);
  const reader = new ByteReader(module.bytes, section.start, section.end);
  const count = reader.unsigned32();
  return new ByteWriter().unsigned(count + additional).raw(module.bytes.subarray(reader.position, section.end));
}

function typeSection(module: DecodedModule, types: readonly FunctionType[]): ByteWriter {
  const output = extended(module, sectionId.type, types.length);
  for (const { params, results } of types) {
    output.byte(0x60);
    for (const list of [params, results])
      output.unsigned(list.length).byte(...list.map((type) => codeOfType.get(type)!));
  }
  return output;
}

function functionSection(module: DecodedModule, added: AddedIndexes): ByteWriter {
  const types = [
    ...module.functions,
    ...addedFunctions.map(({ type }) => added.typeIndex(type)),
    ...module.imports.map(({ typeIndex }) => typeIndex),
  ];
  const output = new ByteWriter().unsigned(types.length);
  for (const type of types) output.unsigned(type);
  return output;
}

function tableSection({ tables }: DecodedModule): ByteWriter {
  const output = new ByteWriter().unsigned(tables.length);
  for (const { type, limits } of tables) {
    const { minimum, maximum } = limitTable(limits, tables.length);
    output.byte(codeOfType.get(type)!, 1).unsigned(minimum).unsigned(maximum!);
  }
  return output;
}

function memorySection({ minimum, maximum }: Limits): ByteWriter {
  return new ByteWriter().byte(1, 1).unsigned(minimum).unsigned(maximum!);
}

function globalSection(module: DecodedModule): ByteWriter {
  const output = extended(module, sectionId.global, addedGlobals);
  for (let count = 0; count < addedGlobals; count++) output.byte(codeOfType.get("i32")!, 1, 0x41, 0, 0x0b);
  return output;
}

function exportSection(module: InspectedModule, contract: Contract, added: AddedIndexes): ByteWriter {
  const kinds: readonly ExternalKind[] = ["function", "table", "memory", "global"];
  const entries: [string, ExternalKind, number][] = [[exportNames.memory, "memory", 0]];
  for (const index of module.imports.keys())
    entries.push([exportNames.import(index), "function", added.imports + index]);
  for (const [index, { name }] of addedFunctions.entries()) entries.push([name, "function", added.safepoint + index]);
  for (const { name, functionIndex } of [...contract.entries, ...contract.handlers]) {
    entries.push([exportNames.entry(name), "function", functionIndex]);
  }
  entries.push([exportNames.idleLoop, "global", added.idleLoop], [exportNames.idleFuel, "global", added.idleFuel]);
  module.globals.forEach(({ mutable }, index) => {
    if (mutable) entries.push([exportNames.global(index), "global", index]);
  });
  if (changesTables(module)) {
    for (const index of module.tables.keys()) entries.push([exportNames.table(index), "table", index]);
    for (const index of module.referenced) entries.push([exportNames.function(index), "function", index]);
  }
  const output = new ByteWriter().unsigned(entries.length);
  for (const [name, kind, index] of entries) output.name(name).byte(kinds.indexOf(kind)).unsigned(index);
  return output;
}

function codeSection(
  module: InspectedModule,
  contract: Contract,
  graph: CallGraph,
  options: InstrumentOptions,
  added: AddedIndexes,
): ByteWriter {
  const importCount = module.imports.length;
  const pure = pureFunctions(module, contract.calls, graph);
  const output = new ByteWriter().unsigned(module.functions.length + addedFunctions.length + importCount);
  for (const [index, call] of contract.calls.entries()) {
    output.sized(importBody(call, added.imports + index, added).view());
  }
  for (const [position, body] of module.functionBodies.entries()) {
    const index = importCount + position;
    const watch = { safepoint: callsFirmware(body, importCount), depth: graph.isRecursive(index) };
    const span = module.bodies[position]!;
    const idle = options.skipIdleLoops ? findIdleLoops(module, body, pure) : noIdleLoops;
    output.sized(tickedBody(module.bytes, span, body, watch, typeOfFunction(module, index), added, idle).view());
  }
  for (const body of addedBodies(added)) output.sized(body.view());
  for (let count = 0; count < importCount; count++) output.sized(placeholderBody().view());
  return output;
}

/** Only such functions can make call chains, whose length grows exponentially with the code. */
function callsFirmware(body: FunctionBody, importCount: number): boolean {
  return body.indirectCalls.length > 0 || body.calls.some((index) => index >= importCount);
}

function nameSection(module: DecodedModule): ByteWriter {
  const names = new ByteWriter().unsigned(module.functions.length);
  for (const index of module.functions.keys()) names.unsigned(index).name(guestName(index));
  return new ByteWriter().name("name").byte(1).sized(names.view());
}
