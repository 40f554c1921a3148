/**
 * config-reader: reads two configs of the account and logs them, with the raw system calls.
 *
 * The flow of any firmware that fetches configs:
 *   notifications -> network -> channel -> request -> response -> items, and everything given back in reverse order.
 * The SDK (config-poller and device-identity use it) does the same in a few lines; here each step is seen.
 */

import {
  __disable_irq, __enable_irq, __WFI, IRQn_Type, MvChannelType, MvConfigFetchResult, MvConfigKeyFetchParams,
  MvConfigKeyFetchResult, MvConfigKeyFetchScope, MvConfigKeyFetchStore, MvConfigKeyToFetch, MvConfigResponseData,
  MvConfigResponseReadItemParams, MvEventType, MvNetworkStatus, MvNotification, MvNotificationSetup,
  MvOpenChannelParams, MvRequestNetworkParams, MvStatus, mvCloseChannel, mvCloseNotifications, mvGetNetworkStatus,
  mvOpenChannel, mvReadConfigFetchResponseData, mvReadConfigResponseItem, mvReleaseNetwork, mvRequestNetwork,
  mvSendConfigFetchRequest, mvServerLog, mvServerLoggingInit, mvSetupNotifications, NVIC_ClearPendingIRQ,
  NVIC_DisableIRQ, NVIC_EnableIRQ,
} from "../sdk";

// Everything that the kernel reads or writes is static memory: it never moves, and nothing is allocated for it.
// The kernel wants the buffers of channels and of the log at multiples of 512.
const LOG_BYTES: u32 = 2048;
const LOG_BUFFER: usize = memory.data(LOG_BYTES, 512);
const SEND_BYTES: u32 = 512;
const SEND_BUFFER: usize = memory.data(SEND_BYTES, 512);
const RECEIVE_BYTES: u32 = 9216; // two values of up to 4096 characters, and what goes with them
const RECEIVE_BUFFER: usize = memory.data(RECEIVE_BYTES, 512);
const RECORDS: u32 = 8;
const RING: usize = memory.data(RECORDS * 16, 16); // a notification record has 16 bytes
const ITEMS: usize = memory.data(2 * 16, 4); // what we ask for
const KEY_BYTES: u32 = 100;
const KEYS: usize = memory.data(2 * KEY_BYTES);
const VALUE_BYTES: u32 = 4096;
const VALUE: usize = memory.data(VALUE_BYTES);
const MESSAGE_BYTES: u32 = 1024;
const MESSAGE: usize = memory.data(MESSAGE_BYTES);

// Where calls write what they answer: handles, which we give back later, and numbers.
const NOTIFICATIONS: usize = memory.data(4, 4);
const NETWORK: usize = memory.data(4, 4);
const CHANNEL: usize = memory.data(4, 4);
const RESULT: usize = memory.data(4, 4);
const LENGTH: usize = memory.data(4, 4);

const NETWORK_TAG: u32 = 1;
const CHANNEL_TAG: u32 = 2;
const NO_RECORD: u32 = 0xffff_ffff;

// What the handler tells the program.
let notified = false;
let readable = false;
let lost = false;
let slot: u32 = 0;

/** Runs when the kernel has written records to the ring. A handler is short, and allocates nothing. */
export function TIM1_BRK_IRQHandler(): void {
  let record = changetype<MvNotification>(RING + slot * 16);
  while (<u32>record.event_type != NO_RECORD) {
    notified = true;
    if (record.tag == CHANNEL_TAG && record.event_type == MvEventType.MV_EVENTTYPE_CHANNELDATAREADABLE) readable = true;
    if (record.tag == CHANNEL_TAG && record.event_type == MvEventType.MV_EVENTTYPE_CHANNELNOTCONNECTED) lost = true;
    record.event_type = <MvEventType>NO_RECORD; // read: the slot is free again
    slot = (slot + 1) % RECORDS;
    record = changetype<MvNotification>(RING + slot * 16);
  }
}

