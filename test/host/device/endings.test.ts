/** How runs end that would not end by themselves: each with its own report, and the host goes on. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compileAssemblyScript } from "../../../sim/firmware/compile.ts";
import { firmware, rehearse } from "./rehearsal.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mvsim-endings-"));
});
afterAll(() => rm(folder, { recursive: true }));

let sources = 0;
async function compile(source: string): Promise<Uint8Array> {
  const file = join(folder, `endings-${sources++}.ts`);
  await writeFile(file, source);
  return (await compileAssemblyScript(file)).binary;
}

const pend = `
@external("env", "NVIC_EnableIRQ") declare function NVIC_EnableIRQ(irq: i32): void;
@external("env", "NVIC_SetPendingIRQ") declare function NVIC_SetPendingIRQ(irq: i32): void;
`;

const limited = { timeLimitMicroseconds: 20_000 };

describe("a run that would not end", () => {
  it("ends at the time limit in main", async () => {
    const binary = await compile("export function main(): void { while (true) {} }");
    const { result } = await rehearse({ firmware: binary, device: limited });
    expect(result).toMatchObject({ reason: "time-limit", context: "main", microseconds: 20_000 });
  });

  it("ends at the time limit in a handler, and names it", async () => {
    const binary = await compile(`${pend}
      export function TIM2_IRQHandler(): void { while (true) {} }
      export function main(): void { NVIC_EnableIRQ(45); NVIC_SetPendingIRQ(45); }`);
    const { result } = await rehearse({ firmware: binary, device: limited });
    expect(result).toMatchObject({ reason: "time-limit", context: "TIM2_IRQHandler" });
  });

  it("ends at the time limit in a start section", async () => {
    const binary = await compile("while (true) {} export function main(): void {}");
    const { result } = await rehearse({ firmware: binary, device: limited });
    expect(result).toMatchObject({ reason: "time-limit", context: "start" });
  });

  it("ends at the time limit within fib(60)", async () => {
    const binary = await compile(`
      function fib(n: i32): i64 { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
      export function main(): i32 { return <i32>fib(60); }`);
    const { result } = await rehearse({ firmware: binary, device: limited });
    expect(result).toMatchObject({ reason: "time-limit", context: "main" });
  });

  it("ends endless recursion as a stack overflow with the call stack", async () => {
    const binary = await compile(`
      function deeper(n: i32): i32 { return deeper(n + 1) + 1; }
      export function main(): i32 { return deeper(0); }`);
    const { result } = await rehearse({ firmware: binary });
    if (result.reason !== "fault") throw new Error(result.reason);
    expect(result.fault.code).toBe("ERR_MVSIM_STACK_OVERFLOW");
    expect(result.fault.stack[0]).toMatch(/deeper/);
  });

  it("says at once that a device sleeps with nothing left that could wake it", async () => {
    const binary = await compile(`
      @external("env", "__WFI") declare function __WFI(): void;
      export function main(): void { while (true) __WFI(); }`);
    const { result } = await rehearse({ firmware: binary });
    expect(result).toMatchObject({ reason: "asleep", microseconds: 0 });
  });

  it("stops where it was told to, although the device sleeps for ever", async () => {
    const binary = await compile(`
      @external("env", "__WFI") declare function __WFI(): void;
      export function main(): void { while (true) __WFI(); }`);
    const { result, events } = await rehearse({ firmware: binary, device: { stopAfterMicroseconds: 5_000_000 } });
    expect(result).toMatchObject({ reason: "stopped", microseconds: 5_000_000 });
    expect(events.find(({ kind }) => kind === "diagnostic")).toMatchObject({ id: "asleep" });
  });

  it("can be stopped from outside while it runs, and says where it was", async () => {
    const binary = await compile("let rounds: i32; export function main(): void { while (true) rounds++; }");
    const { result } = await rehearse({
      firmware: binary,
      device: { timeLimitMicroseconds: Number.POSITIVE_INFINITY },
      onEvent: (event, device) => event.kind === "boot" && setImmediate(() => device.stop()),
    });
    expect(result).toMatchObject({ reason: "interrupted", context: "main", stack: [expect.stringMatching(/main$/)] });
  });

  it("leaves the host able to run another device", async () => {
    const { result } = await rehearse({
      firmware: await firmware("firmware/apps/config-reader.ts"),
      configs: { greeting: "hello" },
    });
    expect(result.reason).toBe("finished");
  });
});

describe("a firmware fault", () => {
  it("is an abort with AssemblyScript's message, file and line", async () => {
    const binary = await compile(`export function main(): void {
      assert(false, "the sky is green");
    }`);
    const { result, events } = await rehearse({ firmware: binary });
    expect(result).toMatchObject({ reason: "fault", context: "main", fault: { code: "ERR_MVSIM_ABORT" } });
    expect(JSON.stringify(result)).toMatch(/the sky is green at \S*endings-\d+\.ts:2:7/);
    expect(events.at(-2)).toMatchObject({ kind: "fault", fault: { code: "ERR_MVSIM_ABORT" } });
    expect(events.at(-1)).toMatchObject({ kind: "end", reason: "fault" });
  });

  it("is a trap with the functions that led to it", async () => {
    const binary = await compile(`
      function reach(address: usize): i32 { return load<i32>(address); }
      export function main(): i32 { return reach(0x7fff0000); }`);
    const { result } = await rehearse({ firmware: binary });
    if (result.reason !== "fault") throw new Error(result.reason);
    expect(result.fault.code).toBe("ERR_MVSIM_TRAP_OUT_OF_BOUNDS");
    expect(result.fault.stack.join()).toMatch(/reach.*main/);
  });

  it("is a pended, enabled interrupt without a handler, by its name", async () => {
    const binary = await compile(
      `${pend} export function main(): void { NVIC_EnableIRQ(41); NVIC_SetPendingIRQ(41); }`,
    );
    const { result } = await rehearse({ firmware: binary });
    expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_MISSING_HANDLER" } });
    expect(JSON.stringify(result)).toContain("TIM1_BRK_IRQHandler");
  });
});

it("a handler that does not return is a fault that names it", async () => {
  const stuck = await compile(
    `${pend} export function TIM1_BRK_IRQHandler(): void { while (true) {} }
    export function main(): void { NVIC_EnableIRQ(41); NVIC_SetPendingIRQ(41); while (true) {} }`,
  );
  const { result } = await rehearse({ firmware: stuck });
  expect(result).toMatchObject({ reason: "fault", fault: { code: "ERR_MVSIM_HANDLER_STUCK" } });
  expect(result.microseconds).toBe(10_000_000);
  expect(JSON.stringify(result)).toContain("TIM1_BRK_IRQHandler");
  const { result: sooner } = await rehearse({ firmware: stuck, device: { handlerLimitMicroseconds: 500_000 } });
  expect(sooner.microseconds).toBe(500_000);
});

it("handlers that return are no fault, however many there are", async () => {
  const ticking = await compile(
    `@external("env", "SysTick_Config") declare function SysTick_Config(ticks: u32): u32;
    export function SysTick_Handler(): void {}
    export function main(): void { SysTick_Config(1600000); while (true) {} }`,
  );
  const { result } = await rehearse({
    firmware: ticking,
    device: { handlerLimitMicroseconds: 15_000, timeLimitMicroseconds: 1_000_000 },
  });
  expect(result.reason).toBe("time-limit");
});

it("ends a run that calls what is not simulated with an error that names the call", async () => {
  const binary = await compile(`
    @external("env", "mvSetWifiConfig") declare function mvSetWifiConfig(params: usize): i32;
    export function main(): i32 { return mvSetWifiConfig(0); }`);
  await expect(rehearse({ firmware: binary })).rejects.toMatchObject({
    code: "ERR_MVSIM_NOT_SIMULATED",
    message: expect.stringContaining("mvSetWifiConfig"),
  });
});

it("reports the value that main returned, when it is not zero", async () => {
  const binary = await compile("export function main(): i32 { return 3; }");
  const { result } = await rehearse({ firmware: binary });
  expect(result).toMatchObject({ reason: "failed", status: 3 });
});
