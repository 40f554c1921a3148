/**
 * A system call from the guest through the dispatch, against a bare import of the same module that reads the same
 * arguments from the same memory. The guest calls in a loop, within one device run.
 */

import binaryen from "binaryen";
import { createDevice, type TraceListener } from "microvisor-sim";
import { type Round, type Turns, takeTurns } from "./measure.ts";
import { type Row, row } from "./rows.ts";

interface MeasuredCall {
  readonly name: string;
  /** What is measured of it. */
  readonly what: string;
  /** Its arguments: all are pointers. */
  readonly pointers: readonly number[];
  /** What stands in memory. */
  readonly data: string;
  readonly status: number;
  /** The bare import: reads what the pointers point at. */
  bare(view: DataView, first: number, second: number): number;
}

const calls: readonly MeasuredCall[] = [
  {
    name: "mvGetMicroseconds",
    what: "one result",
    pointers: [64],
    data: "",
    status: 0,
    bare: (view, time) => view.getUint32(time, true) + view.getUint32(time + 4, true) * 2 ** 32,
  },
  {
    name: "mvGetNetworkReasons",
    what: "two results",
    pointers: [64, 68],
    data: "",
    status: 0,
    bare: (view, reasons, count) => view.getUint32(reasons, true) + view.getUint32(count, true),
  },
  {
    name: "mvSetupNotifications",
    what: "reads a struct, refused",
    pointers: [64, 128],
    // irq 41, a buffer at 256, of 33 bytes: no multiple of a record.
    data: '(data (i32.const 64) "\\29\\00\\00\\00\\00\\01\\00\\00\\21\\00\\00\\00")',
    status: 3,
    bare: (view, setup, handle) =>
      view.getInt32(setup, true) +
      view.getUint32(setup + 4, true) +
      view.getUint32(setup + 8, true) +
      view.getUint32(handle, true),
  },
];

const repetitions = 40_000;
const turns: Turns = { warmUpRounds: 12, rounds: 41 };

export async function syscallRows(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const call of calls) {
    const firmware = guestOf(call);
    const baseline = bareRound(firmware, call);
    const name = `system call, ${call.name} (${call.what})`;
    const against = "a bare import that reads the same";
    const untraced = await takeTurns(deviceRound(firmware), baseline, turns);
    const traced = await takeTurns(deviceRound(firmware, listen), baseline, turns);
    rows.push(
      row(`${name}, no trace`, "ns", untraced, against, { atMost: 8 }),
      row(`${name}, traced`, "ns", traced, against, { atMost: 25 }),
    );
  }
  return rows;
}

let heard = 0;
const listen: TraceListener = (event) => {
  heard = event.sequence;
};

/** A round is a whole run of a new device: its boot is a thousandth of it. */
function deviceRound(firmware: Uint8Array, trace?: TraceListener): Round {
  return async () => {
    const device = await createDevice({ firmware, trace });
    const start = performance.now();
    const { reason } = await device.run();
    const elapsed = performance.now() - start;
    if (reason !== "finished") throw new Error(`the device ended with ${reason}`);
    if (trace && heard < 2 * repetitions) throw new Error(`only ${heard} events`);
    return (elapsed * 1e6) / repetitions;
  };
}

function bareRound(firmware: Uint8Array, { name, status, bare }: MeasuredCall): Round {
  const module = new WebAssembly.Module(firmware as Uint8Array<ArrayBuffer>);
  return () => {
    let sum = 0;
    let view: DataView;
    const call = (first: number, second: number): number => {
      sum += bare(view, first, second);
      return status;
    };
    const { exports } = new WebAssembly.Instance(module, { env: { [name]: call } });
    view = new DataView((exports.memory as WebAssembly.Memory).buffer);
    const main = exports.main as () => number;
    const start = performance.now();
    const failed = main();
    const elapsed = performance.now() - start;
    if (failed !== 0 || Number.isNaN(sum)) throw new Error("the bare import was not called as it should be");
    return (elapsed * 1e6) / repetitions;
  };
}

/** A module that calls so often, and answers whether a status was not the expected one. */
function guestOf({ name, pointers, data, status }: MeasuredCall): Uint8Array {
  const module = binaryen.parseText(`(module
    (import "env" "${name}" (func $call ${"(param i32) ".repeat(pointers.length)}(result i32)))
    (memory (export "memory") 1)
    ${data}
    (func (export "main") (result i32)
      (local $left i32)
      (local $failed i32)
      (local.set $left (i32.const ${repetitions}))
      (loop $again
        (local.set $failed (i32.or (local.get $failed) (i32.ne (i32.const ${status})
          (call $call ${pointers.map((pointer) => `(i32.const ${pointer})`).join(" ")}))))
        (br_if $again (local.tee $left (i32.sub (local.get $left) (i32.const 1)))))
      (local.get $failed)))`);
  try {
    return module.emitBinary().slice();
  } finally {
    module.dispose();
  }
}
