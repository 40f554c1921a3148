/**
 * Slows down who guesses credentials, without letting a stranger lock anybody out. An address that was wrong too often
 * is turned away for a while; for an account or device for which many were wrong, from wherever, each attempt takes a
 * second longer. Neither touches a credential that was good lately: a stranger can't show it.
 */

import { isIPv6 } from "node:net";
import type { RateLimit } from "./rate-limits.ts";

/** Who tries what. */
export interface Attempt {
  /** SID of the account, key or device, as it was shown. */
  readonly sid: string;
  /** Digest of what was shown. */
  readonly shown: Uint8Array;
  /** Where from; undefined within this process. */
  readonly address: string | undefined;
}

export interface FailedAttempts {
  /**
   * Checks the attempt, now or a little later.
   * @param find answers undefined when what was shown is not good
   * @throws TurnedAway it was not even checked
   */
  check<Found>(attempt: Attempt, find: () => Promise<Found | undefined>): Promise<Found | undefined>;
}

/** Too often: whoever asks must come again later. */
export class TurnedAway extends Error {
  override readonly name = "TurnedAway";
  readonly retryAfterMilliseconds: number;

  constructor(retryAfterMilliseconds: number) {
    super(`too many attempts; again in ${Math.ceil(retryAfterMilliseconds / 1000)} s`);
    this.retryAfterMilliseconds = retryAfterMilliseconds;
  }
}

const goodForMilliseconds = 60 * 60 * 1000;
const mostRemembered = 20_000;
const slowMilliseconds = 1000;

export function createFailedAttempts(failures: RateLimit): FailedAttempts {
  /** When what was shown for a SID was good for the last time; the oldest first. */
  const good = new Map<string, number>();

  function remember(name: string): void {
    good.delete(name);
    good.set(name, performance.now());
    if (good.size > mostRemembered) good.delete(good.keys().next().value!);
  }

  return {
    async check({ sid, shown, address }, find) {
      if (address === undefined) return find();
      const name = `${sid} ${Buffer.from(shown).toString("base64")}`;
      const lastGood = good.get(name);
      const wasGood = lastGood !== undefined && performance.now() - lastGood < goodForMilliseconds;
      // A stranger chooses what he calls himself: names are cut, so that they take little memory.
      const [ofAddress, ofSid] = [`address ${networkOf(address)}`, `sid ${sid.slice(0, 40)}`];
      if (!wasGood) {
        const retryAfterMilliseconds = await failures.look(ofAddress);
        if (retryAfterMilliseconds !== undefined) throw new TurnedAway(retryAfterMilliseconds);
        if ((await failures.look(ofSid)) !== undefined) await sleep(slowMilliseconds);
      }
      const found = await find();
      if (found === undefined) {
        good.delete(name);
        await failures.take(ofAddress);
        await failures.take(ofSid);
      } else {
        remember(name);
      }
      return found;
    },
  };
}

/** One subscriber has the lower 64 bits of an IPv6 address, and chooses them. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.includes(".")) return address;
  const [head = "", tail] = address.split("::");
  const before = head.split(":");
  const after = tail === undefined ? [] : tail.split(":");
  const groups = [...before, ...Array(Math.max(0, 8 - before.length - after.length)).fill("0"), ...after];
  return groups.slice(0, 4).join(":");
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
