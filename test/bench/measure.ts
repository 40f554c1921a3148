/**
 * How everything here is measured: subject and baseline take turns in one process, in many short rounds, so that
 * whatever else the machine does meets both. The figures are medians.
 */

/** Does one round, and answers its figure. */
export type Round = () => number | Promise<number>;

export interface Turns {
  /** Not counted. Long enough for the compilers to have done their work. */
  readonly warmUpRounds: number;
  readonly rounds: number;
}

/** @returns the medians of both */
export async function takeTurns(
  subject: Round,
  baseline: Round,
  { warmUpRounds, rounds }: Turns,
): Promise<{ value: number; baseline: number }> {
  const values: number[] = [];
  const baselines: number[] = [];
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    // Each is the first in every other round, so that what one leaves behind meets both.
    if (round % 2 === 0) values.push(await subject());
    baselines.push(await baseline());
    if (round % 2 === 1) values.push(await subject());
  }
  return { value: median(values.slice(warmUpRounds)), baseline: median(baselines.slice(warmUpRounds)) };
}

export function median(figures: readonly number[]): number {
  const sorted = [...figures].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
