/**
 * The structs of the ABI, as views of memory, and the types of its handles.
 * Generated from host/abi by `npm run generate`: do not edit.
 */

import {
  MvEventType,
  MvChannelType,
  MvHttpResult,
  MvConfigKeyFetchScope,
  MvConfigKeyFetchStore,
  MvConfigFetchResult,
  MvMqttProtocolVersion,
  MvMqttRequestState,
  MvSystemNotificationSource,
} from "./enums";

export type MvNotificationHandle = u32;
export type MvNetworkHandle = u32;
export type MvChannelHandle = u32;
export type MvSystemEventHandle = u32;
export type MvExternalFlashHandle = u32;

/** 16 bytes. */
@unmanaged
export class MvNotification {
  microseconds: u64;
  event_type: MvEventType;
  tag: u32;
}

/** 12 bytes. */
@unmanaged
export class MvNotificationSetup {
  irq: u32;
  buffer: usize; // struct MvNotification *
  buffer_size: u32;
}

/** 12 bytes. */
@unmanaged
export class MvRequestNetworkParams {
  version: u32;
  v1_notification_handle: MvNotificationHandle;
  v1_notification_tag: u32;
}

/** 8 bytes. */
@unmanaged
export class MvSizedString {
  data: usize; // const uint8_t *
  length: u32;
}

/** 44 bytes. */
@unmanaged
export class MvOpenChannelParams {
  version: u32;
  v1_notification_handle: MvNotificationHandle;
  v1_notification_tag: u32;
  v1_network_handle: MvNetworkHandle;
  v1_receive_buffer: usize; // uint8_t *
  v1_receive_buffer_len: u32;
  v1_send_buffer: usize; // uint8_t *
  v1_send_buffer_len: u32;
  v1_channel_type: MvChannelType;
  v1_endpoint_data: usize; // const uint8_t *
  v1_endpoint_length: u32;
}

/** 8 bytes. */
@unmanaged
export class MvHttpHeader {
  length: u32;
  data: usize; // const uint8_t *
}

/** 36 bytes. */
@unmanaged
export class MvHttpRequest {
  method_data: usize; // const uint8_t *
  method_length: u32;
  url_data: usize; // const uint8_t *
  url_length: u32;
  num_headers: u32;
  headers: usize; // const struct MvHttpHeader *
  body_data: usize; // const uint8_t *
  body_length: u32;
  timeout_ms: u32;
}

/** 16 bytes. */
@unmanaged
export class MvHttpResponseData {
  result: MvHttpResult;
  status_code: u32;
  num_headers: u32;
  body_length: u32;
}

/** 16 bytes. */
@unmanaged
export class MvConfigKeyToFetch {
  scope: MvConfigKeyFetchScope;
  store: MvConfigKeyFetchStore;
  key_data: usize; // const uint8_t *
  key_length: u32;
}

/** 8 bytes. */
@unmanaged
export class MvConfigKeyFetchParams {
  num_items: u32;
  keys_to_fetch: usize; // const struct MvConfigKeyToFetch *
}

/** 8 bytes. */
@unmanaged
export class MvConfigResponseData {
  result: MvConfigFetchResult;
  num_items: u32;
}

/** 12 bytes. */
@unmanaged
export class MvSizedStringBuffer {
  data: usize; // uint8_t *
  size: u32;
  length: usize; // uint32_t *
}

/** 20 bytes. */
@unmanaged
export class MvConfigResponseReadItemParams {
  item_index: u32;
  result: usize; // enum MvConfigKeyFetchResult *
  buf_data: usize; // uint8_t *
  buf_size: u32;
  buf_length: usize; // uint32_t *
}

/** 16 bytes. */
@unmanaged
export class MvUsernamePassword {
  username_data: usize; // const uint8_t *
  username_length: u32;
  password_data: usize; // const uint8_t *
  password_length: u32;
}

/** 20 bytes. */
@unmanaged
export class MvMqttAuthentication {
  method: u8; // enum MvMqttAuthenticationMethod
  username_password_username_data: usize; // const uint8_t *
  username_password_username_length: u32;
  username_password_password_data: usize; // const uint8_t *
  username_password_password_length: u32;
}

/** 8 bytes. */
@unmanaged
export class MvTlsCertificateChain {
  num_certs: u32;
  certs: usize; // const struct MvSizedString *
}

/** 16 bytes. */
@unmanaged
export class MvOwnTlsCertificateChain {
  chain_num_certs: u32;
  chain_certs: usize; // const struct MvSizedString *
  key_data: usize; // const uint8_t *
  key_length: u32;
}

/** 24 bytes. */
@unmanaged
export class MvTlsCredentials {
  cacert_num_certs: u32;
  cacert_certs: usize; // const struct MvSizedString *
  clientcert_chain_num_certs: u32;
  clientcert_chain_certs: usize; // const struct MvSizedString *
  clientcert_key_data: usize; // const uint8_t *
  clientcert_key_length: u32;
}

