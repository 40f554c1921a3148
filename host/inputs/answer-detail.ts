/** The detail of an injected answer: which call, which status, how often, and after how many calls that go through. */

import { enums, type Status } from "../abi/enums.ts";
import { type SyscallName, syscalls } from "../abi/syscalls.ts";
import type { InjectedAnswer } from "../kernel/state.ts";
import type { TraceValue } from "../trace/events.ts";
import { fieldsOf, invalidInput, isCount } from "./detail.ts";

const names = ["call", "status", "times", "skip", "undocumented"] as const;
const expected =
  '{ call: "mvOpenChannel", status: "RATELIMITED", times: 1 or null (for ever), skip: 0 }; status null takes back';

/** The statuses other than OKAY with which a call may fail, the vendor's and those that our contract adds. */
export function failuresOf(call: SyscallName): readonly Status[] {
  const { documentedStatuses, contractStatuses } = syscalls[call];
  return [...documentedStatuses, ...contractStatuses];
}

/** An answer to queue, or (status null) the call whose queued answers are taken back. */
export type AnswerDetail = InjectedAnswer | { readonly call: SyscallName; readonly status: null };

/** @throws SimulatorError ERR_MVSIM_INVALID_INPUT */
export function answerDetail(detail: TraceValue): AnswerDetail {
  const { call, status, times = 1, skip = 0, undocumented = false } = fieldsOf(detail, names, expected);
  if (!isSyscall(call)) throw invalidInput(detail, `names no system call: ${expected}`);
  if (status === null) {
    if (Object.keys(detail as object).length === 2) return { call, status };
    throw invalidInput(detail, "takes back all answers of the call, and has no other field than call and status");
  }
  if (!isFailure(status)) {
    throw invalidInput(
      detail,
      "has no status that a call fails with: a member of MvStatus without its prefix, not OKAY",
    );
  }
  if (typeof undocumented !== "boolean") throw invalidInput(detail, "is no switch: { undocumented: true or false }");
  if (!undocumented && !failuresOf(call).includes(status)) {
    const known = failuresOf(call).join(", ") || "none";
    throw invalidInput(
      detail,
      `has a status that ${call} is not documented to answer: those are ${known}. Say undocumented: true if it is meant`,
    );
  }
  if (!(times === null || isCount(times, 1))) throw invalidInput(detail, "has no count: times is 1 or more, or null");
  if (!isCount(skip)) throw invalidInput(detail, "has no count: skip is 0 or more");
  return { call, status, times, skip };
}

function isSyscall(call: unknown): call is SyscallName {
  return typeof call === "string" && Object.hasOwn(syscalls, call);
}

function isFailure(status: unknown): status is Status {
  return typeof status === "string" && status !== "OKAY" && Object.hasOwn(enums.MvStatus.values, status);
}
