import { describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../sim/firmware/compile.ts";
import { runScripted, type Script } from "./scripted-kernel.ts";

const { binary } = await compileAssemblyScript("firmware/apps/config-reader.ts");
const values = { "0/1/greeting": "Hello, wörld", "0/1/report_interval_s": "30" };
const run = (script: Script = {}) => runScripted(binary, { values, ...script });
const texts = (outcome: Awaited<ReturnType<typeof run>>) => outcome.logs.map(({ text }) => text);

describe("config-reader", () => {
  it("logs both values, gives everything back and returns 0", async () => {
    const outcome = await run();
    expect(texts(outcome)).toEqual(["greeting: Hello, wörld", "report_interval_s: 30"]);
    expect(outcome.exit).toBe(0);
    expect(outcome.held).toEqual([]);
  });

  it("fetches both configs in one request", async () => {
    const { calls } = await run();
    expect(calls.filter((call) => call === "mvSendConfigFetchRequest")).toHaveLength(1);
    expect(calls.filter((call) => call === "mvOpenChannel")).toHaveLength(1);
  });

  it("gives back in reverse order", async () => {
    const { calls } = await run();
    expect(calls.slice(-3)).toEqual(["mvCloseChannel", "mvReleaseNetwork", "mvCloseNotifications"]);
  });

  it("logs that a value is missing, and returns 0", async () => {
    const outcome = await run({ values: { "0/1/greeting": "Hi" } });
    expect(texts(outcome)).toEqual(["greeting: Hi", "report_interval_s is missing"]);
    expect(outcome.exit).toBe(0);
  });

  it("logs a value of 4096 characters as far as a message reaches", async () => {
    const outcome = await run({ values: { ...values, "0/1/greeting": "a".repeat(4096) } });
    expect(outcome.logs[0]?.text).toMatch(/^greeting: a{331}$/);
    expect(outcome.exit).toBe(0);
  });

  it.each([
    "mvServerLoggingInit",
    "mvSetupNotifications",
    "mvRequestNetwork",
    "mvGetNetworkStatus",
    "mvOpenChannel",
    "mvSendConfigFetchRequest",
    "mvReadConfigFetchResponseData",
    "mvReadConfigResponseItem",
    "mvServerLog",
    "mvCloseChannel",
    "mvReleaseNetwork",
    "mvCloseNotifications",
  ])("gives back all it took and returns 1 when %s fails", async (call) => {
    const outcome = await run({ fail: { call, status: "PARAMETERFAULT" } });
    expect(outcome.calls).toContain(call);
    expect(outcome.held).toEqual([]);
    expect(outcome.exit).toBe(1);
  });

  it("names the call that failed, and its status", async () => {
    const outcome = await run({ fail: { call: "mvOpenChannel", status: "RATELIMITED" } });
    expect(texts(outcome)).toEqual(["mvOpenChannel failed: status 17"]);
  });

  it("does its work when the server wants no logs of this device", async () => {
    const outcome = await run({ fail: { call: "mvServerLog", status: "LOGGINGDISABLEDBYSERVER" } });
    expect(outcome.exit).toBe(0);
    expect(outcome.calls.filter((call) => call === "mvReadConfigResponseItem")).toHaveLength(2);
  });

  it.each(["closeChannel", "tooLarge"] as const)("gives back all and returns 1 after %s", async (fate) => {
    const outcome = await run({ onSend: () => fate });
    expect(outcome.held).toEqual([]);
    expect(outcome.exit).toBe(1);
    expect(outcome.logs).toHaveLength(1);
  });

  it("returns 1 when the server could not read a value", async () => {
    const outcome = await run({ values: {}, missing: 2 });
    expect(texts(outcome)[0]).toBe("greeting: the server could not read it");
    expect(outcome.exit).toBe(1);
  });
});
