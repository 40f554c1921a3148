import { expect, it } from "vitest";
import { prepareModule } from "../../../../host/mcu/wasm/prepare/prepare.ts";
import { fromText } from "./firmware.ts";

const returning = (value: number) =>
  fromText(`(module (memory (export "memory") 1) (func (export "main") (result i32) (i32.const ${value})))`);

it("prepares two firmware files of the same length each for itself", async () => {
  const [one, other] = [returning(1), returning(2)];
  expect(one).toHaveLength(other.length);
  expect((await prepareModule(one, [])).hash).not.toBe((await prepareModule(other, [])).hash);
});
