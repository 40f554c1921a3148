/** Details of what happens to the modelled network, and to what goes over it. */

import { defaultNetworkModel, type NetworkModel } from "../kernel/network-model.ts";
import type { ChannelDeath } from "../kernel/state.ts";
import type { TraceValue } from "../trace/events.ts";
import { fieldsOf, invalidInput, isCount } from "./detail.ts";

export interface NetworkDetail {
  readonly state: "down" | "up";
  readonly forMicroseconds?: number;
}

/** @throws SimulatorError ERR_MVSIM_INVALID_INPUT */
export function networkDetail(detail: TraceValue): NetworkDetail {
  const expected = '{ state: "down", forMicroseconds: 1 or more, or left out } or { state: "up" }';
  const { state, forMicroseconds } = fieldsOf(detail, ["state", "forMicroseconds"], expected);
  if (state === "up" && forMicroseconds === undefined) return { state };
  if (state === "down" && forMicroseconds === undefined) return { state };
  if (state === "down" && isCount(forMicroseconds, 1)) return { state, forMicroseconds };
  throw invalidInput(detail, `is no state of the radio link: ${expected}`);
}

const modelFields = Object.keys(defaultNetworkModel) as (keyof NetworkModel)[];

/** @returns null: the model of the device's options. @throws SimulatorError ERR_MVSIM_INVALID_INPUT */
export function weatherDetail(detail: TraceValue): Partial<NetworkModel> | null {
  if (detail === null) return null;
  const changes = fieldsOf(detail, modelFields, "{ roundTripMicroseconds: 900000 }, or null: as the options say");
  const given = Object.entries(changes);
  if (given.length === 0) throw invalidInput(detail, `changes nothing: there are ${modelFields.join(", ")}`);
  for (const [name, value] of given) {
    // A link that carries nothing is one that is down.
    const least = name.endsWith("BytesPerSecond") ? 1 : 0;
    if (!isCount(value, least)) throw invalidInput(detail, `has no count: ${name} is ${least} or more, a whole number`);
  }
  return changes as Partial<NetworkModel>;
}

/** Every reason of MvClosureReason for which a channel can die by itself. */
const deaths: readonly ChannelDeath[] = Object.keys({
  CHANNELCLOSEDBYSERVER: true,
  CHANNELRESETBYSERVER: true,
  NETWORKDISCONNECTED: true,
  CONNECTIONTERMINATED: true,
  UNEXPECTEDLYTERMINATED: true,
} satisfies Record<ChannelDeath, true>) as ChannelDeath[];

export interface ClosureDetail {
  readonly reason: ChannelDeath;
  readonly channel: number | undefined;
}

/** @throws SimulatorError ERR_MVSIM_INVALID_INPUT */
export function closureDetail(detail: TraceValue): ClosureDetail {
  const expected = `{ reason, channel: its number on the wire (default: the newest) }; reasons are ${deaths.join(", ")}`;
  const { reason, channel } = fieldsOf(detail, ["reason", "channel"], expected);
  const isDeath = (deaths as readonly unknown[]).includes(reason);
  if (isDeath && (channel === undefined || isCount(channel, 1))) return { reason: reason as ChannelDeath, channel };
  throw invalidInput(detail, `is no end of a channel: ${expected}`);
}

/** @returns microseconds. @throws SimulatorError ERR_MVSIM_INVALID_INPUT */
export function silenceDetail(detail: TraceValue): number {
  const expected = "{ forMicroseconds: 1 or more }";
  const { forMicroseconds } = fieldsOf(detail, ["forMicroseconds"], expected);
  if (isCount(forMicroseconds, 1)) return forMicroseconds;
  throw invalidInput(detail, `is no time of silence: ${expected}`);
}
