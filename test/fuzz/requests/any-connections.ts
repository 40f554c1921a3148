/** What comes over a connection: requests one behind the other, damaged ones, and such whose end is a matter of opinion. */

import fc from "fast-check";
import { subprotocol } from "../../../host/wire/protocol.ts";
import { damaged } from "../damaged-bytes.ts";
import type { FuzzRequest } from "./fuzz-request.ts";
import { authorization } from "./fuzzed-service.ts";

/** Right requests, written in pieces that end at the cuts. */
export interface Pipeline {
  readonly kind: "pipeline";
  readonly requests: readonly FuzzRequest[];
  /** Whether bodies come in chunks, and how large these are. */
  readonly chunkBytes: number | undefined;
  readonly cuts: readonly number[];
}

export interface Stream {
  /** `ambiguous`: a request whose body, as some would read it, holds another one. */
  readonly kind: "damaged" | "ambiguous";
  readonly bytes: Uint8Array;
  readonly cuts: readonly number[];
}

export type Connection = Pipeline | Stream;

const cuts = fc.array(fc.nat(), { maxLength: 6 });

export function anyPipeline(request: fc.Arbitrary<FuzzRequest>): fc.Arbitrary<Pipeline> {
  return fc.record({
    kind: fc.constant("pipeline"),
    requests: fc.array(request, { minLength: 1, maxLength: 6 }),
    chunkBytes: fc.option(fc.integer({ min: 1, max: 5000 }), { nil: undefined, freq: 2 }),
    cuts,
  });
}

const hidden =
  "POST /v1/Configs HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n" +
  `Authorization: ${authorization}\r\nContent-Length: 20\r\n\r\nKey=smuggled&Value=x`;

/** Headers that say of a body's end what another reader may take otherwise. */
const framings = [
  "Content-Length: LENGTH\r\nTransfer-Encoding: chunked",
  "Transfer-Encoding: chunked\r\nContent-Length: LENGTH",
  "Content-Length: LENGTH\r\nContent-Length: 0",
  "Content-Length: 0\r\nContent-Length: LENGTH",
  "Content-Length: LENGTH, 0",
  "Content-Length: +LENGTH",
  "Content-Length: -LENGTH",
  "Content-Length: 0xLENGTH",
  "Content-Length: LENGTH 0",
  "Content-Length : LENGTH",
  "Content-Length\r\n : LENGTH",
  "Transfer-Encoding: xchunked",
  "Transfer-Encoding: chunked, identity",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding: \x0bchunked",
  "Transfer-Encoding: chunked\r\nTransfer-Encoding: x",
  "Transfer-Encoding: x\r\nContent-Length: LENGTH",
  "X: y\rContent-Length: LENGTH",
  "X: y\r\n Content-Length: LENGTH\r\nTransfer-Encoding:\r\n chunked\r\nContent-Length: LENGTH",
  "X:\0\r\nContent-Length: LENGTH",
];

const ambiguousBytes = fc
  .record({
    framing: fc.constantFrom(...framings),
    begin: fc.constantFrom("", "0\r\n\r\n", "0\n\n", "1\r\nx\r\n0\r\n\r\n", "\r\n"),
  })
  .map(({ framing, begin }) => {
    const body = begin + hidden;
    const head = `POST /v1/Configs/k HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\n`;
    return Buffer.from(`${head}${framing.replaceAll("LENGTH", String(body.length))}\r\n\r\n${body}`, "latin1");
  });

export const ambiguous: fc.Arbitrary<Stream> = fc.record({
  kind: fc.constant("ambiguous"),
  bytes: ambiguousBytes,
  cuts,
});

