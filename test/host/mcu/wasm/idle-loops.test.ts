/** Loops that only wait are skipped, in exactly the time that they would have taken. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { WasmCoreOptions } from "../../../../host/mcu/wasm/core.ts";
import type { PreparationOptions } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { call, coreOf, fromText } from "./firmware.ts";

const tickCycles = 5003;
const lastTick = 40;

/** Main is a loop of these statements; a handler counts the ticks at address 16. */
const firmware = (statements: string) =>
  fromText(`(module
    (import "env" "look" (func $look (result i32)))
    (import "env" "note" (func $note (param i32)))
    (memory (export "memory") 1)
    (global $g (mut i32) (i32.const 0))
    (table funcref (elem $looksOnly))
    (func $tick (result i32) (i32.load (i32.const 16)))
    (func $looksOnly (result i32) (i32.add (call $tick) (call $look)))
    (func $counts (result i32)
      (i32.store (i32.const 48) (i32.add (i32.load (i32.const 48)) (i32.const 1))) (i32.load (i32.const 48)))
    (func (export "SysTick_Handler")
      (i32.store (i32.const 16) (i32.add (i32.load (i32.const 16)) (i32.const 1))))
    (func (export "main") (result i32) (local $x i32) (local $y i32) (local $i i32)
      (block $out (loop $again
        (br_if $out (i32.ge_u (call $tick) (i32.const ${lastTick})))
        ${statements}
        (br $again)))
      (i32.add (local.get $y) (i32.add (global.get $g) (i32.load (i32.const 32))))))`);

/** Runs it with a tick every so often: all that it shows, and how often it has looked. */
async function run(statements: string, options: WasmCoreOptions & PreparationOptions = {}) {
  let looks = 0;
  const shown: number[] = [];
  const calls = [
    call("look", [], ["i32"], () => ++looks && 5, { cycles: 3, readsOnly: true }),
    call("note", ["i32"], [], (value: number) => void shown.push(value, core.now()), { cycles: 7 }),
  ];
  const core = await coreOf(firmware(statements), calls, options);
  core.enter("main");
  for (let next = tickCycles; ; ) {
    core.control.deadline = next;
    const stop = core.run();
    shown.push(core.now());
    if (stop.why === "returned") return { looks, shown: [...shown, stop.value] };
    if (core.now() < next) continue;
    if (next > 4 * lastTick * tickCycles) throw new Error("it does not end");
    next += tickCycles;
    core.enter("SysTick_Handler");
    while (core.run().why !== "returned");
  }
}

const waits = {
  "looks and does nothing": "(drop (call $look))",
  "asks a function that only looks": "(drop (call $looksOnly))",
  "sets a local before it reads it": "(local.set $x (call $look)) (local.set $y (local.get $x))",
  "sets it on both ways":
    "(if (call $look) (then (local.set $x (call $tick))) (else (local.set $x (i32.const 1)))) (local.set $y (local.get $x))",
  "does something now and then": `(drop (call $look))
    (if (i32.gt_u (call $tick) (local.get $x)) (then (local.set $x (i32.add (call $tick) (i32.const 9)))
      (i32.store (i32.const 32) (call $counts)) (call $note (local.get $x))))`,
  "has a nested loop now and then": `(if (i32.eq (call $look) (i32.const 0)) (then (loop $n (br_if $n (i32.eqz (call $counts))))))`,
  "goes on by a branch table": "(block $b (br_table $again $b $out (i32.sub (call $look) (i32.const 5))))",
  "waits in a nested loop": "(loop $n (drop (call $look)) (br_if $n (i32.lt_u (call $tick) (i32.const 40))))",
};

describe.each(Object.entries(waits))("a loop that %s", (_name, statements) => {
  it("is gone through in a few rounds a tick, with the same times", async () => {
    const { looks, shown } = await run(statements);
    expect(looks).toBeLessThan(lastTick * 8);
    const executed = await run(statements, { skipIdleLoops: false });
    expect(executed.looks).toBeGreaterThan(lastTick * 40);
    expect(shown).toEqual(executed.shown);
  });
});

