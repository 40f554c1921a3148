/** Virtual time for people: milliseconds with their microseconds. */

import { cyclesPerMicrosecond, microsecondsOf } from "../../host/time/cycles.ts";

/** A moment, in milliseconds since power-on: `2018.526`. */
export function timeText(cycles: number): string {
  return millisecondsText(microsecondsOf(cycles));
}

/** `990 us`, `77.600 ms`, `12.345 s`. */
export function durationText(cycles: number): string {
  const microseconds = Math.round(cycles / cyclesPerMicrosecond);
  if (microseconds < 1000) return `${microseconds} µs`;
  if (microseconds < 10_000_000) return `${millisecondsText(microseconds)} ms`;
  return `${millisecondsText(Math.round(microseconds / 1000))} s`;
}

function millisecondsText(microseconds: number): string {
  return `${Math.floor(microseconds / 1000)}.${String(microseconds % 1000).padStart(3, "0")}`;
}
