/**
 * What the service does, as events: metrics count them. They name no account, device, key or value. Nothing is measured
 * while nobody listens.
 */

import type { DeviceBackend, FetchedItem } from "./device-backend.ts";

export type Activity =
  /** `route`: the template of the path, as in `/v1/Configs/{Key}`; `unknown` where there is none. */
  | {
      readonly kind: "request";
      readonly route: string;
      readonly method: string;
      readonly status: number;
      readonly milliseconds: number;
    }
  /** A device has fetched. */
  | { readonly kind: "fetch"; readonly results: readonly FetchedItem["result"][]; readonly milliseconds: number }
  /** A device has logged. */
  | { readonly kind: "log" }
  /** A rate limit was reached: by a REST request, a device's connection, fetch or log. */
  | { readonly kind: "rateRefusal"; readonly of: "request" | "connection" | "fetch" | "log" };

export interface ActivityFeed {
  readonly isHeard: boolean;
  report(activity: Activity): void;
  /** @returns ends it */
  listen(listener: (activity: Activity) => void): () => void;
}

export function createActivityFeed(): ActivityFeed {
  const listeners = new Set<(activity: Activity) => void>();
  return {
    get isHeard() {
      return listeners.size > 0;
    },
    report(activity) {
      for (const listener of listeners) listener(activity);
    },
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The same backend, which reports what devices do. */
export function reportingBackend(backend: DeviceBackend, activity: ActivityFeed): DeviceBackend {
  return {
    ...backend,
    async fetchItems(device, items) {
      const begin = performance.now();
      const fetched = await backend.fetchItems(device, items);
      const results = fetched.map(({ result }) => result);
      activity.report({ kind: "fetch", results, milliseconds: performance.now() - begin });
      return fetched;
    },
    receiveLog(device, text) {
      activity.report({ kind: "log" });
      backend.receiveLog(device, text);
    },
  };
}
