/** Long stretches of virtual time: an hour of `config-poller`, and a minute of firmware that never sleeps. */

import { readFile } from "node:fs/promises";
import { createDevice, type DeviceOptions } from "microvisor-sim";
import { pipeUplink } from "microvisor-sim/configs";
import { appFile, fixture } from "./firmware.ts";
import { type Round, takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";
import { account, serviceFor } from "./service.ts";

const turns = { warmUpRounds: 2, rounds: 9 };
const hourMicroseconds = 3600e6;
const pollSeconds = 5;

export async function virtualTimeRows(): Promise<Row[]> {
  return [await hourRow(), await minuteRow()];
}

/** The hour fetches each five seconds. The baseline makes a device for each such fetch, which boots, fetches and ends. */
async function hourRow(): Promise<Row> {
  const service = await serviceFor(1);
  await service.put({ accountSid: account.sid, store: "config" }, "greeting", "Hello");
  await service.put({ accountSid: account.sid, store: "config" }, "report_interval_s", String(pollSeconds));
  let fetches = 0;
  const backend: typeof service.backend = {
    ...service.backend,
    fetchItems(device, items) {
      fetches++;
      return service.backend.fetchItems(device, items);
    },
  };
  const options = (firmware: Uint8Array): DeviceOptions => {
    return { firmware, uplink: pipeUplink(backend), token: account.deviceToken };
  };
  const poller = await readFile(appFile("config-poller"));
  const fetcher = await fixture("fetches");
  const expected = hourMicroseconds / 1e6 / pollSeconds;
  const hour = deviceRound(
    () => ({ ...options(poller), stopAfterMicroseconds: hourMicroseconds }),
    "stopped",
    () => {
      // The time that a fetch takes is added to the interval.
      if (fetches < expected * 0.9 || fetches > expected) throw new Error(`${fetches} fetches in an hour`);
    },
  );
  const single = deviceRound(() => options(fetcher), "finished");
  const measured = await takeTurns(
    () => {
      fetches = 0;
      return hour();
    },
    async () => {
      let seconds = 0;
      for (let run = 0; run < expected; run++) seconds += await single();
      return seconds;
    },
    turns,
  );
  await service.close();
  const against = `${expected} devices that boot, fetch once and end`;
  return row("one virtual hour of config-poller", "s", measured, against, { valueAtMost: 1 });
}

async function minuteRow(): Promise<Row> {
  const minute = async (name: string): Promise<Round> => {
    const firmware = await fixture(name);
    return deviceRound(() => ({ firmware, timeLimitMicroseconds: 61e6 }), "finished");
  };
  const measured = await takeTurns(await minute("spin"), await minute("sleep"), turns);
  const against = "the same ticks, awaited in __WFI";
  return row("one virtual minute of a busy wait, 1 kHz SysTick", "s", measured, against, { valueAtMost: 0.5 });
}

/** In seconds. */
function deviceRound(options: () => DeviceOptions, reason: string, check = (): void => {}): Round {
  return async () => {
    const start = performance.now();
    const device = await createDevice(options());
    const end = await device.run();
    const elapsed = performance.now() - start;
    if (end.reason !== reason) throw new Error(`the device ended with ${JSON.stringify(end)}`);
    check();
    return elapsed / 1000;
  };
}
