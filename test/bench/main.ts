/** `npm run bench`: prints each figure against its baseline of the same run; `--json FILE` writes the rows, too. */

import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { deviceRunRows } from "./device-run.ts";
import { fetchingFirmware } from "./firmware.ts";
import { loopbackFetchRows } from "./loopback-fetches.ts";
import { type Row, tableOf } from "./rows.ts";
import { syscallRows } from "./syscalls.ts";

const { values } = parseArgs({ options: { json: { type: "string" } } });

console.log(`Node ${process.version}, memory store, virtual clock. Devices as createDevice makes them.\n`);
const firmware = await fetchingFirmware();
const rows: Row[] = [
  ...(await syscallRows()),
  ...(await deviceRunRows(firmware)),
  ...(await loopbackFetchRows(firmware)),
];
console.log(tableOf(rows));
if (values.json !== undefined) await writeFile(values.json, `${JSON.stringify(rows, undefined, 2)}\n`);
