/** Firmware of a few instructions for tests of the command, as WebAssembly text; written to files. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fromText } from "../../host/mcu/wasm/firmware.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

const main = (body: string, imports = "") =>
  `(module ${imports} (memory (export "memory") 1)
     ;; the string "hi" as AssemblyScript has it, at 20
     (data (i32.const 16) "\\04\\00\\00\\00h\\00i\\00")
     (func $main (export "main") (result i32) ${body}))`;

const texts = {
  ends: main("i32.const 0"),
  fails: main("i32.const 3"),
  traps: main("(i32.div_u (i32.const 1) (i32.const 0))"),
  /** Counts for ever. */
  loops: main("(loop (i32.store (i32.const 64) (i32.add (i32.load (i32.const 64)) (i32.const 1))) br 0) i32.const 0"),
  /** Goes round for ever, and changes nothing. */
  hangs: main("(loop br 0) i32.const 0"),
  sleeps: main("call $wfi i32.const 0", '(import "env" "__WFI" (func $wfi))'),
  /** Waits in a handler for an interrupt that is no more urgent. */
  sleepsInHandler: main(
    "(call $enable (i32.const 45)) (call $enable (i32.const 46)) (call $pend (i32.const 45)) i32.const 0",
    `(import "env" "__WFI" (func $wfi))
     (import "env" "NVIC_EnableIRQ" (func $enable (param i32))) (import "env" "NVIC_SetPendingIRQ" (func $pend (param i32)))
     (func (export "TIM2_IRQHandler") (call $pend (i32.const 46)) (call $wfi)) (func (export "TIM3_IRQHandler"))`,
  ),
  wifi: main("(call $wifi (i32.const 64))", '(import "env" "mvSetWifiConfig" (func $wifi (param i32) (result i32)))'),
  /** Sleeps for ever, woken by its timer ten times a second. */
  ticks: main(
    "(drop (call $start (i32.const 16000000))) (loop (call $wfi) br 0) i32.const 0",
    `(import "env" "__WFI" (func $wfi)) (import "env" "SysTick_Config" (func $start (param i32) (result i32)))
     (func (export "SysTick_Handler"))`,
  ),
  /** Reads the clock again and again. */
  clockReader: main(
    "(loop (drop (call $clock (i32.const 64))) br 0) i32.const 0",
    '(import "env" "mvGetMicroseconds" (func $clock (param i32) (result i32)))',
  ),
  /** Writes to its UART again and again. */
  chatters: main(
    "(loop (call $log (i32.const 20)) br 0) i32.const 0",
    '(import "env" "console.log" (func $log (param i32)))',
  ),
  /** Writes to its UART once. */
  greets: main("(call $log (i32.const 20)) i32.const 0", '(import "env" "console.log" (func $log (param i32)))'),
  importsMore: main("call $more i32.const 0", '(import "env" "mvMore" (func $more))'),
};

/** The path of a file with this firmware, gone after the test. */
export function firmwareFile(name: keyof typeof texts): string {
  const path = join(temporaryFolder(), `${name}.wasm`);
  writeFileSync(path, fromText(texts[name]));
  return path;
}
