/**
 * The service's metrics in Prometheus' text form (prom-client). No label holds an account, a device, a key or a value:
 * their number is bounded, and they tell nothing of whom the service serves.
 */

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { Activity } from "./activity.ts";

export interface Metrics {
  readonly contentType: string;
  count(activity: Activity): void;
  text(): Promise<string>;
}

const requestSeconds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5];
/** Each of the rest would make series of its own, and clients choose their methods. */
const methods = new Set(["GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"]);

/** Of Node and its process: prom-client can't stop watching, so all servers of a process share one. */
let processRegistry: Registry | undefined;

/** @param connectedDevices how many there are now */
export function createMetrics(connectedDevices: () => number): Metrics {
  const ofProcess = processMetrics();
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: "mvsim_http_request_duration_seconds",
    help: "REST requests by route, method and status: from the headers to the answer.",
    labelNames: ["route", "method", "status"] as const,
    buckets: requestSeconds,
    registers,
  });
  const fetches = new Histogram({
    name: "mvsim_device_fetch_duration_seconds",
    help: "Fetches of devices: from the request on the channel to its answer.",
    buckets: requestSeconds,
    registers,
  });
  const items = new Counter({
    name: "mvsim_device_fetched_items_total",
    help: "Entries that devices asked for, by result.",
    labelNames: ["result"] as const,
    registers,
  });
  const logs = new Counter({ name: "mvsim_device_logs_total", help: "Log messages of devices.", registers });
  const refusals = new Counter({
    name: "mvsim_rate_refusals_total",
    help: "What rate limits refused: requests, connections, fetches and logs.",
    labelNames: ["of"] as const,
    registers,
  });
  new Gauge({
    name: "mvsim_devices_connected",
    help: "Devices that are connected to this process.",
    registers,
    collect() {
      this.set(connectedDevices());
    },
  });

  return {
    contentType: registry.contentType,
    count(activity) {
      switch (activity.kind) {
        case "request": {
          const { route, status, milliseconds } = activity;
          const method = methods.has(activity.method) ? activity.method : "other";
          return requests.observe({ route, method, status }, milliseconds / 1000);
        }
        case "fetch":
          fetches.observe(activity.milliseconds / 1000);
          for (const result of activity.results) items.inc({ result });
          return;
        case "log":
          return logs.inc();
        case "rateRefusal":
          return refusals.inc({ of: activity.of });
      }
    },
    text: () => Registry.merge([ofProcess, registry]).metrics(),
  };
}

function processMetrics(): Registry {
  if (!processRegistry) {
    processRegistry = new Registry();
    collectDefaultMetrics({ register: processRegistry });
  }
  return processRegistry;
}
