/**
 * Configs and secrets by key. Say what you want, fetch it all in one request, read the values:
 *
 *     configs.clear();
 *     const greeting = configs.addAccountConfig("greeting");
 *     if (configs.fetch() == Outcome.Ok && configs.isFound(greeting)) log(configs.text(greeting));
 *
 * A fetch opens a channel, waits, copies the values out and closes the channel again, whatever happens. All buffers
 * are static: up to 32 keys, and 16 KiB for the whole answer.
 */

import {
  MvChannelType,
  MvClosureReason,
  MvConfigFetchResult,
  MvConfigKeyFetchParams,
  MvConfigKeyFetchResult,
  MvConfigKeyFetchScope,
  MvConfigKeyFetchStore,
  MvConfigKeyToFetch,
  MvConfigResponseData,
  MvConfigResponseReadItemParams,
  MvEventType,
  MvOpenChannelParams,
  MvStatus,
  mvCloseChannel,
  mvGetChannelClosureReason,
  mvOpenChannel,
  mvReadConfigFetchResponseData,
  mvReadConfigResponseItem,
  mvSendConfigFetchRequest,
} from "./abi";
import * as clock from "./clock";
import * as network from "./network";
import * as notifications from "./notifications";
import { failure, Outcome, outcomeOf } from "./outcome";

// Room for one key more, and one byte more in a key, than the kernel takes: it is the kernel that judges a request.
const MAX_ITEMS: i32 = 33;
const KEY_BYTES: i32 = 101;
const SEND_BYTES: u32 = 8192;
const RECEIVE_BYTES: u32 = 16384;

// The kernel owns these two while a channel is open, and wants them at multiples of 512.
const SEND_BUFFER: usize = memory.data(SEND_BYTES, 512);
const RECEIVE_BUFFER: usize = memory.data(RECEIVE_BYTES, 512);
/** As large as the receive buffer: the values of any answer that came have room. */
const VALUES: usize = memory.data(RECEIVE_BYTES);
const KEYS: usize = memory.data(MAX_ITEMS * KEY_BYTES);
const ITEMS: usize = memory.data(MAX_ITEMS * offsetof<MvConfigKeyToFetch>(), 4);
/** Three words an item: result, length of the value, its place in VALUES. */
const RESULTS: usize = memory.data(MAX_ITEMS * 12, 4);

const OPEN: MvOpenChannelParams = changetype<MvOpenChannelParams>(memory.data(offsetof<MvOpenChannelParams>(), 4));
const REQUEST: MvConfigKeyFetchParams = changetype<MvConfigKeyFetchParams>(memory.data(offsetof<MvConfigKeyFetchParams>(), 4));
const RESPONSE: MvConfigResponseData = changetype<MvConfigResponseData>(memory.data(offsetof<MvConfigResponseData>(), 4));
const READ: MvConfigResponseReadItemParams = changetype<MvConfigResponseReadItemParams>(
  memory.data(offsetof<MvConfigResponseReadItemParams>(), 4),
);
const CHANNEL: usize = memory.data(4, 4);
const REASON: usize = memory.data(4, 4);

const ACCOUNT = MvConfigKeyFetchScope.MV_CONFIGKEYFETCHSCOPE_ACCOUNT;
const DEVICE = MvConfigKeyFetchScope.MV_CONFIGKEYFETCHSCOPE_DEVICE;
const SECRET = MvConfigKeyFetchStore.MV_CONFIGKEYFETCHSTORE_SECRET;
const CONFIG = MvConfigKeyFetchStore.MV_CONFIGKEYFETCHSTORE_CONFIG;

let itemCount: i32 = 0;
let valueBytes: u32 = 0;
let fetched = false;

/** Forgets the keys, and wipes the values (secrets among them) out of memory. */
export function clear(): void {
  itemCount = 0;
  wipe();
}

/** Each of these adds a key to the next request, and answers the number by which its value is read. */
export function addAccountConfig(key: string): i32 {
  return add(ACCOUNT, CONFIG, key);
}
export function addAccountSecret(key: string): i32 {
  return add(ACCOUNT, SECRET, key);
}
export function addDeviceConfig(key: string): i32 {
  return add(DEVICE, CONFIG, key);
}
export function addDeviceSecret(key: string): i32 {
  return add(DEVICE, SECRET, key);
}

/**
 * Adds a key of any scope and store. One that fits no request (the 33rd, or over 100 characters) makes the fetch
 * answer Refused, with the kernel's status. The values of an earlier fetch are gone.
 */
export function add(scope: MvConfigKeyFetchScope, kind: MvConfigKeyFetchStore, key: string): i32 {
  wipe();
  const index = itemCount < MAX_ITEMS ? itemCount++ : MAX_ITEMS - 1;
  const address = KEYS + index * KEY_BYTES;
  const length = min(key.length, KEY_BYTES);
  for (let i = 0; i < length; i++) {
    // Keys are printable ASCII. Anything else becomes a byte that is not, for the kernel to refuse.
    store<u8>(address + i, <u8>min(key.charCodeAt(i), 0x80));
  }
  const item = changetype<MvConfigKeyToFetch>(ITEMS + index * offsetof<MvConfigKeyToFetch>());
  item.scope = scope;
  item.store = kind;
  item.key_data = address;
  item.key_length = length;
  return index;
}