/** 24 bytes. */
@unmanaged
export class MvMqttWill {
  topic_data: usize; // const uint8_t *
  topic_length: u32;
  payload_data: usize; // const uint8_t *
  payload_length: u32;
  qos: u32;
  retain: u8; // uint8_t
  padding0: u8;
  padding1: u8;
  padding2: u8;
}

/** 60 bytes. */
@unmanaged
export class MvMqttConnectRequest {
  protocol_version: MvMqttProtocolVersion;
  host_data: usize; // const uint8_t *
  host_length: u32;
  port: u16;
  clientid_data: usize; // const uint8_t *
  clientid_length: u32;
  authentication_method: u8; // enum MvMqttAuthenticationMethod
  authentication_username_password_username_data: usize; // const uint8_t *
  authentication_username_password_username_length: u32;
  authentication_username_password_password_data: usize; // const uint8_t *
  authentication_username_password_password_length: u32;
  tls_credentials: usize; // const struct MvTlsCredentials *
  keepalive: u32;
  clean_start: u8; // uint8_t
  will: usize; // const struct MvMqttWill *
}

/** 8 bytes. */
@unmanaged
export class MvMqttConnectResponse {
  request_state: MvMqttRequestState;
  reason_code: u32;
}

/** 24 bytes. */
@unmanaged
export class MvMqttSubscription {
  topic_data: usize; // const uint8_t *
  topic_length: u32;
  desired_qos: u32;
  nl: u32;
  rap: u32;
  rh: u32;
}

/** 12 bytes. */
@unmanaged
export class MvMqttSubscribeRequest {
  correlation_id: u32;
  subscriptions: usize; // const struct MvMqttSubscription *
  num_subscriptions: u32;
}

/** 20 bytes. */
@unmanaged
export class MvMqttSubscribeResponse {
  request_state: usize; // enum MvMqttRequestState *
  correlation_id: usize; // uint32_t *
  reason_codes: usize; // uint32_t *
  reason_codes_size: u32;
  reason_codes_len: usize; // uint32_t *
}

/** 12 bytes. */
@unmanaged
export class MvMqttUnsubscribeRequest {
  correlation_id: u32;
  topics: usize; // const struct MvSizedString *
  num_topics: u32;
}

/** 20 bytes. */
@unmanaged
export class MvMqttUnsubscribeResponse {
  request_state: usize; // enum MvMqttRequestState *
  correlation_id: usize; // uint32_t *
  reason_codes: usize; // uint32_t *
  reason_codes_size: u32;
  reason_codes_len: usize; // uint32_t *
}

/** 28 bytes. */
@unmanaged
export class MvMqttPublishRequest {
  correlation_id: u32;
  topic_data: usize; // const uint8_t *
  topic_length: u32;
  payload_data: usize; // const uint8_t *
  payload_length: u32;
  desired_qos: u32;
  retain: u32;
}

/** 12 bytes. */
@unmanaged
export class MvMqttPublishResponse {
  request_state: MvMqttRequestState;
  correlation_id: u32;
  reason_code: u32;
}

/** 36 bytes. */
@unmanaged
export class MvMqttMessage {
  correlation_id: usize; // uint32_t *
  topic_data: usize; // uint8_t *
  topic_size: u32;
  topic_length: usize; // uint32_t *
  payload_data: usize; // uint8_t *
  payload_size: u32;
  payload_length: usize; // uint32_t *
  qos: usize; // uint32_t *
  retain: usize; // uint8_t *
}

/** 20 bytes. */
@unmanaged
export class MvMqttLostMessageInfo {
  reason: usize; // enum MvMqttLostMessageReason *
  topic_data: usize; // uint8_t *
  topic_size: u32;
  topic_length: usize; // uint32_t *
  message_len: usize; // uint32_t *
}

/** 8 bytes. */
@unmanaged
export class MvMqttDisconnectResponse {
  request_state: MvMqttRequestState;
  disconnect_code: u32;
}

/** 12 bytes. */
@unmanaged
export class MvOpenSystemNotificationParams {
  notification_handle: MvNotificationHandle;
  notification_tag: u32;
  notification_source: MvSystemNotificationSource;
}

/** 16 bytes. */
@unmanaged
export class MvExternalFlashInfo {
  version: u32;
  v1_chip_id: u32;
  v1_size: u32;
  v1_num_handles: u32;
}

/** 24 bytes. */
@unmanaged
export class MvWifiConfig {
  version: u32;
  v1_config_mode: u8; // enum MvWifiConfigMode
  v1_wifi_ssid_data: usize; // const uint8_t *
  v1_wifi_ssid_length: u32;
  v1_wifi_password_data: usize; // const uint8_t *
  v1_wifi_password_length: u32;
}

/** 20 bytes. */
@unmanaged
export class MvWifiConfigOut {
  version: u32;
  v1_ssid_data: usize; // uint8_t *
  v1_ssid_size: u32;
  v1_ssid_length: usize; // uint32_t *
  v1_has_encryption: usize; // uint8_t *
}
