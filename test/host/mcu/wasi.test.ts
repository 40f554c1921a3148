import { describe, expect, it } from "vitest";
import { type WasiPorts, wasiCalls, wasiModule } from "../../../host/mcu/wasi.ts";
import type { signatures } from "../../../host/mcu/wasi-signatures.ts";
import type { TraceEventBody } from "../../../host/trace/events.ts";
import { BenchMemory } from "../kernel/bench-memory.ts";

const success = 0;
const badFile = 8;
const fault = 21;
const invalid = 28;
const noSuchCall = 52;

function bench() {
  const memory = new BenchMemory(8192);
  memory.writeBytes(memory.start, new Uint8Array(memory.end - memory.start));
  const events: TraceEventBody[] = [];
  const written: string[] = [];
  const slept: number[] = [];
  let received = new TextEncoder().encode("input");
  const ports: WasiPorts = {
    memory,
    trace: (event) => events.push(event),
    named: [],
    writeConsole: (bytes) => written.push(new TextDecoder().decode(bytes)),
    readConsole(most) {
      const taken = received.slice(0, most);
      received = received.slice(most);
      return taken;
    },
    wallTimeMicroseconds: () => 1_700_000_000_000_000,
    upTimeMicroseconds: () => 5_000_001,
    randomWord: () => 0x1ab,
    sleep: (microseconds) => slept.push(microseconds),
    exit(status) {
      throw new Error(`exit ${status}`);
    },
  };
  const calls = wasiCalls(ports, 4);
  const wasi = (name: keyof typeof signatures, ...values: (number | bigint)[]) =>
    calls.find((call) => call.name === `${wasiModule}.${name}`)!.invoke(...(values as never[]));
  /** A place in memory for the call's own use. */
  const at = memory.start + 64;
  /** Ranges of memory with these texts, from `at` on. */
  const ranges = (...texts: string[]) => {
    texts.forEach((text, index) => {
      const address = at + 512 + index * 64;
      memory.writeBytes(address, new TextEncoder().encode(text));
      memory.writeUint32(at + index * 8, address);
      memory.writeUint32(at + index * 8 + 4, text.length);
    });
    return [at, texts.length] as const;
  };
  const read64 = (address: number) => memory.readUint32(address) + memory.readUint32(address + 4) * 2 ** 32;
  return { memory, events, written, slept, wasi, at, ranges, read64 };
}

describe("the console", () => {
  it("takes what is written to stdout and stderr, range by range", () => {
    const { wasi, ranges, written, memory, at } = bench();
    expect(wasi("fd_write", 1, ...ranges("one ", "two"), at + 256)).toBe(success);
    expect(wasi("fd_write", 2, ...ranges("!"), at + 256)).toBe(success);
    expect(written).toEqual(["one ", "two", "!"]);
    expect(memory.readUint32(at + 256)).toBe(1);
  });

  it("gives what has come in, until a range is not filled", () => {
    const { wasi, ranges, memory, at } = bench();
    expect(wasi("fd_read", 0, ...ranges("....", "....", "...."), at + 256)).toBe(success);
    expect(memory.readUint32(at + 256)).toBe(5);
    expect(new TextDecoder().decode(memory.readBytes(at + 512, 4))).toBe("inpu");
  });

  it("looks like a terminal, so that lines are written at once", () => {
    const { wasi, memory, at } = bench();
    expect(wasi("fd_fdstat_get", 1, at)).toBe(success);
    expect(memory.readUint8(at)).toBe(2);
    expect(memory.readUint32(at + 8)).toBe(64);
  });

  it("is all that there is", () => {
    const { wasi, ranges, at } = bench();
    expect(wasi("fd_write", 0, ...ranges("x"), at + 256)).toBe(badFile);
    expect(wasi("fd_write", 3, ...ranges("x"), at + 256)).toBe(badFile);
    expect(wasi("fd_read", 1, ...ranges("x"), at + 256)).toBe(badFile);
    expect(wasi("fd_fdstat_get", 3, at)).toBe(badFile);
    expect(wasi("fd_prestat_get", 3, at)).toBe(badFile);
    expect(wasi("fd_close", 3)).toBe(badFile);
    expect(wasi("fd_close", 1)).toBe(success);
    expect(wasi("fd_seek", 1, 0n, 0, at)).toBe(70);
  });

  it("is not touched when a pointer is wild", () => {
    const { wasi, ranges, written, memory, at } = bench();
    const [list, count] = ranges("one", "two");
    expect(wasi("fd_write", 1, memory.end - 4, 1, at)).toBe(fault);
    expect(wasi("fd_write", 1, list, count, memory.end)).toBe(fault);
    memory.writeUint32(list + 12, 0xffff_ffff);
    expect(wasi("fd_write", 1, list, count, at + 256)).toBe(fault);
    expect(wasi("fd_write", 1, list, 0x7fff_ffff, at + 256)).toBe(invalid);
    expect(written).toEqual([]);
  });
});

