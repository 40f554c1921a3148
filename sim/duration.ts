/** Durations as people write them: `500ms`, `10s`, `2m`, `1h`, `1.5s`. */

const microsecondsPerUnit = { us: 1, ms: 1000, s: 1_000_000, m: 60_000_000, h: 3_600_000_000 };
const longestHours = 8760;

/** @returns microseconds, or what is wrong with it */
export function readDuration(text: string): number | string {
  const match = /^(\d+(?:\.\d+)?)(us|ms|s|m|h)?$/.exec(text);
  if (!match) return "A duration is a number with a unit: 500ms, 10s, 2m, 1h.";
  const [, number, unit] = match;
  if (unit === undefined) return `Which unit? Write ${text}s for seconds or ${text}ms for milliseconds.`;
  const microseconds = Math.round(Number(number) * microsecondsPerUnit[unit as keyof typeof microsecondsPerUnit]);
  if (microseconds === 0) return "A duration must be longer than nothing.";
  return microseconds > longestHours * microsecondsPerUnit.h
    ? `A duration can't be longer than ${longestHours}h.`
    : microseconds;
}
