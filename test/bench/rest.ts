/**
 * REST over keep-alive HTTP: reading one config and updating it, with authentication and SQLite, against a bare
 * `node:http` server that gives the same answer, byte for byte, from a Map, and after one durable insert.
 */

import { join } from "node:path";
import { inScratchFolder } from "./firmware.ts";
import { type Exchange, exchangeOnce, requestRate } from "./keep-alive.ts";
import { takeTurns } from "./measure.ts";
import { type Aim, type Row, row } from "./rows.ts";
import { type Served, startServed } from "./served.ts";
import type { Answer } from "./served-process.ts";
import { account } from "./service.ts";

const path = "/v1/Configs/greeting";
const value = "Value=Hello%2C+world";
const authorization = `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString("base64")}`;
const connections = 8;
const turns = { warmUpRounds: 4, rounds: 15 };

export async function restRows(): Promise<Row[]> {
  return inScratchFolder(async (folder) => {
    const service = await startServed({ kind: "service", file: join(folder, "configs.db") });
    const create = request("POST", "/v1/Configs", `Key=greeting&${value}`);
    await exchangeOnce({ port: service.port, bytes: create });

    const get = request("GET", path);
    const found = answerOf(await exchangeOnce({ port: service.port, bytes: get }));
    const read = await startServed({ kind: "read", answers: [[path, found]] });
    const reading = await compare(service, read, get, 500);
    await read.stop();

    const post = request("POST", path, value);
    const updated = answerOf(await exchangeOnce({ port: service.port, bytes: post }));
    const write = await startServed({ kind: "write", file: join(folder, "written.db"), answer: updated });
    const writing = await compare(service, write, post, 100);
    await Promise.all([write.stop(), service.stop()]);

    const rowOf = (name: string, measured: typeof reading, against: string, aim: Aim) =>
      row(name, "requests/s", measured, against, aim);
    return [
      rowOf("GET of a config, SQLite", reading, "node:http, the same bytes from a Map", { atLeast: 0.5 }),
      rowOf("POST to a config, SQLite", writing, "node:http, one durable insert", { atLeast: 0.8 }),
    ];
  });
}

function compare(service: Served, bare: Served, bytes: string, requests: number) {
  const round =
    ({ port }: Served) =>
    () =>
      requestRate({ port, bytes }, connections, requests);
  return takeTurns(round(service), round(bare), turns);
}

function request(method: string, target: string, body?: string): string {
  const type = "Content-Type: application/x-www-form-urlencoded";
  const entity = body === undefined ? "" : `${type}\r\nContent-Length: ${body.length}\r\n`;
  const head = `${method} ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${authorization}\r\n`;
  return `${head}Accept: application/json\r\n${entity}\r\n${body ?? ""}`;
}

/** Without what Node itself adds to each answer. */
function answerOf({ status, headers, body }: Exchange): Answer {
  if (status !== 200) throw new Error(`${status}: ${body}`);
  const { date, connection, "keep-alive": keepAlive, ...own } = headers;
  return { headers: own, body };
}
