/** NVIC_SystemReset on a whole device: fresh memory and handles, time since boot anew, the wall clock goes on. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { TraceEvent } from "../../../host/index.ts";
import { compileAssemblyScript } from "../../../sim/firmware/compile.ts";
import { rehearse } from "./rehearsal.ts";

/** Resets itself once it is online. It knows the second boot by the wall clock, which is set then. */
const source = (secondBoot: string): string => `
@external("env", "NVIC_SystemReset") declare function NVIC_SystemReset(): void;
@external("env", "mvGetMicroseconds") declare function mvGetMicroseconds(out: usize): i32;
@external("env", "mvGetWallTime") declare function mvGetWallTime(out: usize): i32;
@external("env", "mvRequestNetwork") declare function mvRequestNetwork(params: usize, out: usize): i32;
@external("env", "mvGetNetworkStatus") declare function mvGetNetworkStatus(handle: u32, out: usize): i32;
@external("env", "mvServerLoggingInit") declare function mvServerLoggingInit(buffer: usize, bytes: u32): i32;
@external("env", "mvServerLog") declare function mvServerLog(text: usize, bytes: u32): i32;
@external("env", "mvNoOp") declare function mvNoOp(): i32;
const OUT = memory.data(16, 8);
const PARAMS = memory.data(12, 4);
const NETWORK = memory.data(8, 4);
const LOG = memory.data(512, 512);
const MARK = memory.data(4, 4);
export function main(): i32 {
  if (load<u32>(MARK) != 0) return 9;
  store<u32>(MARK, 1);
  mvGetMicroseconds(OUT);
  const isSecondBoot = mvGetWallTime(OUT) == 0;
  store<u32>(PARAMS, 1);
  if (mvRequestNetwork(PARAMS, NETWORK) != 0) return 8;
  mvServerLoggingInit(LOG, 512);
  mvServerLog(MARK, 1);
  if (isSecondBoot) { ${secondBoot} }
  while (true) {
    mvGetNetworkStatus(load<u32>(NETWORK), NETWORK + 4);
    if (load<u32>(NETWORK + 4) == 1) break;
  }
  mvGetWallTime(OUT);
  mvServerLog(MARK, 1);
  NVIC_SystemReset();
  return 7;
}`;

let folder: string;
let events: TraceEvent[];
let result: Awaited<ReturnType<typeof rehearse>>["result"];

async function compile(name: string, text: string): Promise<Uint8Array> {
  const file = join(folder, name);
  await writeFile(file, text);
  return (await compileAssemblyScript(file)).binary;
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mvsim-reset-"));
  ({ events, result } = await rehearse({ firmware: await compile("reset.ts", source("return 0;")) }));
});
afterAll(() => rm(folder, { recursive: true }));

function results(name: string, field: string): unknown[] {
  return events.flatMap((event) => (event.kind === "return" && event.name === name ? [event.results[field]] : []));
}

describe("NVIC_SystemReset", () => {
  it("boots again with fresh memory and no handles", () => {
    expect(result.reason).toBe("finished");
    expect(events.filter(({ kind }) => kind === "boot")).toMatchObject([
      { wakeReason: "COLDBOOT" },
      { wakeReason: "APPLICATIONCRASH" },
    ]);
    const [first, second] = results("mvRequestNetwork", "handle");
    expect(second).not.toBe(first);
  });

  it("restarts the time since boot", () => {
    const [first, second] = results("mvGetMicroseconds", "ms") as number[];
    expect(second).toBe(first);
  });

  it("keeps the wall clock, which went on by what the reset took", () => {
    const [, before, after] = results("mvGetWallTime", "usec") as number[];
    expect(after! - before!).toBeGreaterThan(100_000);
    expect(after! - before!).toBeLessThan(200_000);
  });

  it("shows the log lines that are lost with the memory", () => {
    const lost = events.findIndex(({ kind }) => kind === "unsent");
    const second = events.findLastIndex(({ kind }) => kind === "boot");
    expect(lost).toBeGreaterThan(0);
    expect(lost).toBeLessThan(second);
  });
});

it("firmware that resets at once, again and again, comes to its time limit", async () => {
  const binary = await compile(
    "again.ts",
    `@external("env", "NVIC_SystemReset") declare function NVIC_SystemReset(): void;
     export function main(): void { NVIC_SystemReset(); }`,
  );
  const { result: end } = await rehearse({ firmware: binary, device: { timeLimitMicroseconds: 1_000_000 } });
  expect(end.reason).toBe("time-limit");
});

it("a service that vanished after the first welcome is a network event after a reset too", async () => {
  const untilLinkIsUp = `while (true) {
    mvGetNetworkStatus(load<u32>(NETWORK), NETWORK + 4);
    if (load<u32>(NETWORK + 4) == 3) return 0;
  }`;
  const binary = await compile("lost.ts", source(untilLinkIsUp));
  let boots = 0;
  let refuse = false;
  const { result: end } = await rehearse({
    firmware: binary,
    backend: (real) => ({
      ...real,
      authenticateDevice: async (sid, token) => (refuse ? undefined : real.authenticateDevice(sid, token)),
    }),
    onEvent(event) {
      if (event.kind === "boot" && ++boots === 2) refuse = true;
    },
  });
  expect(boots).toBe(2);
  expect(end.reason).toBe("finished");
});
