/** The diagnostic `handle-left-open` of channels, which need a network, and how much is kept for it. */

import { expect, it } from "vitest";
import { reportOpenHandles } from "../../../host/kernel/open-handles.ts";
import { closeChannel, goOnline, openChannel } from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

function reported(bench: KernelBench): string[] {
  const before = bench.events.length;
  reportOpenHandles(bench.kernel);
  return bench.events.slice(before).map((event) => (event.kind === "diagnostic" ? event.message : event.kind));
}

it("a channel is left open until it is closed, also one that has died", async () => {
  const uplink = scriptedUplink();
  const bench = createBench({ uplink });
  const online = await goOnline(bench);
  const channel = openChannel(bench, online);
  expect(reported(bench)).toContainEqual(expect.stringMatching(/^the channel handle .* at 2100\.000 ms/));
  bench.call("mvReleaseNetwork", online.networkPlace);
  expect(reported(bench)).toEqual([
    expect.stringContaining("the notification handle"),
    expect.stringContaining("the channel handle"),
  ]);
  closeChannel(bench, channel);
  expect(reported(bench)).toEqual([expect.stringContaining("the notification handle")]);
});

it("what was given back is forgotten", async () => {
  const bench = createBench({ uplink: scriptedUplink() });
  const online = await goOnline(bench);
  for (let round = 0; round < 100; round++) {
    closeChannel(bench, openChannel(bench, online));
    await bench.run(1_000_000);
  }
  // Of closed channels the last ones are still known.
  expect(bench.kernel.state.handleTimes.length).toBeLessThan(40);
});
