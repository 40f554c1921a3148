/** What a restored device says to the service before it goes on, frame by frame; and when there is no service. */

import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type Device, type DeviceOptions, type TraceEvent } from "../../../host/index.ts";
import type { Frame } from "../../../host/wire/protocol.ts";
import { responseOf, type ScriptedUplink, scriptedUplink } from "../kernel/scripted-uplink.ts";
import { firmware } from "./rehearsal.ts";

let binary: Uint8Array;
beforeAll(async () => {
  binary = await firmware("test/host/device/fixtures/four-fetches.ts");
});

type Given = Partial<DeviceOptions> & { readonly uplink: ScriptedUplink };
const create = (given: Given): Promise<Device> => createDevice({ firmware: binary, token: "t", ...given });

const returnOf = (name: string, times: number) => {
  let left = times;
  return (event: TraceEvent) => event.kind === "return" && event.name === name && --left === 0;
};

/** A snapshot behind so many returns of a call. @param then what the service says while the device stands */
async function snapshotAt(name: string, times = 1, then = (_uplink: ScriptedUplink): void => {}) {
  const uplink = scriptedUplink({ answers: false });
  const device = await create({ uplink });
  await device.runUntil(returnOf(name, times));
  then(uplink);
  return device.snapshot();
}

/** The frames of a restored device, up to where the service has to answer. */
async function framesOf(snapshot: Uint8Array): Promise<Frame[]> {
  const uplink = scriptedUplink({ answers: false });
  const device = await create({ snapshot, uplink });
  await device.advance(0);
  await device.stop();
  return uplink.sent;
}

/** In short: `open 2, asking` for an open that carries a request. */
const inShort = (frames: readonly Frame[]) =>
  frames.map((frame) => {
    if (frame.type !== "open") return frame.type;
    return `open ${frame.channel}${frame.firstData ? ", asking" : ""}`;
  });

const answer = (channel: number): Frame => ({ type: "data", channel, bytes: responseOf([{ result: 0, value: "x" }]) });

describe("a restored device says", () => {
  it("nothing at all when it never had a connection", async () => {
    expect(await framesOf(await snapshotAt("mvSetupNotifications"))).toEqual([]);
  });

  it("a hello with its own SID, token and clock", async () => {
    const [hello] = await framesOf(await snapshotAt("mvGetNetworkStatus", 2));
    expect(hello).toMatchObject({ type: "hello", deviceSid: `UV${"0".repeat(31)}1`, token: "t", clock: "virtual" });
  });

  it("its hello only, when the service has not heard of its channel yet", async () => {
    expect(inShort(await framesOf(await snapshotAt("mvOpenChannel")))).toEqual(["hello"]);
  });

  it("each channel in the order of its number, with the very request that was not answered", async () => {
    const frames = await framesOf(await snapshotAt("mvSendConfigFetchRequest", 4));
    expect(inShort(frames)).toEqual(["hello", "open 1, asking", "open 2, asking", "open 3, asking", "open 4, asking"]);
    const requests = frames.flatMap((frame) =>
      frame.type === "open" ? [String.fromCharCode(frame.firstData!.at(-1)!)] : [],
    );
    expect(requests).toEqual(["a", "b", "c", "d"]);
  });

  it("no request whose answer has come, and no channel that the service has closed", async () => {
    const snapshot = await snapshotAt("mvSendConfigFetchRequest", 4, (uplink) => {
      uplink.say(answer(2));
      uplink.say({ type: "close", channel: 3, reason: "resetByServer" });
    });
    expect(inShort(await framesOf(snapshot))).toEqual(["hello", "open 1, asking", "open 2", "open 4, asking"]);
  });

  it("no channel that the firmware has closed", async () => {
    const uplink = scriptedUplink();
    const device = await create({ uplink });
    await device.runUntil(returnOf("mvCloseChannel", 3));
    expect(inShort(await framesOf(await device.snapshot()))).toEqual(["hello", expect.stringMatching(/^open [1-4]$/)]);
  });
});

describe("a link that broke while the device stood", () => {
  it("is lost for the restored device too, which connects again in its own time", async () => {
    const run = async (goOn: (device: Device, trace: (event: TraceEvent) => void) => Promise<Device>) => {
      const lines: string[] = [];
      const trace = (event: TraceEvent) => void lines.push(JSON.stringify(event));
      const uplink = scriptedUplink({ answers: false });
      const device = await create({ uplink, trace });
      await device.runUntil(returnOf("mvSendConfigFetchRequest", 4));
      uplink.cut();
      const last = await goOn(device, trace);
      await last.advance(5_000_000);
      await last.stop();
      return lines;
    };
    const uncut = await run(async (device) => device);
    const restored = await run(async (device, trace) =>
      create({ snapshot: await device.snapshot(), uplink: scriptedUplink({ answers: false }), trace }),
    );
    expect(uncut.join()).toMatch(/link-lost.*DISCONNECTEDWITHLINKUP.*"CONNECTED"/);
    expect(restored).toEqual(uncut);
  });
});

describe("without a service that takes it back, a device that had a connection", () => {
  it("is not restored without an uplink", async () => {
    const snapshot = await snapshotAt("mvSendConfigFetchRequest");
    await expect(createDevice({ firmware: binary, snapshot })).rejects.toMatchObject({
      code: "ERR_MVSIM_SNAPSHOT_MISMATCH",
      message: expect.stringContaining("the device was connected to a service, and there is no uplink"),
    });
  });

  it.each([
    ["unreachable", "ERR_MVSIM_SERVICE_UNREACHABLE", "the connection is gone"],
    ["refuse", "ERR_MVSIM_SERVICE_REFUSED", "the token is not good (close code 4"],
    ["silence", "ERR_MVSIM_SERVICE_UNREACHABLE", "no answer within 0.02 s"],
  ] as const)("rejects its first control call: %s", async (onConnect, code, message) => {
    const snapshot = await snapshotAt("mvSendConfigFetchRequest");
    const options = { uplink: scriptedUplink({ onConnect }), answerLimitMilliseconds: 20 };
    const device = await create({ snapshot, ...options });
    await expect(device.step()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  });

  it("can be stopped while it waits for the welcome", async () => {
    const snapshot = await snapshotAt("mvSendConfigFetchRequest");
    const device = await create({ snapshot, uplink: scriptedUplink({ onConnect: "silence" }) });
    const running = device.run();
    expect(await device.stop()).toMatchObject({ reason: "interrupted" });
    expect(await running).toMatchObject({ reason: "interrupted" });
  });
});
