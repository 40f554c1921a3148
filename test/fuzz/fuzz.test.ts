/**
 * Generated and damaged firmware: a fixed budget in `npm test`, and `npm run fuzz` for as long as one likes
 * (docs/fuzzing.md). On failure fast-check prints the seed and the smallest firmware that it found.
 */

import fc from "fast-check";
import { expect, it } from "vitest";
import { fromText } from "../host/mcu/wasm/firmware.ts";
import { checkAgainstEngine, checkFirmware } from "./check-firmware.ts";
import { deviceFirmware, pureFirmware } from "./generated-firmware.ts";

const isLong = process.env.npm_lifecycle_event === "fuzz";
const seconds = Number(process.env.MVSIM_FUZZ_SECONDS ?? 300);
/** Fixed in `npm test`, so that it says the same each time. */
const seed = Number(process.env.MVSIM_FUZZ_SEED ?? (isLong ? Date.now() % 2 ** 31 : 1));

function budget(runs: number): fc.Parameters<unknown> {
  if (!isLong) return { numRuns: runs, seed };
  // An interrupted run is none that failed.
  return { numRuns: 1_000_000_000, seed, interruptAfterTimeLimit: (seconds * 1000) / 3 };
}

const timeout = (isLong ? seconds : 60) * 1000 + 30_000;

it(
  "generated firmware ends as on a bare engine, wherever it is suspended",
  async () => {
    const ends = new Set<string>();
    const property = fc.asyncProperty(pureFirmware, async (text) => {
      const firmware = fromText(text);
      ends.add(await checkAgainstEngine(firmware));
      await checkFirmware(firmware);
    });
    await fc.assert(property, budget(40));
    // Firmware that never gets anywhere would show nothing.
    expect(ends).toContain("failed");
  },
  timeout,
);

it(
  "generated firmware that calls the device is judged the same, wherever it is suspended",
  async () => {
    const property = fc.asyncProperty(deviceFirmware, async (text) => {
      await checkFirmware(fromText(text));
    });
    await fc.assert(property, budget(40));
  },
  timeout,
);

it(
  "damaged firmware is refused with a reason, or runs to an end",
  async () => {
    const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    const property = fc.asyncProperty(deviceFirmware, damage, fc.nat(), async (text, changes, cut) => {
      const firmware = fromText(text);
      for (const [at, value] of changes) firmware[at % firmware.length] = value;
      await checkFirmware(cut % 3 === 0 ? firmware.subarray(0, cut % firmware.length) : firmware);
    });
    await fc.assert(property, budget(60));
  },
  timeout,
);
