/**
 * Reads and follows the log messages of a device: directly in a store, or over REST at a running service. Both answer
 * the same.
 */

import { SimulatorError } from "../../host/fault/fault.ts";
import type { AdministrationTarget } from "./administration.ts";
import { awaitLogs, maxLogWaitMilliseconds } from "./device-logs.ts";
import { findNamedDevice } from "./named-device.ts";
import { createRestClient, type RestClientOptions } from "./rest-client.ts";
import type { ConfigStore } from "./stores/store.ts";

export interface ReceivedLog {
  readonly sequence: number;
  readonly deviceSid: string;
  readonly text: string;
  /** ISO 8601 with milliseconds. */
  readonly dateReceived: string;
}

export interface LogRequest {
  /** SID or unique name. */
  readonly device: string;
  /** At most so many of those that are there, the last ones. */
  readonly limit: number;
  /** Whether to wait for more, without an end. */
  readonly follow: boolean;
}

/**
 * The messages in the order in which they came.
 * @throws SimulatorError ERR_MVSIM_NOT_FOUND, ERR_MVSIM_REQUEST_REFUSED, ERR_MVSIM_SERVICE_UNREACHABLE
 */
export async function* readLogs(target: AdministrationTarget, request: LogRequest): AsyncGenerator<ReceivedLog> {
  const read = await openReader(target, request.device);
  let last = 0;
  // More than the store keeps: whoever follows loses nothing that is still there.
  for (let limit = request.limit, wait = 0; ; limit = Number.MAX_SAFE_INTEGER, wait = maxLogWaitMilliseconds) {
    for (const log of await read(last, limit, wait)) {
      last = log.sequence;
      yield log;
    }
    if (!request.follow) return;
  }
}

type Reader = (after: number, limit: number, waitMilliseconds: number) => Promise<ReceivedLog[]>;

async function openReader(target: AdministrationTarget, device: string): Promise<Reader> {
  return "stored" in target
    ? storeReader(target.stored.store, await requireDeviceSid(target.stored.store, target.accountSid, device))
    : restReader(target, device);
}

function storeReader(store: ConfigStore, deviceSid: string): Reader {
  return async (after, limit, waitMilliseconds) => {
    const logs = await awaitLogs(store, { deviceSid, after, limit, waitMilliseconds });
    return logs.map(({ sequence, text, receivedAt }) => {
      return { sequence, deviceSid, text, dateReceived: new Date(receivedAt).toISOString() };
    });
  };
}

async function requireDeviceSid(store: ConfigStore, accountSid: string, name: string): Promise<string> {
  const found = await findNamedDevice(store, accountSid, name);
  if (found) return found.sid;
  const message = `The account ${accountSid} has no device ${JSON.stringify(name)}.`;
  throw new SimulatorError("ERR_MVSIM_NOT_FOUND", message);
}

interface LogResource {
  readonly sequence: number;
  readonly device_sid: string;
  readonly text: string;
  readonly date_received: string;
}

function restReader(options: RestClientOptions, device: string): Reader {
  const client = createRestClient(options);
  return async (after, limit, waitMilliseconds) => {
    const path = `/mvsim/Devices/${encodeURIComponent(device)}/Logs`;
    const query = `?After=${after}&Limit=${limit}&Wait=${waitMilliseconds / 1000}`;
    const { logs } = await client.read<{ logs: LogResource[] }>(await client.send("GET", path + query));
    return logs.map(({ sequence, device_sid, text, date_received }) => {
      return { sequence, deviceSid: device_sid, text, dateReceived: date_received };
    });
  };
}
