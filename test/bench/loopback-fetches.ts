/**
 * Whole fetches over a loopback WebSocket, `mvOpenChannel` to `mvCloseChannel`, against a bare `ws` echo: one message
 * of the request's size there, one of the answer's size back, as many connections, each with one in flight. Devices
 * and service, and the echo's both ends, live in this one process: what is compared is the work of both ends.
 *
 * Counted where the requests arrive, and from the time at which every connection is at work: connecting is not part.
 */

import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { createDevice, type DeviceOptions, type Uplink, webSocketUplink } from "microvisor-sim";
import { type ConfigsService, serveConfigs } from "microvisor-sim/configs";
import { WebSocket, WebSocketServer } from "ws";
import { fixture } from "./firmware.ts";
import { type Round, takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";
import { account, serviceFor } from "./service.ts";

interface Load {
  readonly connections: number;
  /** By each connection. */
  readonly fetches: number;
  readonly rounds: number;
}

const loads: readonly (Load & { name: string })[] = [
  { name: "fetches over WebSocket, one in flight", connections: 1, fetches: 1000, rounds: 21 },
  { name: "fetches over WebSocket, 32 devices", connections: 32, fetches: 100, rounds: 11 },
];
/** Modelled time, which costs no real time: long enough for the kernel's limit of channels opened in a second. */
const network = { roundTripMicroseconds: 150_000 };

export async function loopbackFetchRows(): Promise<Row[]> {
  const firmware = await fixture("fetches");
  const sizes = await frameSizes(firmware);
  const rows: Row[] = [];
  for (const { name, ...load } of loads) {
    const devices = await deviceRound(firmware, load);
    const echo = await echoRound(sizes, load);
    const measured = await takeTurns(devices.round, echo.round, { warmUpRounds: 3, rounds: load.rounds });
    await Promise.all([devices.close(), echo.close()]);
    rows.push(row(name, "fetches/s", measured, "a ws echo", { atLeast: 0.5 }));
  }
  return rows;
}

interface Contestant {
  readonly round: Round;
  close(): Promise<void>;
}

/** Counts requests, and tells how many a second there were between the first tenth and the last. */
function createCounter({ connections, fetches }: Load) {
  const total = connections * fetches;
  const first = Math.ceil(total / 10);
  const last = total - first;
  let count = 0;
  let start = 0;
  let end = 0;
  return {
    count(): void {
      count++;
      if (count === first) start = performance.now();
      else if (count === last) end = performance.now();
    },
    perSecond(): number {
      if (count !== total) throw new Error(`${count} requests were counted, not ${total}`);
      count = 0;
      return ((last - first) * 1000) / (end - start);
    },
  };
}

async function deviceRound(firmware: Uint8Array, load: Load): Promise<Contestant> {
  const counter = createCounter(load);
  const service = await serviceFor(load.fetches);
  const { backend } = service;
  const server = await serveConfigs({
    ...service,
    backend: {
      ...backend,
      fetchItems(device, items) {
        counter.count();
        return backend.fetchItems(device, items);
      },
    },
  });
  return {
    async round() {
      const runs = Array.from({ length: load.connections }, async (_, index) => {
        const deviceSid = `UV${index.toString(16).padStart(32, "0")}`;
        const uplink = webSocketUplink({ url: server.deviceUrl });
        await runDevice({ firmware, uplink, deviceSid, seed: index });
      });
      await Promise.all(runs);
      return counter.perSecond();
    },
    async close() {
      await server.close();
      await service.close();
    },
  };
}

async function runDevice(options: DeviceOptions): Promise<void> {
  const timeLimitMicroseconds = 3600e6;
  const device = await createDevice({ ...options, token: account.deviceToken, network, timeLimitMicroseconds });
  const end = await device.run();
  if (end.reason !== "finished") throw new Error(`a device ended with ${JSON.stringify(end)}`);
}

interface FrameSizes {
  readonly request: number;
  readonly answer: number;
}

/** As a device sends and receives them: its last frame but one is the request, the last that it gets the answer. */
async function frameSizes(firmware: Uint8Array): Promise<FrameSizes> {
  const service: ConfigsService = await serviceFor(100);
  const server = await serveConfigs(service);
  const sent: number[] = [];
  const received: number[] = [];
  const uplink = webSocketUplink({ url: server.deviceUrl });
  const measured: Uplink = {
    open(listener) {
      uplink.open({
        ...listener,
        onFrame(bytes) {
          received.push(bytes.length);
          listener.onFrame(bytes);
        },
      });
    },
    send(frame) {
      sent.push(frame.length);
      uplink.send(frame);
    },
    close: () => uplink.close(),
  };
  await runDevice({ firmware, uplink: measured });
  await server.close();
  await service.close();
  return { request: sent.at(-2)!, answer: received.at(-1)! };
}

async function echoRound(sizes: FrameSizes, load: Load): Promise<Contestant> {
  const counter = createCounter(load);
  const server = createServer();
  const sockets = new WebSocketServer({ server, perMessageDeflate: false });
  const answer = new Uint8Array(sizes.answer);
  sockets.on("connection", (socket) => {
    socket.on("message", () => {
      counter.count();
      socket.send(answer);
    });
  });
  const url = `ws://127.0.0.1:${await listen(server)}`;
  return {
    async round() {
      await Promise.all(Array.from({ length: load.connections }, () => exchange(url, sizes.request, load.fetches)));
      return counter.perSecond();
    },
    async close() {
      server.close();
    },
  };
}

async function listen(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

async function exchange(url: string, bytes: number, times: number): Promise<void> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  await once(socket, "open");
  const request = new Uint8Array(bytes);
  let left = times;
  socket.on("message", () => {
    left--;
    if (left > 0) socket.send(request);
    else socket.close();
  });
  socket.send(request);
  await once(socket, "close");
}