const starts = [
  "GET /v1/Configs/k HTTP/1.0\r\n",
  "GET http://other.example/v1/Configs HTTP/1.1\r\nHost: x\r\n",
  "GET //v1/Configs HTTP/1.1\r\nHost: x\r\n",
  "GET * HTTP/1.1\r\nHost: x\r\n",
  "OPTIONS * HTTP/1.1\r\nHost: x\r\n",
  "CONNECT configs:443 HTTP/1.1\r\nHost: x\r\n",
  "TRACE /v1/Configs HTTP/1.1\r\nHost: x\r\n",
  "GET /v1/Configs HTTP/1.1\r\n",
  "GET /v1/Configs HTTP/1.1\r\nHost: x\r\nHost: y\r\n",
  "GET /v1/Configs HTTP/1.1\r\nHost: <script>\r\n",
  "GET /v1/Configs HTTP/2.0\r\nHost: x\r\n",
  "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
  "GET /device HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n" +
    `Sec-WebSocket-Protocol: ${subprotocol}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n`,
  "GET /device HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n",
  "GET /v1/Configs HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n",
  "POST /v1/Configs HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 10\r\n",
  "POST /v1/Configs HTTP/1.1\r\nHost: x\r\nExpect: something\r\nContent-Length: 10\r\n",
  "POST /v1/Configs HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nTrailer: Authorization\r\n",
  "GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n",
  "get /v1/Configs HTTP/1.1\r\nHost: x\r\n",
  "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
];
const extraHeader = fc.oneof(
  fc.constantFrom(
    "Connection: close",
    "Connection: keep-alive",
    "Authorization: Basic",
    "Cookie: a=b",
    "If-Match: \xff",
  ),
  fc.constant(`X: ${"y".repeat(17_000)}`),
  fc.constant("A: b\r\n".repeat(1500)),
);
const tails = fc.constantFrom(
  "\r\n\r\n",
  "\r\n",
  "\n\n",
  "\r\n\r\nKey=k&Value",
  "\r\n\r\nffffffffffffffff\r\nx",
  "\r\n\r\n5;x=y\r\nKey=k\r\n0\r\nA: b\r\n\r\n",
);
const strange = fc
  .record({
    start: fc.constantFrom(...starts),
    isKnown: fc.boolean(),
    headers: fc.array(extraHeader, { maxLength: 2 }),
    tail: tails,
  })
  .map(({ start, isKnown, headers, tail }) => {
    const all = [...(isKnown ? [`Authorization: ${authorization}`] : []), ...headers];
    return Buffer.from(start + all.join("\r\n") + tail, "latin1");
  });

/** @param whole bytes of right requests */
export function anyDamaged(whole: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Stream> {
  const bytes = fc.oneof(
    { arbitrary: damaged(whole), weight: 4 },
    { arbitrary: strange, weight: 2 },
    damaged(strange),
    fc.tuple(whole, strange, whole).map((parts) => Buffer.concat(parts)),
    fc.uint8Array({ maxLength: 100 }),
  );
  return fc.record({ kind: fc.constant("damaged"), bytes, cuts });
}

/** One request as HTTP/1.1 has it. What no client can send is left out of its target and its headers. */
export function writeRequest({ method, target, headers, body }: FuzzRequest, chunkBytes?: number): Buffer {
  const content = method === "GET" || method === "HEAD" ? Buffer.alloc(0) : Buffer.from(body);
  const path = target.replaceAll(/[^\x21-\x7e]|\\/g, "");
  const kept = headers.filter(([name]) => name !== "content-length" && name !== "expect");
  const framing = chunkBytes === undefined ? `content-length: ${content.length}` : "transfer-encoding: chunked";
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "host: configs.example",
    ...kept.map((each) => each.join(": ")),
    framing,
  ];
  const head = Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  return Buffer.concat([head, ...(chunkBytes === undefined ? [content] : chunksOf(content, chunkBytes))]);
}

function chunksOf(content: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const chunk = content.subarray(at, at + size);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from("\r\n"));
  }
  return [...chunks, Buffer.from("0\r\n\r\n")];
}

export function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.map((each) => each % (bytes.length + 1)).sort((one, other) => one - other), bytes.length];
  return places.slice(1).map((end, index) => bytes.subarray(places[index]!, end));
}
