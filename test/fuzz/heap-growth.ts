/** Whether memory comes back: what is in use after a garbage collection, once at the start and once at the end. */

import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** What is in use, outside of the engine's heap too. */
async function heapBytes(): Promise<number> {
  // What one collection finds others hold on to until their own turn: sockets that close, finalizers.
  for (let round = 0; round < 5; round++) {
    await new Promise(setImmediate);
    collectGarbage();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const engineBytes = 8 * 1024 * 1024;
const bytesEach = 50;

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

  async add(count = 1): Promise<void> {
    const before = this.#count;
    this.#count += count;
    if (before < this.#warmUp && this.#count >= this.#warmUp)
      this.#begin = { count: this.#count, bytes: await heapBytes() };
  }

  /** Bytes for each since the warm-up. */
  async measure(): Promise<number> {
    return ((await heapBytes()) - this.#begin.bytes) / (this.#count - this.#begin.count);
  }

  /** More than what the engine's own tables come to, and less for each than any object takes: null where it came back. */
  async findGrowth(): Promise<string | null> {
    const each = await this.measure();
    const bytes = each * (this.#count - this.#begin.count);
    const allowed = engineBytes + bytesEach * this.#count;
    return bytes <= allowed ? null : `${Math.round(bytes)} bytes are kept, ${Math.round(each)} for each`;
  }
}
