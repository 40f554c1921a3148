/** What the checks of inputs' details share: fields by name, and the refusal that says what was expected. */

import { SimulatorError } from "../fault/fault.ts";
import type { TraceValue } from "../trace/events.ts";

/** @param problem ends a sentence that begins with the detail: `is no switch: { enabled: true or false }` */
export function invalidInput(detail: TraceValue, problem: string): SimulatorError {
  return new SimulatorError("ERR_MVSIM_INVALID_INPUT", `${JSON.stringify(detail)} ${problem}`);
}

/**
 * The detail as a record with none but these fields.
 * @param expected what the refusal shows: `{ state: "down" }`
 * @throws SimulatorError ERR_MVSIM_INVALID_INPUT
 */
export function fieldsOf<Name extends string>(
  detail: TraceValue,
  names: readonly Name[],
  expected: string,
): { readonly [Field in Name]?: unknown } {
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) {
    throw invalidInput(detail, `has not the fields that it takes: ${expected}`);
  }
  const unknown = Object.keys(detail).find((name) => !(names as readonly string[]).includes(name));
  if (unknown !== undefined) {
    throw invalidInput(detail, `has the unknown field ${unknown}: there are ${names.join(", ")}`);
  }
  return detail as { readonly [Field in Name]?: unknown };
}

export function isCount(value: unknown, least = 0): value is number {
  return Number.isSafeInteger(value) && (value as number) >= least;
}
