/** The process of `devices.ts`: makes devices and bare instances, in batches that take turns, and keeps all of them. */

import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createDevice, SimulatorError } from "microvisor-sim";
import { ownTask } from "./child-process.ts";
import { median } from "./measure.ts";
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
  /** In kB; beside the used RAM where `knowsRam`. */
  readonly memory: Measured;
  readonly knowsRam: boolean;
  /** In µs. */
  readonly time: Measured;
}

const { firmwareFile, devices, batches, instancesInBatch } = ownTask<Crowd>();
const firmware = new Uint8Array(await readFile(firmwareFile));
const module = new WebAssembly.Module(firmware);
const imports: Record<string, () => number> = {};
for (const { name } of WebAssembly.Module.imports(module)) imports[name] = () => 0;

/** Linux tells what each memory of a module takes. */
const mappings = "/proc/self/smaps";
const knowsRam = existsSync(mappings);
const ramBytes = (new WebAssembly.Instance(module, { env: imports }).exports.memory as WebAssembly.Memory).buffer
  .byteLength;

const kept: unknown[] = [];
let sleeping = 0;
let end: string | undefined;
const deviceTimes: number[] = [];
const instanceTimes: number[] = [];
const deviceMemory: number[] = [];
const instanceMemory: number[] = [];

const ram = { value: await usedRam(addDevice), baseline: await usedRam(addInstance) };
for (let turn = 0; turn < batches && end === undefined; turn++) {
  await batch(devices / batches, deviceMemory, deviceTimes, addDevice);
  await batch(instancesInBatch, instanceMemory, instanceTimes, addInstance);
}
const memory = {
  value: median(deviceMemory) - ram.value,
  baseline: median(instanceMemory) - ram.baseline,
};
const time = { value: median(deviceTimes), baseline: median(instanceTimes) };
console.log(JSON.stringify({ devices: sleeping, end, memory, knowsRam, time } satisfies CrowdFigures));

/** Adds the kB that each took, if there was room for all, and the time of each. */
async function batch(
  count: number,
  memory: number[],
  times: number[],
  add: () => number | Promise<number>,
): Promise<void> {
  if (end !== undefined) return;
  const before = memoryBytes();
  try {
    for (let made = 0; made < count; made++) times.push(await add());
  } catch (error) {
    end = endOfSpace(error);
    return;
  }
  memory.push((memoryBytes() - before) / 1024 / count);
}

function endOfSpace(error: unknown): string {
  if (error instanceof SimulatorError && error.code === "ERR_MVSIM_TOO_MANY_DEVICES") {
    return `${error.code}: ${error.message}`;
  }
  // As a bare instance says it.
  if (error instanceof RangeError) return error.message;
  throw error;
}

/** Of the whole process: heap, compiled code, and RAM as far as it is used. */
function memoryBytes(): number {
  globalThis.gc!();
  return process.memoryUsage.rss();
}

/** Of a few, before there are many: then the list of mappings is itself no small thing. @returns kB */
async function usedRam(add: () => unknown): Promise<number> {
  if (!knowsRam) return 0;
  const before = residentRamBytes();
  for (let made = 0; made < 20; made++) await add();
  return (residentRamBytes() - before) / 1024 / 20;
}

/** A device's RAM is a mapping of its own, of just that size. */
function residentRamBytes(): number {
  let bytes = 0;
  let isRam = false;
  for (const line of readFileSync(mappings, "utf8").split("\n")) {
    const [, from, to] = /^([0-9a-f]+)-([0-9a-f]+) rw-p/.exec(line) ?? [];
    if (from && to) isRam = Number.parseInt(to, 16) - Number.parseInt(from, 16) === ramBytes;
    else if (/^[0-9a-f]+-/.test(line)) isRam = false;
    else if (isRam && line.startsWith("Rss:")) bytes += Number.parseInt(line.slice(4), 10) * 1024;
  }
  return bytes;
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
