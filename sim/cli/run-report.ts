/** How a run ended, in words: an error with what to do about it, or nothing; and the summary. */

import type { RunResult } from "../../host/index.ts";
import { cyclesOf } from "../../host/time/cycles.ts";
import { durationText } from "../trace/durations.ts";
import { printError } from "./errors.ts";
import type { RunOutput } from "./run-output.ts";

export interface EndedRun {
  readonly result: RunResult;
  /** The firmware's, one line a function, innermost first; empty if there is none to show. */
  readonly callStack: readonly string[];
  readonly output: RunOutput;
  /** The run was stopped because of --wall-timeout. */
  readonly ranOutOfRealTime: boolean;
  readonly realMilliseconds: number;
}

/** Prints an error for every end that is none to be wished for. */
export function reportEnd(run: EndedRun): void {
  const { result, output } = run;
  const time = `${durationText(cyclesOf(result.microseconds))} of virtual time`;
  switch (result.reason) {
    case "failed":
      return result.by === undefined
        ? printError("ERR_MVSIM_MAIN_FAILED", `the firmware's main returned ${result.status}, after ${time}.`)
        : printError(
            "ERR_MVSIM_TESTS_FAILED",
            `the firmware ended its tests with status ${result.status}, after ${time}.`,
          );
    case "fault": {
      const { code, message } = result.fault;
      const sentence = `${message}${/[.!?]$/.test(message) ? "" : "."}`;
      return printError(code, `${sentence} After ${time}, in ${result.context}.${callStack(run)}`);
    }
    case "time-limit":
      return printError(
        "ERR_MVSIM_TIME_LIMIT",
        `the firmware had not ended after ${time}; it was in ${result.context}. ` +
          `For firmware that never ends, say how long to run it: --for 30s. Else raise --timeout.${callStack(run)}${lastCalls(output)}`,
      );
    case "asleep": {
      const isHandler = output.lastSleep.endsWith("Handler");
      return printError(
        "ERR_MVSIM_ASLEEP",
        `the device sleeps since ${output.lastTime} ms (WFI in ${output.lastSleep}), and nothing is left that could ` +
          "wake it: no timer, no answer to wait for, no interrupt that is pending and enabled" +
          `${isHandler ? ", and more urgent than this handler (NVIC_SetPriority)" : ""}. ` +
          `Is the interrupt enabled that its notifications raise?${lastCalls(output)}`,
      );
    }
    case "interrupted":
      if (run.ranOutOfRealTime) {
        printError(
          "ERR_MVSIM_WALL_TIME_LIMIT",
          `the run took longer than --wall-timeout allows in real time. It had come to ${time}, ` +
            `and was in ${result.context}.${callStack(run)}${lastCalls(output)}`,
        );
      }
  }
}

function callStack({ callStack }: EndedRun): string {
  return callStack.length > 0 ? `\nCall stack, innermost first:\n  ${callStack.join("\n  ")}` : "";
}

function lastCalls({ lastCalls }: RunOutput): string {
  if (lastCalls.length === 0) return "\nIt made no system call.";
  return `\nIts last system calls:\n  ${lastCalls.join("\n  ")}`;
}

/** One line on the whole run. */
export function summaryOf({ result, output, realMilliseconds }: EndedRun): string {
  const { calls, interrupts, sentBytes, receivedBytes } = output.counts;
  return (
    `${endings[result.reason]} after ${durationText(cyclesOf(result.microseconds))} of virtual time ` +
    `(${(realMilliseconds / 1000).toFixed(2)} s of real time): ` +
    `${plural(calls, "system call")}, ${plural(interrupts, "interrupt")}, ` +
    `${plural(sentBytes, "byte")} to the service and ${receivedBytes} back.`
  );
}

const endings = {
  finished: "The firmware ended by itself",
  failed: "The firmware ended with a failure",
  fault: "The firmware stopped with a fault",
  "time-limit": "The run reached its time limit",
  stopped: "The run was stopped as asked",
  asleep: "The device sleeps for ever",
  interrupted: "The run was interrupted",
} as const;

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
