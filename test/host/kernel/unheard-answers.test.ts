/** The diagnostic `answer-unheard`. */

import { describe, expect, it } from "vitest";
import { type Channel, closeChannel, diagnostics, fetchRequest, goOnline, openChannel } from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

interface On {
  readonly bench: KernelBench;
  readonly channel: Channel;
  readonly centre: number;
}

/** A request is on its way; its answer needs some 50 ms on the air alone. */
async function onRequest(): Promise<On> {
  const bench = createBench({ uplink: scriptedUplink(), network: { downlinkBytesPerSecond: 1000 } });
  const online = await goOnline(bench);
  const channel = openChannel(bench, online);
  bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, [{}]));
  return { bench, channel, centre: online.centre.handle };
}

/** Lets time pass until the first byte of the answer is on the air. */
async function untilOnAir({ bench }: On): Promise<void> {
  while (!bench.kernel.queue.events.some(({ kind }) => kind === "reply-arrival")) await bench.run(1000);
}

describe("answer-unheard", () => {
  it("is said when the channel is closed while its answer is on the air", async () => {
    const on = await onRequest();
    await untilOnAir(on);
    closeChannel(on.bench, on.channel);
    expect(diagnostics(on.bench)).toEqual(["answer-unheard"]);
    expect(on.bench.events.filter(({ kind }) => kind === "frame").at(-1)).toMatchObject({ direction: "unheard" });
  });

  it("is not said when the answer was heard, nor when none comes", async () => {
    const heard = await onRequest();
    await heard.bench.run(1_000_000);
    closeChannel(heard.bench, heard.channel);
    expect(diagnostics(heard.bench)).toEqual([]);

    const early = await onRequest();
    closeChannel(early.bench, early.channel);
    expect(diagnostics(early.bench)).toEqual([]);
  });

  it("is not said when the link is lost meanwhile, or a test keeps the service silent", async () => {
    const on = await onRequest();
    await untilOnAir(on);
    on.bench.kernel.state.link.phase = "closed";
    await on.bench.run(1000);
    closeChannel(on.bench, on.channel);
    expect(diagnostics(on.bench)).toEqual([]);

    const silent = await onRequest();
    await untilOnAir(silent);
    silent.bench.kernel.state.weather.silentUntil = Number.MAX_SAFE_INTEGER;
    closeChannel(silent.bench, silent.channel);
    expect(diagnostics(silent.bench)).toEqual([]);
  });

  it("is said when the answer is there and the notification centre is closed", async () => {
    const on = await onRequest();
    const place = on.bench.place(4);
    on.bench.memory.writeUint32(place, on.centre);
    on.bench.call("mvCloseNotifications", place);
    await on.bench.run(1_000_000);
    expect(diagnostics(on.bench)).toEqual(["answer-unheard"]);
  });
});
