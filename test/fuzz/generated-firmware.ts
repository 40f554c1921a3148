/**
 * Generated firmware, as WebAssembly text: valid, and it ends by itself. A budget in a global, which each round and
 * each call takes from, stops all loops and all recursion. No bits of a NaN come into memory or results, because
 * engines may choose them.
 */

import fc from "fast-check";
import { type SyscallName, syscalls } from "../../host/abi/syscalls.ts";

const int = fc.oneof(
  fc.integer({ min: -4, max: 40 }),
  fc.constantFrom(0x7fff_ffff, -0x8000_0000, 65_535, 65_536, 131_064, 0x1234_5678),
  fc.integer(),
);
const wide = fc.oneof(fc.bigInt({ min: -9n, max: 9n }), fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
const float = fc.oneof(
  fc.constantFrom("0", "-0", "1.5", "-3.25", "1e10", "-4e18", "1e300", "nan", "inf"),
  fc.integer().map(String),
);
const local = fc.constantFrom("$a", "$b", "$c");
const global = fc.constantFrom("$g", "$h");
/** Labels: three pairs exist around each function's body, and loops bring their own of the same names. */
const label = fc.constantFrom("$again0", "$again1", "$again2", "$out0", "$out1", "$out2");

type Texts = {
  i32: string;
  i64: string;
  f64: string;
  statement: string;
  statements: string;
};

/** An address of which 8 bytes lie within the first page. */
const address = (text: string) => `(i32.and ${text} (i32.const 0xfff8))`;

/** Statements of any firmware, and those of `more`. Where a function returns, they say `@return`. */
function language(more: (i32: fc.Arbitrary<string>) => fc.Arbitrary<string>[]) {
  return fc.letrec<Texts>((tie) => {
    const i32 = tie("i32");
    const i64 = tie("i64");
    const f64 = tie("f64");
    const statements = tie("statements");
    const node = (form: string, ...parts: fc.Arbitrary<string>[]) =>
      fc.tuple(...parts).map((texts) => texts.reduce((text, part, index) => text.replaceAll(`#${index}`, part), form));
    const either = (...forms: string[]) => fc.constantFrom(...forms);
    return {
      i32: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        int.map((value) => `(i32.const ${value})`),
        local.map((name) => `(local.get ${name})`),
        global.map((name) => `(global.get ${name})`),
        fc.constant("(memory.size)"),
        node("(i32.#0 #1 #2)", either("add", "sub", "mul", "xor", "shr_s", "shr_u", "rotl", "lt_s", "ge_u"), i32, i32),
        node("(i32.#0 #1 (i32.or #2 (i32.const 1)))", either("div_u", "rem_s"), i32, i32),
        node("(i64.#0 #1 #2)", either("eq", "lt_s", "ge_u"), i64, i64),
        node("(f64.#0 #1 #2)", either("eq", "lt", "ge"), f64, f64),
        node("(i32.#0 #1)", either("clz", "ctz", "popcnt", "eqz", "extend8_s"), i32),
        node("(i32.wrap_i64 #0)", i64),
        node("(i32.trunc_sat_f64_s #0)", f64),
        i32.map((text) => `(i32.load ${address(text)})`),
        i32.map((text) => `(i32.load8_u offset=7 ${address(text)})`),
        node("(local.tee #0 #1)", local, i32),
        node("(select #0 #1 #2)", i32, i32, i32),
        node("(if (result i32) #0 (then #1 #2) (else #3))", i32, statements, i32, i32),
        node("(block $value (result i32) (drop (br_if $value #0 #1)) #2)", i32, i32, i32),
        node("(call #0 #1)", either("$small", "$other"), i32),
        node("(call_indirect (type $small) #0 (i32.and #1 (i32.const 1)))", i32, i32),
        node("(memory.grow (i32.and #0 (i32.const 1)))", i32),
        // What often traps.
        fc.oneof(
          node("(i32.div_s #0 #1)", i32, i32),
          node("(i32.trunc_f64_u #0)", f64),
          node("(i32.load16_s #0)", i32),
          node("(call_indirect (type $small) #0 (i32.and #1 (i32.const 15)))", i32, i32),
        ),
      ),
      i64: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        wide.map((value) => `(i64.const ${value})`),
        fc.constantFrom("(local.get $w)", "(global.get $x)"),
        node("(i64.#0 #1 #2)", either("add", "sub", "mul", "xor", "shl", "shr_u", "rotr"), i64, i64),
        node("(i64.rem_u #0 (i64.or #1 (i64.const 1)))", i64, i64),
        node("(i64.extend_i32_#0 #1)", either("s", "u"), i32),
        node("(i64.trunc_sat_f64_s #0)", f64),
        i32.map((text) => `(i64.load ${address(text)})`),
        node("(call $wide #0 #1)", i32, i64),
        node("(call_indirect (type $wide) #0 #1 (i32.const 2))", i32, i64),
        node("(local.tee $w #0)", i64),
      ),
      f64: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        float.map((value) => `(f64.const ${value})`),
        fc.constantFrom("(local.get $d)", "(global.get $y)"),
        node("(f64.#0 #1 #2)", either("add", "sub", "mul", "div", "min", "max"), f64, f64),
        node("(f64.#0 #1)", either("neg", "abs", "sqrt", "floor", "nearest"), f64),
        node("(f64.convert_i32_s #0)", i32),
        node("(f64.convert_i64_u #0)", i64),
        node("(f64.promote_f32 (f32.demote_f64 #0))", f64),
        node("(call $real #0)", f64),
      ),
      statement: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        node("(local.set #0 #1)", local, i32),
        node("(global.set #0 #1)", global, i32),
        node("(local.set $w #0)", i64),
        node("(local.set $d #0)", f64),
        node("(global.set $x #0) (global.set $y #1)", i64, f64),
        fc.tuple(i32, i32).map(([at, value]) => `(i32.store ${address(at)} ${value})`),
        fc.tuple(i32, i64).map(([at, value]) => `(i64.store ${address(at)} ${value})`),
        node("(memory.fill (i32.and #0 (i32.const 0x7fff)) #1 (i32.and #2 (i32.const 0xff)))", i32, i32, i32),
        node(
          "(memory.copy (i32.and #0 (i32.const 0x7fff)) (i32.and #1 (i32.const 0x7fff)) (i32.and #2 (i32.const 0xff)))",
          i32,
          i32,
          i32,
        ),
        fc.constant("(memory.init $text (i32.const 72) (i32.const 1) (i32.const 5))"),
        node("(table.set (i32.const #0) (ref.func #1))", either("0", "1", "9"), either("$small", "$other")),
        node("(if #0 (then #1) (else #2))", i32, statements, statements),
        node("(block #0 #1)", label, statements),
        fc.tuple(fc.nat(2), statements, i32).map(
          ([number, body, condition]) => `(block $out${number} (loop $again${number}
            (br_if $out${number} (i32.le_s (global.get $budget) (i32.const 0))) ${spend}
            ${body} (br_if $again${number} ${condition})))`,
        ),
        node("(br #0)", label),
        node("(br_if #0 #1)", label, i32),
        node("(br_table #0 #1 #2 #3)", label, label, label, i32),
        node("(call $nothing)"),
        node("(call $pair #0) (local.set $w) (local.set #1)", i32, local),
        node("(if #0 (then @return))", i32),
        ...more(i32),
      ),
      statements: fc.array(tie("statement"), { maxLength: 5 }).map((list) => list.join("\n")),
    };
  }).statements;
}

