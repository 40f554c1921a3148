/** Runs firmware on the real device, against the real service in this process. */

import {
  createDevice,
  type DeviceOptions,
  defaultDeviceSid,
  type RunResult,
  type TraceEvent,
  type Uplink,
} from "../../host/index.ts";
import { deriveDeviceToken, generateAccount } from "../../sim/configs/accounts.ts";
import { pipeUplink } from "../../sim/configs/pipe.ts";
import { createConfigsService } from "../../sim/configs/service.ts";
import { createMemoryStore } from "../../sim/configs/stores/memory.ts";

const account = generateAccount(`AC${"1".repeat(32)}`);

export interface Entries {
  readonly config?: Readonly<Record<string, string>>;
  readonly secret?: Readonly<Record<string, string>>;
  readonly deviceConfig?: Readonly<Record<string, string>>;
  readonly deviceSecret?: Readonly<Record<string, string>>;
}

export interface Run {
  readonly result: RunResult;
  readonly trace: readonly TraceEvent[];
  readonly logs: readonly string[];
  readonly diagnostics: readonly string[];
}

export interface RealRunOptions extends Partial<DeviceOptions> {
  /** Hears each event while the run goes on, with a way to change a config of the account. */
  readonly onEvent?: (event: TraceEvent, setConfig: (key: string, value: string) => void) => void;
  /** What stands between device and service. */
  readonly wrapUplink?: (uplink: Uplink) => Uplink;
}

export async function runOnDevice(
  firmware: Uint8Array,
  entries: Entries = {},
  options: RealRunOptions = {},
): Promise<Run> {
  const { onEvent, wrapUplink = (uplink) => uplink, ...deviceOptions } = options;
  const service = createConfigsService({ store: createMemoryStore(), accounts: [account] });
  const collections = [
    [entries.config, { accountSid: account.sid, store: "config" }],
    [entries.secret, { accountSid: account.sid, store: "secret" }],
    [entries.deviceConfig, { accountSid: account.sid, deviceSid: defaultDeviceSid, store: "config" }],
    [entries.deviceSecret, { accountSid: account.sid, deviceSid: defaultDeviceSid, store: "secret" }],
  ] as const;
  for (const [values, collection] of collections) {
    for (const [key, value] of Object.entries(values ?? {})) await service.put(collection, key, value);
  }
  const trace: TraceEvent[] = [];
  const device = await createDevice({
    firmware,
    uplink: wrapUplink(pipeUplink(service.backend)),
    token: deriveDeviceToken(account),
    trace: (event) => {
      trace.push(event);
      onEvent?.(event, (key, value) => void service.put({ accountSid: account.sid, store: "config" }, key, value));
    },
    ...deviceOptions,
  });
  const result = await device.run();
  await service.close();
  return {
    result,
    trace,
    logs: trace.flatMap((event) => (event.kind === "log" ? [event.text] : [])),
    diagnostics: trace.flatMap((event) => (event.kind === "diagnostic" ? [`${event.id}: ${event.message}`] : [])),
  };
}
