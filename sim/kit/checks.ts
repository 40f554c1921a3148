/**
 * What a test expects of a run, as checks that any framework can use: whether it holds, and a message that says what
 * was there instead, with the end of the flow and the command that shows the run again.
 */

import type { TraceValue } from "../../host/index.ts";
import type { Call } from "./calls.ts";
import { type Duration, microsecondsOf } from "./options.ts";
import { reportOf } from "./report.ts";
import type { Simulation } from "./simulation.ts";

export interface Check {
  readonly pass: boolean;
  /** What is wrong, for the check as it stands or (where it holds) for its negation. */
  message(): string;
}

export interface ExpectedCall {
  /** As `MvStatus` has it: `OKAY`, `RATELIMITED`. */
  readonly status?: string;
  /** Arguments with which it was called; those that are not named may be any. */
  readonly arguments?: Readonly<Record<string, TraceValue>>;
  /** How often; at least once unless given. */
  readonly times?: number;
}

function check(simulation: Simulation, pass: boolean, expected: string, found: () => string): Check {
  const message = () => `expected the firmware ${pass ? "not " : ""}${expected}\n${found()}\n${reportOf(simulation)}`;
  return { pass, message };
}

function called(simulation: Simulation, name: string, expected: ExpectedCall = {}): Check {
  const { status, times } = expected;
  const those = simulation.calls.filter((call) => call.name === name);
  const fitting = those.filter((call) => fits(call, expected));
  const pass = times === undefined ? fitting.length > 0 : fitting.length === times;
  const often = times === undefined ? "" : ` ${times} times`;
  const answer = status === undefined ? "" : ` that answers ${status}`;
  return check(simulation, pass, `to call ${name}${answer}${often}`, () => {
    if (those.length === 0) return `It never calls ${name}. It calls ${namesOf(simulation.calls)}.`;
    const answers = those.map((call) => call.status ?? "no answer yet");
    return `It calls ${name} ${those.length} times: ${counted(answers)}. ${fitting.length} of these fit.`;
  });
}

function fits(call: Call, { status, arguments: given = {} }: ExpectedCall): boolean {
  return (status === undefined || call.status === status) && contains(call.arguments, given);
}

/** Whether all fields of `expected` are in `value`, at any depth. */
function contains(value: TraceValue | undefined, expected: TraceValue): boolean {
  if (typeof expected !== "object" || expected === null) return value === expected;
  if (typeof value !== "object" || value === null) return false;
  return Object.entries(expected).every(([field, part]) =>
    contains((value as Record<string, TraceValue>)[field], part),
  );
}

function calledInOrder(simulation: Simulation, names: readonly string[]): Check {
  let at = 0;
  for (const call of simulation.calls) if (call.name === names[at]) at++;
  return check(simulation, at === names.length, `to call ${names.join(", then ")}`, () => {
    if (at === names.length) return "It does, in this order.";
    const reached = at === 0 ? "None of them" : `It gets to ${names[at - 1]}, but ${names[at]}`;
    return at === 0 ? `It never calls ${names[0]}.` : `${reached} does not follow.`;
  });
}

function fetched(simulation: Simulation, key: string, value?: string): Check {
  const items = simulation.fetched.filter((item) => item.key === key);
  const found = items.filter((item) => item.result === "OK");
  const pass = found.some((item) => value === undefined || item.value === value);
  const what = value === undefined ? "" : ` with the value ${JSON.stringify(value)}`;
  return check(simulation, pass, `to fetch ${JSON.stringify(key)}${what}`, () => {
    if (items.length === 0) {
      const others = [...new Set(simulation.fetched.map((item) => JSON.stringify(item.key)))];
      return `It never reads that item. ${others.length > 0 ? `It reads ${others.join(", ")}.` : "It reads none at all."}`;
    }
    // The value of a secret is not for a test's log.
    const shown = items.map((item) =>
      item.result !== "OK" ? item.result : item.store === "SECRET" ? "‹secret›" : JSON.stringify(item.value),
    );
    return `It gets ${counted(shown)}.`;
  });
}

function logged(simulation: Simulation, text: string | RegExp): Check {
  const lines = [...simulation.logs, ...simulation.uart];
  const pass = lines.some((line) => (typeof text === "string" ? line.includes(text) : line.search(text) >= 0));
  const what = typeof text === "string" ? JSON.stringify(text) : String(text);
  return check(simulation, pass, `to log ${what}`, () => {
    const last = lines.slice(-5).map((line) => `  ${JSON.stringify(line)}`);
    return last.length === 0
      ? "It logs nothing."
      : `It logs ${lines.length} lines, the last of them:\n${last.join("\n")}`;
  });
}

function releasedEverything(simulation: Simulation): Check {
  const open = Object.entries(simulation.handles).filter(([, count]) => count > 0);
  return check(simulation, open.length === 0, "to release every handle", () =>
    open.length === 0 ? "It does." : `Open are: ${open.map(([kind, count]) => `${kind} ${count}`).join(", ")}.`,
  );
}

function faulted(simulation: Simulation, code?: string): Check {
  const { result } = simulation;
  const found = result?.reason === "fault" ? result.fault.code : undefined;
  const pass = found !== undefined && (code === undefined || found === code);
  return check(simulation, pass, `to end with ${code === undefined ? "a fault" : `the fault ${code}`}`, () =>
    found === undefined ? `It has none (${result?.reason ?? "it has not ended"}).` : `Its fault is ${found}.`,
  );
}

/** Runs the device until then, unless it has ended. */
async function finishesWithin(simulation: Simulation, time: Duration): Promise<Check> {
  const limit = microsecondsOf(time);
  const left = limit - simulation.microseconds;
  if (!simulation.result && left > 0) await simulation.advance(left);
  const { result } = simulation;
  const pass = result?.reason === "finished" && result.microseconds <= limit;
  return check(simulation, pass, `to finish within ${limit / 1000} ms of virtual time`, () =>
    result ? `It ends after ${result.microseconds / 1000} ms: ${result.reason}.` : "It still runs then.",
  );
}

export const checks = { called, calledInOrder, fetched, logged, releasedEverything, faulted, finishesWithin };

function namesOf(calls: readonly Call[]): string {
  const names = [...new Set(calls.map(({ name }) => name))];
  return names.length === 0 ? "nothing" : names.join(", ");
}

/** `OKAY 3 times, RATELIMITED once` */
function counted(texts: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return [...counts].map(([text, count]) => `${text} ${count === 1 ? "once" : `${count} times`}`).join(", ");
}
