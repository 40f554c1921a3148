/** The input `answer`: calls that fail because a test wants them to. */

import { beforeAll, describe, expect, it } from "vitest";
import { type SyscallName, syscalls } from "../../../host/abi/syscalls.ts";
import { createDevice, type Device, type DeviceOptions, type TraceEvent } from "../../../host/index.ts";
import { compileText } from "../../firmware/compile-text.ts";
import { firmware, rehearse } from "./rehearsal.ts";
import { expectRepeatable } from "./repeated.ts";

/** Asks for the time eight times, and says what it was told; the first number is left alone by calls that fail. */
const source = `
@external("env", "mvGetMicroseconds") declare function mvGetMicroseconds(out: usize): i32;
@external("env", "mvNoOp") declare function mvNoOp(): i32;
const OUT = memory.data(8, 8);
export function main(): i32 {
  for (let round = 0; round < 8; round++) {
    store<u64>(OUT, 7);
    const status = mvGetMicroseconds(OUT);
    trace("", 2, status, load<u64>(OUT) == 7 ? 1 : 0);
    mvNoOp();
  }
  return 0;
}`;

let clock: Uint8Array;
beforeAll(async () => {
  clock = await compileText(source);
});

type Answer = Readonly<Record<string, string | number | boolean | null>>;

function injected(...details: readonly Answer[]): NonNullable<DeviceOptions["inputs"]> {
  return details.map((detail) => ({ atMicroseconds: 0, name: "answer", detail }));
}

function statusesOf(events: readonly TraceEvent[], name: SyscallName): string[] {
  return events.flatMap((event) => (event.kind === "return" && event.name === name ? [event.status] : []));
}

async function answersTo(...details: readonly Answer[]): Promise<string[]> {
  const { events } = await rehearse({ firmware: clock, device: { inputs: injected(...details) } });
  return statusesOf(events, "mvGetMicroseconds");
}

const call = "mvGetMicroseconds";
const fault = { call, status: "PARAMETERFAULT" } as const;
const [ok, bad] = ["OKAY", "PARAMETERFAULT"];

describe("an injected answer", () => {
  it("is that of the next call, once, unless said otherwise", async () => {
    expect(await answersTo(fault)).toEqual([bad, ok, ok, ok, ok, ok, ok, ok]);
    expect(await answersTo({ ...fault, times: 3 })).toEqual([bad, bad, bad, ok, ok, ok, ok, ok]);
    expect(await answersTo({ ...fault, times: null })).toEqual([bad, bad, bad, bad, bad, bad, bad, bad]);
  });

  it("lets as many calls through beforehand as it says", async () => {
    expect(await answersTo({ ...fault, skip: 2, times: 2 })).toEqual([ok, ok, bad, bad, ok, ok, ok, ok]);
  });

  it("waits for those before it: they are a queue", async () => {
    const other = { call, status: "TIMENOTSET", undocumented: true };
    expect(await answersTo({ ...fault, skip: 1 }, { ...other, times: 2 }, { ...fault, skip: 1 })).toEqual([
      ...[ok, bad, "TIMENOTSET", "TIMENOTSET", ok, bad],
      ...[ok, ok],
    ]);
  });

  it("is taken back by status null, with all that wait behind it; those of other calls stay", async () => {
    const other = { call: "mvNoOp", status: "UNAVAILABLE", undocumented: true, times: null };
    const inputs = injected({ ...fault, times: null }, fault, other, { call, status: null });
    const { events } = await rehearse({ firmware: clock, device: { inputs } });
    expect(statusesOf(events, "mvGetMicroseconds")).toEqual(Array(8).fill(ok));
    expect(statusesOf(events, "mvNoOp")).toEqual(Array(8).fill("UNAVAILABLE"));
  });

  it("is what the firmware gets, and nothing is written; it costs what any call costs", async () => {
    const device = { inputs: injected({ ...fault, skip: 1 }) };
    const { events } = await rehearse({ firmware: clock, device });
    const notes = events.flatMap((event) => (event.kind === "log" ? [event.text] : []));
    expect(notes.slice(0, 3)).toEqual(["trace:  0, 0", "trace:  2, 1", "trace:  0, 0"]);
    const returned = events.filter((event) => event.kind === "return" && event.name === call);
    expect(returned[1]).toMatchObject({ status: bad, results: {} });
    const other = await rehearse({ firmware: clock });
    const price = (run: readonly TraceEvent[]) => {
      const [entry, exit] = run.filter(({ kind }) => kind === "call" || kind === "return").slice(4, 6);
      return exit!.cycles - entry!.cycles;
    };
    expect(price(events)).toBe(price(other.events));
  });

  it("is seen by a device that is not traced, too", async () => {
    const device = await createDevice({ firmware: clock, inputs: injected({ ...fault, times: null }) });
    await device.run();
    expect(device.state.kernel.injectedAnswers).toEqual([{ call, status: bad, times: null, skip: 0 }]);
    const once = await createDevice({ firmware: clock, inputs: injected({ ...fault, times: 3 }) });
    await once.run();
    expect(once.state.kernel.injectedAnswers).toEqual([]);
  });

  it("stands in the trace in front of the call, and a replay answers it again", async () => {
    const run = await rehearse({ firmware: clock, device: { inputs: injected({ ...fault, skip: 2, times: 2 }) } });
    const outside = run.events.find(({ kind }) => kind === "outside");
    expect(outside).toMatchObject({ input: "answer", detail: { ...fault, skip: 2, times: 2 } });
    await expectRepeatable(clock, run);
  });

  it("goes on from a snapshot where it stood", async () => {
    const events: TraceEvent[] = [];
    const trace = (event: TraceEvent) => events.push(event);
    const returned = (event: TraceEvent) => event.kind === "return" && event.name === call;
    const first = await createDevice({ firmware: clock, trace, inputs: injected({ ...fault, skip: 1, times: 3 }) });
    for (let calls = 0; calls < 3; calls++) await first.runUntil(returned);
    const second = await createDevice({ firmware: clock, trace, snapshot: await first.snapshot() });
    await second.run();
    expect(statusesOf(events, call)).toEqual([ok, bad, bad, bad, ok, ok, ok, ok]);
  });

  it("is the test's, not the firmware's: a restart of the application leaves it", async () => {
    const events: TraceEvent[] = [];
    const device = await createDevice({ firmware: clock, trace: (event) => events.push(event) });
    await device.runUntil((event) => event.kind === "return" && event.name === call);
    device.input("answer", { ...fault, times: 2 });
    device.input("restart", null);
    await device.run();
    expect(statusesOf(events, call)).toEqual([ok, bad, bad, ok, ok, ok, ok, ok, ok]);
  });

  it("comes before the checks of pointers, and of where a call may be made", async () => {
    const binary = await compileText(`
      @external("env", "mvGetDeviceId") declare function mvGetDeviceId(buffer: usize, length: u32): i32;
      @external("env", "mvTestLog") declare function mvTestLog(text: usize, length: u32): i32;
      export function main(): i32 {
        mvGetDeviceId(0xffff_fff0, 34);
        mvTestLog(0xffff_fff0, 34);
        return 0;
      }`);
    const inputs = injected(
      { call: "mvGetDeviceId", status: "INVALIDBUFFERSIZE" },
      { call: "mvTestLog", status: "LOGMESSAGETOOLONG" },
    );
    const { events } = await rehearse({ firmware: binary, device: { inputs } });
    expect(statusesOf(events, "mvGetDeviceId")).toEqual(["INVALIDBUFFERSIZE"]);
    expect(statusesOf(events, "mvTestLog")).toEqual(["LOGMESSAGETOOLONG"]);
  });

  it("stands in for a call that is not simulated, which would end the run", async () => {
    const binary = await compileText(`
      @external("env", "mvGetWifiConfig") declare function mvGetWifiConfig(config: usize): i32;
      export function main(): i32 { return mvGetWifiConfig(0); }`);
    await expect(rehearse({ firmware: binary })).rejects.toMatchObject({ code: "ERR_MVSIM_NOT_SIMULATED" });
    const { result } = await rehearse({
      firmware: binary,
      device: { inputs: injected({ call: "mvGetWifiConfig", status: "PARAMETERFAULT", undocumented: true }) },
    });
    expect(result).toMatchObject({ reason: "failed", status: 2 });
  });

  it("opens no channel when it stands for mvOpenChannel", async () => {
    const { result, events } = await rehearse({
      firmware: await firmware("firmware/apps/config-reader.ts"),
      configs: { greeting: "Hello", report_interval_s: "3" },
      device: { inputs: injected({ call: "mvOpenChannel", status: "RATELIMITED" }) },
    });
    expect(result.reason).toBe("failed");
    expect(statusesOf(events, "mvOpenChannel")[0]).toBe("RATELIMITED");
    expect(events.some(({ kind }) => kind === "channel")).toBe(false);
  });
});

