/**
 * The network: one request for it, and waiting until it is there. A lost link comes back by itself, the kernel sees to
 * that; `waitUntilConnected` waits for it.
 */

import {
  MvEventType,
  MvNetworkHandle,
  MvNetworkStatus,
  MvRequestNetworkParams,
  MvStatus,
  mvGetNetworkStatus,
  mvReleaseNetwork,
  mvRequestNetwork,
} from "./abi";
import * as clock from "./clock";
import * as notifications from "./notifications";
import { failure, Outcome, outcomeOf } from "./outcome";

const PARAMS: MvRequestNetworkParams = changetype<MvRequestNetworkParams>(memory.data(offsetof<MvRequestNetworkParams>(), 4));
const HANDLE: usize = memory.data(4, 4);
const STATUS: usize = memory.data(4, 4);

let requested = false;

/**
 * Asks for the network and waits until it is connected. When it answers anything but Ok, it has given back all that
 * it took. The network stays up until `close`.
 */
export function open(timeoutMilliseconds: u32 = 60_000): Outcome {
  if (requested) return waitUntilConnected(timeoutMilliseconds);
  let outcome = notifications.open();
  if (outcome != Outcome.Ok) return outcome;
  PARAMS.version = 1;
  PARAMS.v1_notification_handle = notifications.handle();
  PARAMS.v1_notification_tag = notifications.NETWORK_TAG;
  const status = mvRequestNetwork(PARAMS, HANDLE);
  if (status != MvStatus.MV_STATUS_OKAY) {
    notifications.close();
    return outcomeOf("mvRequestNetwork", status);
  }
  requested = true;
  outcome = waitUntilConnected(timeoutMilliseconds);
  if (outcome != Outcome.Ok) release();
  return outcome;
}

/** Waits until the network is connected (again). Gives nothing back when it is not. */
export function waitUntilConnected(timeoutMilliseconds: u32 = 60_000): Outcome {
  if (!requested) return failure("network.open comes first", MvStatus.MV_STATUS_OKAY, Outcome.NotConnected);
  const deadline = clock.deadlineIn(timeoutMilliseconds);
  while (true) {
    const status = mvGetNetworkStatus(load<u32>(HANDLE), STATUS);
    if (status != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvGetNetworkStatus", status);
    if (load<u32>(STATUS) == MvNetworkStatus.MV_NETWORKSTATUS_CONNECTED) return Outcome.Ok;
    // A change after the look above is kept by the handler, so this wait does not miss it.
    if (notifications.waitUntil(notifications.NETWORK_TAG, deadline) == MvEventType.MV_EVENTTYPE_NOEVENT) {
      return failure("waiting for the network", MvStatus.MV_STATUS_OKAY, Outcome.TimedOut);
    }
  }
}

/** Whether the network is connected now. */
export function isConnected(): bool {
  if (!requested) return false;
  if (mvGetNetworkStatus(load<u32>(HANDLE), STATUS) != MvStatus.MV_STATUS_OKAY) return false;
  return load<u32>(STATUS) == MvNetworkStatus.MV_NETWORKSTATUS_CONNECTED;
}

/** The request's handle, for raw calls; zero while there is none. */
export function handle(): MvNetworkHandle {
  return requested ? load<u32>(HANDLE) : 0;
}

/** Gives the network back. Answers the first call's failure, but makes both calls in any case. */
export function close(): Outcome {
  if (!requested) return Outcome.Ok;
  requested = false;
  const released = mvReleaseNetwork(HANDLE);
  const closed = notifications.close();
  return released != MvStatus.MV_STATUS_OKAY ? outcomeOf("mvReleaseNetwork", released) : closed;
}

/** After a failure that is reported already: what this may add is not to hide it. */
function release(): void {
  requested = false;
  mvReleaseNetwork(HANDLE);
  notifications.close();
}
