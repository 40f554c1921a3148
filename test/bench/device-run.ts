/**
 * A whole device run in process (memory store, virtual clock, the prepared module cached): make the device, boot, fetch
 * one key, end. Against the same module, compiled before too, instantiated with stubs that replay what the device
 * answered.
 */

import { createDevice, type DeviceOptions } from "microvisor-sim";
import { pipeUplink } from "microvisor-sim/configs";
import { fixture, type Wasm } from "./firmware.ts";
import { type Round, takeTurns } from "./measure.ts";
import { type Recording, record, replay } from "./recording.ts";
import { type Row, row } from "./rows.ts";
import { account, serviceFor } from "./service.ts";

const turns = { warmUpRounds: 100, rounds: 301 };
/** A round takes the mean of some runs: one takes less than the clock's noise. */
const runsInARound = 4;

export async function deviceRunRows(): Promise<Row[]> {
  const firmware = await fixture("fetches");
  const service = await serviceFor(1);
  const options = (): DeviceOptions => ({
    firmware,
    uplink: pipeUplink(service.backend),
    token: account.deviceToken,
  });
  const recording = await record(options(), { OKAY: 0 });
  const measured = await takeTurns(deviceRound(options), replayRound(firmware, recording), turns);
  await service.close();
  return [row("device run: boot, fetch one key, end", "µs", measured, "its module, answers replayed", { atMost: 10 })];
}

function deviceRound(options: () => DeviceOptions): Round {
  return async () => {
    const start = performance.now();
    for (let run = 0; run < runsInARound; run++) {
      const device = await createDevice(options());
      const { reason } = await device.run();
      if (reason !== "finished") throw new Error(`the device ended with ${reason}`);
    }
    return ((performance.now() - start) * 1000) / runsInARound;
  };
}

function replayRound(firmware: Wasm, recording: Recording): Round {
  const module = new WebAssembly.Module(firmware);
  return () => {
    const start = performance.now();
    for (let run = 0; run < runsInARound; run++) {
      if (replay(module, recording) !== 0) throw new Error("the firmware failed with the recorded answers");
    }
    return ((performance.now() - start) * 1000) / runsInARound;
  };
}
