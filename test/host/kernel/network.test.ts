import { describe, expect, it } from "vitest";
import { memberValue } from "../../../host/abi/enums.ts";
import {
  closureReason,
  goOnline,
  lines,
  networkStatus,
  openChannel,
  reason,
  recordNames,
  recordsOf,
  requestNetwork,
  setUpCentre,
  status,
} from "./firmware-steps.ts";
import { createBench, type KernelBench } from "./kernel-bench.ts";
import { scriptedUplink } from "./scripted-uplink.ts";

function reasons(bench: KernelBench): { reasons: number; requests: number } {
  const [out, count] = [bench.place(4), bench.place(4)];
  expect(bench.call("mvGetNetworkReasons", out, count)).toBe("OKAY");
  return { reasons: bench.word(out), requests: bench.word(count) };
}

function release(bench: KernelBench, place: number): void {
  expect(bench.call("mvReleaseNetwork", place)).toBe("OKAY");
}

/** The statuses that the trace tells of. */
function statuses(bench: KernelBench): string[] {
  return bench.events.flatMap((event) => (event.kind === "network" ? [event.status] : []));
}

describe("mvRequestNetwork", () => {
  it("is CONNECTING right after the call, and CONNECTED in modelled time", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const handle = bench.word(requestNetwork(bench, 0));
    expect(networkStatus(bench, handle)).toBe(status("CONNECTING"));
    await bench.run(1_999_999);
    expect(networkStatus(bench, handle)).toBe(status("CONNECTING"));
    await bench.run(20_001);
    expect(networkStatus(bench, handle)).toBe(status("CONNECTED"));
  });

  it("raises nothing within the call; CONNECTING and CONNECTED each have a record with the request's tag", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const centre = setUpCentre(bench);
    requestNetwork(bench, centre.handle, 42);
    expect(recordsOf(bench, centre)).toEqual([]);
    expect(bench.pended).toEqual([]);
    await bench.run(1_000);
    expect(recordNames(bench, centre)).toEqual(["NETWORKSTATUSCHANGED 42"]);
    await bench.run(2_100_000);
    expect(recordNames(bench, centre)).toEqual(["NETWORKSTATUSCHANGED 42", "NETWORKSTATUSCHANGED 42"]);
    expect(bench.pended).toEqual([lines.tim2, lines.tim2]);
  });

  it("with a zero notification handle raises nothing", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    requestNetwork(bench, 0);
    await bench.run(3_000_000);
    expect(bench.pended).toEqual([]);
  });

  it.each([0, 3_000_000])("asked again after %i us raises nothing for that", async (later) => {
    const bench = createBench({ uplink: scriptedUplink() });
    requestNetwork(bench, 0);
    await bench.run(later);
    const centre = setUpCentre(bench);
    requestNetwork(bench, centre.handle, 2);
    await bench.run(500_000);
    expect(recordsOf(bench, centre)).toEqual([]);
  });

  it("asked again while coming up hears of the changes that follow", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    requestNetwork(bench, 0);
    const centre = setUpCentre(bench);
    requestNetwork(bench, centre.handle, 2);
    await bench.run(3_000_000);
    expect(recordNames(bench, centre)).toEqual(["NETWORKSTATUSCHANGED 2"]);
  });

  it("connects once, however often it is asked", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    for (let count = 0; count < 3; count++) requestNetwork(bench, 0);
    await bench.run(3_000_000);
    expect(uplink.opens).toBe(1);
    expect(statuses(bench)).toEqual(["CONNECTING", "CONNECTED"]);
  });

  it("gives out random non-zero handles that differ by seed and repeat with it", () => {
    const handles = (seed: number) => {
      const bench = createBench({ seed });
      return [1, 2, 3].map(() => bench.word(requestNetwork(bench, 0)));
    };
    expect(handles(1)).toEqual(handles(1));
    expect(handles(1)).not.toEqual(handles(2));
    expect(new Set(handles(1)).size).toBe(3);
    expect(handles(1)).not.toContain(0);
  });

  it("stays CONNECTING for ever without an uplink", async () => {
    const bench = createBench();
    const handle = bench.word(requestNetwork(bench, 0));
    await bench.run(100_000_000);
    expect(networkStatus(bench, handle)).toBe(status("CONNECTING"));
  });
});

