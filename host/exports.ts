/** What both forms of the device, for Node and for browsers, have in common. */

export type { EventKind, Paused } from "./control.ts";
export type { Device, DeviceState } from "./device.ts";
export type { DeviceOptions, Platform, RunEnd, RunResult, TimedInput } from "./device-options.ts";
export {
  defaultDeviceSid,
  defaultEpochMilliseconds,
  defaultTimeLimitMicroseconds,
  realClockLimits,
} from "./device-options.ts";
export { type Diagnostic, type DiagnosticId, diagnostics } from "./fault/diagnostics.ts";
export { type CallStack, type CodePlace, type ErrorCode, type FirmwareFault, SimulatorError } from "./fault/fault.ts";
export { defaultNetworkModel, type NetworkModel } from "./kernel/network-model.ts";
export type { ExternalFlash, Uplink, UplinkListener } from "./kernel/ports.ts";
export type { Memory } from "./mcu/core.ts";
export { defaultCosts, type McuCosts } from "./mcu/costs.ts";
export type { TraceEvent, TraceListener, TraceValue } from "./trace/events.ts";
