/** Seeds as people write them. */

/** @returns undefined: it is none */
export function readSeed(text: string): number | undefined {
  return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 32 ? Number(text) : undefined;
}
