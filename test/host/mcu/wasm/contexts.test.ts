import { describe, expect, it } from "vitest";
import type { Core, CoreControl } from "../../../../host/mcu/core.ts";
import { createWasmCore } from "../../../../host/mcu/wasm/core.ts";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { call, coreOf, fromText } from "./firmware.ts";

/** A program that asks the core to stop, and handlers that interrupt it. */
const firmware = fromText(`(module
  (import "env" "ask" (func $ask (param i32) (result i32)))
  (import "env" "tell" (func $tell (param i32)))
  (memory (export "memory") 1)
  (func $sum (param $n i32) (result i32)
    (if (i32.eqz (local.get $n)) (then (return (i32.const 0))))
    (i32.add (local.get $n) (call $sum (i32.sub (local.get $n) (i32.const 1)))))
  (func (export "main") (result i32)
    (call $tell (i32.const 1))
    (i32.add (call $ask (i32.const 40)) (call $sum (i32.const 3))))
  (func (export "TIM2_IRQHandler")
    (call $tell (call $ask (i32.const 50)))
    (drop (memory.grow (i32.const 1))))
  (func (export "TIM3_IRQHandler") (call $tell (i32.const 60))))`);

interface Bench {
  readonly core: Core;
  readonly told: number[];
}

/** `ask` adds two, and stops as it is told to; `tell` may not be stopped at. */
async function bench(stop: CoreControl["stop"], options = {}): Promise<Bench> {
  const told: number[] = [];
  let core: Core | undefined;
  const calls = [
    call("ask", ["i32"], ["i32"], (value: number) => {
      core!.control.stop = stop;
      return value + 2;
    }),
    call("tell", ["i32"], [], (value: number) => void told.push(value), { suspends: false }),
  ];
  core = await coreOf(firmware, calls, options);
  return { core, told };
}

function askTo(core: Core, stop: CoreControl["stop"]): undefined {
  core.control.stop = stop;
}

describe("a stop that a call asks for", () => {
  it.each(["boundary", "wait"] as const)(
    "as %s happens at its return, is cleared, and keeps the result",
    async (why) => {
      const { core } = await bench(why);
      core.enter("main");
      expect(core.run()).toEqual({ why });
      expect(core.control.stop).toBe("");
      expect(core.run()).toEqual({ why: "returned", value: 48 });
    },
  );

  it("of a call that may not be stopped at happens at the next boundary", async () => {
    const calls = [
      call("ask", ["i32"], ["i32"], (value: number) => value + 2),
      call("tell", ["i32"], [], () => askTo(core, "boundary"), { suspends: false }),
    ];
    const core: Core = await coreOf(firmware, calls);
    core.enter("main");
    expect(core.run()).toEqual({ why: "boundary" });
    expect(core.run()).toEqual({ why: "returned", value: 48 });
  });

  it("happens where the MCU asks for it before it runs", async () => {
    const { core, told } = await bench("");
    core.enter("main");
    core.control.stop = "boundary";
    expect(core.run()).toEqual({ why: "boundary" });
    expect(told).toEqual([]);
  });

  it("is forgotten when the context ends before the next boundary", async () => {
    const calls = [
      call("ask", ["i32"], ["i32"], (value: number) => value),
      call("tell", ["i32"], [], () => askTo(core, "wait"), { suspends: false }),
    ];
    const core: Core = await coreOf(firmware, calls);
    core.enter("TIM3_IRQHandler");
    expect(core.run()).toEqual({ why: "returned", value: 0 });
    expect(core.control.stop).toBe("");
  });
});

describe("contexts", () => {
  it("nest: the innermost runs, and the one below goes on where it was, though memory grew", async () => {
    const { core, told } = await bench("wait");
    core.enter("main");
    expect(core.run()).toEqual({ why: "wait" });
    core.enter("TIM2_IRQHandler");
    expect(core.run()).toEqual({ why: "wait" });
    core.enter("TIM3_IRQHandler");
    expect(core.run()).toEqual({ why: "returned", value: 0 });
    expect(told).toEqual([1, 60]);
    expect(core.run()).toEqual({ why: "returned", value: 0 });
    expect(told).toEqual([1, 60, 52]);
    expect(core.memory.end).toBe(2 * 65536);
    expect(core.run()).toEqual({ why: "returned", value: 48 });
  });

  it("leave the window's part of RAM as the guest sees it, whenever they stop", async () => {
    const { core } = await bench("boundary", { suspendAlways: true });
    const pattern = Uint8Array.from({ length: 4096 }, (_, index) => index * 7);
    core.memory.writeBytes(core.memory.end - pattern.length, pattern);
    core.enter("main");
    let stop = core.run();
    for (let stops = 0; stop.why !== "returned"; stops++) {
      if (stops === 1) core.enter("TIM2_IRQHandler");
      expect(Buffer.from(core.memory.readBytes(65536 - pattern.length, pattern.length)).equals(pattern)).toBe(true);
      stop = core.run();
    }
  });

  it("of two cores that share a prepared module don't touch each other", async () => {
    const one = await bench("boundary", { suspendAlways: true });
    const other = await bench("boundary", { suspendAlways: true });
    one.core.enter("main");
    other.core.enter("main");
    other.core.memory.writeUint32(1024, 7);
    const values: number[] = [];
    let running = [one.core, other.core];
    while (running.length > 0) {
      running = running.filter((core) => {
        const stop = core.run();
        if (stop.why === "returned") values.push(stop.value);
        return stop.why === "boundary";
      });
    }
    expect(values).toEqual([48, 48]);
    expect(one.core.memory.readUint32(1024)).toBe(0);
  });

  it("and a snapshot of all of them go on in another core", async () => {
    const first = await bench("wait");
    first.core.enter("main");
    first.core.run();
    first.core.enter("TIM2_IRQHandler");
    first.core.run();
    const state = structuredClone(first.core.save());
    const second = await bench("");
    second.core.restore(state);
    expect(second.core.run()).toEqual({ why: "returned", value: 0 });
    expect(second.told).toEqual([52]);
    expect(second.core.run()).toEqual({ why: "returned", value: 48 });
    // Back to the same moment, in a core whose memory has grown since.
    second.core.restore(state);
    expect(second.core.memory.end).toBe(65536);
    expect(second.core.now()).toBe(first.core.now());
    expect(second.core.run()).toEqual({ why: "returned", value: 0 });
    expect(second.core.run()).toEqual({ why: "returned", value: 48 });
  });

  it("refuse the snapshot of another firmware", async () => {
    const { core } = await bench("");
    const other = await coreOf(fromText(`(module (memory (export "memory") 1) (func (export "main")))`));
    expect(() => other.restore(core.save())).toThrow(expect.objectContaining({ code: "ERR_MVSIM_SNAPSHOT_MISMATCH" }));
  });
});

it("counts time within a call as the moment of its entry", async () => {
  const seen: number[] = [];
  const calls = [
    call("ask", ["i32"], ["i32"], () => seen.push(core.now()), { cycles: 500 }),
    call("tell", ["i32"], [], () => undefined),
  ];
  const core = createWasmCore(await prepareModule(firmware, calls), calls);
  core.enter("TIM2_IRQHandler");
  core.run();
  expect(seen).toEqual([7]);
  expect(core.now()).toBe(507);
});
