/**
 * The log messages that are kept of a device, beside the vendor's paths. `Wait` makes it a long poll: who asks again
 * with the last sequence as `After` follows the device without a gap.
 */

import type { Hono } from "hono";
import { awaitLogs, defaultKeptLogs, maxLogWaitMilliseconds } from "../device-logs.ts";
import type { LogRecord } from "../stores/store.ts";
import { answerRead } from "./conditions.ts";
import { requireDevice } from "./devices.ts";
import { RestError } from "./errors.ts";
import type { RestEnvironment, RestPorts } from "./ports.ts";
import { type Fields, readQuery } from "./request.ts";
import { addResource } from "./resource.ts";

export const maxLogLimit = defaultKeptLogs;
export const maxLogWaitSeconds = maxLogWaitMilliseconds / 1000;

export function addLogRoutes(app: Hono<RestEnvironment>, { store }: RestPorts): void {
  addResource(app, "/mvsim/Devices/:sid/Logs", {
    async GET(context) {
      const { sid } = await requireDevice(context, store);
      const query = readQuery(context.env.target);
      const logs = await awaitLogs(store, {
        deviceSid: sid,
        after: readNumber(query, "After") ?? 0,
        limit: Math.min(readNumber(query, "Limit", 1) ?? maxLogLimit, maxLogLimit),
        waitMilliseconds: Math.min(readNumber(query, "Wait") ?? 0, maxLogWaitSeconds) * 1000,
        signals: [context.req.raw.signal, ...(context.env.endings?.() ?? [])],
      });
      return answerRead(context, { logs: logs.map(representLog) });
    },
  });
}

/** @throws RestError 400 */
function readNumber(query: Fields, name: string, least = 0): number | undefined {
  const text = query.get(name);
  if (text === undefined) return undefined;
  if (/^[0-9]+$/.test(text) && Number(text) >= least && Number.isSafeInteger(Number(text))) return Number(text);
  throw new RestError(400, `${name} must be a whole number from ${least} up`);
}

/** Milliseconds, unlike the vendor's dates: messages come close together. */
function representLog({ sequence, deviceSid, text, receivedAt }: LogRecord) {
  return { sequence, device_sid: deviceSid, text, date_received: new Date(receivedAt).toISOString() };
}
