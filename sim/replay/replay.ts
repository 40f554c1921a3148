/**
 * Replay: runs the firmware again with no service. What the service answered, and what came from outside, is taken
 * from a recorded trace, and each new event is compared with the recorded line. The first difference ends the replay.
 */

import { setImmediate } from "node:timers/promises";
import { createDevice, type Device } from "../../host/device.ts";
import type { DeviceOptions, Platform } from "../../host/device-options.ts";
import { SimulatorError } from "../../host/fault/fault.ts";
import type { TraceEvent } from "../../host/trace/events.ts";
import { recordedInputs } from "./recorded-inputs.ts";
import type { RecordedTrace, TraceHeader } from "./recorded-trace.ts";
import { recordedUplink } from "./recorded-uplink.ts";

export interface Difference {
  /** The sequence number at which the two part. */
  readonly sequence: number;
  /** The event as recorded, one line; undefined when the recording has ended. */
  readonly recorded: string | undefined;
  /** The event as it is now; undefined when the device has ended without it. */
  readonly now: string | undefined;
  /** The last lines that are equal, oldest first. */
  readonly before: readonly string[];
}

export interface Replayed {
  /** How many events were equal. */
  readonly events: number;
  readonly difference: Difference | undefined;
}

const linesOfContext = 3;

/**
 * @param firmware the very one that was recorded
 * @throws SimulatorError when the firmware can't be used
 */
export async function replay(trace: RecordedTrace, firmware: Uint8Array): Promise<Replayed> {
  const { events, lines, header } = trace;
  let position = 0;
  let difference: Difference | undefined;

  function part(now: string | undefined): void {
    const before = lines.slice(Math.max(0, position - linesOfContext), position);
    difference = { sequence: position, recorded: lines[position], now, before };
    device.stop();
  }

  function compare(event: TraceEvent): void {
    if (difference) return;
    const line = JSON.stringify(event);
    if (line === lines[position]) position++;
    else part(line);
  }

  const uplink = recordedUplink(events, () => position);
  const inputs = recordedInputs(events, { position: () => position, uplink, device: () => device });
  // Nothing comes any more that has not come already: a wait ends at once.
  const platform: Platform = {
    breathe: () => setImmediate(),
    now: () => 0,
    wallTime: () => 0,
    after(_milliseconds, callback) {
      const timer = globalThis.setImmediate(callback);
      return () => clearImmediate(timer);
    },
  };
  const options = { ...deviceOptions(header), firmware, uplink, token: "recorded", trace: compare };
  const device: Device = await createDevice(options, platform, inputs);
  try {
    await device.run();
  } catch (error) {
    // Its `end` event was compared as any other.
    if (!(error instanceof SimulatorError)) throw error;
  }
  if (!difference && position < lines.length) part(undefined);
  return { events: position, difference };
}

/** The options that decided what happened. */
function deviceOptions({ seed, device, network, costs }: TraceHeader): Omit<DeviceOptions, "firmware"> {
  const given = Object.entries(device).filter(([, value]) => value !== null);
  return { ...Object.fromEntries(given), seed, network, costs };
}