describe("mvGetNetworkReasons", () => {
  it("tells of the times before, with and after requests, and counts them", () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const value = (name: Parameters<typeof memberValue<"MvNetworkReason">>[1]) => memberValue("MvNetworkReason", name);
    expect(reasons(bench)).toEqual({ reasons: value("NEVERUSEDNETWORKAPI"), requests: 0 });
    const [first, second] = [requestNetwork(bench, 0), requestNetwork(bench, 0)];
    expect(reasons(bench)).toEqual({ reasons: value("USINGNETWORK"), requests: 2 });
    release(bench, first);
    expect(reasons(bench)).toEqual({ reasons: value("USINGNETWORK"), requests: 1 });
    release(bench, second);
    expect(reasons(bench)).toEqual({ reasons: value("NOTCONNECTING"), requests: 0 });
  });
});

describe("mvReleaseNetwork", () => {
  it("writes zero, and the handle is dead", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const { network, networkPlace } = await goOnline(bench);
    release(bench, networkPlace);
    expect(bench.word(networkPlace)).toBe(0);
    expect(bench.call("mvGetNetworkStatus", network, bench.place(4))).toBe("INVALIDHANDLE");
  });

  it("of the last request takes the device offline at once, and closes the connection", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const { networkPlace } = await goOnline(bench);
    release(bench, networkPlace);
    expect(statuses(bench).at(-1)).toBe("DELIBERATELYOFFLINE");
    expect(uplink.isOpen).toBe(false);
  });

  it("kills the channels within the call; their records follow, and none goes to the released request", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const online = await goOnline(bench);
    const other = setUpCentre(bench, { irq: lines.tim3 });
    const channel = openChannel(bench, online, { notification_handle: other.handle, notification_tag: 9 });
    const before = recordsOf(bench, online.centre).length;
    release(bench, online.networkPlace);
    expect(closureReason(bench, channel.handle)).toBe(reason("NETWORKDISCONNECTED"));
    expect(recordsOf(bench, other)).toEqual([]);
    await bench.run(5_000);
    expect(recordNames(bench, other)).toEqual(["CHANNELNOTCONNECTED 9"]);
    expect(recordsOf(bench, online.centre).length).toBe(before);
  });

  it("drops what the released request had still to hear", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const centre = setUpCentre(bench);
    const place = requestNetwork(bench, centre.handle);
    release(bench, place);
    await bench.run(10_000);
    expect(recordsOf(bench, centre)).toEqual([]);
  });

  it("of one of several requests leaves the others, and the channels opened with the released handle", async () => {
    const bench = createBench({ uplink: scriptedUplink() });
    const online = await goOnline(bench);
    const other = bench.word(requestNetwork(bench, 0));
    const channel = openChannel(bench, online);
    release(bench, online.networkPlace);
    await bench.run(10_000);
    expect(networkStatus(bench, other)).toBe(status("CONNECTED"));
    expect(closureReason(bench, channel.handle)).toBe(reason("NONE"));
  });

  it("while it is coming up ends the attempt; the next request begins another", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const place = requestNetwork(bench, 0);
    await bench.run(1_000_000);
    release(bench, place);
    await bench.run(5_000_000);
    expect(statuses(bench)).toEqual(["CONNECTING", "DELIBERATELYOFFLINE"]);
    const handle = bench.word(requestNetwork(bench, 0));
    await bench.run(3_000_000);
    expect(networkStatus(bench, handle)).toBe(status("CONNECTED"));
    expect(uplink.opens).toBe(2);
  });
});