/** Fetches all keys in one request. The network must be open. The time-out is for the whole of it. */
export function fetch(timeoutMilliseconds: u32 = 10_000): Outcome {
  wipe();
  if (network.handle() == 0) return failure("network.open comes first", MvStatus.MV_STATUS_OKAY, Outcome.NotConnected);
  const deadline = clock.deadlineIn(timeoutMilliseconds);
  // An event of an earlier channel says nothing about this one.
  notifications.forget(notifications.CHANNEL_TAG);
  OPEN.version = 1;
  OPEN.v1_notification_handle = notifications.handle();
  OPEN.v1_notification_tag = notifications.CHANNEL_TAG;
  OPEN.v1_network_handle = network.handle();
  OPEN.v1_receive_buffer = RECEIVE_BUFFER;
  OPEN.v1_receive_buffer_len = RECEIVE_BYTES;
  OPEN.v1_send_buffer = SEND_BUFFER;
  OPEN.v1_send_buffer_len = SEND_BYTES;
  OPEN.v1_channel_type = MvChannelType.MV_CHANNELTYPE_CONFIGFETCH;
  OPEN.v1_endpoint_data = 0;
  OPEN.v1_endpoint_length = 0;
  const opened = mvOpenChannel(OPEN, CHANNEL);
  if (opened != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvOpenChannel", opened);

  let outcome = exchange(deadline);
  const closed = mvCloseChannel(CHANNEL);
  if (outcome == Outcome.Ok) outcome = outcomeOf("mvCloseChannel", closed);
  // The answer may hold secrets; the values have been copied.
  memory.fill(RECEIVE_BUFFER, 0, RECEIVE_BYTES);
  fetched = outcome == Outcome.Ok;
  if (!fetched) wipe();
  return outcome;
}

/** Sends the request on the open channel, waits for the response and copies its items. */
function exchange(deadline: u64): Outcome {
  REQUEST.num_items = itemCount;
  REQUEST.keys_to_fetch = ITEMS;
  const sent = mvSendConfigFetchRequest(load<u32>(CHANNEL), REQUEST);
  if (sent == MvStatus.MV_STATUS_INVALIDBUFFERSIZE) return failure("mvSendConfigFetchRequest", sent, Outcome.TooLarge);
  if (sent != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvSendConfigFetchRequest", sent);

  const event = notifications.waitUntil(notifications.CHANNEL_TAG, deadline);
  if (event == MvEventType.MV_EVENTTYPE_NOEVENT) {
    return failure("waiting for the configs", MvStatus.MV_STATUS_OKAY, Outcome.TimedOut);
  }
  if (event == MvEventType.MV_EVENTTYPE_CHANNELNOTCONNECTED) {
    mvGetChannelClosureReason(load<u32>(CHANNEL), REASON);
    return failure("waiting for the configs", MvStatus.MV_STATUS_CHANNELCLOSED, Outcome.ChannelLost);
  }

  const answered = mvReadConfigFetchResponseData(load<u32>(CHANNEL), RESPONSE);
  if (answered != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvReadConfigFetchResponseData", answered);
  if (RESPONSE.result != MvConfigFetchResult.MV_CONFIGFETCHRESULT_OK) {
    return failure("mvReadConfigFetchResponseData", MvStatus.MV_STATUS_OKAY, Outcome.TooLarge);
  }
  for (let index = 0; index < itemCount; index++) {
    const entry = RESULTS + index * 12;
    READ.item_index = index;
    READ.result = entry;
    READ.buf_data = VALUES + valueBytes;
    READ.buf_size = RECEIVE_BYTES - valueBytes;
    READ.buf_length = entry + 4;
    const read = mvReadConfigResponseItem(load<u32>(CHANNEL), READ);
    if (read != MvStatus.MV_STATUS_OKAY) return outcomeOf("mvReadConfigResponseItem", read);
    store<u32>(entry, valueBytes, 8);
    valueBytes += load<u32>(entry, 4);
  }
  return Outcome.Ok;
}

/** How the latest fetch ended for one key: OK, KEYNOTFOUND, or SERVERERROR (also when there is no such item). */
export function result(item: i32): MvConfigKeyFetchResult {
  if (!fetched || item < 0 || item >= itemCount) return MvConfigKeyFetchResult.MV_CONFIGKEYFETCHRESULT_SERVERERROR;
  return load<u32>(RESULTS + item * 12);
}

/** Whether the latest fetch brought a value for the key. */
export function isFound(item: i32): bool {
  return result(item) == MvConfigKeyFetchResult.MV_CONFIGKEYFETCHRESULT_OK;
}

/** The length of a value in bytes of UTF-8; 0 for one that was not found. */
export function length(item: i32): i32 {
  return isFound(item) ? load<i32>(RESULTS + item * 12, 4) : 0;
}

/** Where the bytes of a value are, until the next `clear`, `add…` or `fetch`; 0 for one that was not found. */
export function address(item: i32): usize {
  return isFound(item) ? VALUES + load<u32>(RESULTS + item * 12, 8) : 0;
}

/** A value as a new string; empty for one that was not found. Allocates: not for handlers. */
export function text(item: i32): string {
  return String.UTF8.decodeUnsafe(address(item), length(item));
}

/** Why the channel of the latest fetch that answered ChannelLost died. */
export function closureReason(): MvClosureReason {
  return load<u32>(REASON);
}

function wipe(): void {
  fetched = false;
  memory.fill(VALUES, 0, valueBytes);
  valueBytes = 0;
}
