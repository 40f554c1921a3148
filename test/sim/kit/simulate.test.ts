/** `simulate` of `microvisor-sim/test`: a device under test, with the package's own apps as its firmware. */

import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { type SimulateOptions, simulate as simulateAnywhere } from "../../../sim/kit/index.ts";
import { readTrace } from "../../../sim/replay/recorded-trace.ts";
import { replay } from "../../../sim/replay/replay.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

const app = (name: string) => new URL(`../../../firmware/apps/${name}.ts`, import.meta.url);

async function simulate(options: SimulateOptions) {
  const device = await simulateAnywhere(options);
  onTestFinished(() => device.close());
  return device;
}

describe("a simulated device", () => {
  it("runs an AssemblyScript source with the given configs, and tells what it did", async () => {
    const device = await simulate({ firmware: app("config-reader"), configs: { greeting: "Hi" } });
    expect(device.result).toBeUndefined();
    expect(await device.run()).toMatchObject({ reason: "finished" });
    expect(device.result).toMatchObject({ reason: "finished" });
    expect(device.logs).toEqual(["greeting: Hi", "report_interval_s is missing"]);
    expect(device.fetched).toEqual([
      { scope: "ACCOUNT", store: "CONFIG", key: "greeting", result: "OK", value: "Hi" },
      { scope: "ACCOUNT", store: "CONFIG", key: "report_interval_s", result: "KEYNOTFOUND", value: "" },
    ]);
    expect(device.calls.find(({ name }) => name === "mvOpenChannel")).toMatchObject({
      context: "main",
      status: "OKAY",
      arguments: { params: { "v1.notification_tag": 2 } },
    });
    expect(device.microseconds).toBe(device.result?.microseconds);
  });

  it("runs a module, by its path or its bytes", async () => {
    const path = "build/firmware/debug/config-reader.wasm";
    for (const firmware of [path, readFileSync(path)]) {
      const device = await simulate({ firmware, configs: { greeting: "Hi" } });
      await device.run();
      expect(device.logs).toContain("greeting: Hi");
    }
  });

  it("sees what the service is told while it runs", async () => {
    const device = await simulate({ firmware: app("config-poller"), configs: { greeting: "one" } });
    await device.runUntil(/greeting: one/);
    await device.service.set("greeting", "two");
    expect(await device.runUntil(/greeting: two/)).toMatchObject({ paused: true, event: { kind: "log" } });
    expect(await device.service.delete("greeting")).toBe(true);
    expect(await device.service.delete("greeting")).toBe(false);
    await device.advance("10s");
    expect(device.fetched.at(-2)).toMatchObject({ key: "greeting", result: "KEYNOTFOUND" });
  });

  it("goes on for as long as it is let", async () => {
    const device = await simulate({ firmware: app("config-poller") });
    await device.advance("1.5s");
    expect(device.microseconds).toBeGreaterThan(1_400_000);
    expect(device.microseconds).toBeLessThanOrEqual(1_500_000);
    await expect(device.advance("1.5 s")).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_TIME" });
  });

  it("has handles that are open, and memory that structs are read from", async () => {
    const device = await simulate({ firmware: app("config-reader") });
    const stop = await device.runUntil("notification");
    expect(device.handles).toEqual({ notifications: 1, network: 1, channels: 0, systemEvents: 0, externalFlash: 0 });
    const event = "event" in stop && stop.event?.kind === "notification" ? stop.event : undefined;
    expect(device.memory.read("MvNotification", event!.address)).toMatchObject({
      event_type: "NETWORKSTATUSCHANGED",
      tag: 1,
    });
    await device.run();
    expect(device.handles).toEqual({ notifications: 0, network: 0, channels: 0, systemEvents: 0, externalFlash: 0 });
  });

  it("has pins that the firmware drives, and buttons", async () => {
    const device = await simulate({ firmware: app("blinky") });
    await device.runUntil((event) => event.kind === "gpio" && event.pin === "PA5" && event.level === 1);
    expect(device.gpio).toEqual({ PA5: 1 });
    await device.pressButton("PC13", { time: "50ms" });
    const before = device.trace.length;
    await device.advance("5s");
    const levels = (pin: string, from = 0) =>
      device.trace.slice(from).flatMap((event) => (event.kind === "gpio" && event.pin === pin ? [event.level] : []));
    expect(levels("PC13")).toEqual([1, 0]);
    expect(levels("PA5", before)).toEqual([]);
  });

  it("has no network when none is given", async () => {
    const device = await simulate({ firmware: app("config-poller"), network: false });
    await device.advance("30s");
    expect(device.trace.some((event) => event.kind === "network" && event.status === "CONNECTED")).toBe(false);
  });

  it("has the network that is given", async () => {
    const connectedAt = async (attachMicroseconds: number) => {
      const device = await simulate({ firmware: app("config-poller"), network: { attachMicroseconds } });
      await device.runUntil((event) => event.kind === "network" && event.status === "CONNECTED");
      return device.microseconds;
    };
    expect(await connectedAt(500_000)).toBeLessThan(1_000_000);
    expect(await connectedAt(5_000_000)).toBeGreaterThan(5_000_000);
  });

  it("takes its seed from MVSIM_SEED, unless it is given one", async () => {
    vi.stubEnv("MVSIM_SEED", "7");
    onTestFinished(() => void vi.unstubAllEnvs());
    const handles = async (seed?: number) => {
      const device = await simulate({ firmware: app("config-reader"), seed });
      await device.run();
      return [device.seed, JSON.stringify(device.trace)];
    };
    const [seven, explicit, other] = [await handles(), await handles(7), await handles(8)];
    expect(seven).toEqual(explicit);
    expect(seven[0]).toBe(7);
    expect(other[1]).not.toBe(seven[1]);
    vi.stubEnv("MVSIM_SEED", "seven");
    await expect(handles()).rejects.toMatchObject({ code: "ERR_MVSIM_INVALID_SEED" });
  });

  it("leaves a trace that replays, whatever its network", async () => {
    const network = { roundTripMicroseconds: 900_000 };
    const device = await simulate({ firmware: app("config-reader"), configs: { greeting: "Hi" }, network });
    await device.run();
    const file = join(temporaryFolder(), "run.jsonl");
    device.saveTrace(file);
    const replayed = await replay(await readTrace(file), device.firmware.bytes);
    expect(replayed).toEqual({ events: device.trace.length, difference: undefined });
  });

  it("ends at its first diagnostic where it is strict, and so does its replay", async () => {
    const source = join(temporaryFolder(), "leak.ts");
    const leak = `import { network } from "microvisor-sim/firmware/sdk";
      export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
      export function main(): i32 { network.open(10_000); return 0; }`;
    writeFileSync(source, leak);
    const device = await simulate({ firmware: source, strict: true });
    expect(await device.run()).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_DIAGNOSTIC" } });
    const file = join(temporaryFolder(), "run.jsonl");
    device.saveTrace(file);
    expect(await replay(await readTrace(file), device.firmware.bytes)).toMatchObject({ difference: undefined });
  });

  it("tells where the firmware was when it failed", async () => {
    const source = join(temporaryFolder(), "broken.ts");
    writeFileSync(
      source,
      "function sensor(): void { unreachable(); }\nexport function main(): i32 { sensor(); return 0; }\n",
    );
    const device = await simulate({ firmware: source });
    await device.run();
    expect(device.callStack[0]).toMatch(/sensor .*broken\.ts:1/);
  });
});

