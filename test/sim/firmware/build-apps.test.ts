import { readFile, stat } from "node:fs/promises";
import { expect, it } from "vitest";
import { appBinary, appNames, buildApps } from "../../../sim/firmware/build-apps.ts";

it("builds every app for both targets, and nothing when they are up to date", { timeout: 60_000 }, async () => {
  await buildApps();
  expect(await appNames()).toEqual(["blinky", "config-poller", "config-reader", "device-identity"]);
  for (const name of await appNames()) {
    expect(WebAssembly.validate(await readFile(appBinary(name)))).toBe(true);
    expect(WebAssembly.validate(await readFile(appBinary(name, "release")))).toBe(true);
  }
  const { mtimeMs } = await stat(appBinary("config-reader"));
  expect(await buildApps()).toBe(false);
  expect((await stat(appBinary("config-reader"))).mtimeMs).toBe(mtimeMs);
});
