/** The process of `devices.ts`: makes devices and bare instances, in batches that take turns, and keeps all of them. */

import { readFile } from "node:fs/promises";
import { createDevice, SimulatorError } from "microvisor-sim";
import { ownTask } from "./child-process.ts";
import { median, takeTurns } from "./measure.ts";
import type { Measured } from "./rows.ts";

export interface Crowd {
  readonly firmwareFile: string;
  readonly devices: number;
  readonly batches: number;
  readonly instancesInBatch: number;
}

export interface CrowdFigures {
  /** How many there are in the end. */
  readonly devices: number;
  /** Why there are fewer than wanted. */
  readonly end?: string;
  /** In kB, and in µs. */
  readonly memory: Measured;
  readonly time: Measured;
}

const { firmwareFile, devices, batches, instancesInBatch } = ownTask<Crowd>();
const firmware = new Uint8Array(await readFile(firmwareFile));
const module = new WebAssembly.Module(firmware);
const imports: Record<string, () => number> = {};
for (const { name } of WebAssembly.Module.imports(module)) imports[name] = () => 0;

const kept: unknown[] = [];
let sleeping = 0;
let end: string | undefined;
const deviceTimes: number[] = [];
const instanceTimes: number[] = [];

const memory = await takeTurns(
  () => batch(devices / batches, deviceTimes, addDevice),
  () => batch(instancesInBatch, instanceTimes, addInstance),
  { warmUpRounds: 0, rounds: batches },
);
const time = { value: median(deviceTimes), baseline: median(instanceTimes) };
console.log(JSON.stringify({ devices: sleeping, end, memory, time } satisfies CrowdFigures));

/** @returns kB for each that was made */
async function batch(count: number, times: number[], add: () => number | Promise<number>): Promise<number> {
  const before = memoryBytes();
  let made = 0;
  while (made < count && end === undefined) {
    try {
      times.push(await add());
      made++;
    } catch (error) {
      if (!(error instanceof SimulatorError && error.code === "ERR_MVSIM_TOO_MANY_DEVICES")) throw error;
      end = `${error.code}: ${error.message}`;
    }
  }
  return (memoryBytes() - before) / 1024 / made;
}

/** Of the whole process: heap, memories as far as they are used, compiled code. */
function memoryBytes(): number {
  globalThis.gc!();
  return process.memoryUsage.rss();
}

async function addDevice(): Promise<number> {
  const start = performance.now();
  const device = await createDevice({ firmware });
  const elapsed = performance.now() - start;
  kept.push(device);
  // By then it waits for the network, some calls deep.
  const { microseconds, ...how } = await device.advance(1e6);
  if (!("paused" in how)) throw new Error(`a device ended after ${microseconds} µs`);
  sleeping++;
  return elapsed * 1000;
}

function addInstance(): number {
  const start = performance.now();
  kept.push(new WebAssembly.Instance(module, { env: imports }));
  return (performance.now() - start) * 1000;
}
