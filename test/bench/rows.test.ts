/** What `npm run bench -- --json FILE` writes, and how a row is judged. No figure is measured here. */

import { expect, it } from "vitest";
import { geometricMean, isMet, row, tableOf } from "./rows.ts";

const measured = { value: 30, baseline: 10 };

it("gives a row its baseline by name, its ratio and its aim, and nothing else", () => {
  expect(JSON.parse(JSON.stringify(row("a call", "ns", measured, "a bare call", { atMost: 8 })))).toEqual({
    name: "a call",
    value: 30,
    unit: "ns",
    baseline: 10,
    against: "a bare call",
    ratio: 3,
    atMost: 8,
  });
  expect(row("fetches", "/s", measured, "an echo", { atLeast: 0.5 })).toEqual({
    name: "fetches",
    value: 30,
    unit: "/s",
    baseline: 10,
    against: "an echo",
    ratio: 3,
    atLeast: 0.5,
  });
  expect(row("an hour", "s", measured, "devices", { valueAtMost: 1 })).toMatchObject({ ratio: 3, valueAtMost: 1 });
  expect(Object.keys(row("a sleep", "ns", measured, "a bare call"))).toEqual([
    ...["name", "value", "unit", "baseline", "against", "ratio"],
  ]);
});

it.each([
  [{ atMost: 3 }, true],
  [{ atMost: 2.9 }, false],
  [{ atLeast: 3 }, true],
  [{ atLeast: 3.1 }, false],
])("judges a ratio of 3 against %j", (aim, expected) => {
  expect(isMet(row("a call", "ns", measured, "a bare call", aim))).toBe(expected);
});

it.each([
  [{ valueAtMost: 30 }, true],
  [{ valueAtMost: 29 }, false],
])("judges a value of 30 against %j, whatever the ratio", (aim, expected) => {
  expect(isMet(row("an hour", "s", measured, "devices", aim))).toBe(expected);
});

it("judges nothing without an aim", () => {
  expect(isMet(row("a sleep", "ns", measured, "a bare call"))).toBeUndefined();
});

it("takes the geometric mean of ratios, whatever the units", () => {
  const rows = [
    row("one", "ms", { value: 2, baseline: 1 }, "plain"),
    row("other", "s", { value: 40, baseline: 5 }, "plain"),
  ];
  const mean = geometricMean("mean", rows, "1", { atMost: 5 });
  expect(mean).toMatchObject({ unit: "times", baseline: 1, atMost: 5 });
  expect(mean.ratio).toBeCloseTo(4);
  expect(mean.value).toBe(mean.ratio);
});

it("says in the table which aims are missed, and against what", () => {
  const table = tableOf([
    row("good", "ns", measured, "a bare call", { atMost: 8 }),
    row("bad", "/s", measured, "an echo", { atLeast: 8 }),
    row("long", "s", measured, "devices", { valueAtMost: 1 }),
    row("free", "ms", measured, "nothing else"),
  ]);
  const [, good, bad, long, free] = table.split("\n");
  expect(good).toMatch(/^good +30\.0 +10\.0 +ns +3\.00 +at most 8 +met +a bare call$/);
  expect(bad).toMatch(/^bad +30\.0 +10\.0 +\/s +3\.00 +at least 8 +missed +an echo$/);
  expect(long).toMatch(/^long +30\.0 +10\.0 +s +3\.00 +at most 1 s +missed +devices$/);
  expect(free).toMatch(/^free +30\.0 +10\.0 +ms +3\.00 +nothing else$/);
});
