/**
 * Who may call whom, and which functions lie on a cycle. An indirect call may reach every function of its type whose
 * reference the module takes. So that many indirect calls and many such functions don't multiply, each type is a node
 * of its own between them.
 */

import { typeOfFunction } from "../binary/module.ts";
import { signatureText } from "../binary/types.ts";
import type { InspectedModule } from "./inspect.ts";

export interface CallGraph {
  /** Functions by index, then one node a signature: the nodes that each may call. */
  readonly edges: readonly (readonly number[])[];
  /** Strongly connected components, callees before callers. */
  readonly components: readonly (readonly number[])[];
  isRecursive(node: number): boolean;
  isFunction(node: number): boolean;
}

export function buildCallGraph(module: InspectedModule): CallGraph {
  const functionCount = module.functions.length;
  const signatures = new Map<string, number[]>();
  const nodeOfSignature = new Map<string, number>();
  const signatureNode = (signature: string): number => {
    let node = nodeOfSignature.get(signature);
    if (node === undefined) {
      node = functionCount + nodeOfSignature.size;
      nodeOfSignature.set(signature, node);
      signatures.set(signature, []);
    }
    return node;
  };
  for (const index of module.referenced) {
    const signature = signatureText(typeOfFunction(module, index));
    signatureNode(signature);
    signatures.get(signature)?.push(index);
  }

  const edges: number[][] = module.imports.map(() => []);
  for (const body of module.functionBodies) {
    edges.push([...body.calls, ...body.indirectCalls.map((type) => signatureNode(signatureText(module.types[type]!)))]);
  }
  for (const targets of signatures.values()) edges.push(targets);

  const components = stronglyConnected(edges);
  const recursive = new Set<number>();
  for (const component of components) {
    const [first] = component as [number];
    if (component.length > 1 || edges[first]?.includes(first)) for (const node of component) recursive.add(node);
  }
  return {
    ...{ edges, components },
    isRecursive: (node) => recursive.has(node),
    isFunction: (node) => node < functionCount,
  };
}

/** Tarjan's algorithm without recursion: firmware may have call chains of any length. */
function stronglyConnected(edges: readonly (readonly number[])[]): number[][] {
  const order = new Int32Array(edges.length).fill(-1);
  const lowest = new Int32Array(edges.length);
  const onStack = new Uint8Array(edges.length);
  const stack: number[] = [];
  const components: number[][] = [];
  let next = 0;
  const visits: { node: number; edge: number }[] = [];
  const begin = (node: number): void => {
    order[node] = lowest[node] = next++;
    stack.push(node);
    onStack[node] = 1;
    visits.push({ node, edge: 0 });
  };
  for (let root = 0; root < edges.length; root++) {
    if (order[root] !== -1) continue;
    begin(root);
    while (visits.length > 0) {
      const visit = visits[visits.length - 1] as { node: number; edge: number };
      const { node } = visit;
      const target = (edges[node] as readonly number[])[visit.edge++];
      if (target !== undefined) {
        if (order[target] === -1) begin(target);
        else if (onStack[target]) lowest[node] = Math.min(lowest[node] as number, order[target] as number);
        continue;
      }
      visits.pop();
      const caller = visits[visits.length - 1]?.node;
      if (caller !== undefined) lowest[caller] = Math.min(lowest[caller] as number, lowest[node] as number);
      if (lowest[node] !== order[node]) continue;
      const component = stack.splice(stack.lastIndexOf(node));
      for (const member of component) onStack[member] = 0;
      components.push(component);
    }
  }
  return components;
}
