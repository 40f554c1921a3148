/** What a connected device that does nothing takes of the service's memory, against a connection of a bare ws server. */

import { once } from "node:events";
import { encode } from "cborg";
import { WebSocket } from "ws";
import { median } from "./measure.ts";
import { type Row, row } from "./rows.ts";
import { type Served, startServed } from "./served.ts";
import { account } from "./service.ts";

const batches = 8;
const devicesInBatch = 500;
/** The welcome has 12 bytes. */
const answerBytes = 12;

export async function connectedDeviceRows(): Promise<Row[]> {
  const [service, bare] = await Promise.all([
    startServed({ kind: "service" }),
    startServed({ kind: "sockets", answerBytes }),
  ]);
  const sockets: WebSocket[] = [];
  const growth = { value: [] as number[], baseline: [] as number[] };
  for (let batch = 0; batch < batches; batch++) {
    growth.value.push(await growthOf(service, sockets));
    growth.baseline.push(await growthOf(bare, sockets));
  }
  for (const socket of sockets) socket.terminate();
  await Promise.all([service.stop(), bare.stop()]);
  // The first ones make the heap ready.
  const measured = { value: median(growth.value.slice(2)), baseline: median(growth.baseline.slice(2)) };
  const name = `another of ${(batches * devicesInBatch).toLocaleString("en")} connected devices: memory of the service`;
  return [row(name, "kB", measured, "another connection of a ws server", { valueAtMost: 20 })];
}

/** @returns kB for each device of a batch */
async function growthOf(served: Served, sockets: WebSocket[]): Promise<number> {
  const before = await served.memoryBytes();
  for (let made = 0; made < devicesInBatch; made++) sockets.push(await connected(served.port, sockets.length));
  return ((await served.memoryBytes()) - before) / 1024 / devicesInBatch;
}

async function connected(port: number, number: number): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/device`, "mvsim.device.v1", { perMessageDeflate: false });
  await once(socket, "open");
  const deviceSid = `UV${number.toString(16).padStart(32, "0")}`;
  socket.send(encode([1, 1, deviceSid, account.deviceToken, "real"]));
  await once(socket, "message");
  return socket;
}
