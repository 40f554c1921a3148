/** What a device is made of, and how a run of it ends: the types of the composition. */

import type { DiagnosticId } from "./fault/diagnostics.ts";
import type { CallStack, FirmwareFault } from "./fault/fault.ts";
import type { NetworkModel } from "./kernel/network-model.ts";
import type { ExternalFlash, Uplink } from "./kernel/ports.ts";
import type { McuCosts } from "./mcu/costs.ts";
import type { TraceListener, TraceValue } from "./trace/events.ts";
import type { DeviceClock } from "./wire/protocol.ts";

/** What the device needs of the machine that it runs on: only while it waits for the outside. */
export interface Platform {
  /** Comes back after the host's event loop had its turn. */
  breathe(): Promise<void>;
  /** Calls back after so much real time. @returns cancels it */
  after(milliseconds: number, callback: () => void): () => void;
  /** A clock that never goes back, in milliseconds with fractions. Asked by the real clock only, as the next is. */
  now(): number;
  /** The wall time, in milliseconds since 1970. */
  wallTime(): number;
  /** Keeps prepared firmware for other processes of the same version. Neither may be relied on, or end a run. */
  readonly preparedModules?: {
    read(key: string): Promise<Uint8Array | undefined>;
    write(key: string, bytes: Uint8Array): Promise<void>;
  };
}

/** An input from outside at a moment of virtual time, counted from power-on. */
export interface TimedInput {
  readonly atMicroseconds: number;
  /** As in `host/outside-inputs.ts`. */
  readonly name: string;
  readonly detail: TraceValue;
}

export interface DeviceOptions {
  /** A WebAssembly module, as its toolchain wrote it. */
  readonly firmware: Uint8Array;
  /**
   * From `device.snapshot()`: the device goes on from there, with the options that it was taken with. Of those, only
   * `deviceSid` and the limits may be given anew.
   */
  readonly snapshot?: Uint8Array | undefined;
  /** The way to a Configs service. Without one the network is asked for, but never comes up. */
  readonly uplink?: Uplink | undefined;
  /** `UV` and 32 hex digits. */
  readonly deviceSid?: string | undefined;
  /** What the device shows to the service. */
  readonly token?: string | undefined;
  /** Of handles, jitter and all other randomness (default 1). */
  readonly seed?: number | undefined;
  /** Wall time at power-on, in milliseconds since 1970 (default 2025-01-01; by the real clock the host's). */
  readonly epochMilliseconds?: number | undefined;
  /**
   * What the device's time is: `virtual` jumps over sleep, and gives the same trace each time; `real` goes with the wall
   * clock (default `virtual`).
   */
  readonly clock?: DeviceClock | undefined;
  /** How many times as fast as the wall clock the real clock goes, 0.001 to 1000 (default 1). */
  readonly speed?: number | undefined;
  /** What happens to the device from outside, and when: `{ atMicroseconds, name: "gpio", detail: { pin: "PC13", level: 1 } }`. */
  readonly inputs?: readonly TimedInput[] | undefined;
  /** Whether the calls for tests work: mvTestLoggingInit, mvTestLog, mvTestingComplete (default: false). */
  readonly testMode?: boolean | undefined;
  /** An external flash chip: true for one in memory, or where its content is (default: none). */
  readonly externalFlash?: boolean | ExternalFlash | undefined;
  /** How long a deep sleep lasts until the device checks in with the server (virtual time, default 24 h). */
  readonly checkInMicroseconds?: number | undefined;
  /** How long a deep sleep lasts until the RTC's alarm ends it (virtual time; default: no alarm is set). */
  readonly rtcAlarmMicroseconds?: number | undefined;
  /** A run that has not ended by then ends with `time-limit` (virtual time, default 60 s; none with `stopAfterMicroseconds`). */
  readonly timeLimitMicroseconds?: number | undefined;
  /** The run ends here with `stopped`, whatever the firmware does (virtual time; default: never). */
  readonly stopAfterMicroseconds?: number | undefined;
  /** Hears every event as it happens. Without a listener no event is built. */
  readonly trace?: TraceListener | undefined;
  readonly network?: Partial<NetworkModel> | undefined;
  readonly costs?: Partial<McuCosts> | undefined;
  /** What the firmware's memory may grow to (default 512 KiB, or what the firmware asks for from the start if that is more). */
  readonly ramBytes?: number | undefined;
  /** A handler that has not returned after so long, and does not sleep, is a fault (virtual time, default 10 s). */
  readonly handlerLimitMicroseconds?: number | undefined;
  /**
   * Diagnostics that end the run as a fault (ERR_MVSIM_DIAGNOSTIC), also when nobody listens: all, or these
   * (default: none).
   */
  readonly strict?: boolean | readonly DiagnosticId[] | undefined;
  /** How deeply recursive functions may nest (default 1024, less where their frames are large). */
  readonly maxDepth?: number | undefined;
  /** How long to wait in real time for a service that does not answer (default 30,000). */
  readonly answerLimitMilliseconds?: number | undefined;
  /** How many cycles run at a stretch before the host may look after other things. Changes no trace. */
  readonly sliceCycles?: number | undefined;
  /** For tests: the firmware is suspended at every safepoint and at every call that it imports. Changes no trace. */
  readonly suspendAlways?: boolean | undefined;
}

/** How a run ended. Simulator errors are not among these: `run` rejects with them. */
export type RunEnd =
  /** The firmware's last entry point returned zero, or nothing. */
  | { readonly reason: "finished" }
  /** `main` returned something else, or `mvTestingComplete` (`by`) was called with it. */
  | { readonly reason: "failed"; readonly status: number; readonly by?: "mvTestingComplete" }
  | { readonly reason: "fault"; readonly fault: FirmwareFault; readonly context: string }
  /** `context` is where it ran: `main`, or a handler's name; with its call stack there. */
  | ({ readonly reason: "time-limit"; readonly context: string } & CallStack)
  /** `stopAfterMicroseconds` has passed. */
  | { readonly reason: "stopped" }
  /** The device sleeps, and nothing is left that could wake it. */
  | { readonly reason: "asleep" }
  /** `stop` was called. */
  | ({ readonly reason: "interrupted"; readonly context: string } & CallStack);

export type RunResult = RunEnd & {
  /** Virtual time at the end. */
  readonly microseconds: number;
};

export const defaultDeviceSid = `UV${"0".repeat(31)}1`;
export const defaultEpochMilliseconds = Date.UTC(2025, 0, 1);
/** How many times as fast as the wall clock. */
export const realClockLimits = { slowest: 0.001, fastest: 1000 } as const;
export const defaultHandlerLimitMicroseconds = 10_000_000;
export const defaultTimeLimitMicroseconds = 60_000_000;
export const defaultCheckInMicroseconds = 24 * 3_600_000_000;
