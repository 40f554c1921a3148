/** Which traced bytes may never be shown: those of a channel that asked for secrets. */

import { memberValue } from "../abi/enums.ts";
import type { ChannelState } from "./state.ts";

const secretStore = memberValue("MvConfigKeyFetchStore", "SECRET");

export function isSecretItem(channel: ChannelState, index: number): boolean {
  return channel.requestedStores[index] === secretStore;
}

/** The mark of an event that holds bytes of the channel's response. */
export function secretFlag(channel: ChannelState): { secret?: true } {
  return channel.requestedStores.includes(secretStore) ? { secret: true } : {};
}