describe("a lost link", () => {
  it("is DISCONNECTEDWITHLINKUP, then reconnects by itself, each change with its record", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const { network, centre } = await goOnline(bench);
    uplink.cut();
    await bench.run(0);
    expect(networkStatus(bench, network)).toBe(status("DISCONNECTEDWITHLINKUP"));
    await bench.run(3_100_000);
    expect(networkStatus(bench, network)).toBe(status("CONNECTED"));
    expect(statuses(bench).slice(2)).toEqual(["DISCONNECTEDWITHLINKUP", "CONNECTING", "CONNECTED"]);
    expect(recordsOf(bench, centre).length).toBe(5);
  });

  it("kills the channels: NETWORKDISCONNECTED, with a record each", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const online = await goOnline(bench);
    const channels = [openChannel(bench, online, { notification_tag: 8 }), openChannel(bench, online)];
    uplink.cut();
    await bench.run(10_000);
    for (const { handle } of channels) expect(closureReason(bench, handle)).toBe(reason("NETWORKDISCONNECTED"));
    expect(recordNames(bench, online.centre).slice(2).sort()).toEqual([
      "CHANNELNOTCONNECTED 7",
      "CHANNELNOTCONNECTED 8",
      "NETWORKSTATUSCHANGED 1",
    ]);
  });

  it("is an input from outside in the trace", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    await goOnline(bench);
    uplink.cut();
    await bench.run(0);
    expect(bench.events).toContainEqual({ kind: "outside", input: "link-lost", detail: null });
  });

  it("backs off: the waits double up to the maximum, each drawn between its half and its whole", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink, network: { maximumBackoffMicroseconds: 8_000_000, attachMicroseconds: 1000 } });
    await goOnline(bench);
    const lost: number[] = [];
    uplink.onConnect = "unreachable";
    uplink.cut();
    let seen = statuses(bench).length;
    for (let time = 0; time < 60_000_000 && lost.length < 12; time += 1000) {
      await bench.run(1000);
      const now = statuses(bench);
      for (const change of now.slice(seen)) if (change !== "CONNECTED") lost.push(bench.microseconds());
      seen = now.length;
    }
    // Lost, connecting, lost, connecting …: each wait goes from a loss to the next attempt.
    const waits = [0, 2, 4, 6, 8].map((index) => lost[index + 1]! - lost[index]!);
    for (const [index, wait] of waits.entries()) {
      const whole = Math.min(1_000_000 * 2 ** index, 8_000_000);
      expect(wait).toBeGreaterThanOrEqual(whole / 2);
      expect(wait).toBeLessThanOrEqual(whole + 1000);
    }
  });

  it("starts with the short wait again after a connection that held", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    await goOnline(bench);
    for (let round = 0; round < 6; round++) {
      uplink.cut();
      await bench.run(3_100_000);
      expect(statuses(bench).at(-1)).toBe("CONNECTED");
    }
  });

  it("is not mended once the last request is released while it waits to try again", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const { networkPlace } = await goOnline(bench);
    uplink.cut();
    await bench.run(100_000);
    release(bench, networkPlace);
    await bench.run(10_000_000);
    expect(statuses(bench).slice(2)).toEqual(["DISCONNECTEDWITHLINKUP", "DELIBERATELYOFFLINE"]);
    expect(uplink.opens).toBe(1);
  });

  it("is no end of the run when the service refuses or can't be reached after the first welcome", async () => {
    const uplink = scriptedUplink();
    const bench = createBench({ uplink });
    const { network } = await goOnline(bench);
    for (const onConnect of ["refuse", "unreachable"] as const) {
      uplink.onConnect = onConnect;
      uplink.cut();
      await bench.run(4_000_000);
      expect(statuses(bench)).not.toContain("DELIBERATELYOFFLINE");
    }
    uplink.onConnect = "welcome";
    await bench.run(60_000_000);
    expect(networkStatus(bench, network)).toBe(status("CONNECTED"));
  });
});

describe("before the first welcome", () => {
  it.each([
    { onConnect: "refuse", code: "ERR_MVSIM_SERVICE_REFUSED" },
    { onConnect: "unreachable", code: "ERR_MVSIM_SERVICE_UNREACHABLE" },
  ] as const)("a service that would $onConnect ends the run with $code", async ({ onConnect, code }) => {
    const bench = createBench({ uplink: scriptedUplink({ onConnect }) });
    requestNetwork(bench, 0);
    await expect(bench.run(3_000_000)).rejects.toMatchObject({ code });
  });

  it("a service that never answers ends the run once real time has run out", async () => {
    const bench = createBench({ uplink: scriptedUplink({ onConnect: "silence" }) });
    requestNetwork(bench, 0);
    bench.giveUpWaiting();
    await expect(bench.run(3_000_000)).rejects.toMatchObject({ code: "ERR_MVSIM_SERVICE_UNREACHABLE" });
  });
});
