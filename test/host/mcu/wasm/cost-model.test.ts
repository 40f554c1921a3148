import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Core, CoreStop } from "../../../../host/mcu/core.ts";
import { costModelVersion } from "../../../../host/mcu/wasm/prepare/cost-model.ts";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

/** Branches over three nops, then calls `env.mark`. In bytes, because Binaryen would not write the nops. */
const unreachableNops = new Uint8Array([
  ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 4, 1, 0x60, 0, 0],
  ...[2, 12, 1, 3, 0x65, 0x6e, 0x76, 4, 0x6d, 0x61, 0x72, 0x6b, 0, 0],
  ...[3, 2, 1, 0, 5, 3, 1, 0, 1],
  ...[7, 17, 2, 6, 0x6d, 0x65, 0x6d, 0x6f, 0x72, 0x79, 2, 0, 4, 0x6d, 0x61, 0x69, 0x6e, 0, 1],
  ...[10, 14, 1, 12, 0, 0x02, 0x40, 0x0c, 0, 0x01, 0x01, 0x01, 0x0b, 0x10, 0, 0x0b],
]);

/** The moments at which a program calls `env.mark`, and that of its end. */
async function moments(code: string, options = {}, cycles = 0): Promise<number[]> {
  const seen: number[] = [];
  let core: Core | undefined;
  const mark = call("mark", [], [], () => void seen.push(core!.now()), { cycles });
  core = await coreOf(
    fromText(`(module (import "env" "mark" (func $mark)) (memory (export "memory") 1) ${code})`),
    [mark],
    options,
  );
  expect(runToEnd(core).why).toBe("returned");
  return [...seen, core.now()];
}

