/** Whether memory comes back: what is in use after a garbage collection, once at the start and once at the end. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is in use, outside of the engine's heap too. */
export function heapBytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

export class HeapGrowth {
  readonly #warmUp: number;
  #count = 0;
  #begin = { count: 0, bytes: Number.POSITIVE_INFINITY };

  /** @param warmUp after so many the measurement begins: those before were compiled, and filled what has a bound */
  constructor(warmUp: number) {
    this.#warmUp = warmUp;
  }

  get count(): number {
    return this.#count;
  }

  add(count = 1): void {
    const before = this.#count;
    this.#count += count;
    if (before < this.#warmUp && this.#count >= this.#warmUp) this.#begin = { count: this.#count, bytes: heapBytes() };
  }

  /** Bytes for each since the warm-up. */
  measure(): number {
    return (heapBytes() - this.#begin.bytes) / (this.#count - this.#begin.count);
  }
}
