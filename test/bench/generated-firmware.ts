/** Firmware of a wanted size: many small functions, each with a loop, a choice, memory accesses and calls. */

import binaryen from "binaryen";
import type { Wasm } from "./firmware.ts";

/** Where the data says which variant this is. */
const mark = [0xde, 0xad, 0xbe, 0xef];

/** Roughly. */
const bytesOfFunction = 140;

/**
 * @param bytes how large the module is, to a function
 * @returns makes a variant: it differs from the others in its data, so that nobody who remembers one knows another
 */
export function firmwareOfSize(bytes: number): (variant: number) => Wasm {
  const guess = Math.ceil(bytes / bytesOfFunction);
  const module = emit(Math.round((guess * bytes) / emit(guess).length));
  const place = module.findIndex((_, index) => mark.every((byte, offset) => module[index + offset] === byte));
  return (variant) => {
    const copy = module.slice();
    new DataView(copy.buffer).setUint32(place, variant, true);
    return copy;
  };
}

function emit(functionCount: number): Wasm {
  const functions = Array.from({ length: functionCount }, (_, index) => functionText(index)).join("\n");
  const module = binaryen.parseText(`(module
    (import "env" "mvGetMicroseconds" (func $now (param i32) (result i32)))
    (memory (export "memory") 1)
    (data (i32.const 1024) "${mark.map((byte) => `\\${byte.toString(16)}`).join("")}")
    ${functions}
    (func (export "main") (result i32)
      (drop (call $now (i32.const 16)))
      (drop (call $f${functionCount - 1} (i32.const 3) (i32.const 5)))
      (i32.const 0)))`);
  try {
    return new Uint8Array(module.emitBinary());
  } finally {
    module.dispose();
  }
}

/** Calls two of the functions before it, so that the call chains are short, as they are in firmware. */
function functionText(index: number): string {
  const call = (callee: number, first: string): string =>
    index < 2 ? `(i32.add ${first} (i32.const ${callee}))` : `(call $f${callee} ${first} (local.get $b))`;
  const address = 2048 + (index % 1000) * 16;
  return `(func $f${index} (param $a i32) (param $b i32) (result i32)
    (local $sum i32) (local $left i32)
    (local.set $left (i32.and (local.get $b) (i32.const ${3 + (index % 5)})))
    (block $done (loop $again
      (br_if $done (i32.eqz (local.get $left)))
      (local.set $sum (i32.add (i32.mul (local.get $sum) (i32.const ${31 + index})) (i32.load8_u (i32.add (local.get $left) (i32.const ${address})))))
      (if (i32.and (local.get $sum) (i32.const ${1 << (index % 8)}))
        (then (i32.store (i32.const ${address}) (local.get $sum)))
        (else (local.set $a (i32.xor (local.get $a) (i32.rotl (local.get $sum) (i32.const ${index % 31}))))))
      (local.set $left (i32.sub (local.get $left) (i32.const 1)))
      (br $again)))
    (if (result i32) (i32.gt_s (local.get $a) (i32.const ${index * 7}))
      (then ${call(index >> 1, "(local.get $sum)")})
      (else (i32.sub ${call(index >> 2, "(local.get $a)")} (i32.load (i32.const ${address + 8}))))))`;
}
