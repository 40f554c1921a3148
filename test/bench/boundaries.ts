/**
 * Stopping and going on: a guest that sleeps until the next event, and one that takes an interrupt, many times within
 * one device run. Against a call of an import that does nothing, in a loop of the same module.
 */

import binaryen from "binaryen";
import { createDevice } from "microvisor-sim";
import type { Wasm } from "./firmware.ts";
import { type Round, type Turns, takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";

interface MeasuredStop {
  readonly name: string;
  readonly imports: string;
  readonly handler: string;
  readonly prepare: string;
  /** Done in each round: one call of an import. */
  readonly body: string;
  /** How often the handler has run after so many rounds. */
  readonly handled: (rounds: number) => number;
}

const stops: readonly MeasuredStop[] = [
  {
    name: "suspend and resume: sleep in poll_oneoff to its end",
    imports: `(import "wasi_snapshot_preview1" "poll_oneoff"
      (func $poll (param i32 i32 i32 i32) (result i32)))`,
    handler: "TIM2_IRQHandler",
    prepare: "",
    // The subscription at 64: the monotonic clock, in a microsecond.
    body: `(if (call $poll (i32.const 64) (i32.const 128) (i32.const 1) (i32.const 192)) (then (return (i32.const 2))))`,
    handled: () => 0,
  },
  {
    name: "sleep in __WFI to the next tick and its handler's return",
    imports: `(import "env" "__WFI" (func $wait))
      (import "env" "SysTick_Config" (func $configure (param i32) (result i32)))`,
    handler: "SysTick_Handler",
    prepare: "(drop (call $configure (i32.const 10000)))",
    body: "(call $wait)",
    handled: (rounds) => rounds,
  },
  {
    name: "interrupt: from its pend to its handler's return",
    imports: `(import "env" "NVIC_EnableIRQ" (func $enable (param i32)))
      (import "env" "NVIC_SetPendingIRQ" (func $pend (param i32)))`,
    handler: "TIM2_IRQHandler",
    prepare: "(call $enable (i32.const 45))",
    body: "(call $pend (i32.const 45))",
    handled: (rounds) => rounds,
  },
];

const repetitions = 20_000;
const turns: Turns = { warmUpRounds: 8, rounds: 31 };

export async function boundaryRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const stop of stops) {
    const firmware = guestOf(stop);
    const measured = await takeTurns(deviceRound(firmware), bareRound(firmware, stop), turns);
    rows.push(row(stop.name, "ns", measured, "a call of a bare import"));
  }
  return rows;
}

function deviceRound(firmware: Wasm): Round {
  return async () => {
    const device = await createDevice({ firmware });
    const start = performance.now();
    const { reason } = await device.run();
    const elapsed = performance.now() - start;
    if (reason !== "finished") throw new Error(`the device ended with ${reason}`);
    return (elapsed * 1e6) / repetitions;
  };
}

/** Its handlers never run: they are counted as if they had. */
function bareRound(firmware: Wasm, { handled }: MeasuredStop): Round {
  const module = new WebAssembly.Module(firmware);
  const imports: Record<string, Record<string, () => number>> = {};
  for (const { module: from, name } of WebAssembly.Module.imports(module)) {
    imports[from] = { ...imports[from], [name]: () => 0 };
  }
  return () => {
    const { exports } = new WebAssembly.Instance(module, imports);
    (exports.handled as WebAssembly.Global).value = handled(repetitions);
    const main = exports.main as () => number;
    const start = performance.now();
    const failed = main();
    const elapsed = performance.now() - start;
    if (failed !== 0) throw new Error("the bare import was not called as it should be");
    return (elapsed * 1e6) / repetitions;
  };
}

/** A module that stops so often, and answers whether its handler did not run as often as it should. */
function guestOf({ imports, handler, prepare, body, handled }: MeasuredStop): Wasm {
  const module = binaryen.parseText(`(module
    ${imports}
    (memory (export "memory") 1)
    (global $handled (export "handled") (mut i32) (i32.const 0))
    (data (i32.const 80) "\\01")
    (data (i32.const 88) "\\e8\\03")
    (func (export "${handler}") (global.set $handled (i32.add (global.get $handled) (i32.const 1))))
    (func (export "main") (result i32)
      (local $left i32)
      ${prepare}
      (local.set $left (i32.const ${repetitions}))
      (loop $again
        ${body}
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (i32.ne (global.get $handled) (i32.const ${handled(repetitions)}))))`);
  try {
    return new Uint8Array(module.emitBinary());
  } finally {
    module.dispose();
  }
}
