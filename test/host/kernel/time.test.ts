import { describe, expect, it } from "vitest";
import { goOnline, requestNetwork } from "./firmware-steps.ts";
import { createBench, deviceSid, epochMicroseconds, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

function read64(bench: KernelBench, address: number): number {
  return bench.word(address) + bench.word(address + 4) * 2 ** 32;
}

function microseconds(bench: KernelBench): number {
  const out = bench.place(8);
  expect(bench.call("mvGetMicroseconds", out)).toBe("OKAY");
  return read64(bench, out);
}

describe("mvGetMicroseconds", () => {
  it("counts from boot, in whole microseconds", async () => {
    const bench = createBench();
    expect(microseconds(bench)).toBe(0);
    await bench.run(0.99375);
    expect(microseconds(bench)).toBe(0);
    await bench.run(0.00625);
    expect(microseconds(bench)).toBe(1);
  });

  it("has 64 bits", async () => {
    const bench = createBench();
    await bench.run(5_000_000_000);
    expect(microseconds(bench)).toBe(5_000_000_000);
  });

  it("counts from the boot, not from power-on", async () => {
    const bench = createBench();
    await bench.run(100);
    bench.kernel.state.bootedAt = bench.kernel.now();
    await bench.run(7);
    expect(microseconds(bench)).toBe(7);
  });
});

describe("mvGetWallTime", () => {
  it("is TIMENOTSET until the first connection, and set from then on, offline too", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const out = bench.place(8);
    const place = requestNetwork(bench, 0);
    await bench.run(1_000_000);
    expect(bench.call("mvGetWallTime", out)).toBe("TIMENOTSET");
    await bench.run(2_000_000);
    expect(bench.call("mvGetWallTime", out)).toBe("OKAY");
    expect(bench.call("mvReleaseNetwork", place)).toBe("OKAY");
    expect(bench.call("mvGetWallTime", out)).toBe("OKAY");
  });

  it("is the epoch plus virtual time, whatever the service says", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    await goOnline(bench);
    const out = bench.place(8);
    bench.call("mvGetWallTime", out);
    expect(read64(bench, out)).toBe(epochMicroseconds + bench.microseconds());
  });
});

describe("mvGetDeviceId", () => {
  it("writes the 34 characters of the SID, and no terminating zero", () => {
    const bench = createBench();
    const out = bench.place(40);
    expect(bench.call("mvGetDeviceId", out, 34)).toBe("OKAY");
    expect(new TextDecoder().decode(bench.memory.readBytes(out, 34))).toBe(deviceSid);
    expect(bench.memory.readUint8(out + 34)).toBe(0xa5);
  });

  it.each([0, 33, 35, 64])("answers INVALIDBUFFERSIZE for a length of %i", (length) => {
    const bench = createBench();
    expect(bench.call("mvGetDeviceId", bench.place(64), length)).toBe("INVALIDBUFFERSIZE");
  });
});

describe("clock calls", () => {
  it.each(["mvGetSysClk", "mvGetHClk", "mvGetPClk1", "mvGetPClk2"] as const)("%s reports 160 MHz", (name) => {
    const bench = createBench();
    const out = bench.place(4);
    expect(bench.call(name, out)).toBe("OKAY");
    expect(bench.word(out)).toBe(160_000_000);
  });
});
