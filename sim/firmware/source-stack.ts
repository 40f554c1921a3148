/**
 * Call stacks with the firmware's own source positions, from the source map that the AssemblyScript compiler writes:
 * one line, whose columns are offsets into the module. Without a map they are names.
 */

import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import type { CallStack, CodePlace } from "../../host/index.ts";

/** An offset, and the source that it comes from: file, line and column, from 0. */
type Mapped = readonly [offset: number, file: number, line: number, column: number];

/**
 * One line a function, innermost first: `name (file:line:column)` of the call or the trap, or `name (in file:line)`
 * where only the function is known. Files are as the map has them: relative to the program's folder.
 * @param sourceMap as JSON; one that can't be read is ignored, since it is the firmware that went wrong
 */
export function sourceStack({ stack, places }: CallStack, sourceMap: string | undefined): string[] {
  const map = sourceMap === undefined ? undefined : readMap(sourceMap);
  if (!map) return [...stack];
  const mapped = (decodedMappings(map)[0] ?? []).filter((segment): segment is [number, number, number, number] => {
    return segment.length > 1;
  });
  return stack.map((name, index) => {
    const position = places[index] && positionOf(map, mapped, places[index]);
    return position === undefined ? name : `${name} (${position})`;
  });
}

function readMap(sourceMap: string): TraceMap | undefined {
  try {
    return new TraceMap(sourceMap);
  } catch {
    return undefined;
  }
}

function positionOf(map: TraceMap, mapped: readonly Mapped[], place: CodePlace): string | undefined {
  const { functionStart, instruction = -1 } = place;
  // Not every instruction has a position: then it is that of the one before.
  const exact = mapped.findLast(([offset]) => functionStart <= offset && offset <= instruction);
  if (exact) return `${map.sources[exact[1]]}:${exact[2] + 1}:${exact[3] + 1}`;
  const first = mapped.find(([offset]) => functionStart <= offset);
  return first && `in ${map.sources[first[1]]}:${first[2] + 1}`;
}