const spend = "(global.set $budget (i32.sub (global.get $budget) (i32.const 1)))";
const locals = "(local $b i32) (local $c i32) (local $w i64) (local $d f64)";
const enclosed = (body: string) =>
  ["0", "1", "2"].reduce((text, number) => `(block $out${number} (block $again${number} ${text}))`, body);

/** A function that does nothing more when the budget is spent. */
function guestFunction(head: string, result: string, body: string): string {
  return `(func ${head} ${head.includes("$a ") ? "" : "(local $a i32)"} ${locals}
    (if (i32.le_s (global.get $budget) (i32.const 0)) (then (return ${result}))) ${spend}
    ${enclosed(body).replaceAll("@return", `(return ${result})`)} ${result})`;
}

function moduleText(imports: string, [small, other, wideBody, real, pair, nothing, main]: string[], more = ""): string {
  return `(module ${imports}
    (memory (export "memory") 1 3) (table 16 32 funcref) (data $text "of any kind") (data (i32.const 8) "\\01\\02\\ff")
    (type $small (func (param i32) (result i32))) (type $wide (func (param i32 i64) (result i64)))
    (elem (i32.const 0) $small $other $wide $nothing $real)
    (global $budget (mut i32) (i32.const 100)) (global $g (mut i32) (i32.const 3)) (global $h (mut i32) (i32.const 64))
    (global $x (mut i64) (i64.const 5)) (global $y (mut f64) (f64.const 0.5)) (global $ticks (mut i32) (i32.const 0))
    ${guestFunction("$small (param $a i32) (result i32)", "(i32.add (local.get $a) (local.get $b))", small!)}
    ${guestFunction("$other (param $a i32) (result i32)", "(i32.xor (local.get $c) (i32.const 77))", other!)}
    ${guestFunction("$wide (param $a i32) (param $v i64) (result i64)", "(i64.add (local.get $v) (local.get $w))", wideBody!)}
    ${guestFunction("$real (param $v f64) (result f64)", "(f64.sub (local.get $v) (local.get $d))", real!)}
    ${guestFunction("$pair (param $a i32) (result i32 i64)", "(local.get $b) (local.get $w)", pair!)}
    ${guestFunction("$nothing", "", nothing!)}
    ${guestFunction('$main (export "main") (result i32)', "(i32.add (local.get $a) (global.get $g))", main!)} ${more})`;
}

