/** The diagnostic `buffer-in-use`. */

import { describe, expect, it } from "vitest";
import { memberValue } from "../../../host/abi/enums.ts";
import { encodeRequest } from "../../../host/wire/config-fetch.ts";
import {
  type Channel,
  diagnostics,
  fetchItems,
  fetchRequest,
  goOnline,
  openChannel,
  readItem,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

async function onChannel(): Promise<{ bench: KernelBench; channel: Channel }> {
  const bench = createBench({ uplink: scriptedUplink() });
  return { bench, channel: openChannel(bench, await goOnline(bench)) };
}

function flip(bench: KernelBench, address: number): void {
  bench.memory.writeUint8(address, bench.memory.readUint8(address) ^ 1);
}

const requestBytes = encodeRequest([
  {
    scope: memberValue("MvConfigKeyFetchScope", "ACCOUNT"),
    store: memberValue("MvConfigKeyFetchStore", "CONFIG"),
    key: "greeting",
  },
]).length;

describe("buffer-in-use", () => {
  it.each([0, requestBytes - 1])(
    "is said when byte %i of a request is changed before its answer is there",
    async (byte) => {
      const { bench, channel } = await onChannel();
      bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, [{}]));
      flip(bench, channel.send_buffer + byte);
      await bench.run(1_000_000);
      expect(diagnostics(bench)).toEqual(["buffer-in-use"]);
    },
  );

  it("is not said of what stands behind the request, nor once the answer is there", async () => {
    const { bench, channel } = await onChannel();
    bench.call("mvSendConfigFetchRequest", channel.handle, fetchRequest(bench, [{}]));
    flip(bench, channel.send_buffer + requestBytes);
    await bench.run(1_000_000);
    flip(bench, channel.send_buffer);
    readItem(bench, channel);
    expect(diagnostics(bench)).toEqual([]);
  });

  it("is said once when a value in the response is changed before it is read", async () => {
    const { bench, channel } = await onChannel();
    await fetchItems(bench, channel);
    const sent = readItem(bench, channel).value;
    expect(diagnostics(bench)).toEqual([]);
    const bytes = bench.memory.readBytes(channel.receive_buffer, 512);
    const at = Buffer.from(bytes).indexOf(sent);
    flip(bench, channel.receive_buffer + at);
    expect(readItem(bench, channel).value).not.toBe(sent);
    readItem(bench, channel);
    expect(diagnostics(bench)).toEqual(["buffer-in-use"]);
  });
});
