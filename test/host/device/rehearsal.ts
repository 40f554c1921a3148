/** One run of a device against a real service, with its trace as lines: what the tests of whole devices compare. */

import { readFile } from "node:fs/promises";
import {
  createDevice,
  type Device,
  type DeviceOptions,
  type RunResult,
  type TraceEvent,
  type Uplink,
  webSocketUplink,
} from "../../../host/index.ts";
import type { DeviceBackend } from "../../../sim/configs/device-backend.ts";
import {
  type ConfigsService,
  createConfigsService,
  createMemoryStore,
  pipeUplink,
  serveConfigs,
} from "../../../sim/configs/index.ts";
import { compileAssemblyScript } from "../../../sim/firmware/compile.ts";

export const account = {
  sid: `AC${"0".repeat(32)}`,
  authToken: "secret-of-the-account",
  deviceToken: "token-of-devices",
};

const compiled = new Map<string, Promise<Uint8Array>>();

/** Compiles a firmware source (a path from the repository's root) once a test file. */
export function firmware(path: string): Promise<Uint8Array> {
  let binary = compiled.get(path);
  if (!binary) {
    binary = path.endsWith(".wasm") ? readFile(path) : compileAssemblyScript(path).then(({ binary }) => binary);
    compiled.set(path, binary);
  }
  return binary;
}

export interface Rehearsal {
  readonly firmware: Uint8Array;
  readonly configs?: Readonly<Record<string, string>>;
  /** Default: a pipe. `through` may put something between the device and the service's port. */
  readonly over?: "pipe" | "socket";
  readonly through?: (url: string) => Promise<{ url: string; close(): Promise<void> }>;
  /** Stands between the session and the service. */
  readonly backend?: (backend: DeviceBackend) => DeviceBackend;
  readonly device?: Partial<DeviceOptions>;
  /** Called for each event, as it happens. */
  readonly onEvent?: (event: TraceEvent, device: Device) => void;
  /** Takes the device to its end; `run` unless given. `restore` makes another one that goes on from a snapshot. */
  readonly drive?: (device: Device, restore: (snapshot: Uint8Array) => Promise<Device>) => Promise<RunResult>;
}

export interface Rehearsed {
  readonly result: RunResult;
  /** The trace, one event a line. */
  readonly lines: string[];
  readonly events: TraceEvent[];
}

export async function rehearse(rehearsal: Rehearsal): Promise<Rehearsed> {
  let device: Device | undefined;
  const service = createConfigsService({
    store: createMemoryStore(),
    accounts: [account],
    clock: () => device?.wallTimeMilliseconds() ?? 0,
  });
  for (const [key, value] of Object.entries(rehearsal.configs ?? {})) {
    await service.put({ accountSid: account.sid, store: "config" }, key, value);
  }
  const events: TraceEvent[] = [];
  const connections: { close(): Promise<void> }[] = [];
  const create = async (snapshot?: Uint8Array): Promise<Device> => {
    const connection = await connect(rehearsal, service);
    connections.push(connection);
    device = await createDevice({
      firmware: rehearsal.firmware,
      snapshot,
      uplink: connection.uplink,
      token: account.deviceToken,
      ...rehearsal.device,
      trace(event) {
        events.push(event);
        rehearsal.onEvent?.(event, device as Device);
      },
    });
    return device;
  };
  try {
    const first = await create();
    const result = await (rehearsal.drive?.(first, create) ?? first.run());
    return { result, events, lines: events.map((event) => JSON.stringify(event)) };
  } finally {
    for (const connection of connections) await connection.close();
    await service.close();
  }
}

async function connect(
  rehearsal: Rehearsal,
  service: ConfigsService,
): Promise<{ uplink: Uplink; close(): Promise<void> }> {
  const backend = rehearsal.backend?.(service.backend) ?? service.backend;
  if (rehearsal.over !== "socket") return { uplink: pipeUplink(backend), close: async () => {} };
  const server = await serveConfigs({ ...service, backend });
  const between = await rehearsal.through?.(server.deviceUrl);
  return {
    uplink: webSocketUplink({ url: between?.url ?? server.deviceUrl }),
    async close() {
      await between?.close();
      await server.close();
    },
  };
}
