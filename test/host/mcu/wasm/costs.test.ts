import { describe, expect, it } from "vitest";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

/** A module whose `main` is this body, with a handler that costs `handlerCycles`. */
const module = (main: string, functions = "", memory = '(memory (export "memory") 1)') =>
  fromText(`(module (import "env" "price" (func $price)) ${memory} ${functions} (func (export "main") ${main})
    (func (export "TIM2_IRQHandler") (drop (i32.const 0)) (drop (i32.const 0))))`);
/** Free to return, and 11 cycles at its return. */
const price = [call("price", [], [], () => undefined, { cycles: 11 })];
const handlerCycles = 5;

const counted = (label: string, local: number, rounds: number, body = "") => `
  (local.set ${local} (i32.const ${rounds}))
  (loop ${label} ${body}
    (br_if ${label} (local.tee ${local} (i32.sub (local.get ${local}) (i32.const 1)))))`;
/** local.get, i32.const, i32.sub, local.tee, br_if, end. */
const round = 6;
/** i32.const, local.set, loop. */
const before = 3;

const costs: readonly (readonly [string, Uint8Array, number])[] = [
  ["nothing but its end", module(""), 1],
  ["straight code", module("(drop (i32.const 1)) (drop (i32.const 1))"), 5],
  ["a counted loop", module(`(local i32) ${counted("$a", 0, 100)}`), before + 1 + 100 * round],
  [
    "nested loops, which pay for themselves",
    module(`(local i32 i32) ${counted("$a", 0, 10, counted("$b", 1, 20))}`),
    before + 1 + 10 * (round + before) + 10 * 20 * round,
  ],
  ["two loops", module(`(local i32) ${counted("$a", 0, 3)} ${counted("$b", 0, 4)}`), 2 * before + 1 + 7 * round],
  [
    // block, its end, and of the loop: br_if $out, i32.eq, local.get, i32.const
    "a loop that is left in its middle, whose last round is paid in full",
    module(`(local i32) (block $out ${counted("$a", 0, 100, "(br_if $out (i32.eq (local.get 0) (i32.const 91)))")})`),
    2 + before + 1 + 10 * (round + 4),
  ],
  [
    // i32.const, if, nop, nop, else, nop, end, end
    "both arms of an if",
    module("(if (i32.const 1) (then (nop) (nop)) (else (nop)))"),
    8,
  ],
  ["code behind an early return", module("(if (i32.const 1) (then (return))) (nop) (nop) (nop)"), 8],
  [
    // main: i32.const, call, end; $down: local.get, if, local.get, i32.const, i32.sub, call, end, end
    "recursion",
    module(
      "(call $down (i32.const 50))",
      `(func $down (param i32)
      (if (local.get 0) (then (call $down (i32.sub (local.get 0) (i32.const 1))))))`,
    ),
    3 + 51 * 8,
  ],
  ["imported calls", module("(call $price) (call $price)"), 3 + 2 * 11],
  [
    "imported calls in a loop",
    module(`(local i32) ${counted("$a", 0, 30, "(call $price)")}`),
    before + 1 + 30 * (round + 1 + 11),
  ],
];

describe.each(costs)("the cost of %s", (_, bytes, cycles) => {
  it.each([{}, { sliceCycles: 1 }, { sliceCycles: 7 }, { sliceCycles: 1_000_000 }, { suspendAlways: true }])(
    "is exact with %j",
    async (options) => {
      const core = await coreOf(bytes, price, options);
      expect(runToEnd(core).why).toBe("returned");
      expect(core.now()).toBe(cycles);
    },
  );

  it("has the cost of handlers added, when they interrupt it at each boundary", async () => {
    const core = await coreOf(bytes, price, { suspendAlways: true });
    let handlers = 0;
    runToEnd(core, () => {
      core.enter("TIM2_IRQHandler");
      expect(core.run()).toEqual({ why: "returned", value: 0 });
      handlers++;
    });
    expect(core.now()).toBe(cycles + handlers * handlerCycles);
  });
});

describe("the moment that an imported call sees", () => {
  it("is that of its entry, before its price", async () => {
    const seen: number[] = [];
    const core = await coreOf(module("(call $price) (call $price)"), [
      call("price", [], [], () => void seen.push(core.now()), { cycles: 11 }),
    ]);
    runToEnd(core);
    expect(seen).toEqual([3, 14]);
  });

  it("moves with what elapses outside", async () => {
    const core = await coreOf(module("(call $price)"), price);
    core.elapse(1000);
    runToEnd(core);
    expect(core.now()).toBe(1000 + 2 + 11);
  });
});

it("a core stops at the first boundary at or past its deadline", async () => {
  const core = await coreOf(module(`(local i32) ${counted("$a", 0, 100)}`), price);
  core.control.deadline = before + 1 + 10 * round;
  core.enter("main");
  expect(core.run()).toEqual({ why: "boundary" });
  expect(core.now()).toBe(core.control.deadline);
});
