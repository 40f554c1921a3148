/**
 * How the SDK's functions answer. The kernel has 39 statuses; what firmware can do about them are seven things. The
 * call and the status behind the latest answer that was not Ok are kept for `describe` and `lastStatus`.
 */

import { MvStatus } from "./abi";

export enum Outcome {
  Ok = 0,
  /** Nothing came in time. */
  TimedOut = 1,
  /** The network is not connected: wait, and try again. */
  NotConnected = 2,
  /** The channel died before the answer was there: try again. */
  ChannelLost = 3,
  /** The request, the answer or the message does not fit its buffer. */
  TooLarge = 4,
  /** Too many at once, or too fast: wait, and try again. */
  Busy = 5,
  /** A call refused its arguments: a bug, or something that is not allowed. Trying again does not help. */
  Refused = 6,
}

let failedCall: string = "";
let failedStatus: MvStatus = MvStatus.MV_STATUS_OKAY;

/** Makes an outcome of a call's status, and remembers both unless it is OKAY. */
export function outcomeOf(call: string, status: MvStatus): Outcome {
  switch (status) {
    case MvStatus.MV_STATUS_OKAY:
      return Outcome.Ok;
    case MvStatus.MV_STATUS_NETWORKNOTCONNECTED:
      return failure(call, status, Outcome.NotConnected);
    case MvStatus.MV_STATUS_CHANNELCLOSED:
      return failure(call, status, Outcome.ChannelLost);
    case MvStatus.MV_STATUS_RATELIMITED:
    case MvStatus.MV_STATUS_TOOMANYCHANNELS:
    case MvStatus.MV_STATUS_MICROVISORBUSY:
      return failure(call, status, Outcome.Busy);
    default:
      return failure(call, status, Outcome.Refused);
  }
}

/** Remembers what went wrong, and answers the outcome. `status` is OKAY where no call failed (a time-out, say). */
export function failure(call: string, status: MvStatus, outcome: Outcome): Outcome {
  failedCall = call;
  failedStatus = status;
  return outcome;
}

/** The status behind the latest outcome that was not Ok. */
export function lastStatus(): MvStatus {
  return failedStatus;
}

/** An outcome in words, with the call and the number of its status. Makes a new string: not for handlers. */
export function describe(outcome: Outcome): string {
  switch (outcome) {
    case Outcome.Ok:
      return "ok";
    case Outcome.TimedOut:
      return "timed out" + origin();
    case Outcome.NotConnected:
      return "network not connected" + origin();
    case Outcome.ChannelLost:
      return "channel lost" + origin();
    case Outcome.TooLarge:
      return "too large" + origin();
    case Outcome.Busy:
      return "busy" + origin();
    default:
      return "refused" + origin();
  }
}

function origin(): string {
  if (failedStatus == MvStatus.MV_STATUS_OKAY) return " (" + failedCall + ")";
  return " (" + failedCall + ": status " + (<i32>failedStatus).toString() + ")";
}
