/*
 * The config flow in C++: network, channel, fetch, read; destructors close what was opened. It prints the account's
 * config `greeting`. Build it with `make`, run it with `mvsim run config_reader.wasm --config greeting=Hello`.
 */
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>
#include "mcu_cmsis.h"

namespace {

constexpr uint32_t records = 8, network_tag = 1, channel_tag = 2;
volatile MvNotification ring[records];
alignas(512) uint8_t send_buffer[512];
alignas(512) uint8_t receive_buffer[1024];
/* Set by the handler. Not plain variables: the compiler may take a loop that waits for those for endless. */
std::atomic<bool> network_changed, readable, lost;

/* There are no exceptions: a status that the program cannot go on with ends it. */
void check(MvStatus status, const char *call) {
  if (status == MV_STATUS_OKAY) return;
  std::fprintf(stderr, "%s: status %u\n", call, static_cast<unsigned>(status));
  std::abort();
}

/* Masked between the look and the sleep: an interrupt in between is not slept through. */
void wait_for(std::atomic<bool> &flag) {
  for (bool is_set = false; !is_set;) {
    __disable_irq();
    is_set = flag.exchange(false) || lost;
    if (!is_set) __WFI();
    __enable_irq();
  }
}

/* A handle that its own call closes. It is not copied: one place closes it. */
template <typename Number, MvStatus (*close)(Number *)>
class Handle {
 public:
  Handle() = default;
  Handle(const Handle &) = delete;
  Handle &operator=(const Handle &) = delete;
  ~Handle() {
    if (number_ != 0) check(close(&number_), "close");
  }
  Number *out() { return &number_; }
  Number get() const { return number_; }

 private:
  Number number_ = 0;
};

class Notifications {
 public:
  Notifications() {
    const MvNotificationSetup setup{TIM1_BRK_IRQn, const_cast<MvNotification *>(ring), sizeof ring};
    check(mvSetupNotifications(&setup, centre_.out()), "mvSetupNotifications");
    NVIC_EnableIRQ(TIM1_BRK_IRQn);
  }
  ~Notifications() { NVIC_DisableIRQ(TIM1_BRK_IRQn); }
  MvNotificationHandle get() const { return centre_.get(); }

 private:
  Handle<MvNotificationHandle, mvCloseNotifications> centre_;
};

class Network {
 public:
  explicit Network(const Notifications &centre) {
    MvRequestNetworkParams params{};
    params.version = 1;
    params.v1.notification_handle = centre.get();
    params.v1.notification_tag = network_tag;
    check(mvRequestNetwork(&params, network_.out()), "mvRequestNetwork");
    while (status() != MV_NETWORKSTATUS_CONNECTED) wait_for(network_changed);
  }
  MvNetworkHandle get() const { return network_.get(); }

 private:
  MvNetworkStatus status() const {
    MvNetworkStatus status;
    check(mvGetNetworkStatus(get(), &status), "mvGetNetworkStatus");
    return status;
  }
  Handle<MvNetworkHandle, mvReleaseNetwork> network_;
};

class ConfigChannel {
 public:
  ConfigChannel(const Notifications &centre, const Network &network) {
    MvOpenChannelParams params{};
    params.version = 1;
    params.v1.notification_handle = centre.get();
    params.v1.notification_tag = channel_tag;
    params.v1.network_handle = network.get();
    params.v1.receive_buffer = receive_buffer;
    params.v1.receive_buffer_len = sizeof receive_buffer;
    params.v1.send_buffer = send_buffer;
    params.v1.send_buffer_len = sizeof send_buffer;
    params.v1.channel_type = MV_CHANNELTYPE_CONFIGFETCH;
    check(mvOpenChannel(&params, channel_.out()), "mvOpenChannel");
  }

  std::optional<std::string> fetch(std::string_view key) {
    MvConfigKeyToFetch item{};
    item.scope = MV_CONFIGKEYFETCHSCOPE_ACCOUNT;
    item.store = MV_CONFIGKEYFETCHSTORE_CONFIG;
    item.key = {reinterpret_cast<const uint8_t *>(key.data()), static_cast<uint32_t>(key.size())};
    const MvConfigKeyFetchParams request{1, &item};
    check(mvSendConfigFetchRequest(channel_.get(), &request), "mvSendConfigFetchRequest");
    wait_for(readable);
    if (lost) return std::nullopt;

    std::string value(512, '\0');
    MvConfigKeyFetchResult result;
    uint32_t length = 0;
    const MvConfigResponseReadItemParams read{
        0, &result, {reinterpret_cast<uint8_t *>(value.data()), static_cast<uint32_t>(value.size()), &length}};
    check(mvReadConfigResponseItem(channel_.get(), &read), "mvReadConfigResponseItem");
    if (result != MV_CONFIGKEYFETCHRESULT_OK) return std::nullopt;
    value.resize(length);
    return value;
  }

 private:
  Handle<MvChannelHandle, mvCloseChannel> channel_;
};

}  // namespace

/* `mv_syscalls.h` has declared it as C's, and exported. */
void TIM1_BRK_IRQHandler() {
  static uint32_t next;
  const volatile MvNotification &record = ring[next];
  next = (next + 1) % records;
  if (record.event_type == MV_EVENTTYPE_NETWORKSTATUSCHANGED) network_changed = true;
  if (record.event_type == MV_EVENTTYPE_CHANNELDATAREADABLE) readable = true;
  if (record.event_type == MV_EVENTTYPE_CHANNELNOTCONNECTED) lost = true;
}

int main() {
  const Notifications centre;
  const Network network(centre);
  ConfigChannel channel(centre, network);
  const auto greeting = channel.fetch("greeting");
  std::printf("greeting: %s\n", greeting ? greeting->c_str() : "not there");
  return greeting ? EXIT_SUCCESS : EXIT_FAILURE;
}
