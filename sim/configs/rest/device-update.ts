/** The parameters with which a device is updated. */

import type { DeviceCommandKind } from "../device-commands.ts";
import { loggingLastsMilliseconds } from "../device-logging.ts";
import type { DeviceChanges } from "../stores/store.ts";
import { describeInvalidTargetApp, describeInvalidUniqueName } from "../validate.ts";
import { RestError } from "./errors.ts";
import { type Fields, optionalField } from "./request.ts";

export interface DeviceUpdate {
  /** Undefined where the record stays as it is. */
  readonly changes: DeviceChanges | undefined;
  /** What the device itself has to hear of. */
  readonly commands: readonly DeviceCommandKind[];
}

/** @throws RestError 400 */
export function readDeviceUpdate(fields: Fields, now: number): DeviceUpdate {
  const uniqueName = optionalField(fields, "UniqueName", describeInvalidUniqueName);
  const targetApp = optionalField(fields, "TargetApp", describeInvalidTargetApp);
  const logging = readBoolean(fields, "LoggingEnabled");
  const restart = readBoolean(fields, "RestartApp") ?? false;
  const changes = {
    ...(uniqueName !== undefined && { uniqueName }),
    ...(targetApp !== undefined && { targetApp, targetedAt: now }),
    ...(logging !== undefined && {
      loggingEnabled: logging,
      loggingExpiresAt: logging ? now + loggingLastsMilliseconds : undefined,
    }),
  };
  const isEmpty = Object.keys(changes).length === 0;
  const commands = [logging === undefined ? [] : ["device" as const], restart ? ["restart" as const] : []].flat();
  return { changes: isEmpty ? undefined : { ...changes, updatedAt: now }, commands };
}

function readBoolean(fields: Fields, name: string): boolean | undefined {
  const text = fields.get(name);
  if (text === undefined || text === "true" || text === "false") return text && text === "true";
  throw new RestError(400, `${name} must be true or false`);
}
