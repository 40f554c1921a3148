/** The option `strict`: diagnostics that end the run. */

import { beforeAll, describe, expect, it } from "vitest";
import { createDevice, type DeviceOptions, type RunResult } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { rehearse } from "./rehearsal.ts";

const calls = `
@external("env", "NVIC_EnableIRQ") declare function NVIC_EnableIRQ(irq: i32): void;
@external("env", "__WFI") declare function __WFI(): void;
`;

let firmware: Uint8Array;
beforeAll(async () => {
  firmware = await compileText(`${calls}
    function enable(irq: i32): void { NVIC_EnableIRQ(irq); }
    export function main(): void { enable(125); enable(126); while (true) __WFI(); }`);
});

const stopped: Partial<DeviceOptions> = { stopAfterMicroseconds: 1000 };

/** Nobody listens. */
async function runUnheard(options: Partial<DeviceOptions>): Promise<RunResult> {
  return (await createDevice({ firmware, ...stopped, ...options })).run();
}

describe("strict", () => {
  it("ends the run at the first diagnostic, which the fault names, with the call stack", async () => {
    const { result, events } = await rehearse({ firmware, device: { ...stopped, strict: true } });
    expect(result).toMatchObject({
      reason: "fault",
      context: "main",
      fault: { code: "ERR_MVSIM_DIAGNOSTIC", message: expect.stringMatching(/^unknown-interrupt: interrupt 125 /) },
    });
    expect(result.reason === "fault" && result.fault.stack[0]).toMatch(/enable$/);
    expect(events.slice(-3).map(({ kind }) => kind)).toEqual(["diagnostic", "fault", "end"]);
  });

  it("does so when nobody listens", async () => {
    expect(await runUnheard({ strict: ["unknown-interrupt"] })).toMatchObject({ reason: "fault" });
    expect(await runUnheard({})).toMatchObject({ reason: "stopped" });
  });

  it("ends the run at what it names only", async () => {
    expect(await runUnheard({ strict: ["unknown-pin"] })).toMatchObject({ reason: "stopped" });
    expect(await runUnheard({ strict: ["asleep"] })).toMatchObject({
      reason: "fault",
      fault: { code: "ERR_MVSIM_DIAGNOSTIC", message: expect.stringMatching(/^asleep: /) },
    });
    expect(await runUnheard({ strict: false })).toMatchObject({ reason: "stopped" });
  });

  it("ends the run at once for what is noticed when the firmware is loaded", async () => {
    const allocating = await compileText(
      "export let last = ''; export function SysTick_Handler(): void { last = last + '!'; } export function main(): void {}",
    );
    const { result, events } = await rehearse({ firmware: allocating, device: { strict: ["allocating-handler"] } });
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_DIAGNOSTIC" } });
    expect(events.map(({ kind }) => kind)).toEqual(["boot", "diagnostic", "fault", "end"]);
  });

  it("refuses an id that does not exist", async () => {
    await expect(createDevice({ firmware, strict: ["typo" as never] })).rejects.toMatchObject({
      code: "ERR_MVSIM_UNKNOWN_DIAGNOSTIC",
      message: expect.stringContaining("typo"),
    });
  });
});
