/** The device for Node: `import { createDevice } from "microvisor-sim"`. */

import { createDevice as createDeviceOn, type Device } from "./device.ts";
import type { DeviceOptions } from "./device-options.ts";
import { nodePlatform } from "./platform/node/platform.ts";

export * from "./exports.ts";
export { type WebSocketUplinkOptions, webSocketUplink } from "./platform/node/web-socket-uplink.ts";

/**
 * Checks and prepares the firmware, and makes a device that can run it.
 * @throws SimulatorError when the firmware or an option can't be used; its code says why
 */
export function createDevice(options: DeviceOptions): Promise<Device> {
  return createDeviceOn(options, nodePlatform);
}
