import { expect, it } from "vitest";
import { compileText } from "../compile-text.ts";
import { runOnDevice } from "../real-device.ts";
import { runScripted } from "../scripted-kernel.ts";

const firmware = await compileText(`
import { lastStatus, log, logBytes, network, Outcome } from "microvisor-sim/firmware/sdk";
export { SysTick_Handler, TIM1_BRK_IRQHandler } from "microvisor-sim/firmware/sdk";

let outcomes: i32 = 0;
function note(outcome: Outcome): void {
  outcomes = outcomes * 10 + outcome;
}
export function main(): i32 {
  note(log("höllo 𝄞"));
  note(log("m".repeat(1024)));
  note(log("m".repeat(1025)));
  note(log("é".repeat(513)));
  note(logBytes(memory.data(8), 0x1_0000));
  note(log("m".repeat(1024)));
  note(log("m".repeat(1024)));
  note(log("m".repeat(1024)));
  return outcomes;
}
`);

it("takes up to 1024 bytes of UTF-8, and says when a message or the queue has no room", async () => {
  const { logs, result } = await runOnDevice(firmware);
  // Ok, Ok, TooLarge three times, Ok, Ok, Busy.
  expect(result).toMatchObject({ reason: "failed", status: 444_005 });
  expect(logs).toEqual(["höllo 𝄞", "m".repeat(1024), "m".repeat(1024), "m".repeat(1024)]);
});

it("says that the server wants no logs", async () => {
  const { exit } = await runScripted(firmware, { fail: { call: "mvServerLog", status: "LOGGINGDISABLEDBYSERVER" } });
  expect(exit).toBe(66_444_666);
});

it("says that the log could not be set up", async () => {
  const { exit, calls } = await runScripted(firmware, {
    fail: { call: "mvServerLoggingInit", status: "INVALIDBUFFERSIZE" },
  });
  expect(exit).toBe(66_446_666);
  expect(calls).not.toContain("mvServerLog");
});
