/** What holds for any requests and for any bytes on a connection. Throws an AssertionError otherwise. */

import assert from "node:assert/strict";
import { type ConfigsServer, serveConfigs } from "../../../sim/configs/index.ts";
import { type Connection, cut, type Pipeline, type Stream, writeRequest } from "./any-connections.ts";
import { type FuzzRequest, readInput } from "./fuzz-request.ts";
import { createFuzzedService, type FuzzedService, planted } from "./fuzzed-service.ts";
import { exchange, readAnswers } from "./http-connection.ts";
import { checkAlive, type Reached, RequestSession, runSession } from "./request-session.ts";

/** A saved session. */
export async function checkSession(content: Uint8Array): Promise<string> {
  const reached: Reached = new Map();
  await runSession(createFuzzedService(), readInput<FuzzRequest[]>(new TextDecoder().decode(content)), reached);
  return summary(reached);
}

/** Saved connections. */
export async function checkConnections(content: Uint8Array): Promise<string> {
  const reached: Reached = new Map();
  const target = await serveFuzzed();
  try {
    await runConnections(target, readInput<Connection[]>(new TextDecoder().decode(content)), reached);
  } finally {
    await target.server.close();
  }
  return summary(reached);
}

function summary(reached: Reached): string {
  return [...reached]
    .map(([operation, statuses]) => `${operation ?? "elsewhere"}: ${[...statuses].join(", ")}`)
    .join("\n");
}

export interface ServedFuzzed {
  readonly fuzzed: FuzzedService;
  readonly server: ConfigsServer;
  readonly port: number;
}

export async function serveFuzzed(): Promise<ServedFuzzed> {
  const fuzzed = createFuzzedService();
  const server = await serveConfigs(fuzzed.service);
  return { fuzzed, server, port: Number(new URL(server.url).port) };
}

/** Opens the connections one after the other. @returns how many answers came */
export async function runConnections(
  { fuzzed, port }: ServedFuzzed,
  connections: readonly Connection[],
  reached: Reached,
): Promise<number> {
  const session = new RequestSession(await fuzzed.renew(), reached);
  let answers = 0;
  for (const connection of connections) {
    answers +=
      connection.kind === "pipeline"
        ? await checkPipeline(port, connection, session)
        : await checkStream(port, connection, reached);
  }
  await checkAlive(fuzzed, session);
  return answers;
}

/** Each request has one answer, in their order. */
async function checkPipeline(
  port: number,
  { requests, chunkBytes, cuts }: Pipeline,
  session: RequestSession,
): Promise<number> {
  const prepared = requests.map((request) => session.prepare(request));
  const written = prepared.map((request) => writeRequest(request, chunkBytes));
  const isHead = (index: number) => prepared[index]?.method === "HEAD";
  // Node refuses the head of a request above 16 KiB, and says no more then.
  const tooLong = written.findIndex((bytes) => bytes.indexOf("\r\n\r\n") > maxHeadBytes);
  const expected = tooLong < 0 ? requests.length : tooLong + 1;
  const count = (received: Buffer) => readAnswers(received, isHead).answers.length;
  const received = await exchange(port, cut(Buffer.concat(written), cuts), (bytes) => count(bytes) >= expected);
  const { answers, rest } = readAnswers(received, isHead);
  assert.equal(rest.toString("latin1"), "");
  assert.equal(answers.length, expected, `${expected} answers, not ${received.toString("latin1")}`);
  for (const [index, answer] of answers.entries()) {
    if (index === tooLong) assert.equal(answer.status, 431);
    else session.check({ ...prepared[index]!, target: targetIn(written[index]!) }, answer);
  }
  return answers.length;
}

const maxHeadBytes = 16_300;

/** As it was sent. */
function targetIn(written: Buffer): string {
  return written.toString("latin1", 0, written.indexOf("\r\n")).split(" ")[1]!;
}

/** The service ends the connection or waits for its end; what it says until then tells nothing, and of no failure. */
async function checkStream(port: number, { kind, bytes, cuts }: Stream, reached: Reached): Promise<number> {
  const received = await exchange(port, cut(bytes, cuts));
  assert(!received.includes(planted), "a secret is told");
  const { answers, rest } = readAnswers(received);
  const statuses = answers.map(({ status }) => status);
  // Node ends the connection within an answer where damage follows the request.
  const isOfAnswer =
    rest.length === 0 || statuses.at(-1) === 101 || /^HTTP\/1\.1 [1-4]/.test(rest.toString("latin1", 0, 20));
  assert(isOfAnswer, `no answer: ${rest.toString("latin1", 0, 200)}`);
  for (const { status, headers, text } of answers) {
    assert(status < 500, `${status} ${text}`);
    if (headers["content-type"] === "application/json" && text !== "" && status >= 400) {
      assert.equal(JSON.parse(text).status, status);
    }
  }
  if (kind === "ambiguous") assert(statuses[0] === 400 && statuses.length === 1, `answered ${statuses}`);
  reached.set(kind, new Set([...(reached.get(kind) ?? []), ...statuses]));
  return Math.max(1, answers.length);
}
