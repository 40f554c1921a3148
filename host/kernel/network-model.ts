/**
 * How the modelled network behaves, in virtual time. The defaults resemble a device on LTE-M; they are decisions of
 * ours, listed in `docs/fidelity.md`. Nothing takes no time: published firmware resets its flags after a call.
 */

export interface NetworkModel {
  /** From the first request, or a new attempt, to a connection. */
  readonly attachMicroseconds: number;
  /** To the service and back, without the bytes' own time. */
  readonly roundTripMicroseconds: number;
  /** Up to this much is added to each attach and round trip, drawn from the seed. */
  readonly jitterMicroseconds: number;
  readonly uplinkBytesPerSecond: number;
  readonly downlinkBytesPerSecond: number;
  /** The first wait before connecting again; doubled at each failure. */
  readonly backoffMicroseconds: number;
  readonly maximumBackoffMicroseconds: number;
}

export const defaultNetworkModel: NetworkModel = {
  attachMicroseconds: 2_000_000,
  roundTripMicroseconds: 60_000,
  jitterMicroseconds: 20_000,
  uplinkBytesPerSecond: 40_000,
  downlinkBytesPerSecond: 40_000,
  backoffMicroseconds: 1_000_000,
  maximumBackoffMicroseconds: 60_000_000,
};
