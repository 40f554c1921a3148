/** Call stacks lead back to the lines of the AssemblyScript source, through instrumentation and suspension. */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { type CallStack, createDevice, type DeviceOptions } from "../../../host/index.ts";
import { type CompiledFirmware, type CompileTarget, compileAssemblyScript } from "../../../sim/firmware/compile.ts";
import { sourceStack } from "../../../sim/firmware/source-stack.ts";
import { temporaryFolder } from "../configs/temporary-folder.ts";

async function compile(source: string, target: CompileTarget = "debug"): Promise<CompiledFirmware> {
  const file = join(temporaryFolder(), "thermometer.ts");
  writeFileSync(file, source);
  return await compileAssemblyScript(file, { target });
}

async function stackOf(firmware: Uint8Array, options: Partial<DeviceOptions> = {}): Promise<CallStack> {
  const device = await createDevice({ firmware, timeLimitMicroseconds: 5000, ...options });
  const result = await device.run();
  if (result.reason === "fault") return result.fault;
  if (result.reason !== "time-limit") throw new Error(result.reason);
  return result;
}

const failingIndex = `import { log } from "microvisor-sim/firmware/sdk";
class Sensor {
  values: StaticArray<i32> = [4, 2, 0];
  read(index: i32): i32 {
    log("read");
    return (
      this.values[index]
    );
  }
}
export function main(): void {
  const sensor = new Sensor();
  for (let index = 0; ; index++)
    sensor.read(index);
}
`;

describe("the call stack of a fault has source positions", () => {
  it.each([{}, { suspendAlways: true }, { sliceCycles: 100 }])(
    "of a failed assertion, and of all calls that led to it, with %j",
    async (options) => {
      const { binary, sourceMap } = await compile(failingIndex);
      expect(sourceStack(await stackOf(binary, options), sourceMap)).toEqual([
        expect.stringMatching(/^~lib\/staticarray\/StaticArray<i32>#__get \(~lib\/staticarray\.ts:\d+:\d+\)$/),
        "thermometer/Sensor#read (thermometer.ts:7:7)",
        expect.stringMatching(/^thermometer\/main \(thermometer\.ts:14:\d+\)$/),
      ]);
    },
  );

  it("of a trap, and of a call through a pointer", async () => {
    const { binary, sourceMap } = await compile(`
      function divide(by: i32): i32 {
        return 7 /
          by;
      }
      function call(choice: (by: i32) => i32): i32 {
        return 1 +
          choice(0);
      }
      export function main(): i32 { return call(divide); }`);
    expect(sourceStack(await stackOf(binary), sourceMap)).toEqual([
      "thermometer/divide (thermometer.ts:3:16)",
      "thermometer/call (thermometer.ts:8:11)",
      "thermometer/main (thermometer.ts:10:44)",
    ]);
  });

  it("of a stack overflow", async () => {
    const { binary, sourceMap } = await compile(`
      function deeper(level: i32): i32 {
        return 1 + deeper(level + 1);
      }
      export function main(): i32 { return deeper(0); }`);
    const stack = sourceStack(await stackOf(binary), sourceMap);
    // The innermost one has only just been entered.
    expect(stack.slice(0, 3)).toEqual([
      "thermometer/deeper (in thermometer.ts:3)",
      "thermometer/deeper (thermometer.ts:3:20)",
      "thermometer/deeper (thermometer.ts:3:20)",
    ]);
  });

  it("of a wild load in a function that may suspend: which function it is", async () => {
    const { binary, sourceMap } = await compile(`
      function peek(at: usize): i32 {
        for (let round = 0; round < 2; round++) at += 0x7fff0000;
        return load<i32>(at);
      }
      export function main(): i32 { return peek(64); }`);
    const [innermost, next] = sourceStack(await stackOf(binary), sourceMap);
    expect(innermost).toMatch(/^thermometer\/peek \((in )?thermometer\.ts:\d/);
    expect(next).toBe("thermometer/main (thermometer.ts:6:44)");
  });
});

describe("the call stack of a run at its limit has source positions", () => {
  it("of the loop's function and its callers", async () => {
    const { binary, sourceMap } = await compile(`
      let rounds = 0;
      function spin(): void {
        while (true) rounds++;
      }
      export function main(): void {
        spin();
      }`);
    expect(sourceStack(await stackOf(binary), sourceMap)).toEqual([
      "thermometer/spin (in thermometer.ts:4)",
      "thermometer/main (thermometer.ts:7:9)",
    ]);
  });
});

describe("without a usable source map the call stack is names", () => {
  it("of a release build, which has neither", async () => {
    const { binary, sourceMap } = await compile(failingIndex, "release");
    expect(sourceStack(await stackOf(binary), sourceMap).at(-1)).toMatch(/^function \d+$/);
  });

  it.each(["", "{}", "[1]", '{"version":3,"sources":[],"mappings":"!"}'])("when the map is %j", async (map) => {
    const stack = { stack: ["main"], places: [{ functionStart: 8, instruction: 12 }] };
    expect(sourceStack(stack, map)).toEqual(["main"]);
  });
});
