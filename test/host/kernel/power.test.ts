/** Wake reasons, restarts, deep sleep, power saving and the system LED. */

import { describe, expect, it } from "vitest";
import { enums } from "../../../host/abi/enums.ts";
import { rebootKernelState } from "../../../host/kernel/state.ts";
import { downloadUpdate } from "../../../host/kernel/system-notifications.ts";
import { goOnline, requestNetwork } from "./firmware-steps.ts";
import { type BenchOptions, createBench, type Departure, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

/** What the kernel asks of its device in a call that does not return. */
function departure(bench: KernelBench, ...call: Parameters<KernelBench["call"]>): unknown {
  try {
    return bench.call(...call);
  } catch (error) {
    return (error as Departure).detail;
  }
}

describe("mvGetWakeReason", () => {
  it("answers COLDBOOT after power-on, in one byte", () => {
    const bench = createBench();
    const out = bench.place(4);
    bench.memory.writeUint32(out, 0xffff_ffff);
    expect(bench.call("mvGetWakeReason", out)).toBe("OKAY");
    expect(bench.word(out)).toBe(0xffff_ff00);
  });

  it.each(Object.entries(enums.MvWakeReason.values))("answers %s when the device woke up for it", (name, value) => {
    const bench = createBench();
    bench.kernel.state.wakeReason = name as keyof typeof enums.MvWakeReason.values;
    const out = bench.place(4);
    expect(bench.call("mvGetWakeReason", out)).toBe("OKAY");
    expect(bench.memory.readUint8(out)).toBe(value);
  });
});

describe("mvRestart", () => {
  it("boots again as a restart of the application", () => {
    expect(departure(createBench(), "mvRestart", 0)).toEqual({ wakeReason: "REMOTEAPPLICATIONRESTART" });
  });

  it("boots again with the update that was downloaded, once", () => {
    const bench = createBench();
    downloadUpdate(bench.kernel);
    expect(departure(bench, "mvRestart", 0)).toEqual({ wakeReason: "APPLICATIONUPDATE" });
    expect(rebootKernelState(bench.kernel.state, "APPLICATIONUPDATE", 0).updateDownloaded).toBe(false);
  });

  it("leaves an update for later when the device boots for another reason", () => {
    const bench = createBench();
    downloadUpdate(bench.kernel);
    expect(rebootKernelState(bench.kernel.state, "APPLICATIONCRASH", 0).updateDownloaded).toBe(true);
  });
});

describe("mvDeepSleep", () => {
  it.each([0, 1])("stays off until the check-in with the server, in mode %i", (mode) => {
    const expected = { wakeReason: "DEEPSLEEPCHECKIN", delayMicroseconds: 3_600_000_000 };
    expect(departure(createBench(), "mvDeepSleep", mode)).toEqual(expected);
  });

  it.each([
    { alarm: 3_599_999_999, wakeReason: "DEEPSLEEPAPPLICATIONRTC" },
    { alarm: 3_600_000_000, wakeReason: "DEEPSLEEPAPPLICATIONRTC" },
    { alarm: 3_600_000_001, wakeReason: "DEEPSLEEPCHECKIN" },
  ])("ends with what comes first: $wakeReason with an alarm after $alarm us", ({ alarm, wakeReason }) => {
    const bench = createBench({ rtcAlarmMicroseconds: alarm });
    const delayMicroseconds = Math.min(alarm, 3_600_000_000);
    expect(departure(bench, "mvDeepSleep", 0)).toEqual({ wakeReason, delayMicroseconds });
  });

  it("is MICROVISORBUSY while any network request lives, and no longer", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const { networkPlace } = await goOnline(bench);
    const second = requestNetwork(bench, 0);
    bench.call("mvReleaseNetwork", networkPlace);
    expect(bench.call("mvDeepSleep", 0)).toBe("MICROVISORBUSY");
    bench.call("mvReleaseNetwork", second);
    expect(departure(bench, "mvDeepSleep", 0)).toMatchObject({ wakeReason: "DEEPSLEEPCHECKIN" });
  });

  it("answers PARAMETERFAULT before MICROVISORBUSY", () => {
    const bench = createBench();
    requestNetwork(bench, 0);
    expect(bench.call("mvDeepSleep", 2)).toBe("PARAMETERFAULT");
  });
});

describe("mvPowerSave", () => {
  const waits = (options: BenchOptions, mode: number, prepare: (bench: KernelBench) => void = () => {}) => {
    const bench = createBench(options);
    prepare(bench);
    return { status: bench.call("mvPowerSave", mode), waits: bench.waits };
  };
  const online = (bench: KernelBench) => requestNetwork(bench, 0);

  it.each([0, 1, 2, 3, 4])("waits for an interrupt in mode %i while offline", (mode) => {
    expect(waits({}, mode)).toEqual({ status: "OKAY", waits: 1 });
  });

  it("waits in SLEEP while the network is in use", () => {
    expect(waits({}, 0, online)).toEqual({ status: "OKAY", waits: 1 });
  });

  it.each([1, 2, 3, 4])("does not stop in mode %i while the network is in use", (mode) => {
    expect(waits({}, mode, online)).toEqual({ status: "MICROVISORBUSY", waits: 0 });
  });

  it("answers PARAMETERFAULT for a mode that is none, before MICROVISORBUSY", () => {
    expect(waits({}, 5, online)).toEqual({ status: "PARAMETERFAULT", waits: 0 });
    expect(waits({}, 0x105, online)).toEqual({ status: "PARAMETERFAULT", waits: 0 });
  });
});

describe("mvSystemLedEnable", () => {
  it("shows each change of the LED, which is enabled at the start", () => {
    const bench = createBench();
    for (const enable of [1, 0, 0, 1]) expect(bench.call("mvSystemLedEnable", enable)).toBe("OKAY");
    const shown = bench.events.filter(({ kind }) => kind === "led");
    expect(shown).toEqual([
      { kind: "led", enabled: false },
      { kind: "led", enabled: true },
    ]);
  });

  it("ignores values other than 0 and 1", () => {
    const bench = createBench();
    bench.call("mvSystemLedEnable", 0);
    for (const enable of [2, 0x100, 0xffff_ffff]) expect(bench.call("mvSystemLedEnable", enable)).toBe("OKAY");
    expect(bench.kernel.state.systemLed).toBe(false);
  });
});
