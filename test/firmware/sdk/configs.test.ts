import { describe, expect, it } from "vitest";
import { compileText, labelled } from "../compile-text.ts";
import { runOnDevice } from "../real-device.ts";
import { runScripted, type Script } from "../scripted-kernel.ts";

const prelude = `
import {
  clock, configs, describe, lastStatus, log, MvConfigKeyFetchResult, mvServerLog, network, Outcome,
} from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";
function report(label: string, value: string): void {
  log(label + "=" + value);
}
`;

const fetchOne = await compileText(`${prelude}
export function main(): i32 {
  network.open();
  const item = configs.addAccountConfig("key");
  report("outcome", describe(configs.fetch(2_000)));
  report("found", configs.isFound(item) ? "yes" : "no");
  report("result", configs.result(item).toString());
  report("text", configs.text(item));
  report("length", configs.length(item).toString());
  report("address", configs.address(item) == 0 ? "none" : "some");
  report("reason", configs.closureReason().toString());
  return network.close();
}
`);
const script = async (options: Script) => {
  const { logs, held } = await runScripted(fetchOne, { values: { "0/1/key": "välue 𝄞" }, ...options });
  return { value: labelled(logs.map(({ text }) => text)), held };
};
const nothing = { found: "no", text: "", length: "0", address: "none" };

describe("a fetch", () => {
  it("brings a value", async () => {
    const { value, held } = await script({});
    expect(value).toMatchObject({ outcome: "ok", found: "yes", result: "0", text: "välue 𝄞", length: "11" });
    expect(held).toEqual([]);
  });

  it("loses no wake-up that comes between its look at what has come and its sleep", async () => {
    // 5 microseconds after the send the program reads the clock, to see whether the time is over; next is WFI.
    const { logs } = await runScripted(fetchOne, { values: { "0/1/key": "value" }, answerMilliseconds: 0.005 });
    expect(logs[0]?.text).toBe("outcome=ok");
    // The network is there at 800 ms; the next tick of SysTick is at 900 ms.
    expect(logs[0]?.at).toBeLessThan(801_000);
  });

  it.each([
    ["a key is missing", {}, { outcome: "ok", result: "1", ...nothing }],
    ["the server fails to read", { missing: 2 }, { outcome: "ok", result: "2", ...nothing }],
  ])("says so when %s", async (_case, options, expected) => {
    expect((await script({ values: {}, ...options })).value).toMatchObject(expected);
  });

  it.each([
    ["RATELIMITED", "busy (mvOpenChannel: status 17)"],
    ["TOOMANYCHANNELS", "busy (mvOpenChannel: status 12)"],
    ["NETWORKNOTCONNECTED", "network not connected (mvOpenChannel: status 16)"],
    ["INVALIDHANDLE", "refused (mvOpenChannel: status 7)"],
  ] as const)("answers what %s at opening means", async (status, outcome) => {
    const { value, held } = await script({ fail: { call: "mvOpenChannel", status } });
    expect(value).toMatchObject({ outcome, ...nothing });
    expect(held).toEqual([]);
  });

  it.each([
    ["mvSendConfigFetchRequest", "INVALIDBUFFERSIZE", "too large (mvSendConfigFetchRequest: status 3)"],
    ["mvSendConfigFetchRequest", "CHANNELCLOSED", "channel lost (mvSendConfigFetchRequest: status 15)"],
    ["mvReadConfigFetchResponseData", "CHANNELCLOSED", "channel lost (mvReadConfigFetchResponseData: status 15)"],
    ["mvReadConfigResponseItem", "REQUESTUNSUCCESSFUL", "refused (mvReadConfigResponseItem: status 24)"],
    ["mvCloseChannel", "INVALIDHANDLE", "refused (mvCloseChannel: status 7)"],
  ] as const)("closes its channel, and keeps no value, when %s answers %s", async (call, status, outcome) => {
    const { value, held } = await script({ fail: { call, status } });
    expect(value).toMatchObject({ outcome, ...nothing });
    expect(held).toEqual([]);
  });

  it.each([
    ["closeChannel", "channel lost (waiting for the configs: status 15)", "1"],
    ["tooLarge", "too large (mvReadConfigFetchResponseData)", "0"],
    ["ignore", "timed out (waiting for the configs)", "0"],
  ] as const)(
    "closes its channel, and keeps no value, when the service's part is %s",
    async (fate, outcome, reason) => {
      const { value, held } = await script({ onSend: () => fate });
      expect(value).toMatchObject({ outcome, reason, ...nothing });
      expect(held).toEqual([]);
    },
  );
});