const works = {
  "counts in a local": "(drop (call $look)) (local.set $y (i32.add (local.get $y) (i32.const 1)))",
  "counts in a global": "(drop (call $look)) (global.set $g (i32.add (global.get $g) (i32.const 1)))",
  "counts in memory":
    "(drop (call $look)) (i32.store (i32.const 32) (i32.add (i32.load (i32.const 32)) (i32.const 1)))",
  "asks a function that counts": "(drop (call $look)) (local.set $y (call $counts))",
  "asks it through a table": "(drop (call $look)) (local.set $y (call_indirect (result i32) (i32.const 0)))",
  "sets on one way what it reads":
    "(if (call $look) (then (local.set $x (i32.add (local.get $x) (i32.const 1))))) (local.set $y (local.get $x))",
};

describe.each(Object.entries(works))("a loop that %s", (_name, statements) => {
  it("is executed round by round", async () => {
    const { looks, shown } = await run(statements);
    const executed = await run(statements, { skipIdleLoops: false });
    expect(looks).toBe(executed.looks);
    expect(shown).toEqual(executed.shown);
  });
});

it("a loop whose call looks at the time is executed round by round", async () => {
  const clock = (skipIdleLoops: boolean): ReturnType<typeof coreOf> =>
    coreOf(
      fromText(`(module (import "env" "now" (func $now (result i32))) (memory (export "memory") 1)
        (func (export "main") (result i32)
          (loop $again (br_if $again (i32.lt_u (call $now) (i32.const 10000)))) (call $now)))`),
      [call("now", [], ["i32"], () => cores.at(-1)!.now(), { cycles: 4, readsOnly: true })],
      { skipIdleLoops },
    );
  const cores: Awaited<ReturnType<typeof coreOf>>[] = [];
  const ends: unknown[] = [];
  for (const skipIdleLoops of [true, false]) {
    cores.push(await clock(skipIdleLoops));
    cores.at(-1)!.enter("main");
    ends.push(cores.at(-1)!.run(), cores.at(-1)!.now());
  }
  expect(ends.slice(0, 2)).toEqual(ends.slice(2));
  expect(ends[0]).toMatchObject({ why: "returned" });
});

const value = fc.constantFrom(
  "(local.get $x)",
  "(local.get $y)",
  "(call $tick)",
  "(call $looksOnly)",
  "(global.get $g)",
);
const { statements } = fc.letrec<{ statement: string; statements: string }>((tie) => ({
  statements: fc.array(tie("statement"), { maxLength: 4 }).map((list) => list.join("\n")),
  statement: fc.oneof(
    { depthSize: "small" },
    value.map((source) => `(local.set $x ${source})`),
    value.map((source) => `(local.set $y (i32.add ${source} (i32.const 1)))`),
    value.map((source) => `(global.set $g ${source})`),
    value.map((source) => `(i32.store (i32.const 32) ${source})`),
    value.map((source) => `(call $note ${source})`),
    fc.constant("(local.set $y (call $counts))"),
    fc.tuple(value, fc.nat(2)).map(([source, bit]) => `(br_if $again (i32.and ${source} (i32.const ${1 << bit})))`),
    fc
      .tuple(value, fc.nat(2), tie("statements"), tie("statements"))
      .map(([source, bit, yes, no]) => `(if (i32.and ${source} (i32.const ${1 << bit})) (then ${yes}) (else ${no}))`),
    tie("statements").map(
      (body) => `(local.set $i (i32.const 3))
        (loop $n (local.set $i (i32.sub (local.get $i) (i32.const 1))) ${body} (br_if $n (i32.gt_s (local.get $i) (i32.const 0))))`,
    ),
    tie("statements").map((body) => `(loop $n ${body} (br_if $n (i32.eq (call $tick) (i32.const 3))))`),
  ),
}));

it("shows the same at the same times, whatever it does, when it is executed round by round", async () => {
  await fc.assert(
    fc.asyncProperty(statements, fc.integer({ min: 100, max: 30_000 }), async (body, sliceCycles) => {
      const { shown } = await run(body);
      expect((await run(body, { skipIdleLoops: false })).shown).toEqual(shown);
      const sliced = (await run(body, { sliceCycles })).shown;
      expect(sliced.at(-1)).toBe(shown.at(-1));
      expect(sliced.at(-2)).toBe(shown.at(-2));
    }),
    { numRuns: 60 },
  );
}, 60_000);
