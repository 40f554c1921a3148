import { expect, it } from "vitest";
import { call, coreOf, fromText, runToEnd } from "./firmware.ts";

const calls = [call("twice", ["i32"], ["i32"], (value: number) => value * 2)];
const beginning = `(import "env" "twice" (func $twice (param i32) (result i32))) (memory (export "memory") 1)
  (table $table 1 funcref) (elem declare func $one) (func $one (result i32) (i32.const 1))`;

it("references are refused where they are kept across a call, and the next firmware is prepared all the same", async () => {
  const kept = fromText(`(module ${beginning} (func (export "main")
    (table.fill $table (i32.const 0) (table.get $table (i32.const 0)) (call $twice (i32.const 0)))))`);
  await expect(coreOf(kept, calls)).rejects.toMatchObject({
    name: "SimulatorError",
    code: "ERR_MVSIM_PREPARATION",
    message: expect.stringMatching(/^Binaryen could not prepare the firmware[. ]/),
  });
  const fine = fromText(`(module ${beginning} (func (export "main") (result i32)
    (drop (table.grow $table (ref.func $one) (i32.const 1)))
    (call $twice (call_indirect $table (result i32) (i32.const 1)))))`);
  expect(runToEnd(await coreOf(fine, calls))).toEqual({ why: "returned", value: 2 });
});
