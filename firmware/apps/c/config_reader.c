/*
 * The config flow in C: network, channel, fetch, read, close. It prints the account's config `greeting` to the console.
 * Build it with `make`, run it with `mvsim run config_reader.wasm --config greeting=Hello`.
 */
#include <assert.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include "mcu_cmsis.h"

#define NETWORK_TAG 1
#define CHANNEL_TAG 2
#define RECORDS 8

static volatile struct MvNotification records[RECORDS];
static uint8_t send_buffer[512] __attribute__((aligned(512)));
static uint8_t receive_buffer[1024] __attribute__((aligned(512)));
/* Written by the handler. `volatile`: else the compiler may take a loop that waits for them for endless. */
static volatile bool network_changed, readable, lost;

void TIM1_BRK_IRQHandler(void) {
  static unsigned next;
  volatile struct MvNotification *record = &records[next];
  next = (next + 1) % RECORDS;
  if (record->event_type == MV_EVENTTYPE_NETWORKSTATUSCHANGED) network_changed = true;
  if (record->event_type == MV_EVENTTYPE_CHANNELDATAREADABLE) readable = true;
  if (record->event_type == MV_EVENTTYPE_CHANNELNOTCONNECTED) lost = true;
}

/* Masked between the look and the sleep: an interrupt in between is not slept through. */
static void wait_for(volatile bool *flag) {
  for (;;) {
    __disable_irq();
    bool is_set = *flag || lost;
    if (!is_set) __WFI();
    __enable_irq();
    if (is_set) break;
  }
  *flag = false;
}

static MvNetworkHandle connect_network(MvNotificationHandle centre) {
  MvNetworkHandle network = 0;
  struct MvRequestNetworkParams params = {
    .version = 1,
    .v1 = { .notification_handle = centre, .notification_tag = NETWORK_TAG },
  };
  enum MvStatus status = mvRequestNetwork(&params, &network);
  assert(status == MV_STATUS_OKAY);
  for (;;) {
    enum MvNetworkStatus network_status;
    status = mvGetNetworkStatus(network, &network_status);
    assert(status == MV_STATUS_OKAY);
    if (network_status == MV_NETWORKSTATUS_CONNECTED) return network;
    wait_for(&network_changed);
  }
}

static MvChannelHandle open_channel(MvNotificationHandle centre, MvNetworkHandle network) {
  MvChannelHandle channel = 0;
  struct MvOpenChannelParams params = {
    .version = 1,
    .v1 = {
      .notification_handle = centre,
      .notification_tag = CHANNEL_TAG,
      .network_handle = network,
      .receive_buffer = receive_buffer,
      .receive_buffer_len = sizeof receive_buffer,
      .send_buffer = send_buffer,
      .send_buffer_len = sizeof send_buffer,
      .channel_type = MV_CHANNELTYPE_CONFIGFETCH,
    },
  };
  enum MvStatus status = mvOpenChannel(&params, &channel);
  assert(status == MV_STATUS_OKAY);
  return channel;
}

static bool fetch(MvChannelHandle channel, const char *key, char *value, uint32_t size) {
  struct MvConfigKeyToFetch item = {
    .scope = MV_CONFIGKEYFETCHSCOPE_ACCOUNT,
    .store = MV_CONFIGKEYFETCHSTORE_CONFIG,
    .key = { .data = (const uint8_t *)key, .length = (uint32_t)strlen(key) },
  };
  struct MvConfigKeyFetchParams request = { .num_items = 1, .keys_to_fetch = &item };
  enum MvStatus status = mvSendConfigFetchRequest(channel, &request);
  assert(status == MV_STATUS_OKAY);
  wait_for(&readable);
  if (lost) return false;
  enum MvConfigKeyFetchResult result;
  uint32_t length = 0;
  struct MvConfigResponseReadItemParams read = {
    .result = &result,
    .item_index = 0,
    .buf = { .data = (uint8_t *)value, .size = size - 1, .length = &length },
  };
  status = mvReadConfigResponseItem(channel, &read);
  assert(status == MV_STATUS_OKAY);
  value[length] = 0;
  return result == MV_CONFIGKEYFETCHRESULT_OK;
}

int main(void) {
  MvNotificationHandle centre = 0;
  struct MvNotificationSetup setup = {
    .irq = TIM1_BRK_IRQn,
    .buffer = (struct MvNotification *)records,
    .buffer_size = sizeof records,
  };
  enum MvStatus status = mvSetupNotifications(&setup, &centre);
  assert(status == MV_STATUS_OKAY);
  NVIC_EnableIRQ(TIM1_BRK_IRQn);

  MvNetworkHandle network = connect_network(centre);
  MvChannelHandle channel = open_channel(centre, network);
  static char value[512];
  bool found = fetch(channel, "greeting", value, sizeof value);
  status = mvCloseChannel(&channel);
  assert(status == MV_STATUS_OKAY);
  status = mvReleaseNetwork(&network);
  assert(status == MV_STATUS_OKAY);
  status = mvCloseNotifications(&centre);
  assert(status == MV_STATUS_OKAY);
  printf("greeting: %s\n", found ? value : "not there");
  return found ? 0 : 1;
}
