/**
 * What the start-up code and the standard libraries of C, C++ and Rust import from WASI preview 1, on the device's own
 * parts: the console is the UART, clocks and randomness are the device's. There are no files, arguments or environment
 * variables. Every other call of preview 1 links, answers ENOSYS, and is named once in a diagnostic.
 */

import { FirmwareFaultError } from "../fault/fault.ts";
import type { TraceSink } from "../trace/events.ts";
import type { ImportedCall, Memory, ValueType } from "./core.ts";
import { importedCall } from "./declared-calls.ts";
import { signatures, type WasiCallName } from "./wasi-signatures.ts";

export const wasiModule = "wasi_snapshot_preview1";

export interface WasiPorts {
  readonly memory: Memory;
  readonly trace: TraceSink;
  /** The calls that the device has not and that were named already: a part of the device's state. */
  readonly named: string[];
  /** To the console. */
  writeConsole(bytes: Uint8Array): void;
  /** Up to so many of the bytes that wait at the console. */
  readConsole(most: number): Uint8Array;
  wallTimeMicroseconds(): number;
  upTimeMicroseconds(): number;
  /** 32 bits of the device's seeded randomness. */
  randomWord(): number;
  /** The innermost context sleeps for so long; interrupts are taken meanwhile. */
  sleep(microseconds: number): void;
  /** Ends the run. */
  exit(status: number): never;
}

const errno = { success: 0, badFile: 8, fault: 21, invalid: 28, noSuchCall: 52, seekOnPipe: 70 } as const;

const clocks = { realtime: 0, monotonic: 1, processTime: 2, threadTime: 3 } as const;
const nanosecondsPerMicrosecond = 1000;
const characterDevice = 2;
const rightToRead = 2;
const rightToWrite = 64;
const lastStandardFile = 2;
/** More ranges than any library writes at once. */
const mostRanges = 1024;
const subscriptionBytes = 48;
const eventBytes = 32;

type Behaviour = (ports: WasiPorts, ...values: number[]) => number;

const isStandard = (file: number) => file >= 0 && file <= lastStandardFile;

const behaviours: Readonly<Partial<Record<WasiCallName, Behaviour>>> = {
  args_sizes_get: writeNothing,
  args_get: () => errno.success,
  environ_sizes_get: writeNothing,
  environ_get: () => errno.success,
  clock_res_get: (ports, clock, result) =>
    isClock(clock!) ? writeTime(ports, result!, nanosecondsPerMicrosecond) : errno.invalid,
  clock_time_get(ports, clock, _precision, result) {
    if (!isClock(clock!)) return errno.invalid;
    const microseconds = clock === clocks.realtime ? ports.wallTimeMicroseconds() : ports.upTimeMicroseconds();
    return writeTime(ports, result!, microseconds * nanosecondsPerMicrosecond);
  },
  fd_close: (_ports, file) => (isStandard(file!) ? errno.success : errno.badFile),
  fd_fdstat_get({ memory }, file, result) {
    if (!isStandard(file!)) return errno.badFile;
    if (!memory.isLegal(result!, 24)) return errno.fault;
    memory.writeBytes(result!, new Uint8Array(24));
    memory.writeUint8(result!, characterDevice);
    memory.writeUint32(result! + 8, file === 0 ? rightToRead : rightToWrite);
    return errno.success;
  },
  fd_fdstat_set_flags: (_ports, file) => (isStandard(file!) ? errno.success : errno.badFile),
  fd_prestat_get: () => errno.badFile,
  fd_prestat_dir_name: () => errno.badFile,
  fd_seek: (_ports, file) => (isStandard(file!) ? errno.seekOnPipe : errno.badFile),
  fd_read(ports, file, ranges, count, result) {
    if (file !== 0) return errno.badFile;
    return transfer(ports, ranges!, count!, result!, (address, bytes) => {
      const received = ports.readConsole(bytes);
      ports.memory.writeBytes(address, received);
      return received.length;
    });
  },
  fd_write(ports, file, ranges, count, result) {
    if (file !== 1 && file !== 2) return errno.badFile;
    return transfer(ports, ranges!, count!, result!, (address, bytes) => {
      ports.writeConsole(ports.memory.readBytes(address, bytes));
      return bytes;
    });
  },
  random_get({ memory, randomWord }, buffer, length) {
    if (!memory.isLegal(buffer!, length!)) return errno.fault;
    for (let offset = 0; offset < length!; offset++) memory.writeUint8(buffer! + offset, randomWord() & 0xff);
    return errno.success;
  },
  sched_yield: () => errno.success,
  poll_oneoff: pollOneoff,
  proc_exit: (ports, status) => ports.exit(status!),
  proc_raise(_ports, signal) {
    throw new FirmwareFaultError("ERR_MVSIM_ABORT", `the firmware raised signal ${signal} on itself`);
  },
};

