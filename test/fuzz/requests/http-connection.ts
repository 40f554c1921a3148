/** A connection below HTTP: any bytes out, in any pieces, and the answers that come back. */

import assert from "node:assert/strict";
import { connect } from "node:net";
import type { ReadAnswer } from "./request-session.ts";

/** Turns of the event loop without a byte after which nothing more is expected; whatever comes later is lost, no more. */
const quietTurns = 20;
const patienceMilliseconds = 10_000;

/**
 * Writes the pieces one by one, each read before the next is written, reads until the service has nothing more to say,
 * ends the connection, and answers all that came until the service ended it too.
 * @param isEnough what came is all that is waited for
 */
export async function exchange(
  port: number,
  pieces: readonly Uint8Array[],
  isEnough: (received: Buffer) => boolean = () => false,
): Promise<Buffer> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  const chunks: Buffer[] = [];
  let isClosed = false;
  let quiet = 0;
  socket.on("data", (chunk) => {
    chunks.push(chunk);
    quiet = 0;
  });
  // A reset is an end too.
  socket.on("error", () => {});
  const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
  void closed.then(() => {
    isClosed = true;
  });
  const deadline = setTimeout(() => socket.destroy(new Error()), patienceMilliseconds);
  const begin = performance.now();
  for (const piece of pieces) {
    await new Promise<void>((resolve) => socket.write(piece, () => resolve()));
    await turn();
  }
  for (quiet = 0; !isClosed && quiet < quietTurns && !isEnough(Buffer.concat(chunks)); quiet++) await turn();
  socket.end();
  await closed;
  clearTimeout(deadline);
  assert(performance.now() - begin < patienceMilliseconds, "the service did not end the connection");
  return Buffer.concat(chunks);
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

export interface ReadAnswers {
  readonly answers: readonly ReadAnswer[];
  /** What can't be read as an answer: a part of one, or what follows a change of protocol. */
  readonly rest: Buffer;
}

/** @param isHead whether the answer with this index is one to a HEAD; without it this is seen from what follows its head */
export function readAnswers(received: Buffer, isHead?: (index: number) => boolean): ReadAnswers {
  const answers: ReadAnswer[] = [];
  let rest = received;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    const head = /^HTTP\/1\.1 (\d{3}) [^\r\n]*((?:\r\n[^\r\n:]+: ?[^\r\n]*)*)$/.exec(rest.toString("latin1", 0, end));
    if (end < 0 || !head) return { answers, rest };
    const status = Number(head[1]);
    const headers = readHeaders(head[2]!);
    const behind = rest.subarray(end + 4);
    const isBare = isHead?.(answers.length) ?? (behind.length === 0 || behind.toString("latin1", 0, 5) === "HTTP/");
    const body = isBare || status === 204 || status === 304 ? empty : readBody(behind, headers);
    if (!body) return { answers, rest };
    answers.push({ status, headers, text: body.content.toString() });
    rest = behind.subarray(body.bytes);
    if (status === 101) return { answers, rest };
  }
}

function readHeaders(lines: string): Record<string, string> {
  const fields = lines.split("\r\n").slice(1);
  return Object.fromEntries(
    fields.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 1).trim()]),
  );
}

interface Body {
  readonly content: Buffer;
  /** With what it is wrapped in. */
  readonly bytes: number;
}

const empty: Body = { content: Buffer.alloc(0), bytes: 0 };

/** Undefined where a part is missing. */
function readBody(behind: Buffer, headers: Readonly<Record<string, string>>): Body | undefined {
  if (headers["transfer-encoding"] !== "chunked") {
    const bytes = Number(headers["content-length"] ?? 0);
    return behind.length < bytes ? undefined : { content: behind.subarray(0, bytes), bytes };
  }
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = behind.indexOf("\r\n", at);
    if (end < 0) return undefined;
    const size = Number.parseInt(behind.toString("latin1", at, end), 16);
    at = end + 2 + size + 2;
    if (at > behind.length) return undefined;
    if (size === 0) return { content: Buffer.concat(chunks), bytes: at };
    chunks.push(behind.subarray(end + 2, at - 2));
  }
}
