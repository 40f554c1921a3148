/**
 * A device that is restored in the middle of its talk with a real service: it connects again, asks again for what has
 * not come, and its trace is that of a device that was never stopped. What it says meanwhile: relink-frames.test.ts.
 */

import { beforeAll, describe, expect, it, vi } from "vitest";
import type { Device, TraceEvent } from "../../../host/index.ts";
import type { DeviceBackend } from "../../../sim/configs/device-backend.ts";
import { firmware, rehearse } from "./rehearsal.ts";

/** What the service does at the first hello, and at the first request. */
interface Behaviour {
  readonly hello?: "is silent";
  readonly request?: "is silent" | "fails";
}

/** A service whose value changes, and that notes what it was asked. */
function watchedService({ hello, request }: Behaviour) {
  const service = { value: "early", hellos: 0, requests: 0 };
  const never = new Promise<never>(() => {});
  const watch = (real: DeviceBackend): DeviceBackend => ({
    ...real,
    authenticateDevice(sid, token) {
      const isFirst = service.hellos++ === 0;
      return isFirst && hello === "is silent" ? never : real.authenticateDevice(sid, token);
    },
    async fetchItems(_device, items) {
      const isFirst = service.requests++ === 0;
      if (isFirst && request === "is silent") return never;
      if (isFirst && request === "fails") throw new Error("the service has failed");
      return items.map(() => ({ result: "ok", value: service.value }));
    },
  });
  return { service, watch };
}

interface Cut extends Behaviour {
  readonly over: "pipe" | "socket";
  /** Takes the device to where its first life ends. */
  readonly to: (device: Device) => Promise<unknown>;
  /** What the device has to have become then: it stands, but what it sent may bring something. */
  readonly when?: (state: Device["state"]) => void;
}

/** Two lives; in between the service's value changes. */
async function inTwoLives({ over, to, when = () => {}, ...behaviour }: Cut) {
  const { service, watch } = watchedService(behaviour);
  const run = await rehearse({
    ...{ firmware: await firmware("test/host/device/fixtures/one-fetch.ts"), over, backend: watch },
    async drive(device, restore) {
      await to(device);
      await vi.waitFor(() => when(device.state), { interval: 1 });
      const snapshot = await device.snapshot();
      service.value = "later";
      return (await restore(snapshot)).run();
    },
  });
  return { ...run, ...service };
}

async function inOneLife(behaviour: Behaviour = {}) {
  const { watch } = watchedService(behaviour);
  const binary = await firmware("test/host/device/fixtures/one-fetch.ts");
  const { lines, result } = await rehearse({ firmware: binary, backend: watch });
  expect(result).toMatchObject({ reason: "finished" });
  return lines;
}

/** As if the value had always been the later one. */
const withLaterValue = (lines: readonly string[]) =>
  lines.map((line) =>
    line
      .replaceAll("early", "later")
      .replaceAll(Buffer.from("early").toString("hex"), Buffer.from("later").toString("hex")),
  );

const returnOf = (name: string) => (device: Device) =>
  device.runUntil((event: TraceEvent) => event.kind === "return" && event.name === name);

let uncut: readonly string[];
beforeAll(async () => {
  uncut = await inOneLife();
  expect(uncut.join()).toContain('"text":"early"');
});

describe.each(["pipe", "socket"] as const)("over a %s, a device is restored", (over) => {
  it("in the middle of its hello: it says another one", async () => {
    const { lines, hellos } = await inTwoLives({
      ...{ over, to: returnOf("mvRequestNetwork"), hello: "is silent" },
      when: ({ kernel }) => expect(kernel.link.phase).toBe("opening"),
    });
    expect(hellos).toBe(2);
    expect(lines).toEqual(withLaterValue(uncut));
  });

  it("welcomed, with its network not yet up", async () => {
    const { lines, hellos } = await inTwoLives({
      ...{ over, to: returnOf("mvRequestNetwork") },
      when: ({ kernel }) =>
        expect(kernel).toMatchObject({ link: { phase: "welcomed" }, network: { status: "CONNECTING" } }),
    });
    expect(hellos).toBe(2);
    expect(lines).toEqual(withLaterValue(uncut));
  });

  it("with a channel open that was asked for nothing yet", async () => {
    const { lines, requests } = await inTwoLives({
      over,
      async to(device) {
        await returnOf("mvOpenChannel")(device);
        await device.advance(8000);
      },
      when: ({ kernel }) => expect(kernel.channels).toMatchObject([{ opened: true, reply: "none" }]),
    });
    expect(requests).toBe(1);
    expect(lines).toEqual(withLaterValue(uncut));
  });

  it("with a request whose answer has not come: it asks again, and gets what the service holds then", async () => {
    const { lines, requests } = await inTwoLives({
      ...{ over, to: returnOf("mvSendConfigFetchRequest"), request: "is silent" },
      when: ({ kernel }) => expect(kernel).toMatchObject({ channels: [{ reply: "awaited" }], link: { inbox: [] } }),
    });
    expect(requests).toBe(2);
    expect(lines).toEqual(withLaterValue(uncut));
  });

  it("with an answer that the device has not seen: it does not ask again, and sees that one", async () => {
    const { lines, requests } = await inTwoLives({
      ...{ over, to: returnOf("mvSendConfigFetchRequest") },
      when: ({ kernel }) => expect(kernel.link.inbox).toMatchObject([{ type: "data" }]),
    });
    expect(requests).toBe(1);
    expect(lines).toEqual(uncut);
  });

  it("with an answer on its modelled way: it does not ask again", async () => {
    const isOnItsWay = ({ state }: Device) => state.queue.events.some(({ kind }) => kind === "reply-arrival");
    const { lines, requests } = await inTwoLives({
      over,
      async to(device) {
        await returnOf("mvSendConfigFetchRequest")(device);
        while (!isOnItsWay(device)) await device.advance(100);
      },
    });
    expect(requests).toBe(1);
    expect(lines).toEqual(uncut);
  });

  it("with a channel that the service has closed, unseen: it stays closed", async () => {
    const { lines, requests } = await inTwoLives({
      ...{ over, to: returnOf("mvSendConfigFetchRequest"), request: "fails" },
      when: ({ kernel }) => expect(kernel.link.inbox).toMatchObject([{ type: "close" }]),
    });
    expect(requests).toBe(1);
    expect(lines).toEqual(await inOneLife({ request: "fails" }));
    expect(lines.join()).toContain("CHANNELRESETBYSERVER");
  });
});
