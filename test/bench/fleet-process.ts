/**
 * A process with a part of the clients of `fleet.ts`: bare WebSockets that speak the device protocol (docs/wire.md), or
 * send and get messages of the same sizes. It connects all of them, then does what its parent tells it.
 */

import { once } from "node:events";
import { decode, encode } from "cborg";
import { WebSocket } from "ws";
import { ownTask } from "./child-process.ts";

export interface FleetTask {
  readonly port: number;
  readonly clients: number;
  /** Among those of all processes. */
  readonly firstClient: number;
  readonly speaks:
    | { readonly protocol: "device"; readonly token: string; readonly request: string; readonly answer: string }
    | { readonly protocol: "echo"; readonly requestBytes: number };
}

export type FleetOrder =
  /** Each client sends again as soon as it is answered. */
  | { readonly kind: "closedLoop"; readonly seconds: number }
  /** So many exchanges a second, each sent when it is due, whatever happened to those before. */
  | { readonly kind: "openLoop"; readonly seconds: number; readonly rate: number }
  | { readonly kind: "end" };

export interface FleetReport {
  readonly answered: number;
  /** Milliseconds from the moment when each was due to its answer, ascending. Empty in a closed loop. */
  readonly latencies: Float64Array;
  /** Answered otherwise than expected, or not within five seconds after the end. */
  readonly failed: number;
  /** Connections that are gone. */
  readonly dropped: number;
}

interface Client {
  /** What is sent counts from 1. */
  send(): number;
  /** Calls back with the number of what was answered; 0 for an answer that is wrong. */
  onAnswer: (number: number) => void;
}

/** How many connect at once. */
const connecting = 50;
const patienceMilliseconds = 5_000;

const { port, clients: count, firstClient, speaks } = ownTask<FleetTask>();
const clients: Client[] = [];
let dropped = 0;
let isEnding = false;

let next = 0;
await Promise.all(
  Array.from({ length: connecting }, async () => {
    while (next < count) {
      const index = next++;
      clients[index] = await connect(firstClient + index);
    }
  }),
);
process.on("message", async (order: FleetOrder) => {
  if (order.kind === "end") {
    isEnding = true;
    process.exit();
  }
  process.send!(await (order.kind === "closedLoop" ? closedLoop(order.seconds) : openLoop(order)));
});
process.send!("connected");

async function connect(number: number): Promise<Client> {
  const options = { perMessageDeflate: false, skipUTF8Validation: true };
  const socket = new WebSocket(`ws://127.0.0.1:${port}/device`, "mvsim.device.v1", options);
  await once(socket, "open");
  socket.on("close", () => {
    if (!isEnding) dropped++;
  });
  socket.on("error", () => {});
  return speaks.protocol === "device" ? deviceOn(socket, number, speaks) : echoOn(socket, speaks.requestBytes);
}

async function deviceOn(
  socket: WebSocket,
  number: number,
  { token, request, answer }: FleetTask["speaks"] & { protocol: "device" },
): Promise<Client> {
  socket.send(encode([1, 1, `UV${number.toString(16).padStart(32, "0")}`, token, "real"]));
  const [welcome] = (await once(socket, "message")) as [Buffer];
  if (decode(welcome)[0] !== 2) throw new Error("a device was not welcomed");
  const requestBytes = Buffer.from(request, "hex");
  const answerBytes = Buffer.from(answer, "hex");
  let channel = 0;
  const client: Client = {
    send() {
      socket.send(encode([3, ++channel, "configFetch", requestBytes]));
      return channel;
    },
    onAnswer() {},
  };
  socket.on("message", (message: Buffer) => {
    const [type, answered, bytes] = decode(message) as [number, number, Uint8Array];
    if (type !== 4 || !answerBytes.equals(bytes)) return client.onAnswer(0);
    socket.send(encode([5, answered, "closedByApplication"]));
    client.onAnswer(answered);
  });
  return client;
}

function echoOn(socket: WebSocket, requestBytes: number): Client {
  const request = new Uint8Array(requestBytes);
  let sent = 0;
  let answered = 0;
  const client: Client = {
    send() {
      socket.send(request);
      return ++sent;
    },
    onAnswer() {},
  };
  // In the order in which they were sent.
  socket.on("message", () => client.onAnswer(++answered));
  return client;
}

async function closedLoop(seconds: number): Promise<FleetReport> {
  let answered = 0;
  let failed = 0;
  let underWay = clients.length;
  const start = performance.now();
  const end = start + seconds * 1000;
  await new Promise<void>((resolve) => {
    for (const client of clients) {
      client.onAnswer = (number) => {
        if (number === 0) failed++;
        if (performance.now() < end) {
          answered++;
          client.send();
        } else if (--underWay === 0) resolve();
      };
      client.send();
    }
  });
  return { answered, latencies: new Float64Array(), failed, dropped };
}

async function openLoop({ seconds, rate }: FleetOrder & { kind: "openLoop" }): Promise<FleetReport> {
  const total = Math.floor(rate * seconds);
  const latencies = new Float64Array(total);
  const due = clients.map(() => new Map<number, number>());
  let answered = 0;
  let failed = 0;
  let check = () => {};
  clients.forEach((client, index) => {
    client.onAnswer = (number) => {
      const dueAt = due[index]!.get(number);
      due[index]!.delete(number);
      if (dueAt === undefined) failed++;
      else latencies[answered++] = performance.now() - dueAt;
      check();
    };
  });
  const start = performance.now();
  const step = 1000 / rate;
  for (let sent = 0; sent < total; ) {
    for (const now = performance.now(); sent < total && start + sent * step <= now; sent++) {
      const index = sent % clients.length;
      due[index]!.set(clients[index]!.send(), start + sent * step);
    }
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  await Promise.race([
    new Promise<void>((resolve) => {
      check = () => answered + failed >= total && resolve();
      check();
    }),
    new Promise((resolve) => setTimeout(resolve, patienceMilliseconds)),
  ]);
  return {
    answered,
    latencies: latencies.subarray(0, answered).sort(),
    failed: total - answered,
    dropped,
  };
}
