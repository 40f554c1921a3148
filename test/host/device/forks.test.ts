/** Forks: several devices that go on from one snapshot, each by itself. */

import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type Device, type TraceEvent, webSocketUplink } from "../../../host/index.ts";
import { createConfigsService, createMemoryStore, pipeUplink, serveConfigs } from "../../../sim/configs/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { account, firmware } from "./rehearsal.ts";

let blinky: Uint8Array;
let snapshot: Uint8Array;
/** The lines of the device that was forked, from the snapshot to its end. */
let original: readonly string[];

beforeAll(async () => {
  blinky = await firmware("firmware/apps/blinky.ts");
  const lines: string[] = [];
  const trace = (event: TraceEvent) => void lines.push(JSON.stringify(event));
  const device = await createDevice({ firmware: blinky, seed: 5, trace });
  await device.advance(700_000);
  snapshot = await device.snapshot();
  const before = lines.length;
  await device.run();
  original = lines.slice(before);
});

interface Fork {
  readonly device: Device;
  readonly lines: string[];
}

async function fork(): Promise<Fork> {
  const lines: string[] = [];
  const trace = (event: TraceEvent) => void lines.push(JSON.stringify(event));
  return { device: await createDevice({ firmware: blinky, snapshot, trace }), lines };
}

/** Presses the button after so many microseconds, and runs to the end. */
async function press({ device, lines }: Fork, afterMicroseconds: number): Promise<string[]> {
  await device.advance(afterMicroseconds);
  device.input("gpio", { pin: "PC13", level: 1 });
  expect(await device.run()).toMatchObject({ reason: "finished" });
  return lines;
}

describe("two forks of one device", () => {
  it("with the same to come have the same trace, and that of the device itself", async () => {
    for (const { device, lines } of [await fork(), await fork()]) {
      await device.run();
      expect(lines).toEqual(original);
    }
    expect(await press(await fork(), 1000)).toEqual(await press(await fork(), 1000));
  });

  it("with different inputs part where the input is, and not before", async () => {
    const [pressed, left] = [await press(await fork(), 300_000), original];
    const parting = pressed.findIndex((line, index) => line !== left[index]);
    expect(JSON.parse(pressed[parting]!)).toMatchObject({ kind: "outside", input: "gpio" });
    expect(parting).toBeGreaterThan(5);
    expect(pressed.join()).toContain("stopped by the button");
    expect(left.join()).not.toContain("stopped by the button");
  });

  it("don't touch each other, nor the snapshot, however their steps alternate", async () => {
    const kept = snapshot.slice();
    const alone = { pressed: await press(await fork(), 400_000), left: original };
    const steps = fc.array(fc.record({ first: fc.boolean(), microseconds: fc.integer({ min: 0, max: 90_000 }) }), {
      maxLength: 12,
      minLength: 4,
    });
    await fc.assert(
      fc.asyncProperty(steps, async (steps) => {
        const [pressed, left] = [await fork(), await fork()];
        let until = 400_000;
        for (const { first, microseconds } of steps) {
          const part = Math.min(microseconds, until);
          if (first) until -= part;
          await (first ? pressed.device.advance(part) : left.device.advance(microseconds));
        }
        // Both at the same time, too.
        const [, end] = await Promise.all([press(pressed, until), left.device.run()]);
        expect(end).toMatchObject({ reason: "finished" });
        expect(pressed.lines).toEqual(alone.pressed);
        expect(left.lines).toEqual(alone.left);
      }),
      { numRuns: 8, seed: 2 },
    );
    expect(snapshot).toEqual(kept);
  });

  it("have memory of their own", async () => {
    const [one, other] = [await fork(), await fork()];
    const address = other.device.memory.end - 4;
    const before = other.device.memory.readUint32(address);
    one.device.memory.writeUint32(address, before ^ 0xffff_ffff);
    expect(other.device.memory.readUint32(address)).toBe(before);
  });
});

it("a fork of a fork is as good as the first", async () => {
  const { device, lines } = await fork();
  await device.advance(200_000);
  const rest: string[] = [];
  const trace = (event: TraceEvent) => void rest.push(JSON.stringify(event));
  const second = await createDevice({ firmware: blinky, snapshot: await device.snapshot(), trace });
  await second.run();
  expect([...lines, ...rest]).toEqual(original);
});

describe("forks with SIDs of their own, at one service", () => {
  const sids = ["a", "b", "c"].map((digit) => `UV${digit.repeat(32)}`);

  it.each(["pipe", "socket"] as const)("each fetch their own device's config, all at once, over a %s", async (over) => {
    const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
    const server = over === "socket" ? await serveConfigs(service) : undefined;
    const uplink = () => (server ? webSocketUplink({ url: server.deviceUrl }) : pipeUplink(service.backend));
    const binary = await compileText(`
      import { configs, log, network, Outcome } from "microvisor-sim/firmware/sdk";
      export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
      export function main(): i32 {
        network.open();
        const name = configs.addDeviceConfig("name");
        if (configs.fetch() != Outcome.Ok) return 1;
        log("I am " + configs.text(name));
        return network.close() == Outcome.Ok ? 0 : 2;
      }`);
    const given = { firmware: binary, token: account.deviceToken };
    try {
      const device = await createDevice({ ...given, uplink: uplink() });
      await device.runUntil((event) => event.kind === "network" && event.status === "CONNECTED");
      const snapshot = await device.snapshot();
      const ends = await Promise.all(
        sids.map(async (deviceSid) => {
          const place = { accountSid: account.sid, deviceSid, store: "config" } as const;
          await service.put(place, "name", `fork ${deviceSid.at(-1)}`);
          const logs: string[] = [];
          const trace = (event: TraceEvent) => void (event.kind === "log" && logs.push(event.text));
          const fork = await createDevice({ ...given, snapshot, deviceSid, uplink: uplink(), trace });
          return { reason: (await fork.run()).reason, logs };
        }),
      );
      expect(ends).toEqual(["a", "b", "c"].map((name) => ({ reason: "finished", logs: [`I am fork ${name}`] })));
      await device.stop();
    } finally {
      await server?.close();
      await service.close();
    }
  });
});
