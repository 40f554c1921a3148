/**
 * Sends the requests of a session one after the other, and checks every answer: no failure of the service, as the API's
 * description says, the vendor's form of errors, nothing in it that was planted. Throws an AssertionError otherwise.
 */

import assert from "node:assert/strict";
import type { Account } from "../../../sim/configs/index.ts";
import { describeDifference, operationOf } from "../../sim/configs/described.ts";
import { moreInfoOf } from "../../sim/configs/rest/vendor-errors.ts";
import { basic } from "../../sim/configs/served-service.ts";
import { type Caller, type FuzzRequest, type Known, resolve } from "./fuzz-request.ts";
import { type FuzzedService, planted } from "./fuzzed-service.ts";

const origin = "http://service.example:8080";
const closing = AbortSignal.abort();

/** Statuses of the answers, by operation; those of paths and methods that there are not, under `undefined`. */
export type Reached = Map<string | undefined, Set<number>>;

export interface ReadAnswer {
  readonly status: number;
  /** Their names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

export class RequestSession {
  readonly #known: Known;
  readonly #reached: Reached;
  #account: Account;
  #apiKey: Account | undefined;

  constructor({ account, known }: { readonly account: Account; readonly known: Known }, reached: Reached) {
    this.#account = account;
    this.#known = known;
    this.#reached = reached;
  }

  /** The request as it is sent: what it refers to in its place, credentials among its headers. */
  prepare(request: FuzzRequest): FuzzRequest {
    const resolved = resolve(request, this.#known);
    const credentials = this.#credentialsOf(request.as);
    const shown = credentials ? [["authorization", basic(credentials)] as const] : [];
    return { ...resolved, headers: [...resolved.headers, ...shown] };
  }

  #credentialsOf(caller: Caller): Account | undefined {
    if (caller === "nobody") return undefined;
    if (caller === "stranger") return { ...this.#account, authToken: "wrong" };
    return caller === "key" ? (this.#apiKey ?? this.#account) : this.#account;
  }

  /** Checks the answer to a request that was sent so, and learns from it what later ones can refer to. */
  check({ method, target }: FuzzRequest, { status, headers, text }: ReadAnswer): void {
    assert(status < 500, `${status} ${text}`);
    assert.deepEqual(describeDifference(method, target, { status, headers, text }), [], `${status} ${text}`);
    assert(!`${JSON.stringify(headers)}${text}`.includes(planted), "a secret is told");
    assert.equal(headers["cache-control"], "no-store");
    const operation = operationOf(method, target);
    this.#reached.set(operation, (this.#reached.get(operation) ?? new Set()).add(status));
    if (text === "" || headers["content-type"] !== "application/json") return;
    const json = JSON.parse(text) as Record<string, unknown>;
    if (status < 400) return this.#learn(headers, json);
    assert.equal(json.status, status);
    assert.equal(json.more_info, moreInfoOf(status));
  }

  #learn({ etag }: ReadAnswer["headers"], json: Record<string, unknown>): void {
    if (etag !== undefined) this.#known.add("etag", etag);
    this.#known.addAll(json);
    const { sid, secret, auth_token } = json;
    if (typeof secret === "string") this.#apiKey = { sid: String(sid), authToken: secret };
    if (typeof auth_token === "string") this.#account = { ...this.#account, authToken: auth_token };
  }
}

export async function runSession(fuzzed: FuzzedService, requests: readonly FuzzRequest[], reached: Reached) {
  const session = new RequestSession(await fuzzed.renew(), reached);
  for (const each of requests) {
    const request = session.prepare(each);
    session.check(request, await send(fuzzed, request));
  }
  await checkAlive(fuzzed, session);
}

/** As a server hands it to the service. */
async function send({ service }: FuzzedService, { method, target, headers, body }: FuzzRequest): Promise<ReadAnswer> {
  const isRead = method === "GET" || method === "HEAD";
  const request = new Request(`${origin}/`, {
    method,
    headers: headers as [string, string][],
    ...(!isRead && { body: typeof body === "string" ? body : Buffer.from(body) }),
  });
  const answer = await service.fetch(request, { target, origin, endings: () => [closing] });
  return { status: answer.status, headers: Object.fromEntries(answer.headers), text: await answer.text() };
}

/** A request that is right is answered right, whatever came before it, and the store holds what it may. */
export async function checkAlive(fuzzed: FuzzedService, session: RequestSession): Promise<void> {
  const headers = [["content-type", "application/x-www-form-urlencoded"]] as const;
  const ask = (method: string, target: string, body = "") =>
    send(fuzzed, session.prepare({ method, target, headers, body, as: "account" }));
  const created = await ask("POST", "/v1/Configs", "Key=still-there&Value=yes");
  assert.equal(created.status, 201);
  const fetched = await ask("GET", "/v1/Configs/still-there");
  assert.equal(JSON.parse(fetched.text).value, "yes");
  assert.equal((await ask("DELETE", "/v1/Configs/still-there")).status, 204);
  assert.deepEqual(fuzzed.reported.splice(0), [], "the service failed inside");
  assert.deepEqual(await fuzzed.findInvalid(), [], "what the store holds");
}
