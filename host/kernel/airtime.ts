/**
 * Modelled time on the air: bytes take their time on the one uplink and the one downlink, and the way to the service
 * and back takes a round trip with seeded jitter.
 */

import { coreHertz, cyclesOf } from "../time/cycles.ts";
import { nextFraction } from "../time/random.ts";
import type { NetworkModel } from "./network-model.ts";
import type { Kernel } from "./ports.ts";

/** The device's options, and what a test has changed of them since. */
export function networkModel({ settings, state }: Kernel): NetworkModel {
  return { ...settings.network, ...state.weather.model };
}

/** When the last of these bytes has left the device. */
export function sentAt(kernel: Kernel, bytes: number): number {
  const { network } = kernel.state;
  const { uplinkBytesPerSecond } = networkModel(kernel);
  const start = Math.max(kernel.now(), network.uplinkFreeAt);
  network.uplinkFreeAt = start + Math.ceil((bytes * coreHertz) / uplinkBytesPerSecond);
  return network.uplinkFreeAt;
}

/** The earliest moment at which an answer to bytes that left at `sent` can begin to arrive. */
export function answerFrom(kernel: Kernel, sent: number): number {
  return sent + cyclesOf(networkModel(kernel).roundTripMicroseconds) + jitter(kernel);
}

/** When an answer of so many bytes, that could begin to arrive at `from`, has arrived as a whole. */
export function receivedAt(kernel: Kernel, from: number, bytes: number): number {
  const { network } = kernel.state;
  const { downlinkBytesPerSecond } = networkModel(kernel);
  const start = Math.max(from, network.downlinkFreeAt);
  network.downlinkFreeAt = start + Math.ceil((bytes * coreHertz) / downlinkBytesPerSecond);
  return network.downlinkFreeAt;
}

export function jitter(kernel: Kernel): number {
  return Math.floor(cyclesOf(networkModel(kernel).jitterMicroseconds) * nextFraction(kernel.random, "jitter"));
}
