/**
 * Answers that a test has put in the place of a call's own. They come before all checks, so the firmware sees them
 * whatever its arguments are; nothing else happens and nothing is written. Those of one call are taken in the order in
 * which they were put. They are the test's: a reset of the application leaves them.
 */

import type { Status } from "../abi/enums.ts";
import type { SyscallName } from "../abi/syscalls.ts";
import type { InjectedAnswer, KernelState } from "./state.ts";

export function injectAnswer(state: KernelState, answer: InjectedAnswer): void {
  state.injectedAnswers.push({ ...answer });
}

/** The call answers by itself again. */
export function takeBackAnswers(state: KernelState, call: SyscallName): void {
  state.injectedAnswers = state.injectedAnswers.filter((answer) => answer.call !== call);
}

/** The answer to a call that is made now; undefined: its own. */
export function nextInjectedAnswer(state: KernelState, call: SyscallName): Status | undefined {
  const answer = state.injectedAnswers.find((candidate) => candidate.call === call);
  if (!answer) return undefined;
  if (answer.skip > 0) {
    answer.skip--;
    return undefined;
  }
  if (answer.times !== null && --answer.times === 0) {
    state.injectedAnswers = state.injectedAnswers.filter((other) => other !== answer);
  }
  return answer.status;
}
