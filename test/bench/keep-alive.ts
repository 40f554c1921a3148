/**
 * A client that costs next to nothing, so that the server is what limits: a few connections that are kept alive, each
 * with one request under way, always the same bytes.
 */

import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface Exchange {
  readonly status: number;
  /** In lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface Requests {
  readonly port: number;
  /** The whole request. */
  readonly bytes: string;
}

/** @returns requests a second */
export async function requestRate(requests: Requests, connections: number, perConnection: number): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(requests.port)));
  const start = performance.now();
  await Promise.all(sockets.map((socket) => repeat(socket, requests.bytes, perConnection)));
  const elapsed = performance.now() - start;
  for (const socket of sockets) socket.destroy();
  return (connections * perConnection * 1000) / elapsed;
}

/** Once, and all of what is answered. */
export async function exchangeOnce({ port, bytes }: Requests): Promise<Exchange> {
  const socket = await open(port);
  let text = "";
  socket.setEncoding("utf8");
  socket.write(bytes);
  while (!isWhole(text)) text += ((await once(socket, "data")) as [string])[0];
  socket.destroy();
  const [head = "", body = ""] = text.split("\r\n\r\n");
  const [line = "", ...fields] = head.split("\r\n");
  const headers = fields.map((field) => {
    const colon = field.indexOf(":");
    return [field.slice(0, colon).toLowerCase(), field.slice(colon + 1).trim()] as const;
  });
  return { status: Number(line.split(" ")[1]), headers: Object.fromEntries(headers), body };
}

async function open(port: number): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", noDelay: true });
  await once(socket, "connect");
  return socket;
}

/** All answers are as long as the first: dates and values in them have a fixed length. */
function repeat(socket: Socket, bytes: string, times: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let left = times;
    let length = 0;
    let received = 0;
    let first = "";
    socket.on("error", reject);
    socket.on("close", () => reject(new Error("the server closed the connection")));
    socket.on("data", (chunk: Buffer) => {
      received += chunk.length;
      if (length === 0) {
        first += chunk.toString();
        if (!isWhole(first)) return;
        if (!/^HTTP\/1.1 20/.test(first)) reject(new Error(first));
        length = received;
      }
      if (received < length) return;
      received = 0;
      if (--left === 0) resolve();
      else socket.write(bytes);
    });
    socket.write(bytes);
  });
}

/** ASCII only, so characters are bytes. */
function isWhole(text: string): boolean {
  const head = text.indexOf("\r\n\r\n");
  if (head < 0) return false;
  const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? 0);
  return text.length >= head + 4 + length;
}