/** 0 when everything worked. Each step gives back what it took, whatever happens inside. */
export function main(): i32 {
  if (mvServerLoggingInit(LOG_BUFFER, LOG_BYTES) != MvStatus.MV_STATUS_OKAY) return 1;

  memory.fill(RING, 0xff, RECORDS * 16); // makes every event_type NO_RECORD
  const setup = changetype<MvNotificationSetup>(memory.data(12, 4));
  setup.irq = IRQn_Type.TIM1_BRK_IRQn;
  setup.buffer = RING;
  setup.buffer_size = RECORDS * 16;
  let status = mvSetupNotifications(setup, NOTIFICATIONS);
  if (status != MvStatus.MV_STATUS_OKAY) return failed("mvSetupNotifications", status);
  NVIC_ClearPendingIRQ(IRQn_Type.TIM1_BRK_IRQn);
  NVIC_EnableIRQ(IRQn_Type.TIM1_BRK_IRQn);

  let exit = withNotifications();

  NVIC_DisableIRQ(IRQn_Type.TIM1_BRK_IRQn);
  status = mvCloseNotifications(NOTIFICATIONS);
  if (status != MvStatus.MV_STATUS_OKAY) exit = failed("mvCloseNotifications", status);
  return exit;
}

function withNotifications(): i32 {
  const request = changetype<MvRequestNetworkParams>(memory.data(12, 4));
  request.version = 1;
  request.v1_notification_handle = load<u32>(NOTIFICATIONS);
  request.v1_notification_tag = NETWORK_TAG;
  let status = mvRequestNetwork(request, NETWORK);
  if (status != MvStatus.MV_STATUS_OKAY) return failed("mvRequestNetwork", status);

  let exit = waitForNetwork();
  if (exit == 0) exit = withNetwork();

  status = mvReleaseNetwork(NETWORK);
  if (status != MvStatus.MV_STATUS_OKAY) exit = failed("mvReleaseNetwork", status);
  return exit;
}

/** The call answers at once; the network comes later. So: look, and sleep until a notification says look again. */
function waitForNetwork(): i32 {
  while (true) {
    notified = false;
    const status = mvGetNetworkStatus(load<u32>(NETWORK), RESULT);
    if (status != MvStatus.MV_STATUS_OKAY) return failed("mvGetNetworkStatus", status);
    if (load<u32>(RESULT) == MvNetworkStatus.MV_NETWORKSTATUS_CONNECTED) return 0;
    sleepUntilNotified();
  }
}

function withNetwork(): i32 {
  const params = changetype<MvOpenChannelParams>(memory.data(44, 4));
  params.version = 1;
  params.v1_notification_handle = load<u32>(NOTIFICATIONS);
  params.v1_notification_tag = CHANNEL_TAG;
  params.v1_network_handle = load<u32>(NETWORK);
  params.v1_receive_buffer = RECEIVE_BUFFER;
  params.v1_receive_buffer_len = RECEIVE_BYTES;
  params.v1_send_buffer = SEND_BUFFER;
  params.v1_send_buffer_len = SEND_BYTES;
  params.v1_channel_type = MvChannelType.MV_CHANNELTYPE_CONFIGFETCH; // such a channel has no endpoint: length 0
  let status = mvOpenChannel(params, CHANNEL);
  if (status != MvStatus.MV_STATUS_OKAY) return failed("mvOpenChannel", status);

  let exit = withChannel();

  status = mvCloseChannel(CHANNEL); // works on a channel that has died, too
  if (status != MvStatus.MV_STATUS_OKAY) exit = failed("mvCloseChannel", status);
  return exit;
}

