/** Firmware that calls the device without end or with anything: the host neither grows nor hangs, nor does it crash. */

import { describe, expect, it } from "vitest";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import type { Parameter } from "../../../host/abi/types.ts";
import type { TraceEvent } from "../../../host/index.ts";
import { forever, runHostile } from "./hostile-firmware.ts";

const calls = (events: readonly TraceEvent[]) => events.filter(({ kind }) => kind === "call").length;
const statuses = (events: readonly TraceEvent[]) =>
  events.flatMap((event) => (event.kind === "return" ? [String(event.status)] : []));
/** Main does something without end. */
const endlessly = (setup: string, round: string) =>
  `(func (export "main") ${setup} (loop $again ${round} (br $again)))`;

describe("a flood", () => {
  // A centre with a buffer of two records at 4096, for interrupt 45; its handle goes to 32.
  const centre = `(i32.store (i32.const 64) (i32.const 45)) (i32.store (i32.const 68) (i32.const 4096))
    (i32.store (i32.const 72) (i32.const 32)) (drop (call $mvSetupNotifications (i32.const 64) (i32.const 32)))`;
  const trigger = "(drop (call $mvTempTriggerNotification (i32.load (i32.const 32)) (i32.const 1) (i32.const 7)))";

  it("of notifications into a buffer of two records overwrites the oldest, and is said once", async () => {
    const { result, events } = await runHostile(endlessly(centre, trigger));
    expect(result).toMatchObject({ reason: "time-limit", context: "main" });
    const records = events.flatMap((event) => (event.kind === "notification" ? [event.address] : []));
    expect(records.length).toBeGreaterThan(300);
    expect(new Set(records)).toEqual(new Set([4096, 4112]));
    const diagnostics = events.flatMap((event) => (event.kind === "diagnostic" ? [event.id] : []));
    expect(diagnostics).toEqual(["notification-overrun"]);
  });

  it("of notifications whose interrupt has no handler is a fault that names it", async () => {
    const enable = "(call $NVIC_EnableIRQ (i32.const 45))";
    const { result } = await runHostile(endlessly(centre + enable, trigger));
    expect(result).toMatchObject({
      reason: "fault",
      fault: { code: "ERR_MVSIM_MISSING_HANDLER", message: expect.stringContaining("TIM2_IRQHandler") },
    });
  });

  it("of notifications from their own handler ends at the limit", async () => {
    const enable = "(call $NVIC_EnableIRQ (i32.const 45))";
    const { result, events } = await runHostile(
      `(func (export "TIM2_IRQHandler") ${trigger} ${trigger} ${trigger})
       (func (export "main") ${centre} ${enable} ${trigger} ${forever})`,
    );
    expect(result).toMatchObject({ reason: "time-limit", context: "TIM2_IRQHandler" });
    expect(calls(events)).toBeGreaterThan(300);
  });

  it.each([0, 1, 512])("of messages of %i bytes to the server fills the log's buffer, and no more", async (bytes) => {
    const { result, events } = await runHostile(
      endlessly(
        "(drop (call $mvServerLoggingInit (i32.const 1024) (i32.const 512)))",
        `(drop (call $mvServerLog (i32.const 256) (i32.const ${bytes})))`,
      ),
    );
    expect(result).toMatchObject({ reason: "time-limit" });
    const taken = 512 / Math.max(bytes, 1);
    expect(events.filter(({ kind }) => kind === "log")).toHaveLength(Math.min(taken, calls(events) - 1));
    if (taken < 300) expect(statuses(events).slice(taken + 1)).toContain("INVALIDBUFFERSIZE");
  });

  it("of bytes to the UART without a newline is shown in lines of 1024", async () => {
    const { result, events } = await runHostile(
      endlessly(
        "(i32.store (i32.const 16) (i32.const 64)) (i32.store (i32.const 20) (i32.const 60000))",
        "(drop (call $wasi_snapshot_preview1.fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24)))",
      ),
      { timeLimitMicroseconds: 100 },
    );
    expect(result).toMatchObject({ reason: "time-limit" });
    const lengths = events.flatMap((event) => (event.kind === "log" ? [event.text.length] : []));
    expect(lengths.length).toBeGreaterThan(100);
    expect(Math.max(...lengths)).toBe(1024);
  });

  it("of centres and handles ends with a status, not with memory", async () => {
    const { events } = await runHostile(
      endlessly(
        "(i32.store (i32.const 68) (i32.const 4096)) (i32.store (i32.const 72) (i32.const 32))",
        `(i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1)))
         (i32.store (i32.const 68) (i32.add (i32.load (i32.const 68)) (i32.const 32)))
         (drop (call $mvSetupNotifications (i32.const 64) (i32.const 32)))`,
      ),
    );
    expect(statuses(events).filter((status) => status === "OKAY")).toHaveLength(32);
    expect(statuses(events)).toContain("TOOMANYNOTIFICATIONBUFFERS");
  });
});

/** The addresses at which a confused program's pointers point: null, edges of its 64 KiB, and far away. */
const wild = [0, 1, 2, 3, 65_533, 65_535, 65_536, 0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff];
/** All calls with a pointer, save for the one that ends the run. */
const names = (Object.keys(syscalls) as SyscallName[]).filter((name) => {
  const parameters: Parameter[] = Object.values(syscalls[name].parameters);
  return name !== "mvTestingComplete" && parameters.some(({ pass }) => pass !== "value");
});

describe("wild pointers in every argument", () => {
  it.each(names)("of %s are answered with a status, or the run names the call", async (name) => {
    const arity = Object.keys(syscalls[name].parameters).length;
    // Each wild word in each place, the others fine or as wild.
    const words = Array.from({ length: arity }, (_, place) =>
      wild.flatMap((word) =>
        [64, word].map((other) => Array.from({ length: arity }, (_, at) => (at === place ? word : other))),
      ),
    ).flat();
    const text = words
      .map((list) => `(drop (call $${name} ${list.map((word) => `(i32.const ${word})`).join(" ")}))`)
      .join("\n");
    const run = runHostile(`(func (export "main") ${text})`, {
      ...{ testMode: true, externalFlash: true, timeLimitMicroseconds: 10_000_000 },
    });
    const ran = await run.catch((error) => error);
    if (ran.code) {
      expect(ran).toMatchObject({
        name: "SimulatorError",
        code: "ERR_MVSIM_NOT_SIMULATED",
        message: expect.stringContaining(name),
      });
      return;
    }
    expect(ran.result.reason).toBe("finished");
    const answered = statuses(ran.events);
    expect(answered).toHaveLength(words.length);
    const { documentedStatuses, contractStatuses } = syscalls[name];
    const known: string[] = ["OKAY", ...documentedStatuses, ...contractStatuses];
    for (const status of answered) expect(known).toContain(status);
  });
});
