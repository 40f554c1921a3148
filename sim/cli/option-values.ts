/** Values of options: durations, times, numbers, entries. Each parser throws what commander shows with the option's name. */

import { InvalidArgumentError } from "commander";
import { realClockLimits, type TimedInput } from "../../host/index.ts";
import { pinOfName } from "../../host/mcu/peripherals/gpio.ts";
import { isDeviceSid } from "../configs/validate.ts";
import { readDuration } from "../duration.ts";
import type { CollectionName, GivenEntry } from "../embedded.ts";
import { readSeed } from "../seed.ts";

/** What a timer of the host can wait for. */
const longestRealHours = 576;
const millisecondsPerHour = 3_600_000;

/** `500ms`, `10s`, `2m`, `1h`, `1.5s`: in microseconds. */
export function parseDuration(text: string): number {
  const duration = readDuration(text);
  if (typeof duration === "string") throw new InvalidArgumentError(duration);
  return duration;
}

/** A duration in real time, in milliseconds. */
export function parseRealDuration(text: string): number {
  const milliseconds = Math.ceil(parseDuration(text) / 1000);
  if (milliseconds <= longestRealHours * millisecondsPerHour) return milliseconds;
  throw new InvalidArgumentError(`A duration in real time can't be longer than ${longestRealHours}h.`);
}

/** An ISO 8601 date, or date and time with a zone: in milliseconds since 1970. */
export function parseEpoch(text: string): number {
  const match = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/.exec(text);
  const time = match ? Date.parse(text) : Number.NaN;
  // JavaScript takes February 30 for March 2.
  const day = match && new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]))).getUTCDate();
  if (Number.isNaN(time) || time < 0 || day !== Number(match?.[3])) {
    throw new InvalidArgumentError("A time is written 2025-06-01 or 2025-06-01T12:00:00Z, with a zone, from 1970 on.");
  }
  return time;
}

export function parseSeed(text: string): number {
  const seed = readSeed(text);
  if (seed !== undefined) return seed;
  throw new InvalidArgumentError("A seed is a whole number from 0 to 4294967295.");
}

const ramPageBytes = 65536;
const mostRamBytes = 4 * 1024 ** 3;

/** `65536`, `512k`, `1m`: in bytes. */
export function parseRam(text: string): number {
  const [, number, unit = ""] = /^(\d{1,10})([km]?)$/i.exec(text) ?? [];
  const bytes = Number(number) * { "": 1, k: 1024, m: 1024 ** 2 }[unit.toLowerCase() as "" | "k" | "m"];
  if (bytes >= ramPageBytes && bytes <= mostRamBytes && bytes % ramPageBytes === 0) return bytes;
  throw new InvalidArgumentError(
    "RAM is written in bytes, or with k (1024) or m (1024k): 512k, 1m. It comes in steps of 64k, from 64k to 4096m.",
  );
}

/** How many times as fast as the wall clock. */
export function parseSpeed(text: string): number {
  const { slowest, fastest } = realClockLimits;
  const speed = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (speed >= slowest && speed <= fastest) return speed;
  throw new InvalidArgumentError(`A speed is a number from ${slowest} to ${fastest}; 1 is the wall clock's.`);
}

export function parseDeviceSid(text: string): string {
  if (isDeviceSid(text) && text === text.toLowerCase().replace(/^uv/, "UV")) return text;
  throw new InvalidArgumentError("A device SID is UV and 32 lower-case hex digits.");
}

/** `KEY=VALUE`, divided at the first `=`; collects the option's repetitions. */
export function entryParser(collection: CollectionName) {
  return (text: string, before: readonly GivenEntry[] = []): readonly GivenEntry[] => {
    const equals = text.indexOf("=");
    if (equals < 1) throw new InvalidArgumentError("An entry is written KEY=VALUE.");
    return [...before, { collection, key: text.slice(0, equals), value: text.slice(equals + 1) }];
  };
}

/** `PC13=1@2s`: the pin is driven to a level, or let go (`PC13=z@3s`), at a moment; collects the option's repetitions. */
export function parsePin(text: string, before: readonly TimedInput[] = []): readonly TimedInput[] {
  const [, pin, level, moment] = /^(\w+)=([01z])@(.+)$/.exec(text) ?? [];
  if (pin === undefined || moment === undefined) {
    throw new InvalidArgumentError("It is written PC13=1@2s: a pin, a level (0, 1, or z to let it go), a time.");
  }
  if (pinOfName(pin) === undefined) throw new InvalidArgumentError(`There is no pin ${pin}: they are PA0 to PI15.`);
  const detail = { pin, level: level === "z" ? null : level === "1" ? 1 : 0 };
  return [...before, { atMicroseconds: parseDuration(moment), name: "gpio", detail }];
}

/** Collects the option's repetitions. */
export function collectText(text: string, before: readonly string[] = []): readonly string[] {
  if (text === "") throw new InvalidArgumentError("A text to watch for has at least one character.");
  return [...before, text];
}

interface FileAtMoment {
  readonly file: string;
  readonly atMicroseconds: number;
}

/** `FILE`, or `FILE@2s`. `-` is standard input. */
export function parseUartInput(text: string): FileAtMoment {
  return fileAtMoment(text) ?? { file: text, atMicroseconds: 0 };
}

/** `FILE@2s`. */
export function parseSnapshot(text: string): FileAtMoment {
  const parsed = fileAtMoment(text);
  if (!parsed) throw new InvalidArgumentError("It is written FILE@10s: a file, and a time after power-on.");
  return parsed;
}

function fileAtMoment(text: string): FileAtMoment | undefined {
  const at = text.lastIndexOf("@");
  const moment = text.slice(at + 1);
  if (at < 1 || !/^\d/.test(moment)) return undefined;
  return { file: text.slice(0, at), atMicroseconds: parseDuration(moment) };
}
