/**
 * `npm run bench`: prints each figure against its baseline of the same run. `npm run bench -- kernels devices` runs
 * these parts only; `--json FILE` writes the rows, too.
 */

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { boundaryRows } from "./boundaries.ts";
import { connectedDeviceRows } from "./connected-devices.ts";
import { deviceRunRows } from "./device-run.ts";
import { deviceRows } from "./devices.ts";
import { fleetRows } from "./fleet.ts";
import { kernelRows } from "./kernels.ts";
import { loadingRows } from "./loading.ts";
import { loopbackFetchRows } from "./loopback-fetches.ts";
import { restRows } from "./rest.ts";
import { type Row, tableOf } from "./rows.ts";
import { serveStartUpRows } from "./serve-start-up.ts";
import { simulatedTestRows } from "./simulated-tests.ts";
import { startUpRows } from "./start-up.ts";
import { syscallRows } from "./syscalls.ts";
import { virtualTimeRows } from "./virtual-time.ts";

/** By the names of their modules, in the order in which they run. */
const parts: Readonly<Record<string, () => Promise<Row[]>>> = {
  syscalls: syscallRows,
  kernels: kernelRows,
  boundaries: boundaryRows,
  "device-run": deviceRunRows,
  "loopback-fetches": loopbackFetchRows,
  "virtual-time": virtualTimeRows,
  "start-up": startUpRows,
  loading: loadingRows,
  devices: deviceRows,
  rest: restRows,
  "serve-start-up": serveStartUpRows,
  "connected-devices": connectedDeviceRows,
  "simulated-tests": simulatedTestRows,
};

/** Only where they are named: they take minutes, or more of the machine than it may give. */
const namedParts: typeof parts = { fleet: fleetRows };

const all = { ...parts, ...namedParts };
const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
const unknown = positionals.filter((name) => !Object.hasOwn(all, name));
if (unknown.length > 0) {
  console.error(`There is no part ${unknown.join(", ")}. The parts are ${Object.keys(all).join(", ")}.`);
  process.exit(2);
}

console.log(`Node ${process.version}, memory store, virtual clock. Devices as createDevice makes them.\n`);
const rows: Row[] = [];
for (const [name, rowsOf] of Object.entries(positionals.length === 0 ? parts : all)) {
  if (positionals.length === 0 || positionals.includes(name)) rows.push(...(await rowsOf()));
}
console.log(tableOf(rows));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
