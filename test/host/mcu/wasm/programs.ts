/**
 * Small programs that compute something in ways that instrumentation and suspension could spoil. Each exports `main`
 * with an i32 result, and may import `env.twice` (i32) -> i32 and `env.wide` (i64) -> i64.
 */

import type { ImportedCall } from "../../../../host/mcu/core.ts";
import { call } from "./firmware.ts";

export const programCalls: readonly ImportedCall[] = [
  call("twice", ["i32"], ["i32"], (value: number) => value * 2, { cycles: 7 }),
  call("wide", ["i64"], ["i64"], (value: bigint) => value + 1_000_000_000_000n, { cycles: 3 }),
];

const imports = `
  (import "env" "twice" (func $twice (param i32) (result i32)))
  (import "env" "wide" (func $wide (param i64) (result i64)))
  (memory (export "memory") 1)`;

export const programs: Readonly<Record<string, { text: string; result: number }>> = {
  "crc32 bit by bit": {
    result: 0xcbf43926 | 0,
    text: `(module ${imports}
      (data (i32.const 16) "123456789")
      (func (export "main") (result i32) (local $crc i32) (local $i i32) (local $bit i32)
        (local.set $crc (i32.const -1))
        (loop $bytes
          (local.set $crc (i32.xor (local.get $crc) (i32.load8_u offset=16 (local.get $i))))
          (local.set $bit (i32.const 8))
          (loop $bits
            (local.set $crc (select
              (i32.xor (i32.shr_u (local.get $crc) (i32.const 1)) (i32.const 0xedb88320))
              (i32.shr_u (local.get $crc) (i32.const 1))
              (i32.and (local.get $crc) (i32.const 1))))
            (br_if $bits (local.tee $bit (i32.sub (local.get $bit) (i32.const 1)))))
          (br_if $bytes (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 9))))
        (i32.xor (local.get $crc) (i32.const -1))))`,
  },
  "recursion with early returns": {
    result: 7,
    text: `(module ${imports}
      (func $ackermann (param $m i32) (param $n i32) (result i32)
        (if (i32.eqz (local.get $m)) (then (return (i32.add (local.get $n) (i32.const 1)))))
        (block $out
          (br_if $out (local.get $n))
          (return (call $ackermann (i32.sub (local.get $m) (i32.const 1)) (i32.const 1))))
        (call $ackermann (i32.sub (local.get $m) (i32.const 1))
          (call $ackermann (local.get $m) (i32.sub (local.get $n) (i32.const 1)))))
      (func (export "main") (result i32) (call $ackermann (i32.const 2) (i32.const 2))))`,
  },
  "mutual recursion through a table": {
    result: 30,
    text: `(module ${imports}
      (type $step (func (param i32) (result i32)))
      (table 3 funcref)
      (elem (i32.const 0) $even $odd $twice)
      (func $even (type $step) (if (result i32) (local.get 0)
        (then (call_indirect (type $step) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1))) (else (i32.const 1))))
      (func $odd (type $step) (if (result i32) (local.get 0)
        (then (call_indirect (type $step) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0))) (else (i32.const 0))))
      (func (export "main") (result i32) (local $i i32) (local $sum i32)
        (loop $again
          (local.set $sum (i32.add (local.get $sum) (call_indirect (type $step) (local.get $i) (i32.const 0))))
          (local.set $sum (i32.add (local.get $sum) (call_indirect (type $step) (i32.const 1) (i32.const 2))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 12))))
        (local.get $sum)))`,
  },
  "memory that grows": {
    result: 11,
    text: `(module ${imports}
      (func (export "main") (result i32) (local $i i32) (local $sum i32)
        (loop $again
          (drop (memory.grow (i32.const 1)))
          (i32.store (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4)) (memory.size))
          (local.set $sum (i32.add (local.get $sum)
            (call $twice (i32.load (i32.sub (i32.shl (memory.size) (i32.const 16)) (i32.const 4))))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))
        (i32.add (i32.const -17) (local.get $sum))))`,
  },
  "a branch table in a loop": {
    result: 1111,
    text: `(module ${imports}
      (func (export "main") (result i32) (local $i i32) (local $sum i32)
        (loop $again
          (block $next (block $default (block $two (block $one (block $zero
            (br_table $zero $one $two $default (local.get $i)))
            (local.set $sum (i32.add (local.get $sum) (i32.const 1))) (br $next))
            (local.set $sum (i32.add (local.get $sum) (i32.const 10))) (br $next))
            (local.set $sum (i32.add (local.get $sum) (i32.const 100))) (br $next))
            (local.set $sum (i32.add (local.get $sum) (i32.const 1000))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))
        (local.get $sum)))`,
  },
  "multi-value calls and blocks": {
    result: 144 + 5,
    text: `(module ${imports}
      (func $divide (param i32 i32) (result i32 i32)
        (i32.div_u (local.get 0) (local.get 1)) (i32.rem_u (call $twice (local.get 0)) (local.get 1)))
      (func $fibonacci (param $n i32) (result i32 i32) (local $a i32) (local $b i32)
        (if (i32.eqz (local.get $n)) (then (return (i32.const 0) (i32.const 1))))
        (call $fibonacci (i32.sub (local.get $n) (i32.const 1)))
        (local.set $b) (local.set $a)
        (local.get $b) (i32.add (local.get $a) (local.get $b)))
      (func (export "main") (result i32) (local $a i32) (local $b i32)
        (block (result i32 i32) (call $divide (i32.const 17) (i32.const 10)))
        (local.set $b) (local.set $a)
        (drop (call $fibonacci (i32.const 12)))
        (i32.add (i32.add (local.get $a) (local.get $b)))))`,
  },
  "64-bit and floating-point values across calls": {
    result: 12,
    text: `(module ${imports}
      (global $float (mut f64) (f64.const 0.5))
      (global $wide (mut i64) (i64.const 5))
      (func (export "main") (result i32) (local $i i32) (local $sum i64) (local $half f32)
        (local.set $half (f32.const 0.25))
        (loop $again
          (local.set $sum (i64.add (local.get $sum) (call $wide (i64.const 1))))
          (global.set $float (f64.add (global.get $float) (f64.promote_f32 (local.get $half))))
          (global.set $wide (i64.add (global.get $wide) (i64.const 4294967296)))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4))))
        (i32.add
          (i32.add (i32.wrap_i64 (i64.sub (local.get $sum) (i64.const 4000000000000)))
            (i32.wrap_i64 (i64.shr_u (global.get $wide) (i64.const 32))))
          (i32.trunc_f64_s (f64.add (f64.mul (global.get $float) (f64.const 2)) (f64.const 1))))))`,
  },
  "a vector across calls": {
    result: 40,
    text: `(module ${imports}
      (func (export "main") (result i32) (local $sum v128) (local $i i32)
        (loop $again
          (local.set $sum (i32x4.add (local.get $sum) (i32x4.splat (call $twice (i32.const 1)))))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 5))))
        (i32.mul (i32x4.extract_lane 3 (local.get $sum)) (i32.const 4))))`,
  },
  "a table that the program changes": {
    result: 27,
    text: `(module ${imports}
      (type $step (func (param i32) (result i32)))
      (table $steps 2 8 funcref)
      (elem declare func $triple $twice)
      (func $triple (type $step) (i32.mul (local.get 0) (i32.const 3)))
      (func (export "main") (result i32) (local $i i32) (local $value i32)
        (local.set $value (i32.const 1))
        (table.set $steps (i32.const 1) (ref.func $triple))
        (drop (table.grow $steps (ref.null func) (i32.const 2)))
        (table.copy $steps $steps (i32.const 3) (i32.const 1) (i32.const 1))
        (loop $again
          (local.set $value (call_indirect $steps (type $step) (local.get $value) (i32.const 3)))
          (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 3))))
        (local.get $value)))`,
  },
  "bulk memory and saturating conversion": {
    result: 0x7f7f7f7f,
    text: `(module ${imports}
      (data $text "\\7f\\7f")
      (func (export "main") (result i32)
        (memory.init $text (i32.const 100) (i32.const 0) (i32.const 2))
        (data.drop $text)
        (memory.copy (i32.const 102) (i32.const 100) (call $twice (i32.const 1)))
        (memory.fill (i32.const 200) (i32.trunc_sat_f32_s (f32.const nan)) (i32.const 64))
        (i32.add (i32.load (i32.const 100)) (i32.extend8_s (i32.load (i32.const 200))))))`,
  },
  "a start section, an initialiser and globals": {
    result: 46,
    text: `(module ${imports}
      (global $count (mut i32) (i32.const 1))
      (start $begin)
      (func $begin (global.set $count (call $twice (i32.add (global.get $count) (i32.const 10)))))
      (func (export "_initialize") (global.set $count (call $twice (i32.add (global.get $count) (i32.const 1)))))
      (func (export "main") (param i32 i32) (result i32) (global.get $count)))`,
  },
};

/** A loop with a parameter, which Binaryen's text form can't express: sums 10 down to 1, result 55. */
export const loopWithParameter = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
  ...[1, 10, 2, 0x60, 0, 1, 0x7f, 0x60, 1, 0x7f, 1, 0x7f],
  ...[3, 2, 1, 0],
  ...[5, 3, 1, 0, 1],
  ...[7, 17, 2, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 4, 0x6d, 0x61, 0x69, 0x6e, 0, 0],
  // i32.const 10; loop (i32) -> i32: tee 0; sum += it; minus 1; tee 0; get 0; br_if 0; end; drop; sum
  ...[10, 32, 1, 30, 1, 2, 0x7f, 0x41, 10, 0x03, 1, 0x22, 0, 0x20, 1, 0x6a, 0x21, 1],
  ...[0x20, 0, 0x41, 1, 0x6b, 0x22, 0, 0x20, 0, 0x0d, 0, 0x0b, 0x1a, 0x20, 1, 0x0b],
]);
