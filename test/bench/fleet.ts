/**
 * Ten thousand connected devices that fetch for a minute, at a third of the rate at which a bare `ws` server echoes
 * messages of the same sizes on as many connections. The offered rate stands: each fetch is sent when it is due, and its
 * time counts from then. It takes some minutes, and files: not part of a plain `npm run bench`.
 */

import { type ChildProcess, execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { encode } from "cborg";
import { inScratchFolder } from "./firmware.ts";
import type { FleetOrder, FleetReport, FleetTask } from "./fleet-process.ts";
import { exchangeOnce } from "./keep-alive.ts";
import { type Row, row } from "./rows.ts";
import { type Served, startServed } from "./served.ts";
import { account } from "./service.ts";

const devices = 10_000;
const processes = 2;
const share = 1 / 3;
const warmUpSeconds = 5;
const seconds = 60;
const echoSeconds = 15;

const [key, value] = ["greeting", "Hello, world"];
/** One item: the account's config; and its answer. See docs/wire.md. */
const request = Buffer.concat([Buffer.from([1, 1, 0, 1, key.length]), Buffer.from(key)]);
const answer = Buffer.concat([Buffer.from([1, 1, 0, value.length, 0]), Buffer.from(value)]);
/** Of a fetch on a channel with a number of the usual length. */
const requestBytes = encode([3, 300, "configFetch", request]).length;
const answerBytes = encode([4, 300, answer]).length;

export async function fleetRows(): Promise<Row[]> {
  assertFiles();
  const echo = await echoFigures();
  return inScratchFolder(async (folder) => {
    const rows: Row[] = [];
    for (const [store, file] of [
      ["memory store", undefined],
      ["SQLite", join(folder, "configs.db")],
    ] as const) {
      const served = await startServed({ kind: "service", file });
      rows.push(...(await fetchRows(served, store, echo)));
      await served.stop();
    }
    return rows;
  });
}

interface EchoFigures {
  /** Messages a second, when each connection sends again at once. */
  readonly rate: number;
  /** At a third of that. */
  readonly atShare: FleetReport;
}

async function echoFigures(): Promise<EchoFigures> {
  const served = await startServed({ kind: "sockets", answerBytes });
  const fleet = await connectFleet(served, { protocol: "echo", requestBytes });
  await fleet.order({ kind: "closedLoop", seconds: warmUpSeconds });
  const { answered } = await fleet.order({ kind: "closedLoop", seconds: echoSeconds });
  const rate = answered / echoSeconds;
  const atShare = await fleet.order({ kind: "openLoop", seconds: echoSeconds, rate: rate * share });
  await fleet.end();
  await served.stop();
  return { rate, atShare };
}

async function fetchRows(served: Served, store: string, echo: EchoFigures): Promise<Row[]> {
  await createConfig(served.port);
  const speaks = { protocol: "device", token: account.deviceToken ?? "" } as const;
  const fleet = await connectFleet(served, {
    ...speaks,
    request: request.toString("hex"),
    answer: answer.toString("hex"),
  });
  const rate = echo.rate * share;
  await fleet.order({ kind: "openLoop", seconds: warmUpSeconds, rate });
  const report = await fleet.order({ kind: "openLoop", seconds, rate });
  const megabytes = (await served.memoryBytes()) / 1024 / 1024;
  await fleet.end();
  const { answered, failed, dropped, latencies } = report;
  console.log(
    `${devices} devices, ${store}: ${rate.toFixed(0)} fetches/s offered for ${seconds} s, ${answered} answered, ${failed} failed, ` +
      `${dropped} connections dropped; the service then takes ${megabytes.toFixed(0)} MiB.\n`,
  );
  const achieved = { value: answered / seconds, baseline: echo.rate };
  const name = `${devices.toLocaleString("en")} devices that fetch, ${store}`;
  const aim = { atLeast: Math.floor(share * 100) / 100 };
  const percentiles = [50, 99, 99.9, 100].map((percent) => {
    const measured = { value: percentile(latencies, percent), baseline: percentile(echo.atShare.latencies, percent) };
    return row(`${name}: ${percent === 100 ? "longest" : `p${percent}`}`, "ms", measured, "a ws echo at the same rate");
  });
  return [
    row(`${name}, at a third of the echo's rate`, "fetches/s", achieved, "a ws echo, as fast as it can", aim),
    ...percentiles,
  ];
}

interface Fleet {
  /** All processes at once; their reports as one. */
  order(order: FleetOrder): Promise<FleetReport>;
  end(): Promise<void>;
}

async function connectFleet({ port }: Served, speaks: FleetTask["speaks"]): Promise<Fleet> {
  const clients = devices / processes;
  const children = Array.from({ length: processes }, (_, index) =>
    startProcess({ port, clients, firstClient: index * clients, speaks }),
  );
  await Promise.all(children.map(({ answer }) => answer));
  return {
    async order(order) {
      const split = order.kind === "openLoop" ? { ...order, rate: order.rate / processes } : order;
      const reports = await Promise.all(children.map(({ ask }) => ask(split)));
      return {
        answered: sum(reports.map(({ answered }) => answered)),
        latencies: Float64Array.from(reports.flatMap(({ latencies }) => [...latencies])).sort(),
        failed: sum(reports.map(({ failed }) => failed)),
        dropped: sum(reports.map(({ dropped }) => dropped)),
      };
    },
    async end() {
      await Promise.all(children.map(({ end }) => end()));
    },
  };
}

function startProcess(task: FleetTask) {
  const file = fileURLToPath(new URL("./fleet-process.js", import.meta.url));
  const child = fork(file, [JSON.stringify(task)], { serialization: "advanced" });
  return {
    answer: answerOf(child),
    async ask(order: FleetOrder): Promise<FleetReport> {
      const answer = answerOf(child);
      child.send(order);
      return (await answer) as FleetReport;
    },
    async end() {
      const exit = once(child, "exit");
      child.send({ kind: "end" } satisfies FleetOrder);
      await exit;
    },
  };
}

function answerOf(child: ChildProcess): Promise<unknown> {
  return new Promise((resolve, reject) => {
    child.once("message", resolve);
    child.once("exit", (status) => reject(new Error(`a process of clients ended with ${status}`)));
  });
}

async function createConfig(port: number): Promise<void> {
  const body = `Key=${key}&Value=${encodeURIComponent(value)}`;
  const authorization = `Basic ${Buffer.from(`${account.sid}:${account.authToken}`).toString("base64")}`;
  const head = [
    "POST /v1/Configs HTTP/1.1",
    "Host: 127.0.0.1",
    `Authorization: ${authorization}`,
    "Content-Type: application/x-www-form-urlencoded",
    `Content-Length: ${body.length}`,
  ];
  const { status } = await exchangeOnce({ port, bytes: `${head.join("\r\n")}\r\n\r\n${body}` });
  if (status !== 201) throw new Error(`the config was not created: ${status}`);
}

/** Node raises its soft limit to the hard one by itself. */
function assertFiles(): void {
  const limit = execFileSync("sh", ["-c", "ulimit -Hn"], { encoding: "utf8" }).trim();
  const needed = devices + 200;
  if (limit === "unlimited" || Number(limit) >= needed) return;
  throw new Error(
    `The service needs ${needed} open files, and the hard limit is ${limit}. Raise it: as root, prlimit --pid $$ --nofile=${needed} in this shell; for good, "* hard nofile ${needed}" in /etc/security/limits.conf.`,
  );
}

function percentile(sorted: Float64Array, percent: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil((sorted.length * percent) / 100) - 1)]!;
}

function sum(figures: readonly number[]): number {
  return figures.reduce((total, figure) => total + figure, 0);
}
