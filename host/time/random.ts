/**
 * Seeded randomness: one stream a purpose, derived from the seed by the purpose's name, so that a new use shifts no
 * other. The streams' state is plain data.
 */

import { xoroshiro128plus, xoroshiro128plusFromState } from "pure-rand/generator/xoroshiro128plus";

export interface RandomState {
  readonly seed: number;
  /** The generator state of each stream that was used, by name. */
  streams: Record<string, readonly number[]>;
}

export function createRandom(seed: number): RandomState {
  return { seed: seed >>> 0, streams: {} };
}

/** The next 32-bit unsigned number of the named stream. */
export function nextUint32(random: RandomState, stream: string): number {
  const state = random.streams[stream];
  const generator = state ? xoroshiro128plusFromState(state) : xoroshiro128plus(streamSeed(random.seed, stream));
  const value = generator.next() >>> 0;
  random.streams[stream] = [...generator.getState()];
  return value;
}

/** A number in [0, 1) from the named stream. */
export function nextFraction(random: RandomState, stream: string): number {
  return nextUint32(random, stream) / 2 ** 32;
}

/** FNV-1a over the name, started from the seed. */
function streamSeed(seed: number, stream: string): number {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let index = 0; index < stream.length; index++) {
    hash = Math.imul(hash ^ stream.charCodeAt(index), 0x01000193) >>> 0;
  }
  return hash | 0;
}