describe(`version ${costModelVersion} of the cost model`, () => {
  it("takes a function's opcodes outside loops at its entry, with the end", async () => {
    // i32.const, drop, call, nop, end: before the first call is made.
    expect(await moments(`(func (export "main") (drop (i32.const 1)) (call $mark) (nop))`)).toEqual([5, 5]);
  });

  it("takes both arms of an if, and code behind a return", async () => {
    // i32.const, if, call, return, else, nop, end, nop, end.
    const code = `(if (i32.const 1) (then (call $mark) (return)) (else (nop))) (nop)`;
    expect(await moments(`(func (export "main") ${code})`)).toEqual([9, 9]);
  });

  it("takes a loop's opcodes at its head, each round", async () => {
    // Outside: loop, end. Inside: call, get, const, add, tee, const, lt_u, br_if, end.
    const rounds = await moments(`(func (export "main") (local $i i32)
      (loop $again (call $mark)
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4)))))`);
    expect(rounds).toEqual([11, 20, 29, 38, 38]);
  });

  it("takes the bodies of nested loops at their own heads, and their `loop` with the outer one", async () => {
    // Outside: loop, end. Outer: loop, call, end. Inner: call, end.
    const code = `(func (export "main") (loop $outer (loop $inner (call $mark)) (call $mark)))`;
    expect(await moments(code)).toEqual([2 + 3 + 2, 2 + 3 + 2, 2 + 3 + 2]);
  });

  it("takes a cycle for each four bytes that are filled or copied, as it begins", async () => {
    const filling = (bytes: number) => `(memory.fill (i32.const 64) (i32.const 1) (i32.const ${bytes}))`;
    const copying = (bytes: number) => `(memory.copy (i32.const 64) (i32.const 1024) (i32.const ${bytes}))`;
    const code = (one: string, other: string) => `(func (export "main") ${one} (call $mark) ${other})`;
    // Each with three operands; call and end.
    expect(await moments(code(filling(0), copying(0)))).toEqual([10, 10]);
    expect(await moments(code(filling(400), copying(1003)))).toEqual([10 + 100, 10 + 100 + 250]);
  });

  it("lets time go on, and stops be kept, where memory is filled again and again", async () => {
    // Each round 7 opcodes, and 16,384 cycles for its 65,536 bytes.
    const core = await coreOf(
      fromText(`(module (memory (export "memory") 1) (func (export "main")
        (loop $again (memory.fill (i32.const 0) (i32.const 0) (i32.const 65536)) (br $again))))`),
      [],
      { sliceCycles: 1_000_000 },
    );
    core.enter("main");
    expect(core.run().why).toBe("boundary");
    expect(core.now()).toBeGreaterThanOrEqual(1_000_000);
    expect(core.now()).toBeLessThan(1_000_000 + 2 * 16_400);
  });

  it("takes a call's price as it returns", async () => {
    const code = `(func (export "main") (call $mark) (call $mark))`;
    expect(await moments(code, {}, 100)).toEqual([3, 103, 203]);
  });

  it("takes a call's price when it is called through a table, too", async () => {
    const code = `(table funcref (elem $mark)) (func (export "main")
      (call_indirect (i32.const 0)) (call_indirect (i32.const 0)))`;
    expect(await moments(code, {}, 100)).toEqual([5, 105, 205]);
  });

  it("counts unreachable code, which Binaryen drops", async () => {
    const seen: number[] = [];
    let core: Core | undefined;
    const mark = call("mark", [], [], () => void seen.push(core!.now()));
    core = await coreOf(unreachableNops, [mark]);
    runToEnd(core);
    // block, br, three nops, end, call, end.
    expect(seen).toEqual([8]);
  });

  const counted = `(func $leaf (param i32) (result i32) (i32.mul (local.get 0) (i32.const 3)))
    (func (export "main") (local $i i32) (call $mark)
      (loop $again
        (drop (call $leaf (local.get $i)))
        (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000))))
      (call $mark))`;

  it("gives a counted loop's time to the cycle", async () => {
    // A round: get, call, drop, and 8 of the loop; in the leaf get, const, mul, end.
    const [before, after] = await moments(counted);
    expect(after! - before!).toBe(1000 * (3 + 8 + 4));
  });

  it("gives the same times whatever the slices", async () => {
    const whole = await moments(counted);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5000 }), async (sliceCycles) => {
        expect(await moments(counted, { sliceCycles })).toEqual(whole);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a deadline", () => {
  /** Rounds of 8 cycles, the first head at 2 + 8. */
  const endless = fromText(`(module (memory (export "memory") 1) (func (export "main") (local $i i32)
    (loop $again (local.set $i (i32.add (local.get $i) (i32.const 1))) (nop)
      (br_if $again (i32.const 1)))))`);

  it("stops the guest at the first safepoint at or past it, whatever the slices", async () => {
    for (const sliceCycles of [1, 7, 1_000_000]) {
      const core = await coreOf(endless, [], { sliceCycles });
      core.enter("main");
      for (const [deadline, expected] of [
        [10, 10],
        [11, 18],
        [18, 26],
        [1000, 1002],
      ] as const) {
        core.control.deadline = deadline;
        let stop: CoreStop;
        do stop = core.run();
        while (core.now() < deadline);
        expect(stop).toEqual({ why: "boundary" });
        expect(core.now()).toBe(expected);
      }
    }
  });

  it("in the past stops the guest at its next boundary", async () => {
    const core = await coreOf(endless);
    core.enter("main");
    core.control.deadline = -1;
    for (const expected of [10, 18, 26]) {
      expect(core.run()).toEqual({ why: "boundary" });
      expect(core.now()).toBe(expected);
    }
  });

  it("moves with time that passes outside the guest", async () => {
    const core = await coreOf(endless);
    core.enter("main");
    core.control.deadline = 10;
    core.run();
    core.elapse(1000);
    expect(core.now()).toBe(1010);
    core.control.deadline = 1020;
    core.run();
    expect(core.now()).toBe(1026);
  });

  it("is not needed for `run` to come back: a slice's end will do", async () => {
    const core = await coreOf(endless, [], { sliceCycles: 1000 });
    core.enter("main");
    expect(core.run()).toEqual({ why: "boundary" });
    expect(core.now()).toBe(1002);
  });
});
