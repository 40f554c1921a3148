/**
 * Every struct of the ABI, fields in order. Offsets and sizes follow from the types (`layout.ts`).
 */

import {
  constPointer,
  enumeration,
  type FieldTypes,
  group,
  handle,
  pointer,
  struct,
  u8,
  u16,
  u32,
  u64,
} from "./types.ts";

export const structs = {
  MvNotification: {
    microseconds: u64,
    event_type: enumeration("MvEventType"),
    tag: u32,
  },
  MvNotificationSetup: {
    irq: u32,
    buffer: pointer(struct("MvNotification"), { bytes: "buffer_size" }),
    buffer_size: u32,
  },
  MvRequestNetworkParams: {
    version: u32,
    v1: group({
      notification_handle: handle("MvNotificationHandle"),
      notification_tag: u32,
    }),
  },
  MvSizedString: {
    data: constPointer(u8, { bytes: "length" }),
    length: u32,
  },
  MvOpenChannelParams: {
    version: u32,
    v1: group({
      notification_handle: handle("MvNotificationHandle"),
      notification_tag: u32,
      network_handle: handle("MvNetworkHandle"),
      receive_buffer: pointer(u8, { bytes: "receive_buffer_len" }),
      receive_buffer_len: u32,
      send_buffer: pointer(u8, { bytes: "send_buffer_len" }),
      send_buffer_len: u32,
      channel_type: enumeration("MvChannelType"),
      endpoint: struct("MvSizedString"),
    }),
  },
  MvHttpHeader: {
    length: u32,
    data: constPointer(u8, { bytes: "length" }),
  },
  MvHttpRequest: {
    method: struct("MvSizedString"),
    url: struct("MvSizedString"),
    num_headers: u32,
    headers: constPointer(struct("MvHttpHeader"), { count: "num_headers" }),
    body: struct("MvSizedString"),
    timeout_ms: u32,
  },
  MvHttpResponseData: {
    result: enumeration("MvHttpResult"),
    status_code: u32,
    num_headers: u32,
    body_length: u32,
  },
  MvConfigKeyToFetch: {
    scope: enumeration("MvConfigKeyFetchScope"),
    store: enumeration("MvConfigKeyFetchStore"),
    key: struct("MvSizedString"),
  },
  MvConfigKeyFetchParams: {
    num_items: u32,
    keys_to_fetch: constPointer(struct("MvConfigKeyToFetch"), { count: "num_items" }),
  },
  MvConfigResponseData: {
    result: enumeration("MvConfigFetchResult"),
    num_items: u32,
  },
  MvSizedStringBuffer: {
    data: pointer(u8, { bytes: "size" }),
    size: u32,
    length: pointer(u32),
  },
  MvConfigResponseReadItemParams: {
    item_index: u32,
    result: pointer(enumeration("MvConfigKeyFetchResult")),
    buf: struct("MvSizedStringBuffer"),
  },
  MvUsernamePassword: {
    username: struct("MvSizedString"),
    password: struct("MvSizedString"),
  },
  MvMqttAuthentication: {
    method: enumeration("MvMqttAuthenticationMethod"),
    username_password: struct("MvUsernamePassword"),
  },
  MvTlsCertificateChain: {
    num_certs: u32,
    certs: constPointer(struct("MvSizedString"), { count: "num_certs" }),
  },
  MvOwnTlsCertificateChain: {
    chain: struct("MvTlsCertificateChain"),
    key: struct("MvSizedString"),
  },
  MvTlsCredentials: {
    cacert: struct("MvTlsCertificateChain"),
    clientcert: struct("MvOwnTlsCertificateChain"),
  },
  MvMqttWill: {
    topic: struct("MvSizedString"),
    payload: struct("MvSizedString"),
    qos: u32,
    retain: u8,
  },
  MvMqttConnectRequest: {
    protocol_version: enumeration("MvMqttProtocolVersion"),
    host: struct("MvSizedString"),
    port: u16,
    clientid: struct("MvSizedString"),
    authentication: struct("MvMqttAuthentication"),
    tls_credentials: constPointer(struct("MvTlsCredentials")),
    keepalive: u32,
    clean_start: u8,
    will: constPointer(struct("MvMqttWill")),
  },
  MvMqttConnectResponse: {
    request_state: enumeration("MvMqttRequestState"),
    reason_code: u32,
  },
  MvMqttSubscription: {
    topic: struct("MvSizedString"),
    desired_qos: u32,
    nl: u32,
    rap: u32,
    rh: u32,
  },
  MvMqttSubscribeRequest: {
    correlation_id: u32,
    subscriptions: constPointer(struct("MvMqttSubscription"), { count: "num_subscriptions" }),
    num_subscriptions: u32,
  },
  MvMqttSubscribeResponse: {
    request_state: pointer(enumeration("MvMqttRequestState")),
    correlation_id: pointer(u32),
    reason_codes: pointer(u32, { count: "reason_codes_size" }),
    reason_codes_size: u32,
    reason_codes_len: pointer(u32),
  },
  MvMqttUnsubscribeRequest: {
    correlation_id: u32,
    topics: constPointer(struct("MvSizedString"), { count: "num_topics" }),
    num_topics: u32,
  },
  MvMqttUnsubscribeResponse: {
    request_state: pointer(enumeration("MvMqttRequestState")),
    correlation_id: pointer(u32),
    reason_codes: pointer(u32, { count: "reason_codes_size" }),
    reason_codes_size: u32,
    reason_codes_len: pointer(u32),
  },
  MvMqttPublishRequest: {
    correlation_id: u32,
    topic: struct("MvSizedString"),
    payload: struct("MvSizedString"),
    desired_qos: u32,
    retain: u32,
  },
  MvMqttPublishResponse: {
    request_state: enumeration("MvMqttRequestState"),
    correlation_id: u32,
    reason_code: u32,
  },
  MvMqttMessage: {
    correlation_id: pointer(u32),
    topic: struct("MvSizedStringBuffer"),
    payload: struct("MvSizedStringBuffer"),
    qos: pointer(u32),
    retain: pointer(u8),
  },
  MvMqttLostMessageInfo: {
    reason: pointer(enumeration("MvMqttLostMessageReason")),
    topic: struct("MvSizedStringBuffer"),
    message_len: pointer(u32),
  },
  MvMqttDisconnectResponse: {
    request_state: enumeration("MvMqttRequestState"),
    disconnect_code: u32,
  },
  MvOpenSystemNotificationParams: {
    notification_handle: handle("MvNotificationHandle"),
    notification_tag: u32,
    notification_source: enumeration("MvSystemNotificationSource"),
  },
  MvExternalFlashInfo: {
    version: u32,
    v1: group({
      chip_id: u32,
      size: u32,
      num_handles: u32,
    }),
  },
  MvWifiConfig: {
    version: u32,
    v1: group({
      config_mode: enumeration("MvWifiConfigMode"),
      wifi_ssid: struct("MvSizedString"),
      wifi_password: struct("MvSizedString"),
    }),
  },
  MvWifiConfigOut: {
    version: u32,
    v1: group({
      ssid: struct("MvSizedStringBuffer"),
      has_encryption: pointer(u8),
    }),
  },
} as const satisfies Record<string, FieldTypes>;

export type StructName = keyof typeof structs;
