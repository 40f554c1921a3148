/**
 * Finds interrupt handlers that may allocate. AssemblyScript's allocator and collector are not re-entrant: a handler
 * that allocates while the program allocates corrupts the heap. Needs the name section (`asc --debug`).
 */

import type { Diagnostic } from "../../../fault/diagnostics.ts";
import type { CallGraph } from "./call-graph.ts";
import type { EntryPoint } from "./contract.ts";
import type { FunctionNames } from "./function-names.ts";

/** `~lib/rt/itcms/__new`, `~lib/rt/stub/__renew` and those of the other runtimes. */
const allocatorPattern = /^~lib\/rt\/\w+\/__(new|renew)$/;

export function allocatingHandlers(
  handlers: readonly EntryPoint[],
  graph: CallGraph,
  names: FunctionNames,
): Diagnostic[] {
  return handlers.flatMap(({ name, functionIndex }) => {
    const path = pathTo(graph, functionIndex, (node) => allocatorPattern.test(names(node) ?? ""));
    if (!path) return [];
    return {
      id: "allocating-handler",
      message:
        `the interrupt handler ${name} may allocate (${path.map(names).join(" calls ")}). AssemblyScript's allocator ` +
        "is not re-entrant: set a flag in the handler, and do the work in the program.",
    };
  });
}

/** The shortest chain of functions from one to the first that is wanted; nodes between functions are left out. */
function pathTo(graph: CallGraph, from: number, isWanted: (node: number) => boolean): number[] | undefined {
  const callers = new Map<number, number>([[from, -1]]);
  for (const node of callers.keys()) {
    if (isWanted(node)) {
      const path: number[] = [];
      for (let step = node; step !== -1; step = callers.get(step) as number) path.unshift(step);
      return path.filter((step) => graph.isFunction(step));
    }
    for (const target of graph.edges[node] as readonly number[]) if (!callers.has(target)) callers.set(target, node);
  }
  return undefined;
}
