import fc from "fast-check";
import { expect, it } from "vitest";
import { plainDataFromText, plainDataToText } from "../../../host/data/plain-data.ts";
import { createRandom, nextFraction, nextUint32, type RandomState } from "../../../host/time/random.ts";

function draw(random: RandomState, stream: string, count = 5): number[] {
  return Array.from({ length: count }, () => nextUint32(random, stream));
}

it("repeats by seed and name, and differs by each of them", () => {
  expect(draw(createRandom(1), "handles")).toEqual(draw(createRandom(1), "handles"));
  expect(draw(createRandom(1), "handles")).not.toEqual(draw(createRandom(2), "handles"));
  expect(draw(createRandom(1), "handles")).not.toEqual(draw(createRandom(1), "jitter"));
});

it("has streams that do not shift each other, whatever is drawn between", () => {
  fc.assert(
    fc.property(fc.integer(), fc.array(fc.constantFrom("a", "b", "c")), (seed, draws) => {
      const mixed = createRandom(seed);
      const seen: Record<string, number[]> = { a: [], b: [], c: [] };
      for (const stream of draws) seen[stream]!.push(nextUint32(mixed, stream));
      for (const [stream, numbers] of Object.entries(seen)) {
        expect(draw(createRandom(seed), stream, numbers.length)).toEqual(numbers);
      }
    }),
  );
});

it("goes on where it was after a round trip as plain data", () => {
  const random = createRandom(7);
  draw(random, "handles");
  const copy = plainDataFromText(plainDataToText(random)) as RandomState;
  expect(draw(copy, "handles")).toEqual(draw(random, "handles"));
});

it("gives unsigned 32-bit numbers, and fractions from 0 to below 1", () => {
  const random = createRandom(3);
  const numbers = draw(random, "x", 1000);
  expect(numbers.every((number) => Number.isInteger(number) && number >= 0 && number < 2 ** 32)).toBe(true);
  expect(numbers.some((number) => number >= 2 ** 31)).toBe(true);
  const fractions = Array.from({ length: 1000 }, () => nextFraction(random, "y"));
  expect(fractions.every((fraction) => fraction >= 0 && fraction < 1)).toBe(true);
  expect(fractions.some((fraction) => fraction > 0.9)).toBe(true);
});
