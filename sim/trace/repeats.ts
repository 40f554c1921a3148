/**
 * Polling: a program that asks the same again and again while nothing happens would fill the timeline. The first
 * calls are shown, the rest counted. Only calls that change nothing count as polls: those that read, and those that
 * were refused.
 */

import type { Event } from "./event-text.ts";

const reads = /^mv(Get|Read|NoOp)/;
/** Their answer is another one at each look. */
const clockReads = ["mvGetMicroseconds", "mvGetWallTime"];
/** So many are shown before counting begins: two or three alike are easier to read than a count. */
const shownTimes = 3;

export interface Repeats {
  /** Counts the call, if it is a poll that was shown since anything else happened. */
  isOneMore(call: Event<"call">, answer: Event<"return">): boolean;
  /** A call that is no repeat is shown: enough polls that are alike, and the next ones are counted. */
  add(call: Event<"call">, answer: Event<"return">): void;
  /** Something else happens: what was counted, by name; empty if nothing was. */
  end(): [name: string, count: number][];
  /** Whether there is something to tell. */
  readonly hasCounted: boolean;
}

export function createRepeats(): Repeats {
  const shown = new Map<string, number>();
  const counts = new Map<string, number>();
  return {
    isOneMore(call, answer) {
      if ((shown.get(pollOf(call, answer)) ?? 0) < shownTimes) return false;
      counts.set(call.name, (counts.get(call.name) ?? 0) + 1);
      return true;
    },
    add(call, answer) {
      if (answer.status === "OKAY" && !reads.test(call.name)) return;
      const poll = pollOf(call, answer);
      shown.set(poll, (shown.get(poll) ?? 0) + 1);
    },
    end() {
      const counted = [...counts];
      shown.clear();
      counts.clear();
      return counted;
    },
    get hasCounted() {
      return counts.size > 0;
    },
  };
}

function pollOf({ context, name, arguments: passed }: Event<"call">, { status, results }: Event<"return">): string {
  return JSON.stringify([context, name, passed, status, clockReads.includes(name) ? null : results]);
}
