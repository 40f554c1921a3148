/** The device for browsers: `import { createDevice } from "microvisor-sim/browser"`. No Node module reaches it. */

import { createDevice as createDeviceOn, type Device } from "./device.ts";
import type { DeviceOptions } from "./device-options.ts";
import { browserPlatform } from "./platform/browser/platform.ts";

export * from "./exports.ts";
export { type WebSocketUplinkOptions, webSocketUplink } from "./platform/browser/web-socket-uplink.ts";

/**
 * Checks and prepares the firmware, and makes a device that can run it.
 * @throws SimulatorError when the firmware or an option can't be used; its code says why
 */
export function createDevice(options: DeviceOptions): Promise<Device> {
  return createDeviceOn(options, browserPlatform);
}