describe("clocks and randomness", () => {
  it("are the device's, in nanoseconds", () => {
    const { wasi, at, read64 } = bench();
    expect(wasi("clock_time_get", 0, 1n, at)).toBe(success);
    expect(read64(at)).toBe(1_700_000_000_000_000_000);
    expect(wasi("clock_time_get", 1, 1n, at)).toBe(success);
    expect(read64(at)).toBe(5_000_001_000);
    expect(wasi("clock_res_get", 1, at)).toBe(success);
    expect(read64(at)).toBe(1000);
    expect(wasi("clock_time_get", 4, 1n, at)).toBe(invalid);
    expect(wasi("clock_time_get", 0, 1n, 0)).toBe(fault);
  });

  it("random bytes come from the seed", () => {
    const { wasi, memory, at } = bench();
    expect(wasi("random_get", at, 3)).toBe(success);
    expect([...memory.readBytes(at, 4)]).toEqual([0xab, 0xab, 0xab, 0]);
    expect(wasi("random_get", memory.end, 1)).toBe(fault);
  });
});

describe("sleeping", () => {
  function subscribe(on: ReturnType<typeof bench>, clock: number, nanoseconds: number, flags: number): void {
    const { memory, at } = on;
    memory.writeUint32(at, 0x1234);
    memory.writeUint32(at + 16, clock);
    memory.writeUint32(at + 24, nanoseconds % 2 ** 32);
    memory.writeUint32(at + 28, Math.floor(nanoseconds / 2 ** 32));
    memory.writeUint16(at + 40, flags);
  }

  it("is for so long, or until a moment", () => {
    const on = bench();
    const { wasi, at, memory, slept } = on;
    subscribe(on, 1, 10_000_000_000, 0);
    expect(wasi("poll_oneoff", at, at + 128, 1, at + 256)).toBe(success);
    subscribe(on, 1, 6_000_001_000, 1);
    expect(wasi("poll_oneoff", at, at + 128, 1, at + 256)).toBe(success);
    subscribe(on, 1, 1000, 1);
    expect(wasi("poll_oneoff", at, at + 128, 1, at + 256)).toBe(success);
    expect(slept).toEqual([10_000_000, 1_000_000, 0]);
    expect(memory.readUint32(at + 128)).toBe(0x1234);
    expect(memory.readUint32(at + 256)).toBe(1);
  });

  it("waits for one clock, and for nothing else", () => {
    const on = bench();
    const { wasi, at, memory, slept } = on;
    expect(wasi("poll_oneoff", at, at + 128, 2, at + 256)).toBe(invalid);
    memory.writeUint8(at + 8, 1);
    expect(wasi("poll_oneoff", at, at + 128, 1, at + 256)).toBe(invalid);
    memory.writeUint8(at + 8, 0);
    expect(wasi("poll_oneoff", at, memory.end, 1, at + 256)).toBe(fault);
    expect(slept).toEqual([]);
  });
});

it("there are neither arguments nor environment variables", () => {
  const { wasi, memory, at } = bench();
  memory.writeUint32(at, 7);
  for (const name of ["args_sizes_get", "environ_sizes_get"] as const) {
    expect(wasi(name, at, at + 4)).toBe(success);
    expect(memory.readUint32(at)).toBe(0);
    expect(wasi(name, at, 0)).toBe(fault);
  }
});

it("every other call answers ENOSYS, and is named once", () => {
  const { wasi, events } = bench();
  expect(wasi("path_open", 3, 0, 0, 0, 0, 0n, 0n, 0, 0)).toBe(noSuchCall);
  expect(wasi("path_open", 3, 0, 0, 0, 0, 0n, 0n, 0, 0)).toBe(noSuchCall);
  expect(wasi("sock_shutdown", 3, 0)).toBe(noSuchCall);
  expect(events).toMatchObject([
    { id: "wasi-not-there", message: expect.stringContaining("path_open") },
    { id: "wasi-not-there", message: expect.stringContaining("sock_shutdown") },
  ]);
});

it("a program ends itself with a status", () => {
  expect(() => bench().wasi("proc_exit", 3)).toThrow("exit 3");
});