const functions = 7;
const pureBody = language(() => []);

/** Firmware that imports nothing: any engine can run it. */
export const pureFirmware = fc
  .array(pureBody, { minLength: functions, maxLength: functions })
  .map((bodies) => moduleText("", bodies));

/** Calls of the device that generated firmware makes: all but those that end a run by design. */
const calls = (Object.keys(syscalls) as SyscallName[]).filter(
  (name) => !["mvRestart", "mvDeepSleep", "mvTestingComplete"].includes(name),
);
const arity = (name: SyscallName) => Object.keys(syscalls[name].parameters).length;
const mcuImports: Readonly<Record<string, string>> = {
  __WFI: "",
  __disable_irq: "",
  __enable_irq: "",
  NVIC_EnableIRQ: "(param i32)",
  NVIC_DisableIRQ: "(param i32)",
  NVIC_SetPendingIRQ: "(param i32)",
  NVIC_SetPriority: "(param i32 i32)",
  NVIC_GetPendingIRQ: "(param i32) (result i32)",
  SysTick_Config: "(param i32) (result i32)",
};
const signatures = Object.entries(mcuImports).concat(
  calls.map((name) => [name, `(param ${"i32 ".repeat(arity(name))}) (result i32)`]),
);
const importsOf = (text: string) =>
  signatures
    .filter(([name]) => text.includes(`$${name} `))
    .map(([name, type]) => `(import "env" "${name}" (func $${name} ${type}))`)
    .join("\n");

const line = fc.constantFrom("(i32.const 45)", "(i32.const 46)");
const devicePart = language((i32) => [
  fc.constantFrom("(call $__WFI )", "(call $__disable_irq )", "(call $__enable_irq )"),
  fc
    .tuple(fc.constantFrom("Enable", "Disable", "SetPending"), line)
    .map(([what, irq]) => `(call $NVIC_${what}IRQ ${irq})`),
  fc.tuple(line, fc.nat(15)).map(([irq, priority]) => `(call $NVIC_SetPriority ${irq} (i32.const ${priority}))`),
  line.map((irq) => `(local.set $b (call $NVIC_GetPendingIRQ ${irq}))`),
  fc.integer({ min: 40, max: 6000 }).map((ticks) => `(drop (call $SysTick_Config (i32.const ${ticks})))`),
  // It polls: what the simulator may skip.
  fc
    .integer({ min: 1, max: 9 })
    .map((count) => `(loop $poll (br_if $poll (i32.lt_u (global.get $ticks) (i32.const ${count}))))`),
  fc
    .tuple(fc.constantFrom(...calls), i32, i32, i32, i32)
    .map(([name, ...words]) => `(i32.store (i32.const 512) (call $${name} ${words.slice(0, arity(name)).join(" ")}))`),
  fc.constant("(drop (call $mvGetMicroseconds (i32.const 520)))"),
]);

const handler = (name: string, body: string) =>
  guestFunction(
    `$${name} (export "${name}")`,
    "",
    `(global.set $ticks (i32.add (global.get $ticks) (i32.const 1))) ${body}`,
  );

/** Firmware with handlers and interrupts that makes system calls with any words. */
export const deviceFirmware = fc
  .array(devicePart, { minLength: functions + 3, maxLength: functions + 3 })
  .map((bodies) =>
    moduleText(
      importsOf(`${bodies.join()} $SysTick_Config `),
      bodies.with(functions - 1, `(drop (call $SysTick_Config (i32.const 900))) ${bodies[functions - 1]}`),
      ["SysTick_Handler", "TIM2_IRQHandler", "TIM3_IRQHandler"]
        .map((name, index) => handler(name, bodies[functions + index]!))
        .join("\n"),
    ),
  );
