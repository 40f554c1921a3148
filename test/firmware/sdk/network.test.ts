import { expect, it } from "vitest";
import { compileText, labelled } from "../compile-text.ts";
import { runOnDevice } from "../real-device.ts";
import { runScripted } from "../scripted-kernel.ts";

const firmware = await compileText(`
import { clock, describe, log, mvGetNetworkReasons, network } from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";

const REASONS = memory.data(4, 4);
const REQUESTS = memory.data(4, 4);
function report(label: string, value: string): void {
  log(label + "=" + value);
}
function state(label: string): void {
  mvGetNetworkReasons(REASONS, REQUESTS);
  report(label, (network.isConnected() ? "connected " : "not connected ") + load<u32>(REQUESTS).toString());
}
export function main(): i32 {
  report("wait first", describe(network.waitUntilConnected(100)));
  state("before");
  report("open", describe(network.open(5_000)));
  state("opened");
  report("open twice", describe(network.open(5_000)));
  state("opened twice");
  report("close", describe(network.close()));
  report("close twice", describe(network.close()));
  state("closed");
  return 0;
}
`);

it("opens the network once, and closes it once", async () => {
  const { logs } = await runOnDevice(firmware);
  expect(labelled(logs)).toEqual({
    "wait first": "network not connected (network.open comes first)",
    before: "not connected 0",
    open: "ok",
    opened: "connected 1",
    "open twice": "ok",
    "opened twice": "connected 1",
    close: "ok",
    "close twice": "ok",
    closed: "not connected 0",
  });
});

it("gives its request back when no network comes in time", async () => {
  const { logs, held } = await runScripted(firmware, { offline: true });
  const value = labelled(logs.map(({ text }) => text));
  expect(value).toMatchObject({ open: "timed out (waiting for the network)", opened: "not connected 0" });
  expect(held).toEqual([]);
});

it.each([
  ["mvSetupNotifications", "INVALIDINTERRUPT", "refused (mvSetupNotifications: status 6)"],
  ["mvRequestNetwork", "INVALIDHANDLE", "refused (mvRequestNetwork: status 7)"],
  ["mvGetNetworkStatus", "INVALIDHANDLE", "refused (mvGetNetworkStatus: status 7)"],
] as const)("says which call failed, and holds nothing, when it was %s", async (call, status, words) => {
  const { logs, held } = await runScripted(firmware, { fail: { call, status } });
  expect(labelled(logs.map(({ text }) => text)).open).toBe(words);
  expect(held).toEqual([]);
});

it.each([
  ["mvReleaseNetwork", "refused (mvReleaseNetwork: status 7)"],
  ["mvCloseNotifications", "refused (mvCloseNotifications: status 7)"],
])("reports that %s failed at the end", async (call, words) => {
  const { logs, held } = await runScripted(firmware, { fail: { call, status: "INVALIDHANDLE" } });
  expect(labelled(logs.map(({ text }) => text)).close).toBe(words);
  expect(held).toEqual([]);
});
