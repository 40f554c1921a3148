/**
 * Sends the requests of a session one after the other, and checks every answer: no failure of the service, as the API's
 * description says, the vendor's form of errors, nothing in it that was planted. Throws an AssertionError otherwise.
 */

import assert from "node:assert/strict";
import { expect } from "vitest";
import type { Account } from "../../sim/configs/index.ts";
import { describeDifference, operationOf } from "../sim/configs/described.ts";
import { errorOf } from "../sim/configs/rest/vendor-errors.ts";
import { basic } from "../sim/configs/served-service.ts";
import { type Caller, type FuzzRequest, type Known, resolve } from "./fuzz-request.ts";
import { type FuzzedService, planted } from "./fuzzed-service.ts";

const origin = "http://service.example:8080";
const closing = AbortSignal.abort();

/** Statuses of the answers, by operation; those of paths and methods that there are not, under `undefined`. */
export type Reached = Map<string | undefined, Set<number>>;

export async function runSession(fuzzed: FuzzedService, requests: readonly FuzzRequest[], reached: Reached) {
  const { account, known } = await fuzzed.renew();
  const session: Session = { fuzzed, account, known, reached };
  for (const request of requests) await sendAndCheck(session, request);
  await checkAlive(session);
  assert.deepEqual(fuzzed.reported.splice(0), [], "the service failed inside");
  assert.deepEqual(await fuzzed.findInvalid(), [], "what the store holds");
}

interface Session {
  readonly fuzzed: FuzzedService;
  account: Account;
  apiKey?: Account;
  readonly known: Known;
  readonly reached: Reached;
}

async function sendAndCheck(session: Session, unresolved: FuzzRequest) {
  const request = resolve(unresolved, session.known);
  const { method, target } = request;
  const answer = await send(session, request);
  const headers = Object.fromEntries(answer.headers);
  const text = await answer.text();
  const { status } = answer;
  assert(status < 500, `${status} ${text}`);
  assert.deepEqual(describeDifference(method, target, { status, headers, text }), [], `${status} ${text}`);
  assert(!`${JSON.stringify(headers)}${text}`.includes(planted), "a secret is told");
  assert.equal(headers["cache-control"], "no-store");
  const operation = operationOf(method, target);
  const statuses = session.reached.get(operation) ?? new Set();
  session.reached.set(operation, statuses.add(status));
  if (text === "") return;
  const json = JSON.parse(text);
  if (status >= 400) return expect(json).toEqual(errorOf(status));
  learn(session, headers, json);
}

/** What later requests can name. */
function learn(session: Session, headers: Record<string, string>, json: Record<string, unknown>) {
  if (headers.etag !== undefined) session.known.add("etag", headers.etag);
  session.known.addAll(json);
  const { sid, secret, auth_token } = json;
  if (typeof secret === "string") session.apiKey = { sid: String(sid), authToken: secret };
  if (typeof auth_token === "string") session.account = { ...session.account, authToken: auth_token };
}

/** As a server hands it to the service. */
function send({ fuzzed, account, apiKey }: Session, { method, target, headers, body, as }: FuzzRequest) {
  const callers: Record<Caller, Record<string, string>> = {
    account: { authorization: basic(account) },
    key: { authorization: basic(apiKey ?? account) },
    nobody: {},
    stranger: { authorization: basic({ sid: account.sid, authToken: "wrong" }) },
  };
  const isRead = method === "GET" || method === "HEAD";
  const request = new Request(`${origin}/`, {
    method,
    headers: [...headers, ...Object.entries(callers[as])] as [string, string][],
    ...(!isRead && { body: typeof body === "string" ? body : Buffer.from(body) }),
  });
  return fuzzed.service.fetch(request, { target, origin, closing });
}

/** A request that is right is answered right, whatever came before it. */
async function checkAlive({ fuzzed, account, known, reached }: Session) {
  const session = { fuzzed, account, known, reached };
  const headers = [["content-type", "application/x-www-form-urlencoded"]] as const;
  const target = "/v1/Configs/still-there";
  const request = {
    method: "POST",
    target: "/v1/Configs",
    headers,
    body: "Key=still-there&Value=yes",
    as: "account",
  } as const;
  const created = await send(session, request);
  assert.equal(created.status, 201);
  const fetched = await send(session, { ...request, method: "GET", target });
  assert.equal(((await fetched.json()) as { value: string }).value, "yes");
  assert.equal((await send(session, { ...request, method: "DELETE", target })).status, 204);
}
