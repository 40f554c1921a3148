/** The check that memory comes back can fail. */

import { expect, it } from "vitest";
import { HeapGrowth } from "./heap-growth.ts";

async function growthOf(keep: (index: number) => void): Promise<string | null> {
  const growth = new HeapGrowth(1000);
  for (let index = 0; index < 10_000; index++) {
    keep(index);
    await growth.add();
  }
  return growth.findGrowth();
}

it("finds a kilobyte that is kept for each, on the heap or outside of it", async () => {
  const kept: unknown[] = [];
  expect(await growthOf((index) => kept.push(Array.from({ length: 256 }, () => index)))).toMatch(
    / bytes are kept, [12]\d{3} for each/,
  );
  expect(await growthOf(() => kept.push(Buffer.alloc(1024).buffer.slice(0)))).toMatch(/ bytes are kept/);
});

it("takes what comes back for nothing", async () => {
  let last: unknown;
  expect(await growthOf((index) => (last = Array.from({ length: 256 }, () => index)))).toBeNull();
  expect(last).toHaveLength(256);
});