/** The calls as a core imports them; those without a behaviour answer ENOSYS. `cycles` is the price of each. */
export function wasiCalls(ports: WasiPorts, cycles: number): ImportedCall[] {
  return declared.map(({ own, call }) => importedCall(call, cycles, (...values) => perform(ports, own, values)));
}

function perform(ports: WasiPorts, name: WasiCallName, values: readonly (number | bigint)[]): number {
  const behaviour = behaviours[name];
  if (behaviour) return behaviour(ports, ...values.map((value, index) => word(value, signatures[name][index]!)));
  if (!ports.named.includes(name)) {
    ports.named.push(name);
    const message = `the firmware's standard library called ${name}, which the device has not: it answers ENOSYS`;
    ports.trace?.({ kind: "diagnostic", id: "wasi-not-there", message });
  }
  return errno.noSuchCall;
}

/** What is the same for all devices. */
const declared = (Object.keys(signatures) as WasiCallName[]).map((own) => ({
  own,
  call: {
    name: `${wasiModule}.${own}`,
    module: wasiModule,
    params: signatures[own],
    results: own === "proc_exit" ? ([] as const) : (["i32"] as const),
    suspends: own !== "proc_exit",
  },
}));

/** 64-bit arguments here are times and offsets: exact to 2^53. */
function word(value: number | bigint, type: ValueType): number {
  return type === "i64" ? Number(value) : (value as number) >>> 0;
}

function isClock(clock: number): boolean {
  return clock <= clocks.threadTime;
}

function writeTime({ memory }: WasiPorts, result: number, nanoseconds: number): number {
  if (!memory.isLegal(result, 8)) return errno.fault;
  write64(memory, result, nanoseconds);
  return errno.success;
}

function write64(memory: Memory, address: number, value: number): void {
  memory.writeUint32(address, value >>> 0);
  memory.writeUint32(address + 4, Math.floor(value / 2 ** 32));
}

function read64(memory: Memory, address: number): number {
  return memory.readUint32(address) + memory.readUint32(address + 4) * 2 ** 32;
}

/** No arguments, and no bytes for them. */
function writeNothing({ memory }: WasiPorts, count?: number, bytes?: number): number {
  if (!memory.isLegal(count!, 4) || !memory.isLegal(bytes!, 4)) return errno.fault;
  memory.writeUint32(count!, 0);
  memory.writeUint32(bytes!, 0);
  return errno.success;
}

/** Checks the ranges of memory, then moves bytes for each until one is short; writes how many it was. */
function transfer(
  { memory }: WasiPorts,
  ranges: number,
  count: number,
  result: number,
  move: (address: number, bytes: number) => number,
): number {
  if (count > mostRanges) return errno.invalid;
  if (!memory.isLegal(ranges, count * 8) || !memory.isLegal(result, 4)) return errno.fault;
  const all = Array.from({ length: count }, (_, index) => ({
    address: memory.readUint32(ranges + index * 8),
    bytes: memory.readUint32(ranges + index * 8 + 4),
  }));
  if (!all.every(({ address, bytes }) => memory.isLegal(address, bytes))) return errno.fault;
  let moved = 0;
  for (const { address, bytes } of all) {
    const now = move(address, bytes);
    moved += now;
    if (now < bytes) break;
  }
  memory.writeUint32(result, moved);
  return errno.success;
}

/** Sleeping is the one thing that it is used for: one subscription to a clock. */
function pollOneoff(ports: WasiPorts, subscription?: number, event?: number, count?: number, result?: number): number {
  const { memory } = ports;
  if (count !== 1) return errno.invalid;
  if (!memory.isLegal(subscription!, subscriptionBytes) || !memory.isLegal(event!, eventBytes)) return errno.fault;
  if (!memory.isLegal(result!, 4)) return errno.fault;
  const isOfClock = memory.readUint8(subscription! + 8) === 0;
  const clock = memory.readUint32(subscription! + 16);
  if (!isOfClock || !isClock(clock)) return errno.invalid;
  const microseconds = Math.ceil(read64(memory, subscription! + 24) / nanosecondsPerMicrosecond);
  const isAbsolute = (memory.readUint16(subscription! + 40) & 1) === 1;
  const now = clock === clocks.realtime ? ports.wallTimeMicroseconds() : ports.upTimeMicroseconds();
  const userData = memory.readBytes(subscription!, 8);
  memory.writeBytes(event!, new Uint8Array(eventBytes));
  memory.writeBytes(event!, userData);
  memory.writeUint32(result!, 1);
  ports.sleep(isAbsolute ? Math.max(0, microseconds - now) : microseconds);
  return errno.success;
}
