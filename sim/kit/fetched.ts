/** What the firmware fetched: each item of a response that it read, with the key that it had asked for. */

import type { TraceValue } from "../../host/index.ts";
import type { Call } from "./calls.ts";

export interface Fetched {
  readonly key: string;
  readonly store: "CONFIG" | "SECRET";
  readonly scope: "ACCOUNT" | "DEVICE";
  /** `OK`, or why there is no value. */
  readonly result: string;
  readonly value: string;
}

type Fields = Readonly<Record<string, TraceValue>>;

export function fetchedOf(calls: readonly Call[]): Fetched[] {
  /** What was asked for, by the channel's handle. */
  const asked = new Map<TraceValue, readonly Pick<Fetched, "key" | "store" | "scope">[]>();
  const fetched: Fetched[] = [];
  for (const { name, arguments: given, status, results } of calls) {
    if (status !== "OKAY") continue;
    if (name === "mvSendConfigFetchRequest") asked.set(given.handle!, results.items as never);
    if (name !== "mvReadConfigResponseItem") continue;
    const item = asked.get(given.handle!)?.[(given.params as Fields).item_index as number];
    if (item) fetched.push({ ...item, result: String(results.result), value: String(results.value ?? "") });
  }
  return fetched;
}
