/** Going on from a snapshot is as never having stopped: over programs, seeds and moments. */

import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Device, RunResult } from "../../../host/index.ts";
import { programBinary, programs } from "./fixtures/generated-programs.ts";
import { firmware, type Rehearsal, rehearse } from "./rehearsal.ts";

const configs = { greeting: "hello", a: "first", b: "second", c: "third", d: "fourth" };

/** Where the next snapshot is taken: after so many microseconds, or so many steps. */
type Cut = { readonly advance: number } | { readonly steps: number };

const cut: fc.Arbitrary<Cut> = fc.oneof(
  fc.record({ advance: fc.oneof(fc.integer({ max: 60, min: 0 }), fc.integer({ min: 0, max: 1_200_000 })) }),
  fc.record({ steps: fc.integer({ min: 0, max: 12 }) }),
);

async function cutAt(device: Device, cut: Cut): Promise<RunResult | undefined> {
  if ("advance" in cut) {
    const stop = await device.advance(cut.advance);
    return "paused" in stop ? undefined : stop;
  }
  for (let step = 0; step < cut.steps; step++) {
    const stop = await device.step();
    if (!("paused" in stop)) return stop;
  }
  return undefined;
}

/** A device made anew at each cut, from the bytes alone. */
function inLives(cuts: readonly Cut[]): NonNullable<Rehearsal["drive"]> {
  return async (first, restore) => {
    let device = first;
    for (const cut of cuts) {
      const end = await cutAt(device, cut);
      if (end) return end;
      device = await restore(await device.snapshot());
    }
    return device.run();
  };
}

const cuts = fc.array(cut, { minLength: 1, maxLength: 12 });

describe("going on from snapshots gives the trace of never having stopped", () => {
  it.each(["firmware/apps/config-reader.ts", "test/host/device/fixtures/four-fetches.ts"])(
    "with %s, over seeds and moments",
    async (source) => {
      const binary = await firmware(source);
      const property = fc.asyncProperty(fc.nat(1000), cuts, async (seed, cuts) => {
        const rehearsal = { firmware: binary, configs, device: { seed } };
        const [expected, cutRun] = [await rehearse(rehearsal), await rehearse({ ...rehearsal, drive: inLives(cuts) })];
        expect(expected.result.reason).toBe("finished");
        expect(cutRun.lines).toEqual(expected.lines);
        expect(cutRun.result).toEqual(expected.result);
      });
      await fc.assert(property, { numRuns: 25, seed: 11 });
    },
  );

  it("with generated programs that are cut within recursion, handlers and sleep", async () => {
    const moments = fc.array(fc.oneof(fc.record({ advance: fc.nat(400) }), cut), { minLength: 1, maxLength: 8 });
    const property = fc.asyncProperty(programs, fc.nat(1000), moments, async (program, seed, cuts) => {
      const rehearsal = { firmware: programBinary(program), device: { seed } };
      const [expected, cutRun] = [await rehearse(rehearsal), await rehearse({ ...rehearsal, drive: inLives(cuts) })];
      expect(expected.result.reason).toBe("finished");
      expect(cutRun.lines).toEqual(expected.lines);
    });
    await fc.assert(property, { numRuns: 30, seed: 5 });
  });

  it("over a WebSocket too, with a snapshot every three milliseconds of an exchange", async () => {
    const binary = await firmware("firmware/apps/config-reader.ts");
    const expected = await rehearse({ firmware: binary, configs });
    const exchange = Array.from({ length: 30 }, () => ({ advance: 3000 }));
    const { lines } = await rehearse({
      ...{ firmware: binary, configs, over: "socket" },
      drive: inLives([{ advance: 2_005_000 }, ...exchange]),
    });
    expect(lines).toEqual(expected.lines);
  });

  it("with a snapshot before power-on, and one with a device that is suspended at every call", async () => {
    const binary = await firmware("firmware/apps/config-reader.ts");
    const expected = await rehearse({ firmware: binary, configs });
    const drive = inLives([{ steps: 0 }, { advance: 2_050_000 }]);
    expect((await rehearse({ firmware: binary, configs, drive })).lines).toEqual(expected.lines);
    const device = { suspendAlways: true };
    expect((await rehearse({ firmware: binary, configs, device, drive })).lines).toEqual(expected.lines);
  });
});

it("goes on in another process", async () => {
  const folder = await mkdtemp(join(tmpdir(), "mvsim-snapshot-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const program = programBinary({ depth: 9, rounds: 20, tickCycles: 5000, sleepEvery: 4, grow: true });
  const expected = await rehearse({ firmware: program });
  const { lines } = await rehearse({
    firmware: program,
    async drive(device) {
      await device.advance(200);
      await writeFile(join(folder, "snapshot"), await device.snapshot());
      return { reason: "stopped", microseconds: 200 };
    },
  });
  await writeFile(join(folder, "firmware.wasm"), program);
  await writeFile(
    join(folder, "go-on.mjs"),
    `import { readFileSync } from "node:fs";
    import { createDevice } from ${JSON.stringify(join(import.meta.dirname, "../../../dist/host/index.js"))};
    const [firmware, snapshot] = ["firmware.wasm", "snapshot"].map((name) => readFileSync(name));
    const trace = (event) => console.log(JSON.stringify(event));
    await (await createDevice({ firmware, snapshot, trace })).run();`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ["go-on.mjs"], { cwd: folder, maxBuffer: 1e8 });
  expect(lines.length).toBeGreaterThan(5);
  expect(lines.length).toBeLessThan(expected.lines.length);
  expect([...lines, ...stdout.trimEnd().split("\n")]).toEqual(expected.lines);
});
