/** Operators who create, change, delete and read the same keys over REST at once, and what each of them was told. */

import fc from "fast-check";
import type { Operation, Request } from "../linearizability.ts";
import { basic, form, type ServedService } from "../served-service.ts";

export interface Load {
  readonly clients: number;
  readonly keys: number;
  /** Of each client, one after the other. */
  readonly requests: number;
  readonly seed: number;
}

/** What happened to each key. */
export type Histories = ReadonlyMap<string, readonly Operation[]>;

interface Told extends Pick<Operation, "status" | "value"> {
  readonly etag: string | undefined;
}

interface Plan {
  readonly key: number;
  readonly kind: Request["kind"];
  /** Whether what the client knows of the key is made a condition. */
  readonly isConditional: boolean;
}

/** @param nodes all of one store; clients are spread over them */
export async function runClients(nodes: readonly ServedService[], load: Load): Promise<Histories> {
  const histories = new Map(keysOf(load).map((key) => [key, [] as Operation[]]));
  // One clock for all: each step of it is one sending or one answer.
  let now = 0;

  async function act(node: ServedService, key: string, request: Request, etag?: string): Promise<Told> {
    const begin = now++;
    const told = await ask(node, key, request, etag);
    histories.get(key)!.push({ request, status: told.status, value: told.value, begin, end: now++ });
    return told;
  }

  const plans = fc.sample(planOf(load), { seed: load.seed, numRuns: load.clients });
  await Promise.all(
    plans.map(async (plan, client) => {
      const node = nodes[client % nodes.length]!;
      const known = new Map<string, Told>();
      for (const [step, { key: index, kind, isConditional }] of plan.entries()) {
        const key = `key-${index}`;
        const before = isConditional ? known.get(key) : undefined;
        const request = { kind, value: `${client}-${step}`, ifValue: before?.value } as Request;
        known.set(key, await act(node, key, request, before?.etag));
      }
    }),
  );
  // In the end every node shows the same state, one key at a time and in its list.
  for (const node of nodes) {
    for (const key of histories.keys()) await act(node, key, { kind: "read" });
    const begin = now++;
    const listed = await list(node);
    for (const [key, history] of histories) {
      const value = listed.get(key);
      history.push({ request: { kind: "read" }, status: value === undefined ? 404 : 200, value, begin, end: now });
    }
    now++;
  }
  return histories;
}

function keysOf({ keys }: Load): string[] {
  return Array.from({ length: keys }, (_, index) => `key-${index}`);
}

/** Half of the requests meet at few of the keys: there are always several of one key under way. */
function planOf({ keys, requests }: Load): fc.Arbitrary<Plan[]> {
  const step = fc.record({
    key: fc.oneof(fc.nat(keys - 1), fc.nat(Math.ceil(keys / 10) - 1)),
    kind: fc.constantFrom("create", "update", "delete", "read"),
    isConditional: fc.boolean(),
  });
  return fc.array(step, { minLength: requests, maxLength: requests });
}

async function ask(node: ServedService, key: string, request: Request, etag: string | undefined): Promise<Told> {
  const url = `${node.server.url}/v1/Configs`;
  const authorization = basic(node.account);
  const headers = { authorization, ...(etag !== undefined && request.kind !== "read" && { "if-match": etag }) };
  const answer = await (() => {
    switch (request.kind) {
      case "create":
        return fetch(url, post({ authorization }, `Key=${key}&Value=${request.value}`));
      case "update":
        return fetch(`${url}/${key}`, post(headers, `Value=${request.value}`));
      case "delete":
        return fetch(`${url}/${key}`, { method: "DELETE", headers });
      case "read":
        return fetch(`${url}/${key}`, { headers });
    }
  })();
  const text = await answer.text();
  const value = answer.ok && text !== "" ? (JSON.parse(text) as { value: string }).value : undefined;
  return { status: answer.status, value, etag: answer.headers.get("etag") ?? undefined };
}

function post(headers: Record<string, string>, body: string): RequestInit {
  return { method: "POST", headers: { ...headers, ...form }, body };
}

async function list(node: ServedService): Promise<Map<string, string>> {
  const { json } = await node.send("GET", "/v1/Configs?PageSize=1000", { as: node.account });
  return new Map(json.configs.map(({ key, value }: { key: string; value: string }) => [key, value]));
}
