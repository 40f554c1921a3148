/** The process of `loading.ts`: loads variants of a module, whose numbers are the same in each process. */

import { createDevice } from "microvisor-sim";
import { ownTask } from "./child-process.ts";
import { firmwareOfSize } from "./generated-firmware.ts";
import { takeTurns } from "./measure.ts";

declare global {
  namespace WebAssembly {
    function compile(bytes: Uint8Array): Promise<Module>;
  }
}

export interface Load {
  readonly bytes: number;
}

const { bytes } = ownTask<Load>();
const variant = firmwareOfSize(bytes);
let loaded = 0;
// Of its own: the engine remembers what it has compiled.
let compiled = 1000;

const measured = await takeTurns(
  async () => {
    const firmware = variant(loaded++);
    const start = performance.now();
    await createDevice({ firmware });
    return performance.now() - start;
  },
  async () => {
    const firmware = variant(compiled++);
    const start = performance.now();
    await WebAssembly.compile(firmware);
    return performance.now() - start;
  },
  // The first is the one for which Binaryen itself is loaded.
  { warmUpRounds: 2, rounds: 9 },
);
console.log(JSON.stringify(measured));
