/**
 * Generated and damaged firmware, and any input that was saved: a fixed budget in `npm test`, and `npm run fuzz` for as long as one likes
 * (docs/fuzzing.md). On failure fast-check prints the seed, and the smallest firmware that it found is saved.
 */

import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { fromText } from "../host/mcu/wasm/firmware.ts";
import { budget, folder, input, seed, timeout } from "./budget.ts";
import { checkOfFile, checks, FailureKeeper } from "./failing-inputs.ts";
import { deviceFirmware, pureFirmware } from "./generated-firmware.ts";

const saved = input;
if (saved !== undefined) {
  it(`${saved} is checked again`, async () => {
    console.log(`it ended with ${await checks[checkOfFile(saved)](readFileSync(saved))}`);
  });
} else {
  it(
    "generated firmware ends as on a bare engine, wherever it is suspended",
    async () => {
      const keeper = new FailureKeeper(seed);
      const ends = new Set<string>();
      const property = fc.asyncProperty(pureFirmware, async (text) => {
        ends.add(await keeper.check("pure", fromText(text), text));
      });
      await keeper.keep(folder, () => fc.assert(property, budget(40)));
      // Firmware that never gets anywhere would show nothing.
      expect(ends).toContain("failed");
    },
    timeout,
  );

  it(
    "generated firmware that calls the device is judged the same, wherever it is suspended",
    async () => {
      const keeper = new FailureKeeper(seed);
      const property = fc.asyncProperty(deviceFirmware, async (text) => {
        await keeper.check("device", fromText(text), text);
      });
      await keeper.keep(folder, () => fc.assert(property, budget(40)));
    },
    timeout,
  );

  it(
    "damaged firmware is refused with a reason, or runs to an end",
    async () => {
      const keeper = new FailureKeeper(seed);
      const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
      const property = fc.asyncProperty(deviceFirmware, damage, fc.nat(), async (text, changes, cut) => {
        const firmware = fromText(text);
        for (const [at, value] of changes) firmware[at % firmware.length] = value;
        await keeper.check("device", cut % 3 === 0 ? firmware.slice(0, cut % firmware.length) : firmware);
      });
      await keeper.keep(folder, () => fc.assert(property, budget(60)));
    },
    timeout,
  );
}
