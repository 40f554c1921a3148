/** The checker itself: it knows right histories from wrong ones. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findContradiction, type Operation, type Request } from "./linearizability.ts";

type Told = Pick<Operation, "status" | "value">;

function operation(begin: number, end: number, request: Request, status: number, value?: string): Operation {
  return { begin, end, request, status, value };
}

const created = operation(1, 2, { kind: "create", value: "a" }, 201, "a");
const update = (begin: number, end: number, value: string) =>
  operation(begin, end, { kind: "update", value }, 200, value);
const read = (begin: number, end: number, value?: string) =>
  operation(begin, end, { kind: "read" }, value === undefined ? 404 : 200, value);

describe("findContradiction", () => {
  it.each<[string, Operation[]]>([
    ["nothing", []],
    ["a read of what is there", [created, read(3, 4, "a")]],
    ["a read that began before the update ended, of the old value", [created, update(3, 6, "b"), read(4, 5, "a")]],
    ["a read that began before the update ended, of the new value", [created, update(3, 6, "b"), read(4, 5, "b")]],
    [
      "of two creations at once the one that is refused, though it began first",
      [operation(1, 4, { kind: "create", value: "x" }, 409), operation(2, 3, { kind: "create", value: "a" }, 201, "a")],
    ],
    [
      "two deletes that both succeed, with a creation beside them",
      [
        created,
        operation(3, 8, { kind: "delete" }, 204),
        operation(4, 7, { kind: "create", value: "b" }, 201, "b"),
        operation(5, 6, { kind: "delete" }, 204),
      ],
    ],
  ])("explains %s", (_, history) => {
    expect(findContradiction(history)).toBeUndefined();
  });

  it.each<[string, Operation[]]>([
    ["a value that nobody wrote", [created, read(3, 4, "b")]],
    ["a stale read: the update was acknowledged before", [created, update(3, 4, "b"), read(5, 6, "a")]],
    ["a lost write: the key is gone without a delete", [created, read(3, 4)]],
    ["values that go back", [created, update(3, 10, "b"), read(4, 5, "b"), read(6, 7, "a")]],
    ["two creations that both succeed", [created, operation(1, 2, { kind: "create", value: "b" }, 201, "b")]],
    ["a conflict where there is nothing", [operation(1, 2, { kind: "create", value: "b" }, 409)]],
    [
      "two deletes of one entry that both succeed",
      [created, operation(3, 5, { kind: "delete" }, 204), operation(4, 6, { kind: "delete" }, 204)],
    ],
    [
      "two updates with the same ETag that both succeed",
      [
        created,
        operation(3, 5, { kind: "update", value: "b", ifValue: "a" }, 200, "b"),
        operation(4, 6, { kind: "update", value: "c", ifValue: "a" }, 200, "c"),
      ],
    ],
    ["an update that answers another's value", [created, operation(3, 4, { kind: "update", value: "b" }, 200, "a")]],
    ["a failure", [created, operation(3, 4, { kind: "read" }, 500)]],
  ])("refuses %s", (_, history) => {
    expect(findContradiction(history)).not.toBeUndefined();
  });

  it("names the operations of which none can be next", () => {
    const wrong = read(5, 6, "a");
    expect(findContradiction([created, update(3, 4, "b"), wrong, read(7, 8, "b")])).toEqual([wrong]);
  });

  it("explains any history that a register gave", () => {
    const steps = fc.array(fc.tuple(anyRequest, fc.nat(20), fc.nat(20)), { maxLength: 200 });
    fc.assert(
      fc.property(steps, (all) => {
        expect(findContradiction(historyOf(all))).toBeUndefined();
      }),
    );
  });

  it("agrees with trying every order, right answers and wrong ones", () => {
    const statuses = fc.constantFrom(200, 201, 204, 404, 409, 412);
    const lie = fc.option(fc.record({ status: statuses, value: fc.constantFrom("v0", "v1", "v2", undefined) }));
    const steps = fc.array(fc.tuple(anyRequest, fc.nat(30), fc.nat(30), lie), { maxLength: 5 });
    const verdicts = new Set<boolean>();
    fc.assert(
      fc.property(steps, (all) => {
        const history = historyOf(all).map((one, index) => ({ ...one, ...all[index]![3] }));
        const isExplained = ordersOf(history).some(isSerial);
        verdicts.add(isExplained);
        expect(findContradiction(history) === undefined).toBe(isExplained);
      }),
      { numRuns: 2000 },
    );
    expect(verdicts.size).toBe(2);
  });
});

const ifValue = fc.constantFrom("v0", "v1", "v2", undefined, undefined);
const anyRequest = fc.oneof(
  fc.constant({ kind: "create" as const }),
  fc.record({ kind: fc.constant("update" as const), ifValue }),
  fc.record({ kind: fc.constant("delete" as const), ifValue }),
  fc.constant({ kind: "read" as const }),
);

type Step = readonly [
  { readonly kind: Request["kind"]; readonly ifValue?: string | undefined },
  number,
  number,
  ...unknown[],
];

/** Each step acts at a moment of its own, 10 apart, and began and ended up to so much before and behind. */
function historyOf(steps: readonly Step[]): Operation[] {
  let state: string | undefined;
  return steps.map(([wanted, before, behind], index) => {
    const request = { value: `v${index}`, ...wanted } as Request;
    const [told, next] = answer(request, state);
    state = next;
    return { request, ...told, begin: 10 * index - before, end: 10 * index + behind };
  });
}

/** The register, written once more. */
function answer(request: Request, state: string | undefined): [Told, string | undefined] {
  switch (request.kind) {
    case "read":
      return [state === undefined ? { status: 404 } : { status: 200, value: state }, state];
    case "create":
      if (state !== undefined) return [{ status: 409 }, state];
      return [{ status: 201, value: request.value }, request.value];
  }
  if (state === undefined) return [{ status: 404 }, state];
  if (request.ifValue !== undefined && request.ifValue !== state) return [{ status: 412 }, state];
  if (request.kind === "delete") return [{ status: 204 }, undefined];
  return [{ status: 200, value: request.value }, request.value];
}

function ordersOf(history: readonly Operation[]): Operation[][] {
  if (history.length === 0) return [[]];
  return history.flatMap((first) =>
    ordersOf(history.filter((other) => other !== first)).map((rest) => [first, ...rest]),
  );
}

function isSerial(order: readonly Operation[]): boolean {
  let state: string | undefined;
  return order.every(({ request, status, value, begin }, index) => {
    const [told, next] = answer(request, state);
    state = next;
    const isInTime = order.slice(index).every(({ end }) => begin <= end);
    return isInTime && told.status === status && (told.value === value || status >= 204);
  });
}
