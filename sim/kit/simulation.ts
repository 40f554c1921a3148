/**
 * A device under test: firmware, a Configs service in the same process and on the device's clock, and the hands of a
 * test: what it does to the device and its surroundings, and what it may ask of them. No server is started, nothing
 * keeps the process alive. Everything that can be asked comes from the trace.
 */

import { readStruct } from "../../host/abi/layout.ts";
import type { StructName } from "../../host/abi/structs.ts";
import type { StructValue } from "../../host/abi/values.ts";
import {
  createDevice,
  type Device,
  type DeviceOptions,
  defaultDeviceSid,
  defaultEpochMilliseconds,
  defaultNetworkModel,
  type EventKind,
  type Memory,
  type NetworkModel,
  type Paused,
  type RunResult,
  type TraceEvent,
} from "../../host/index.ts";
import { microsecondsOf as microsecondsAt } from "../../host/time/cycles.ts";
import { type CollectionName, collectionNames, openEmbeddedService } from "../embedded.ts";
import { callStackOf } from "../firmware/firmware-file.ts";
import { openTraceFile } from "../trace/jsonl.ts";
import { type Call, callsOf } from "./calls.ts";
import { type Fetched, fetchedOf } from "./fetched.ts";
import { type Firmware, loadFirmware } from "./firmware.ts";
import { flowOf } from "./flow.ts";
import { type FaultsHand, faultsHand, type NetworkHand, networkHand } from "./hands.ts";
import { levelsOf, type OpenHandles, openHandlesOf, textsOf } from "./observed.ts";
import { type Duration, microsecondsOf, seedOf } from "./options.ts";

export type Entries = Readonly<Record<string, string>>;

const defaultTimeLimit: Duration = "10m";

/** Options of the device that a test may give as they are. */
type GivenToDevice = Pick<
  DeviceOptions,
  "deviceSid" | "epochMilliseconds" | "inputs" | "testMode" | "externalFlash" | "ramBytes" | "strict"
>;

export interface SimulateOptions extends GivenToDevice {
  /** A source (`.ts`) or module (`.wasm`): a path from the working directory, a file URL, or the bytes of a module. */
  readonly firmware: string | URL | Uint8Array;
  readonly configs?: Entries | undefined;
  readonly secrets?: Entries | undefined;
  readonly deviceConfigs?: Entries | undefined;
  readonly deviceSecrets?: Entries | undefined;
  /** How the modelled network behaves; `false`: there is none. */
  readonly network?: Partial<NetworkModel> | false | undefined;
  /** Default: `MVSIM_SEED`, else 1. */
  readonly seed?: number | undefined;
  /** Virtual time after which a run that has not ended ends with `time-limit` (default 10 min). */
  readonly timeLimit?: Duration | undefined;
}

/** What a test waits for: an event's kind, a text in what the firmware logs, or any condition. */
export type Condition = EventKind | RegExp | ((event: TraceEvent) => boolean);

