/** Ten thousand devices that sleep, in one process: what another one takes, against another instance of its module. */

import { processAnswer } from "./child-process.ts";
import type { Crowd, CrowdFigures } from "./devices-process.ts";
import { appFile } from "./firmware.ts";
import { type Row, row } from "./rows.ts";

const crowd: Crowd = { firmwareFile: appFile("config-poller"), devices: 10_000, batches: 10, instancesInBatch: 100 };

export async function deviceRows(): Promise<Row[]> {
  const { devices, end, memory, knowsRam, time } = await processAnswer<CrowdFigures>("devices-process", crowd, {}, [
    "--expose-gc",
  ]);
  if (end !== undefined) console.log(`Only ${devices} devices fit: ${end}\n`);
  const count = end === undefined ? crowd.devices : devices;
  const name = `another of ${count.toLocaleString("en")} sleeping devices`;
  const against = "another instance of its module";
  return [
    row(`${name}: memory, ${knowsRam ? "beside its" : "with its used"} RAM`, "kB", memory, against, {
      valueAtMost: 40,
    }),
    row(`${name}: time to make it`, "µs", time, against),
  ];
}
