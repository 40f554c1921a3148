import { describe, expect, it } from "vitest";
import { type ErrorCode, type FirmwareFault, FirmwareFaultError } from "../../../../host/fault/fault.ts";
import type { ImportedCall } from "../../../../host/mcu/core.ts";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

const memory = `(memory (export "memory") 1)`;

async function faultOf(bytes: Uint8Array, calls: readonly ImportedCall[] = [], options = {}): Promise<FirmwareFault> {
  const stop = runToEnd(await coreOf(bytes, calls, options));
  if (stop.why !== "thrown" || !(stop.error instanceof FirmwareFaultError)) throw new Error(`it ${stop.why}`);
  return stop.error.fault;
}

const traps: readonly [what: string, code: ErrorCode, instructions: string][] = [
  ["unreachable", "ERR_MVSIM_TRAP_UNREACHABLE", `(unreachable)`],
  ["a load past the end", "ERR_MVSIM_TRAP_OUT_OF_BOUNDS", `(drop (i32.load (i32.const 65533)))`],
  ["a store to -1", "ERR_MVSIM_TRAP_OUT_OF_BOUNDS", `(i32.store (i32.const -1) (i32.const 0))`],
  [
    "memory.fill past the end",
    "ERR_MVSIM_TRAP_OUT_OF_BOUNDS",
    `(memory.fill (i32.const 9) (i32.const 0) (i32.const 65535))`,
  ],
  ["a division by zero", "ERR_MVSIM_TRAP_DIVIDE_BY_ZERO", `(drop (i32.div_u (i32.const 1) (call $zero)))`],
  ["a remainder by zero", "ERR_MVSIM_TRAP_DIVIDE_BY_ZERO", `(drop (i32.rem_s (i32.const 1) (call $zero)))`],
  [
    "the smallest number by -1",
    "ERR_MVSIM_TRAP_INTEGER_OVERFLOW",
    `(drop (i32.div_s (i32.const 0x80000000) (i32.sub (call $zero) (i32.const 1))))`,
  ],
  [
    "a float too large",
    "ERR_MVSIM_TRAP_INTEGER_OVERFLOW",
    `(drop (i32.trunc_f32_s (f32.add (f32.const 1e20) (f32.convert_i32_s (call $zero)))))`,
  ],
  ["a null function", "ERR_MVSIM_TRAP_INDIRECT_CALL", `(call_indirect (i32.const 1))`],
  ["a function of another type", "ERR_MVSIM_TRAP_INDIRECT_CALL", `(call_indirect (i32.const 0))`],
  ["a function outside the table", "ERR_MVSIM_TRAP_INDIRECT_CALL", `(call_indirect (i32.const 99))`],
];

/** `outer` and `inner` have an index of their own, `zero` comes before them. */
const trapping = (instructions: string) => `(module ${memory} (table 2 funcref) (elem (i32.const 0) $zero)
  (func $zero (result i32) (i32.load (i32.const 512)))
  (func $inner ${instructions}) (func $outer (call $inner)) (func (export "main") (call $outer)))`;

describe("a trap is a fault of the firmware with its call stack", () => {
  it.each(traps)("%s: %s", async (_what, code, instructions) => {
    const firmware = fromText(trapping(instructions));
    const fault = await faultOf(firmware);
    expect(fault).toMatchObject({ code, message: expect.any(String), stack: ["inner", "outer", expect.any(String)] });
    // Where the callers were is always known: both are calls.
    for (const { instruction } of fault.places.slice(1)) expect(firmware[instruction!]).toBe(0x10);
    expect(fault.places).toHaveLength(3);
  });

  it("in original indexes when there are no names", async () => {
    const bytes = fromText(
      `(module (import "env" "quiet" (func $quiet)) ${memory}
      (func $inner (call $quiet) (unreachable)) (func (export "main") (call $inner)))`,
      { names: false },
    );
    const fault = await faultOf(bytes, [call("quiet", [], [], () => undefined)]);
    expect(fault.stack).toEqual(["function 1", "function 2"]);
  });

  it("that is the same after the frames were away", async () => {
    const bytes = fromText(trapping("(unreachable)"));
    expect(await faultOf(bytes, [], { suspendAlways: true })).toEqual(await faultOf(bytes));
  });

  it("up to 64 functions deep", async () => {
    const chain = Array.from({ length: 80 }, (_, index) => `(func $f${index} (call $f${index + 1}))`).join("\n");
    const bytes = fromText(`(module ${memory} ${chain} (func $f80 (unreachable)) (func (export "main") (call $f0)))`);
    const { stack } = await faultOf(bytes);
    expect(stack.length).toBe(64);
    expect(stack[0]).toBe("f80");
  });
});