const limits = await compileText(`${prelude}
function outcome(label: string): void {
  const outcome = configs.fetch();
  report(label, describe(outcome));
  // The kernel opens eight channels a second.
  clock.sleep(200);
}
export function main(): i32 {
  configs.addAccountConfig("small");
  outcome("before open");
  network.open();

  configs.clear();
  outcome("no key");
  const key100 = "k".repeat(100);
  const longest = configs.addAccountConfig(key100);
  outcome("100 characters");
  report("its value", configs.text(longest));
  configs.clear();
  configs.addAccountConfig(key100 + "k");
  outcome("101 characters");
  configs.clear();
  configs.addAccountConfig("kéy");
  outcome("not ASCII");
  configs.clear();
  configs.addAccountConfig("");
  outcome("empty");

  configs.clear();
  for (let i = 0; i < 32; i++) configs.addAccountConfig("small");
  outcome("32 keys");
  report("the last", configs.text(31));
  report("no such item", configs.result(32).toString() + configs.result(-1).toString() + configs.text(-1));
  const extra = configs.addAccountConfig("small");
  report("after adding", configs.isFound(0) ? "found" : "gone");
  outcome("33 keys");
  configs.addAccountConfig("small");
  outcome("34 keys");

  configs.clear();
  for (let i = 0; i < 3; i++) configs.addAccountConfig("large");
  outcome("12 KiB");
  report("lengths", (configs.length(0) + configs.length(1) + configs.length(2)).toString());
  for (let i = 0; i < 2; i++) configs.addAccountConfig("large");
  outcome("20 KiB");
  report("lengths after", (configs.length(0) + configs.length(1)).toString());
  return network.close();
}
`);

describe("the limits, on the device", async () => {
  const { logs, result } = await runOnDevice(limits, {
    config: { small: "x", large: "a".repeat(4096), ["k".repeat(100)]: "long key" },
  });
  const value = labelled(logs);

  it("ends well", () => expect(result).toMatchObject({ reason: "finished" }));

  it("needs the network", () => expect(value["before open"]).toBe("network not connected (network.open comes first)"));

  it("lets the kernel judge keys", () => {
    expect(value).toMatchObject({
      "no key": "refused (mvSendConfigFetchRequest: status 35)",
      "100 characters": "ok",
      "its value": "long key",
      "101 characters": "refused (mvSendConfigFetchRequest: status 30)",
      "not ASCII": "refused (mvSendConfigFetchRequest: status 30)",
      empty: "refused (mvSendConfigFetchRequest: status 30)",
    });
  });

  it("takes 32 keys, and no more", () => {
    const tooMany = "refused (mvSendConfigFetchRequest: status 27)";
    expect(value).toMatchObject({ "32 keys": "ok", "the last": "x", "33 keys": tooMany, "34 keys": tooMany });
  });

  it("has no value for items that are not, or of an earlier request", () => {
    expect(value).toMatchObject({ "no such item": "22", "after adding": "gone" });
  });

  it("takes answers of 16 KiB, and no more", () => {
    expect(value).toMatchObject({ "12 KiB": "ok", lengths: "12288" });
    expect(value).toMatchObject({ "20 KiB": "too large (mvReadConfigFetchResponseData)", "lengths after": "0" });
  });
});
