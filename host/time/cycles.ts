/**
 * Time as data: an integer count of core cycles since power-on. A JavaScript number counts 1.7 years of them exactly.
 * Microseconds are the floor of the count.
 */

export const coreHertz = 160_000_000;
export const cyclesPerMicrosecond = coreHertz / 1_000_000;

export function microsecondsOf(cycles: number): number {
  return Math.floor(cycles / cyclesPerMicrosecond);
}

/** Whole cycles, also of a fraction of a microsecond: time never leaves the integers. */
export function cyclesOf(microseconds: number): number {
  return Math.round(microseconds * cyclesPerMicrosecond);
}