describe("what a call throws", () => {
  const bytes = fromText(`(module (import "env" "fail" (func $fail)) ${memory}
    (func $inner (call $fail)) (func (export "main") (call $inner)))`);

  it.each([
    new Error("ours"),
    new RangeError("Invalid array length"),
    new WebAssembly.RuntimeError("unreachable"),
    "text",
  ])("comes out as it is: %s", async (thrown) => {
    const fail = call("fail", [], [], () => {
      throw thrown;
    });
    const stop = runToEnd(await coreOf(bytes, [fail]));
    expect(stop.why === "thrown" && stop.error).toBe(thrown);
  });

  it("gets the firmware's call stack if it is a fault without one", async () => {
    const fail = call("fail", [], [], () => {
      throw new FirmwareFaultError("ERR_MVSIM_ABORT", "it gave up");
    });
    const fault = await faultOf(bytes, [fail]);
    expect(fault).toMatchObject({
      code: "ERR_MVSIM_ABORT",
      message: "it gave up",
      stack: ["inner", expect.any(String)],
    });
  });

  it("leaves the core's memory readable, and the core restorable", async () => {
    let fails = false;
    const fail = call("fail", [], [], () => {
      if (fails) throw new Error("ours");
      return undefined;
    });
    const core = await coreOf(bytes, [fail], { suspendAlways: true });
    core.enter("main");
    core.run();
    const state = core.save();
    core.memory.writeUint32(64, 5);
    fails = true;
    let stop = core.run();
    while (stop.why === "boundary") stop = core.run();
    expect(stop.why).toBe("thrown");
    expect(core.memory.readUint32(64)).toBe(5);
    fails = false;
    core.restore(state);
    expect(core.memory.readUint32(64)).toBe(0);
    stop = core.run();
    while (stop.why === "boundary") stop = core.run();
    expect(stop).toEqual({ why: "returned", value: 0 });
  });
});

describe("recursion", () => {
  /** Goes `n` deep through two functions; `main` starts with the number at address 64. */
  const recursive = fromText(`(module ${memory}
    (func $even (param i32) (result i32)
      (if (result i32) (local.get 0) (then (call $odd (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 1))))
    (func $odd (param i32) (result i32)
      (if (result i32) (local.get 0) (then (call $even (i32.sub (local.get 0) (i32.const 1)))) (else (i32.const 0))))
    (func (export "main") (result i32) (call $even (i32.load (i32.const 64)))))`);

  const goDeep = async (depth: number, options = {}) => {
    const core = await coreOf(recursive, [], options);
    core.memory.writeUint32(64, depth);
    return runToEnd(core);
  };

  it.each([
    [1024, {}],
    [40, { maxDepth: 40 }],
  ])("may be %i deep, and no deeper, however it is sliced", async (deepest, options) => {
    for (const more of [{}, { suspendAlways: true }, { sliceCycles: 100 }]) {
      expect(await goDeep(deepest - 1, { ...options, ...more })).toEqual({
        why: "returned",
        value: (deepest - 1) % 2 ? 0 : 1,
      });
      const stop = await goDeep(deepest, { ...options, ...more });
      expect(stop).toMatchObject({ why: "thrown", error: { fault: { code: "ERR_MVSIM_STACK_OVERFLOW" } } });
    }
  });

  it("that is too deep names the functions that call each other", async () => {
    const stop = await goDeep(1_000_000);
    const { stack } = (stop as { error: FirmwareFaultError }).error.fault;
    expect(stack.slice(0, 2)).toEqual(["even", "odd"]);
  });

  it("is as deep as the window holds where frames are large, however it is sliced", async () => {
    const locals = Array.from({ length: 60 }, (_, index) => index);
    const bytes = fromText(`(module ${memory} (func $deep (param $n i32)
        ${locals.map((index) => `(local $v${index} i64)`).join(" ")}
        ${locals.map((index) => `(local.set $v${index} (i64.load (i32.const ${8 * index})))`).join(" ")}
        (i32.store (i32.const 1024) (i32.add (i32.load (i32.const 1024)) (i32.const 1)))
        (call $deep (i32.add (local.get $n) (i32.const 1)))
        ${locals.map((index) => `(i64.store (i32.const ${8 * index}) (local.get $v${index}))`).join(" ")})
      (func (export "main") (call $deep (i32.const 0))))`);
    const depths: number[] = [];
    for (const options of [{}, { suspendAlways: true }]) {
      const core = await coreOf(bytes, [], options);
      const stop = runToEnd(core);
      expect(stop).toMatchObject({ why: "thrown", error: { fault: { code: "ERR_MVSIM_STACK_OVERFLOW" } } });
      depths.push(core.memory.readUint32(1024));
    }
    expect(depths[0]).toBe(depths[1]);
    expect(depths[0]).toBeGreaterThan(50);
    expect(depths[0]).toBeLessThan(65536 / (60 * 8));
  });

  it("has the whole depth again after it came back, and in a handler", async () => {
    const bytes = fromText(`(module ${memory}
      (func $deep (param i32) (if (local.get 0) (then (call $deep (i32.sub (local.get 0) (i32.const 1))))))
      (func (export "TIM2_IRQHandler") (call $deep (i32.const 9)))
      (func (export "main") (call $deep (i32.const 9)) (call $deep (i32.const 9))))`);
    const core = await coreOf(bytes, [], { maxDepth: 10, suspendAlways: true });
    core.enter("main");
    for (let stops = 0; stops < 8; stops++) expect(core.run().why).toBe("boundary");
    core.enter("TIM2_IRQHandler");
    for (let ends = 0; ends < 2; ) {
      const stop = core.run();
      expect(stop.why).not.toBe("thrown");
      if (stop.why === "returned") ends++;
    }
  });
});
