/** The matchers of `microvisor-sim/vitest`: each holds, does not hold, and says why. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readTrace } from "../../../sim/replay/recorded-trace.ts";
import { replay } from "../../../sim/replay/replay.ts";
import { type Simulation, simulate } from "../../../sim/vitest/matchers.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

const reader = "build/firmware/debug/config-reader.wasm";

async function ranReader(configs: Record<string, string> = { greeting: "Hi" }): Promise<Simulation> {
  const device = await simulate({ firmware: reader, configs });
  await device.run();
  return device;
}

/** What a matcher that does not hold says. */
function messageOf(match: () => unknown): string {
  try {
    match();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error("it holds");
}

describe("toHaveCalled", () => {
  it("finds a call by its name, status, arguments and number", async () => {
    const device = await ranReader();
    expect(device).toHaveCalled("mvOpenChannel");
    expect(device).toHaveCalled("mvOpenChannel", { status: "OKAY", times: 1 });
    expect(device).toHaveCalled("mvReadConfigResponseItem", { arguments: { params: { item_index: 1 } }, times: 1 });
    expect(device).not.toHaveCalled("mvOpenChannel", { status: "RATELIMITED" });
    expect(device).not.toHaveCalled("mvOpenChannel", { times: 2 });
    expect(device).not.toHaveCalled("mvReadConfigResponseItem", { arguments: { params: { item_index: 2 } } });
    expect(device).not.toHaveCalled("mvRestart");
  });

  it("says what was called in its place", async () => {
    const device = await ranReader();
    expect(messageOf(() => expect(device).toHaveCalled("mvOpenChannel", { status: "RATELIMITED" }))).toMatch(
      /^expected the firmware to call mvOpenChannel that answers RATELIMITED\nIt calls mvOpenChannel 1 times: OKAY once\. 0 of these fit\.\n/,
    );
    expect(messageOf(() => expect(device).toHaveCalled("mvRestart"))).toMatch(
      /It never calls mvRestart\. It calls mvServerLoggingInit, mvSetupNotifications, /,
    );
    expect(messageOf(() => expect(device).not.toHaveCalled("mvOpenChannel"))).toMatch(
      /^expected the firmware not to call mvOpenChannel\n/,
    );
  });
});

describe("toHaveCalledInOrder", () => {
  it("allows others in between, and tells how far it got", async () => {
    const device = await ranReader();
    expect(device).toHaveCalledInOrder(["mvRequestNetwork", "mvOpenChannel", "mvCloseChannel", "mvReleaseNetwork"]);
    const wrong = ["mvRequestNetwork", "mvCloseChannel", "mvOpenChannel"];
    expect(device).not.toHaveCalledInOrder(wrong);
    expect(messageOf(() => expect(device).toHaveCalledInOrder(wrong))).toMatch(
      /to call mvRequestNetwork, then mvCloseChannel, then mvOpenChannel\nIt gets to mvCloseChannel, but mvOpenChannel does not follow\./,
    );
  });
});

describe("toHaveFetched", () => {
  it("finds a key, and its value", async () => {
    const device = await ranReader();
    expect(device).toHaveFetched("greeting");
    expect(device).toHaveFetched("greeting", "Hi");
    expect(device).not.toHaveFetched("greeting", "Ho");
    expect(device).not.toHaveFetched("report_interval_s");
    expect(device).not.toHaveFetched("nothing");
  });

  it("says what came in its place", async () => {
    const device = await ranReader();
    expect(messageOf(() => expect(device).toHaveFetched("greeting", "Ho"))).toMatch(/It gets "Hi" once\./);
    expect(messageOf(() => expect(device).toHaveFetched("report_interval_s"))).toMatch(/It gets KEYNOTFOUND once\./);
    expect(messageOf(() => expect(device).toHaveFetched("nothing"))).toMatch(
      /It reads "greeting", "report_interval_s"\./,
    );
  });
});

describe("toHaveLogged", () => {
  it("finds a text or a pattern, and shows the last lines", async () => {
    const device = await ranReader();
    expect(device).toHaveLogged("greeting");
    expect(device).toHaveLogged(/^greeting: Hi$/);
    expect(device).not.toHaveLogged(/Ho/);
    expect(messageOf(() => expect(device).toHaveLogged("Ho"))).toMatch(
      /It logs 2 lines, the last of them:\n {2}"greeting: Hi"\n {2}"report_interval_s is missing"/,
    );
  });
});

describe("toHaveReleasedEverything", () => {
  it("names what is open", async () => {
    const device = await simulate({ firmware: reader });
    await device.runUntil("notification");
    expect(messageOf(() => expect(device).toHaveReleasedEverything())).toMatch(
      /Open are: notifications 1, network 1\.\n[\s\S]*It has not ended: paused at 1\.0\d+ ms\./,
    );
    await device.run();
    expect(device).toHaveReleasedEverything();
  });
});

describe("toHaveFaulted", () => {
  it("tells the fault, or that there is none", async () => {
    const source = join(temporaryFolder(), "broken.ts");
    writeFileSync(source, "function sensor(): void { unreachable(); }\nexport function main(): void { sensor(); }\n");
    const broken = await simulate({ firmware: source });
    const result = await broken.run();
    const code = result.reason === "fault" ? result.fault.code : "no fault";
    expect(broken).toHaveFaulted();
    expect(broken).toHaveFaulted(code);
    const message = messageOf(() => expect(broken).toHaveFaulted("ERR_MVSIM_OTHER"));
    expect(message).toContain(`Its fault is ${code}.`);
    expect(message).toMatch(/It ended at .*: fault: ERR_MVSIM_.*\n {2}at .*sensor .*broken\.ts:1/);
    const device = await ranReader();
    expect(device).not.toHaveFaulted();
    expect(messageOf(() => expect(device).toHaveFaulted())).toContain("It has none (finished).");
  });
});

describe("toFinishWithin", () => {
  it("lets the device run until then", async () => {
    const device = await simulate({ firmware: reader });
    await expect(device).not.toFinishWithin("2s");
    expect(device.result).toBeUndefined();
    await expect(device).toFinishWithin("5s");
    expect(device.result).toMatchObject({ reason: "finished" });
    await expect(expect(device).toFinishWithin("2s")).rejects.toThrow(/It ends after 20\d\d\.\d+ ms: finished\./);
  });
});

describe("toMatchFlow", () => {
  it("is the same for the same behaviour, whatever the seed", async () => {
    const ran = async (seed: number) => {
      const device = await simulate({ firmware: reader, configs: { greeting: "Hi" }, seed });
      await device.run();
      return device;
    };
    const device = await ran(1);
    expect(device).toMatchFlow();
    expect((await ran(2)).flow()).toBe(device.flow());
    expect((await ranReader({})).flow()).not.toBe(device.flow());
  });
});

describe("a matcher that does not hold", () => {
  it("shows the end of the flow, and a command that shows the run again", async () => {
    const device = await ranReader();
    const message = messageOf(() => expect(device).toHaveLogged("Ho"));
    expect(message).toMatch(/The end of its flow:\n {2}… \d+ lines before\n/);
    expect(message).toMatch(/ {2}main {7}mvCloseChannel\(channel#1\) → OKAY\n/);
    expect(message).toMatch(/It ended at 20\d\d\.\d+ ms: finished\n/);
    const [, file = ""] = /Seed 1\. Show the run again: npx mvsim replay (\S+\.jsonl)$/.exec(message) ?? [];
    expect(await replay(await readTrace(file), device.firmware.bytes)).toMatchObject({ difference: undefined });
  });

  it("shows no secret", async () => {
    const device = await simulate({
      firmware: "build/firmware/debug/device-identity.wasm",
      secrets: { fleet_token: "planted-secret" },
    });
    await device.run();
    expect(device).toHaveFetched("fleet_token", "planted-secret");
    const message = messageOf(() => expect(device).toHaveFetched("fleet_token", "another"));
    expect(message).toContain("It gets ‹secret› once.");
    expect(message + device.flow()).not.toContain("planted-secret");
  });
});

it("says what it is for when it gets something else", async () => {
  const device = await simulate({ firmware: reader });
  expect(() => expect(device.run()).toHaveCalled("mvNoOp")).toThrow(/for what simulate\(\) answers/);
});