/** One channel takes one request; one request may ask for up to 32 keys. */
function withChannel(): i32 {
  ask(0, "greeting");
  ask(1, "report_interval_s");
  const request = changetype<MvConfigKeyFetchParams>(memory.data(8, 4));
  request.num_items = 2;
  request.keys_to_fetch = ITEMS;
  let status = mvSendConfigFetchRequest(load<u32>(CHANNEL), request);
  if (status != MvStatus.MV_STATUS_OKAY) return failed("mvSendConfigFetchRequest", status);

  while (true) {
    notified = false;
    if (lost) return failed("the channel", MvStatus.MV_STATUS_CHANNELCLOSED);
    if (readable) break;
    sleepUntilNotified();
  }

  const response = changetype<MvConfigResponseData>(memory.data(8, 4));
  status = mvReadConfigFetchResponseData(load<u32>(CHANNEL), response);
  if (status != MvStatus.MV_STATUS_OKAY) return failed("mvReadConfigFetchResponseData", status);
  if (response.result != MvConfigFetchResult.MV_CONFIGFETCHRESULT_OK) {
    log("the response does not fit the receive buffer");
    return 1;
  }
  const first = report(0, "greeting");
  const second = report(1, "report_interval_s");
  return first != 0 ? first : second;
}

/** Fills in one item: a config (not a secret) of the account (not of this device alone). */
function ask(index: u32, key: string): void {
  const item = changetype<MvConfigKeyToFetch>(ITEMS + index * 16);
  item.scope = MvConfigKeyFetchScope.MV_CONFIGKEYFETCHSCOPE_ACCOUNT;
  item.store = MvConfigKeyFetchStore.MV_CONFIGKEYFETCHSTORE_CONFIG;
  item.key_data = KEYS + index * KEY_BYTES;
  item.key_length = encode(key, item.key_data, KEY_BYTES);
}

/** Reads one item of the response, and logs its value or that there is none. */
function report(index: u32, key: string): i32 {
  const item = changetype<MvConfigResponseReadItemParams>(memory.data(20, 4));
  item.item_index = index;
  item.result = RESULT;
  item.buf_data = VALUE;
  item.buf_size = VALUE_BYTES;
  item.buf_length = LENGTH;
  const status = mvReadConfigResponseItem(load<u32>(CHANNEL), item);
  if (status != MvStatus.MV_STATUS_OKAY) return failed("mvReadConfigResponseItem", status);
  switch (load<u32>(RESULT)) {
    case MvConfigKeyFetchResult.MV_CONFIGKEYFETCHRESULT_OK:
      return log(key + ": " + String.UTF8.decodeUnsafe(VALUE, load<u32>(LENGTH)));
    case MvConfigKeyFetchResult.MV_CONFIGKEYFETCHRESULT_KEYNOTFOUND:
      return log(key + " is missing");
    default:
      log(key + ": the server could not read it");
      return 1;
  }
}

/** Mask, look, WFI, unmask: a notification between the look and WFI stays pending, so WFI returns at once. */
function sleepUntilNotified(): void {
  __disable_irq();
  if (!notified) __WFI();
  __enable_irq(); // the handler runs here
}

/** 0 when the kernel took the message, or when this device's logging is off. */
function log(text: string): i32 {
  const status = mvServerLog(MESSAGE, <u16>encode(text, MESSAGE, MESSAGE_BYTES));
  return status == MvStatus.MV_STATUS_OKAY || status == MvStatus.MV_STATUS_LOGGINGDISABLEDBYSERVER ? 0 : 1;
}

function failed(call: string, status: MvStatus): i32 {
  log(call + " failed: status " + (<i32>status).toString());
  return 1;
}

/** The kernel's text is UTF-8, AssemblyScript's strings are UTF-16: at most 3 bytes for each unit. Cuts what has no room. */
function encode(text: string, address: usize, room: u32): u32 {
  const units = <u32>String.UTF8.byteLength(text) <= room ? text.length : <i32>room / 3;
  return <u32>String.UTF8.encodeUnsafe(changetype<usize>(text), units, address);
}
