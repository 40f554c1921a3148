/** The device for Node: `import { createDevice } from "microvisor-sim"`. */

import { createDevice as createDeviceOn, type Device } from "./device.ts";
import type { DeviceOptions } from "./device-options.ts";
import { nodePlatform } from "./platform/node/platform.ts";

export type { Device, DeviceState } from "./device.ts";
export type { DeviceOptions, Platform, RunEnd, RunResult } from "./device-options.ts";
export { defaultDeviceSid, defaultEpochMilliseconds, defaultTimeLimitMicroseconds } from "./device-options.ts";
export { type ErrorCode, type FirmwareFault, SimulatorError } from "./fault/fault.ts";
export { defaultNetworkModel, type NetworkModel } from "./kernel/network-model.ts";
export type { Uplink, UplinkListener } from "./kernel/ports.ts";
export type { Memory } from "./mcu/core.ts";
export { defaultCosts, type McuCosts } from "./mcu/costs.ts";
export { type WebSocketUplinkOptions, webSocketUplink } from "./platform/node/web-socket-uplink.ts";
export type { TraceEvent, TraceListener, TraceValue } from "./trace/events.ts";

/**
 * Checks and prepares the firmware, and makes a device that can run it.
 * @throws SimulatorError when the firmware or an option can't be used; its code says why
 */
export function createDevice(options: DeviceOptions): Promise<Device> {
  return createDeviceOn(options, nodePlatform);
}
