/** Runs a program on a whole device, and reads its console. */

import type { DeviceOptions } from "../../host/index.ts";
import { rehearse } from "../host/device/rehearsal.ts";

export interface ConsoleRun {
  readonly configs?: Readonly<Record<string, string>>;
  readonly device?: Partial<DeviceOptions>;
}

/** `lines`: what the program printed. */
export async function runWithConsole(firmware: Uint8Array, { configs = {}, device = {} }: ConsoleRun = {}) {
  const rehearsed = await rehearse({ firmware, configs, device });
  const lines = rehearsed.events.flatMap((event) => (event.kind === "log" ? [event.text] : []));
  return { ...rehearsed, lines };
}
