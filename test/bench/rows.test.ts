/** What `npm run bench -- --json FILE` writes, and how a row is judged. No figure is measured here. */

import { expect, it } from "vitest";
import { isMet, row, tableOf } from "./rows.ts";

const measured = { value: 30, baseline: 10 };

it("gives a row its ratio and its aim, and nothing else", () => {
  expect(JSON.parse(JSON.stringify(row("a call", "ns", measured, { atMost: 8 })))).toEqual({
    name: "a call",
    value: 30,
    unit: "ns",
    baseline: 10,
    ratio: 3,
    atMost: 8,
  });
  expect(row("fetches", "/s", measured, { atLeast: 0.5 })).toEqual({
    name: "fetches",
    value: 30,
    unit: "/s",
    baseline: 10,
    ratio: 3,
    atLeast: 0.5,
  });
});

it.each([
  [{ atMost: 3 }, true],
  [{ atMost: 2.9 }, false],
  [{ atLeast: 3 }, true],
  [{ atLeast: 3.1 }, false],
])("judges a ratio of 3 against %j", (aim, expected) => {
  expect(isMet(row("a call", "ns", measured, aim))).toBe(expected);
});

it("says in the table which aims are missed", () => {
  const table = tableOf([row("good", "ns", measured, { atMost: 8 }), row("bad", "/s", measured, { atLeast: 8 })]);
  const [, good, bad] = table.split("\n");
  expect(good).toMatch(/^good +30\.0 +10\.0 +ns +3\.00 +at most 8 +met$/);
  expect(bad).toMatch(/^bad +30\.0 +10\.0 +\/s +3\.00 +at least 8 +missed$/);
});
