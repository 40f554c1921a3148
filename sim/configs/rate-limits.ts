/**
 * How much one account and one device may ask for, and how often credentials may be wrong. Counted in fixed windows by
 * `rate-limiter-flexible`, in this process alone: of several nodes each lets as much through.
 */

import type { RateLimiterMemory } from "rate-limiter-flexible";

/** 0 stands for no limit. */
export interface RateLimitOptions {
  /** REST requests of one account. */
  readonly requestsPerSecond: number;
  /** Fetches of one device. The limits of devices act where a device lives by the wall clock. */
  readonly fetchesPerMinute: number;
  /** Log messages of one device. */
  readonly logsPerMinute: number;
  /** Accepted connections of one device. */
  readonly connectionsPerMinute: number;
  /** Wrong credentials from one address, and for one account or device. */
  readonly failuresPerMinute: number;
}

export const noRateLimits: RateLimitOptions = {
  requestsPerSecond: 0,
  fetchesPerMinute: 0,
  logsPerMinute: 0,
  connectionsPerMinute: 0,
  failuresPerMinute: 0,
};

/** Those of `mvsim serve`: far above what devices and CI do, below what wears a service out. */
export const defaultRateLimits: RateLimitOptions = {
  requestsPerSecond: 10_000,
  fetchesPerMinute: 6000,
  logsPerMinute: 6000,
  connectionsPerMinute: 120,
  failuresPerMinute: 60,
};

export interface RateLimit {
  /** Counts one. Answers undefined when it is within the limit, else in how many milliseconds to come again. */
  take(name: string): Promise<number | undefined>;
  /** Answers as `take` does, and counts nothing. */
  look(name: string): Promise<number | undefined>;
}

export interface RateLimits {
  readonly requests: RateLimit;
  readonly fetches: RateLimit;
  readonly logs: RateLimit;
  readonly connections: RateLimit;
  readonly failures: RateLimit;
}

export function createRateLimits(options: Partial<RateLimitOptions> = {}): RateLimits {
  const limits = { ...noRateLimits, ...options };
  return {
    requests: createRateLimit(limits.requestsPerSecond, 1),
    fetches: createRateLimit(limits.fetchesPerMinute, 60),
    logs: createRateLimit(limits.logsPerMinute, 60),
    connections: createRateLimit(limits.connectionsPerMinute, 60),
    failures: createRateLimit(limits.failuresPerMinute, 60),
  };
}

function createRateLimit(points: number, duration: number): RateLimit {
  if (points === 0) return { take: async () => undefined, look: async () => undefined };
  let limiter: Promise<RateLimiterMemory> | undefined;
  // The library takes 30 ms to load: a service that is never asked need not wait for it.
  const load = async () => {
    const { RateLimiterMemory } = await import("rate-limiter-flexible");
    return new RateLimiterMemory({ points, duration });
  };
  const open = () => {
    limiter ??= load();
    return limiter;
  };
  return {
    async take(name) {
      const { consumedPoints, msBeforeNext } = await (await open()).penalty(name);
      return consumedPoints > points ? Math.max(1, msBeforeNext) : undefined;
    },
    async look(name) {
      const counted = await (await open()).get(name);
      return counted && counted.consumedPoints >= points ? Math.max(1, counted.msBeforeNext) : undefined;
    },
  };
}
