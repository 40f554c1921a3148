/** A recorded run, run again from its trace alone: what `mvsim replay` does with a trace file. */

import { expect } from "vitest";
import { type DeviceOptions, defaultCosts, defaultNetworkModel } from "../../../host/index.ts";
import { replay } from "../../../sim/replay/replay.ts";
import type { Rehearsed } from "./rehearsal.ts";

/** @param options those of the run; its inputs are in the trace */
export async function expectRepeatable(
  firmware: Uint8Array,
  { events, lines }: Pick<Rehearsed, "events" | "lines">,
  options: Partial<DeviceOptions> = {},
): Promise<void> {
  const { seed = 1, network, costs, inputs: _, ...device } = options;
  const header = {
    costModel: 0,
    firmwareSha256: "",
    seed,
    device,
    network: { ...defaultNetworkModel, ...network },
    costs: { ...defaultCosts, ...costs },
  };
  const { difference } = await replay({ header, events, lines }, firmware);
  expect(difference).toBeUndefined();
}