describe("every documented failure of every call", () => {
  const pairs = (Object.keys(syscalls) as SyscallName[]).flatMap((name) => {
    const { documentedStatuses, contractStatuses } = syscalls[name];
    return [...documentedStatuses, ...contractStatuses].map((status) => ({ name, status }));
  });

  it("can be injected", async () => {
    const device = await idle();
    expect(pairs.length).toBeGreaterThan(200);
    for (const { name, status } of pairs) device.input("answer", { call: name, status });
    await device.advance(0);
    expect(device.state.kernel.injectedAnswers).toEqual(
      pairs.map(({ name, status }) => ({ call: name, status, times: 1, skip: 0 })),
    );
  });
});

async function idle(): Promise<Device> {
  return createDevice({ firmware: clock });
}

it.each([
  [null, /has not the fields/],
  [[], /has not the fields/],
  [{ call: "mvFly", status: "OKAY" }, /names no system call/],
  [{ call: "toString", status: "OKAY" }, /names no system call/],
  [{ call, status: "OKAY" }, /no status that a call fails with/],
  [{ call, status: "MV_STATUS_PARAMETERFAULT" }, /no status that a call fails with/],
  [{ call }, /no status that a call fails with/],
  [{ call, status: "RATELIMITED" }, /not documented to answer: those are PARAMETERFAULT/],
  [{ call: "mvNoOp", status: "RATELIMITED" }, /not documented to answer: those are none/],
  [{ ...fault, times: 0 }, /times is 1 or more/],
  [{ ...fault, times: 1.5 }, /times is 1 or more/],
  [{ ...fault, skip: -1 }, /skip is 0 or more/],
  [{ ...fault, undocumented: 1 }, /no switch/],
  [{ ...fault, time: 2 }, /unknown field time/],
  [{ call, status: null, times: 2 }, /no other field/],
])("an answer that can't be meant is refused: %j", async (detail, message) => {
  const device = await idle();
  const refused = expect.objectContaining({
    code: "ERR_MVSIM_INVALID_INPUT",
    message: expect.stringMatching(message),
  });
  expect(() => device.input("answer", detail)).toThrow(refused);
});
