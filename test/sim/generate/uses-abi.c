/* What firmware does with the header: designated initialisers, one-byte enums by value, in structs and by pointer. */
#include "mcu_cmsis.h"

static uint8_t receive_buffer[512] __attribute__((aligned(512)));
static uint8_t send_buffer[512] __attribute__((aligned(512)));

static const struct MvMqttAuthentication authentication = {
  .method = MV_MQTTAUTHENTICATIONMETHOD_USERNAMEPASSWORD,
  .username_password = { .username = { .data = (const uint8_t *)"me", .length = 2 } },
};

void TIM1_BRK_IRQHandler(void) {}

void SysTick_Handler(void) {}

void _start(void) {
  MvChannelHandle channel = 0;
  struct MvOpenChannelParams params = {
    .version = 1,
    .v1 = {
      .notification_handle = 0x11111111,
      .notification_tag = 7,
      .network_handle = 0x22222222,
      .receive_buffer = receive_buffer,
      .receive_buffer_len = sizeof receive_buffer,
      .send_buffer = send_buffer,
      .send_buffer_len = sizeof send_buffer,
      .channel_type = MV_CHANNELTYPE_CONFIGFETCH,
      .endpoint = { .data = 0, .length = 0 },
    },
  };
  enum MvStatus status = mvOpenChannel(&params, &channel);
  mvTestingComplete(status);
  mvTestLog((const uint8_t *)&authentication, sizeof authentication);

  struct {
    enum MvWakeReason reason;
    uint8_t guard[7];
  } wake = { MV_WAKEREASON_COLDBOOT, { 0 } };
  mvGetWakeReason(&wake.reason);
  mvTestLog((const uint8_t *)&wake, sizeof wake);
  mvPowerSave(MV_POWERSAVINGMODE_STOP2);
  NVIC_SetPriority(SysTick_IRQn, 3);
}
