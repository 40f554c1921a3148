/** AssemblyScript's own runtime on a whole device: what its compiler really imports, and that it is deterministic. */

import { expect, it } from "vitest";
import { runNoting } from "./firmware-notes.ts";

it("abort without message is a fault with its place; with neither, it says no more than that", async () => {
  const placed = await runNoting("export function main(): void { assert(false); }");
  expect(placed.result).toMatchObject({
    reason: "fault",
    fault: { code: "ERR_MVSIM_ABORT", message: expect.stringMatching(/aborted: abort at firmware\.ts:\d+:\d+$/) },
  });
  // AssemblyScript's own default: null for both strings.
  const bare = await runNoting("export function main(): void { abort(); }");
  expect(bare.result).toMatchObject({ fault: { message: "the firmware aborted: abort" } });
});

it("trace shows none to five numbers as they are, and each console call its line", async () => {
  const { notes } = await runNoting(`export function main(): void {
    trace("none");
    trace("one", 1, 1.5);
    trace("five", 5, 1, -2, 0.25, NaN, Infinity);
    console.log("plain ü 🚀");
    console.debug("d");
    console.info("i");
    console.warn("w");
    console.error("e");
    console.assert(true, "holds");
    console.assert(false, "fails");
  }`);
  expect(notes).toEqual([
    ...["none", "one 1.5", "five 1, -2, 0.25, NaN, Infinity"],
    ...["plain ü 🚀", "debug: d", "info: i", "warning: w", "error: e", "assertion failed: fails"],
  ]);
});

it("Math.random repeats with the device's seed, and differs with another", async () => {
  const source = `export function main(): void {
    for (let i = 0; i < 5; i++) trace("random", 1, Math.random());
  }`;
  const [one, again, other] = await Promise.all(
    [1, 1, 2].map(async (seed) => (await runNoting(source, { seed })).notes),
  );
  expect(one).toEqual(again);
  expect(one).not.toEqual(other);
  expect(new Set(one).size).toBe(5);
  for (const note of one ?? []) {
    const value = Number(note.split(" ")[1]);
    expect(value >= 0 && value < 1).toBe(true);
  }
});

it("Date.now is the epoch and virtual time in whole milliseconds, performance.now virtual time to the cycle", async () => {
  const { notes } = await runNoting(
    `export function SysTick_Handler(): void { SysTick_Config(1); }
     export function main(): void {
       let start = performance.now();
       SysTick_Config(1600000);
       __WFI();
       trace("times", 3, <f64>Date.now(), start, performance.now());
     }`,
    { epochMilliseconds: 5000 },
  );
  const [wall, start, end] = notes[0]!
    .replace("times ", "")
    .split(", ")
    .map((number) => Math.round(Number(number) * 160_000));
  // Both calls at the start, then the tick, then what its handler costs.
  expect(wall).toBe(5010 * 160_000);
  const overhead = end! - start! - 4 - 1_600_000;
  expect(overhead).toBeGreaterThanOrEqual(12 + 12 + 4);
  expect(overhead).toBeLessThan(60);
});