export interface Simulation {
  /** Runs to the end. @throws SimulatorError as `Device.run` does */
  run(): Promise<RunResult>;
  /** Answers the event, or the run's result when it ended without. */
  runUntil(condition: Condition): Promise<Paused | RunResult>;
  advance(time: Duration): Promise<Paused | RunResult>;
  step(): Promise<Paused | RunResult>;
  /** Drives a pin up (or `level: 0`, down) for a while: 100 ms unless said. The time passes when the device runs on. */
  pressButton(pin: string, press?: { readonly level?: 0 | 1; readonly time?: Duration }): Promise<void>;
  /** Any input of `docs/device-api.md`. */
  input: Device["input"];
  readonly network: NetworkHand;
  readonly faults: FaultsHand;
  readonly service: {
    set(key: string, value: string, collection?: CollectionName): Promise<void>;
    /** Answers false when there was no such entry. */
    delete(key: string, collection?: CollectionName): Promise<boolean>;
  };
  readonly trace: readonly TraceEvent[];
  readonly calls: readonly Call[];
  readonly fetched: readonly Fetched[];
  /** What the firmware logs with mvServerLog. */
  readonly logs: readonly string[];
  /** What the firmware prints on its UART, in lines. */
  readonly uart: readonly string[];
  /** Levels of the pins that the firmware drives, as they are now. */
  readonly gpio: Readonly<Record<string, 0 | 1>>;
  readonly memory: {
    read<Name extends StructName>(struct: Name, address: number): StructValue<Name>;
  } & Pick<Memory, "readUint8" | "readUint16" | "readUint32" | "readBytes">;
  /** Handles that are open now, by kind. */
  readonly handles: OpenHandles;
  /** Undefined as long as the run goes on. */
  readonly result: RunResult | undefined;
  /** Where the firmware was when a fault or a limit ended it, innermost first; with places in AssemblyScript sources. */
  readonly callStack: readonly string[];
  readonly seed: number;
  /** Virtual time since power-on. */
  readonly microseconds: number;
  /** What the firmware did, as text that stays the same while it does the same. */
  flow(): string;
  /** Writes the trace, for `mvsim replay`. @throws SimulatorError ERR_MVSIM_NOT_WRITABLE */
  saveTrace(path: string): void;
  /** The device itself: snapshots, state. */
  readonly device: Device;
  readonly firmware: Firmware;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Makes a device with its service. Source is compiled on the way, and again only when it has changed.
 *
 * @throws SimulatorError ERR_MVSIM_FILE_NOT_FOUND, ERR_MVSIM_COMPILE, ERR_MVSIM_INVALID_CONFIG, ERR_MVSIM_INVALID_OPTION;
 *   what `createDevice` throws
 */
export async function simulate(options: SimulateOptions): Promise<Simulation> {
  const { deviceSid = defaultDeviceSid, epochMilliseconds = defaultEpochMilliseconds, network } = options;
  const seed = options.seed ?? seedOf(process.env.MVSIM_SEED);
  const timeLimitMicroseconds = microsecondsOf(options.timeLimit ?? defaultTimeLimit);
  const firmware = await loadFirmware(options.firmware);
  const entries = collectionNames.flatMap((collection) =>
    Object.entries(options[collection] ?? {}).map(([key, value]) => ({ collection, key, value })),
  );
  const service = await openEmbeddedService({ deviceSid, epochMilliseconds, entries });
  const events: TraceEvent[] = [];
  const { inputs, testMode, externalFlash, ramBytes, strict } = options;
  const device = await createDevice({
    firmware: firmware.bytes,
    ...(network !== false && { uplink: service.uplink, network }),
    token: service.token,
    deviceSid,
    epochMilliseconds,
    seed,
    timeLimitMicroseconds,
    inputs,
    testMode,
    externalFlash,
    ramBytes,
    strict,
    trace: (event) => void events.push(event),
  });
  service.follow(device);

  let result: RunResult | undefined;
  let callStack: readonly string[] = [];
  async function ending<Stop extends Paused | RunResult>(stop: Promise<Stop>): Promise<Stop> {
    const stopped = await stop;
    if ("reason" in stopped && !result) {
      result = stopped;
      callStack = await callStackOf(stopped, firmware);
    }
    return stopped;
  }

  async function close(): Promise<void> {
    await device.stop();
    await service.close();
  }

  return {
    run: () => ending(device.run()),
    runUntil: (condition) => ending(device.runUntil(conditionOf(condition))),
    advance: async (time) => ending(device.advance(microsecondsOf(time))),
    step: () => ending(device.step()),
    async pressButton(pin, { level = 1, time = "100ms" } = {}) {
      device.input("gpio", { pin, level });
      await ending(device.advance(microsecondsOf(time)));
      if (!result) device.input("gpio", { pin, level: null });
    },
    input: device.input,
    network: networkHand(device),
    faults: faultsHand(device),
    service: {
      set: (key, value, collection = "configs") => service.put({ collection, key, value }),
      delete: (key, collection = "configs") => service.delete({ collection, key }),
    },
    trace: events,
    get calls() {
      return callsOf(events);
    },
    get fetched() {
      return fetchedOf(callsOf(events));
    },
    get logs() {
      return textsOf(events, "server");
    },
    get uart() {
      return textsOf(events, "uart");
    },
    get gpio() {
      return levelsOf(events);
    },
    memory: {
      read: (struct, address) => readStruct(device.memory, address, struct),
      readUint8: (address) => device.memory.readUint8(address),
      readUint16: (address) => device.memory.readUint16(address),
      readUint32: (address) => device.memory.readUint32(address),
      readBytes: (address, bytes) => device.memory.readBytes(address, bytes),
    },
    get handles() {
      return openHandlesOf(device.state.kernel);
    },
    get result() {
      return result;
    },
    get callStack() {
      return callStack;
    },
    seed,
    get microseconds() {
      return microsecondsAt(events.at(-1)?.cycles ?? 0);
    },
    flow: () => flowOf(events).join("\n"),
    saveTrace(path) {
      const file = openTraceFile(path, () => {});
      file.begin({
        firmware: firmware.bytes,
        firmwareFile: firmware.name,
        seed,
        deviceSid,
        epochMilliseconds,
        timeLimitMicroseconds,
        stopAfterMicroseconds: null,
        ...(testMode && { testMode }),
        ...(strict && { strict }),
        ...(ramBytes !== undefined && { ramBytes }),
        ...(externalFlash && { externalFlash: externalFlash === true ? true : ("used" as const) }),
        ...(network && { network: { ...defaultNetworkModel, ...network } }),
      });
      for (const event of events) file.listener(event);
      file.close();
    },
    device,
    firmware,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** A text that is logged, in whatever way, may match. */
function conditionOf(condition: Condition): Parameters<Device["runUntil"]>[0] {
  if (!(condition instanceof RegExp)) return condition;
  return (event) => event.kind === "log" && condition.test(event.text);
}
