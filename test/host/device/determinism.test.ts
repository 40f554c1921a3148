/** The same firmware, seed and configs give the same trace, byte for byte, whatever lies between device and service. */

import { type AddressInfo, connect, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import type { DeviceState } from "../../../host/device.ts";
import { clearPreparedModules } from "../../../host/mcu/wasm/prepare/prepare.ts";
import type { DeviceBackend } from "../../../sim/configs/device-backend.ts";
import { firmware, type Rehearsed, rehearse } from "./rehearsal.ts";

const configs = { greeting: "hello", a: "first", b: "second", c: "third", d: "fourth" };
const sources = ["firmware/apps/config-reader.ts", "test/host/device/fixtures/four-fetches.ts"];

describe.each(sources)("the trace of %s", (source) => {
  let binary: Uint8Array;
  let expected: Rehearsed;

  beforeAll(async () => {
    binary = await firmware(source);
    expected = await rehearse({ firmware: binary, configs });
    expect(expected.result.reason).toBe("finished");
    expect(expected.lines.length).toBeGreaterThan(50);
  });

  it("is the same over a WebSocket as in process", async () => {
    const { lines } = await rehearse({ firmware: binary, configs, over: "socket" });
    expect(lines).toEqual(expected.lines);
  });

  it("is the same with a service that answers 200 ms later", async () => {
    const backend = (real: DeviceBackend): DeviceBackend => ({
      ...real,
      async fetchItems(device, items) {
        await setTimeout(200);
        return real.fetchItems(device, items);
      },
      async authenticateDevice(sid, token) {
        await setTimeout(200);
        return real.authenticateDevice(sid, token);
      },
      now: () => 1,
    });
    const { lines } = await rehearse({ firmware: binary, configs, over: "socket", backend });
    expect(lines).toEqual(expected.lines);
  });

  it("is the same through a proxy that delivers single bytes", async () => {
    const { lines } = await rehearse({ firmware: binary, configs, over: "socket", through: singleBytes });
    expect(lines).toEqual(expected.lines);
  });

  it.each([1, 1_000_000])("is the same with slices of %i cycles", async (sliceCycles) => {
    const { lines } = await rehearse({ firmware: binary, configs, device: { sliceCycles } });
    expect(lines).toEqual(expected.lines);
  });

  it("is the same with a suspension at every safepoint and call", async () => {
    const { lines } = await rehearse({ firmware: binary, configs, device: { suspendAlways: true } });
    expect(lines).toEqual(expected.lines);
  });

  it("is the same with a cold cache of prepared modules as with a warm one", async () => {
    clearPreparedModules();
    const cold = await rehearse({ firmware: binary, configs });
    const warm = await rehearse({ firmware: binary, configs });
    expect(cold.lines).toEqual(expected.lines);
    expect(warm.lines).toEqual(expected.lines);
  });

  it("is the same for two devices that run interleaved in one process", async () => {
    const runs = await Promise.all(
      [1, 2].map(() => rehearse({ firmware: binary, configs, device: { sliceCycles: 10 } })),
    );
    for (const { lines } of runs) expect(lines).toEqual(expected.lines);
  });

  it("is the same when all state but the core's goes through JSON before each system call", async () => {
    let replaced = 0;
    const { lines } = await rehearse({
      firmware: binary,
      configs,
      onEvent(event, device) {
        if (event.kind !== "call") return;
        device.replaceState(plainDataFromText(plainDataToText(device.state)) as DeviceState);
        replaced++;
      },
    });
    expect(replaced).toBeGreaterThan(5);
    expect(lines).toEqual(expected.lines);
  });

  it("differs with another seed, and repeats with the same", async () => {
    const [one, again] = await Promise.all(
      [7, 7].map((seed) => rehearse({ firmware: binary, configs, device: { seed } })),
    );
    expect(one?.lines).toEqual(again?.lines);
    expect(one?.lines).not.toEqual(expected.lines);
  });
});

it("gives the same trace when the real answers to four fetches come in reverse order", async () => {
  const binary = await firmware("test/host/device/fixtures/four-fetches.ts");
  const expected = await rehearse({ firmware: binary, configs });
  const held: (() => void)[] = [];
  const backend = (real: DeviceBackend): DeviceBackend => ({
    ...real,
    async fetchItems(device, items) {
      await new Promise<void>((answer) => {
        held.push(answer);
        if (held.length === 4) answerNext();
      });
      queueMicrotask(answerNext);
      return real.fetchItems(device, items);
    },
  });
  const answerNext = (): void => held.pop()?.();
  const { lines } = await rehearse({ firmware: binary, configs, over: "socket", backend });
  expect(lines).toEqual(expected.lines);
});

/** A TCP proxy that passes on one byte a turn of the event loop. */
async function singleBytes(url: string): Promise<{ url: string; close(): Promise<void> }> {
  const target = new URL(url);
  const proxy = createServer((incoming) => {
    incoming.setNoDelay(true);
    const outgoing = connect({ port: Number(target.port), host: target.hostname, noDelay: true });
    for (const [from, to] of [
      [incoming, outgoing],
      [outgoing, incoming],
    ] as const) {
      from.on("data", (bytes: Buffer) => {
        for (const byte of bytes) to.write(Buffer.of(byte));
      });
      from.on("end", () => to.end());
      from.on("error", () => to.destroy());
    }
  });
  await new Promise<void>((listening) => proxy.listen(0, "127.0.0.1", listening));
  const { port } = proxy.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${port}${target.pathname}`,
    close: () => new Promise((closed) => proxy.close(() => closed())),
  };
}