describe("a source", () => {
  let folder: string;
  let cache: string;
  beforeEach(() => {
    folder = temporaryFolder();
    cache = join(folder, "cache");
    vi.stubEnv("MVSIM_CACHE_DIR", cache);
    onTestFinished(() => void vi.unstubAllEnvs());
  });

  const program = (text: string) =>
    `import { text } from "./text";\nexport function main(): i32 { console.log(text + "${text}"); return 0; }\n`;
  const printed = async (file: string) => {
    const device = await simulate({ firmware: file });
    await device.run();
    return device.uart;
  };

  it("is compiled again when it has changed, or a file that it imports", async () => {
    const file = join(folder, "main.ts");
    writeFileSync(join(folder, "text.ts"), 'export const text = "a";\n');
    writeFileSync(file, program("1"));
    expect(await printed(file)).toEqual(["a1"]);
    writeFileSync(file, program("2"));
    expect(await printed(file)).toEqual(["a2"]);
    writeFileSync(join(folder, "text.ts"), 'export const text = "b";\n');
    expect(await printed(file)).toEqual(["b2"]);
  });

  it("is not compiled by the next process when nothing has changed", async () => {
    const file = join(folder, "main.ts");
    writeFileSync(join(folder, "text.ts"), 'export const text = "a";\n');
    writeFileSync(file, program("1"));
    await printed(file);
    const kept = join(cache, "compiled", readdirSync(join(cache, "compiled"))[0]!);
    // What is kept is what runs: shown by another program in its place.
    cpSync(kept, `${kept}.first`);
    const other = join(folder, "other.ts");
    writeFileSync(other, program("from the cache"));
    await printed(other);
    const otherKept = readdirSync(join(cache, "compiled")).find((name) => !kept.includes(name.slice(0, 64)))!;
    const { binary } = JSON.parse(readFileSync(join(cache, "compiled", otherKept), "utf8"));
    writeFileSync(kept, JSON.stringify({ ...JSON.parse(readFileSync(kept, "utf8")), binary }));
    vi.resetModules();
    const { simulate: inNextProcess } = await import("../../../sim/kit/index.ts");
    const device = await inNextProcess({ firmware: file });
    await device.run();
    expect(device.uart).toEqual(["afrom the cache"]);
    await device.close();
  });

  it("that does not compile is refused with the compiler's own message, and works when it is mended", async () => {
    const file = join(folder, "main.ts");
    writeFileSync(file, "export function main(): i32 { return nothing; }\n");
    await expect(simulate({ firmware: file })).rejects.toMatchObject({
      code: "ERR_MVSIM_COMPILE",
      message: expect.stringMatching(/main\.ts does not compile[\s\S]*nothing/),
    });
    writeFileSync(file, "export function main(): i32 { return 0; }\n");
    expect(await (await simulate({ firmware: file })).run()).toMatchObject({ reason: "finished" });
  });

  it("that does not exist is named", async () => {
    await expect(simulate({ firmware: join(folder, "none.ts") })).rejects.toMatchObject({
      code: "ERR_MVSIM_FILE_NOT_FOUND",
      message: expect.stringContaining("none.ts"),
    });
  });
});
