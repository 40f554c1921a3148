/*
 * Microvisor system calls: enums, structs and prototypes of the application ABI.
 * Generated from host/abi by `npm run generate`: do not edit.
 *
 * A call returns an enum MvStatus and writes its results through pointers, and only when it returns MV_STATUS_OKAY.
 *
 * For the simulator, build with any of:
 *   clang --target=wasm32-wasi app.c                       with wasi-libc; the program is main
 *   clang --target=wasm32 -nostdlib app.c                  without a C library; the program is void _start(void)
 *   clang --target=wasm32 -nostdlib -Wl,--no-entry app.c   without a C library; the program is int main(void)
 * Calls import themselves and interrupt handlers export themselves: a file that defines a handler includes this header,
 * and needs no linker flag. -fshort-enums makes no difference: every enum here has the size that it has on the device.
 */
#ifndef MV_SYSCALLS_H
#define MV_SYSCALLS_H

#include <stddef.h>
#include <stdint.h>

/* An unsigned enum of 8 or 32 bits, whatever the compiler's default is: a fixed underlying type, or GCC's mode. */
#if defined(__cplusplus) || defined(__clang__) || (defined(__STDC_VERSION__) && __STDC_VERSION__ >= 202311L)
#define MV_ENUM(name, bits) __extension__ enum name : uint##bits##_t
#else
#define MV_ENUM_MODE_8 __attribute__((mode(QI)))
#define MV_ENUM_MODE_32 __attribute__((mode(SI)))
#define MV_ENUM(name, bits) enum MV_ENUM_MODE_##bits name
#endif

#ifdef __wasm__
#define MV_IMPORT(name) __attribute__((import_module("env"), import_name(name)))
#define MV_EXPORT(name) __attribute__((export_name(name)))
#else
#define MV_IMPORT(name)
#endif

#ifdef __cplusplus
#define MV_ASSERT(condition) static_assert(condition, #condition)
extern "C" {
#else
#define MV_ASSERT(condition) _Static_assert(condition, #condition)
#endif

/* ---- Enums ---- */

MV_ENUM(MvStatus, 32) {
  MV_STATUS_OKAY = 0,
  MV_STATUS_TIMENOTSET = 1,
  MV_STATUS_PARAMETERFAULT = 2,
  MV_STATUS_INVALIDBUFFERSIZE = 3,
  MV_STATUS_PERIPHERALACCESSFAULT = 4,
  MV_STATUS_BUFFERALREADYINUSE = 5,
  MV_STATUS_INVALIDINTERRUPT = 6,
  MV_STATUS_INVALIDHANDLE = 7,
  MV_STATUS_TOOMANYNOTIFICATIONBUFFERS = 8,
  MV_STATUS_INVALIDVECTOR = 9,
  MV_STATUS_UNAVAILABLE = 10,
  MV_STATUS_UNSUPPORTEDSTRUCTUREVERSION = 11,
  MV_STATUS_TOOMANYCHANNELS = 12,
  MV_STATUS_UNKNOWNCHANNELENDPOINT = 13,
  MV_STATUS_UNKNOWNCHANNELTYPE = 14,
  MV_STATUS_CHANNELCLOSED = 15,
  MV_STATUS_NETWORKNOTCONNECTED = 16,
  MV_STATUS_RATELIMITED = 17,
  MV_STATUS_INVALIDBUFFERALIGNMENT = 18,
  MV_STATUS_LATEFAULT = 19,
  MV_STATUS_RESPONSENOTPRESENT = 20,
  MV_STATUS_INDEXINVALID = 21,
  MV_STATUS_OFFSETINVALID = 22,
  MV_STATUS_REQUESTALREADYSENT = 23,
  MV_STATUS_REQUESTUNSUCCESSFUL = 24,
  MV_STATUS_LOGMESSAGETOOLONG = 25,
  MV_STATUS_LOGGINGDISABLEDBYSERVER = 26,
  MV_STATUS_TOOMANYCONFIGKEYS = 27,
  MV_STATUS_UNKNOWNCONFIGSTORE = 28,
  MV_STATUS_UNKNOWNCONFIGSCOPE = 29,
  MV_STATUS_INVALIDCONFIGKEY = 30,
  MV_STATUS_INVALIDAUTHENTICATION = 31,
  MV_STATUS_WRONGDATAREQUESTED = 32,
  MV_STATUS_INTERNALERROR = 33,
  MV_STATUS_TOOMANYELEMENTS = 34,
  MV_STATUS_REQUIREDELEMENTMISSING = 35,
  MV_STATUS_MICROVISORBUSY = 36,
  MV_STATUS_ADDRESSOUTOFRANGE = 37,
  MV_STATUS_INPUTTOOLONG = 38,
};

MV_ENUM(MvEventType, 32) {
  MV_EVENTTYPE_NOEVENT = 0,
  MV_EVENTTYPE_NETWORKSTATUSCHANGED = 1,
  MV_EVENTTYPE_CHANNELDATAREADABLE = 2,
  MV_EVENTTYPE_CHANNELDATAWRITESPACE = 3,
  MV_EVENTTYPE_CHANNELNOTCONNECTED = 4,
  MV_EVENTTYPE_UPDATEDOWNLOADED = 5,
};

MV_ENUM(MvNetworkStatus, 32) {
  MV_NETWORKSTATUS_DELIBERATELYOFFLINE = 0,
  MV_NETWORKSTATUS_CONNECTED = 1,
  MV_NETWORKSTATUS_CONNECTING = 2,
  MV_NETWORKSTATUS_DISCONNECTEDWITHLINKUP = 3,
};

MV_ENUM(MvNetworkReason, 32) {
  MV_NETWORKREASON_NOTCONNECTING = 0,
  MV_NETWORKREASON_USINGNETWORK = 1,
  MV_NETWORKREASON_NEVERUSEDNETWORKAPI = 2,
  MV_NETWORKREASON_MINIMUMCHECKINEXPIRED = 4,
  MV_NETWORKREASON_RTCNOTSET = 8,
  MV_NETWORKREASON_KERNELERROR = 16,
  MV_NETWORKREASON_APPLICATIONERROR = 32,
  MV_NETWORKREASON_COLDBOOTCONNECTION = 64,
  MV_NETWORKREASON_FETCHINGUPDATE = 128,
  MV_NETWORKREASON_DEBUGGERATTACHED = 256,
  MV_NETWORKREASON_NOAPPLICATIONCODE = 512,
  MV_NETWORKREASON_ENHANCECALM = 2048,
};

MV_ENUM(MvChannelType, 32) {
  MV_CHANNELTYPE_OPAQUEBYTES = 0,
  MV_CHANNELTYPE_MQTT = 1,
  MV_CHANNELTYPE_HTTP = 2,
  MV_CHANNELTYPE_CONFIGFETCH = 3,
};

MV_ENUM(MvClosureReason, 32) {
  MV_CLOSUREREASON_NONE = 0,
  MV_CLOSUREREASON_CHANNELCLOSEDBYSERVER = 1,
  MV_CLOSUREREASON_CHANNELRESETBYSERVER = 2,
  MV_CLOSUREREASON_NETWORKDISCONNECTED = 3,
  MV_CLOSUREREASON_CONNECTIONTERMINATED = 4,
  MV_CLOSUREREASON_NOTYETOPEN = 5,
  MV_CLOSUREREASON_CLOSEDBYAPPLICATION = 6,
  MV_CLOSUREREASON_UNEXPECTEDLYTERMINATED = 7,
};

MV_ENUM(MvHttpResult, 32) {
  MV_HTTPRESULT_OK = 0,
  MV_HTTPRESULT_UNSUPPORTEDURISCHEME = 1,
  MV_HTTPRESULT_UNSUPPORTEDMETHOD = 2,
  MV_HTTPRESULT_INVALIDHEADERS = 3,
  MV_HTTPRESULT_INVALIDTIMEOUT = 4,
  MV_HTTPRESULT_REQUESTFAILED = 5,
  MV_HTTPRESULT_RESPONSETOOLARGE = 6,
};

MV_ENUM(MvConfigKeyFetchScope, 32) {
  MV_CONFIGKEYFETCHSCOPE_ACCOUNT = 0,
  MV_CONFIGKEYFETCHSCOPE_DEVICE = 1,
};

MV_ENUM(MvConfigKeyFetchStore, 32) {
  MV_CONFIGKEYFETCHSTORE_SECRET = 0,
  MV_CONFIGKEYFETCHSTORE_CONFIG = 1,
};

MV_ENUM(MvConfigFetchResult, 32) {
  MV_CONFIGFETCHRESULT_OK = 0,
  MV_CONFIGFETCHRESULT_RESPONSETOOLARGE = 1,
};

MV_ENUM(MvConfigKeyFetchResult, 32) {
  MV_CONFIGKEYFETCHRESULT_OK = 0,
  MV_CONFIGKEYFETCHRESULT_KEYNOTFOUND = 1,
  MV_CONFIGKEYFETCHRESULT_SERVERERROR = 2,
};

MV_ENUM(MvMqttReadableDataType, 32) {
  MV_MQTTREADABLEDATATYPE_NONE = 0,
  MV_MQTTREADABLEDATATYPE_MESSAGERECEIVED = 1,
  MV_MQTTREADABLEDATATYPE_MESSAGELOST = 2,
  MV_MQTTREADABLEDATATYPE_CONNECTRESPONSE = 3,
  MV_MQTTREADABLEDATATYPE_SUBSCRIBERESPONSE = 4,
  MV_MQTTREADABLEDATATYPE_UNSUBSCRIBERESPONSE = 5,
  MV_MQTTREADABLEDATATYPE_PUBLISHRESPONSE = 6,
  MV_MQTTREADABLEDATATYPE_DISCONNECTRESPONSE = 7,
};

MV_ENUM(MvMqttProtocolVersion, 32) {
  MV_MQTTPROTOCOLVERSION_V3_1_1 = 0,
  MV_MQTTPROTOCOLVERSION_V5 = 1,
};

MV_ENUM(MvMqttAuthenticationMethod, 8) {
  MV_MQTTAUTHENTICATIONMETHOD_NONE = 0,
  MV_MQTTAUTHENTICATIONMETHOD_USERNAMEPASSWORD = 1,
};

MV_ENUM(MvMqttRequestState, 32) {
  MV_MQTTREQUESTSTATE_REQUESTCOMPLETED = 0,
  MV_MQTTREQUESTSTATE_INVALIDPARAMETERS = 1,
  MV_MQTTREQUESTSTATE_ALREADYCONNECTED = 2,
  MV_MQTTREQUESTSTATE_NOTCONNECTED = 3,
  MV_MQTTREQUESTSTATE_NXDOMAIN = 4,
  MV_MQTTREQUESTSTATE_UNKNOWNCA = 5,
  MV_MQTTREQUESTSTATE_CERTIFICATEEXPIRED = 6,
  MV_MQTTREQUESTSTATE_SOCKETERROR = 7,
  MV_MQTTREQUESTSTATE_CONNECTIONCIRCUITBREAKER = 8,
};

MV_ENUM(MvMqttLostMessageReason, 32) {
  MV_MQTTLOSTMESSAGEREASON_DEVICERECEIVEBUFFERTOOSMALL = 0,
};

MV_ENUM(MvPowerSavingMode, 8) {
  MV_POWERSAVINGMODE_SLEEP = 0,
  MV_POWERSAVINGMODE_STOP0 = 1,
  MV_POWERSAVINGMODE_STOP1 = 2,
  MV_POWERSAVINGMODE_STOP2 = 3,
  MV_POWERSAVINGMODE_STOP3 = 4,
};

MV_ENUM(MvSystemNotificationSource, 32) {
  MV_SYSTEMNOTIFICATIONSOURCE_NETWORK = 0,
  MV_SYSTEMNOTIFICATIONSOURCE_UPDATE = 1,
};

MV_ENUM(MvDeepSleepMode, 8) {
  MV_DEEPSLEEPMODE_STANDBY = 0,
  MV_DEEPSLEEPMODE_SHUTDOWN = 1,
};

MV_ENUM(MvWakeReason, 8) {
  MV_WAKEREASON_COLDBOOT = 0,
  MV_WAKEREASON_REMOTEMICROVISORRESTART = 1,
  MV_WAKEREASON_REMOTEAPPLICATIONRESTART = 2,
  MV_WAKEREASON_DEBUGGERRESTART = 3,
  MV_WAKEREASON_MICROVISORCRASH = 4,
  MV_WAKEREASON_MICROVISORWATCHDOG = 5,
  MV_WAKEREASON_MICROVISOROUTOFMEMORY = 6,
  MV_WAKEREASON_MICROVISORERROR = 7,
  MV_WAKEREASON_APPLICATIONCRASH = 8,
  MV_WAKEREASON_APPLICATIONUPDATE = 9,
  MV_WAKEREASON_MICROVISORUPDATE = 10,
  MV_WAKEREASON_OPTIONBYTES = 11,
  MV_WAKEREASON_DEEPSLEEPCHECKIN = 12,
  MV_WAKEREASON_DEEPSLEEPAPPLICATION = 13,
  MV_WAKEREASON_DEEPSLEEPMODEM = 14,
  MV_WAKEREASON_DEEPSLEEPAPPLICATIONRTC = 15,
  MV_WAKEREASON_DEEPSLEEPOTHER = 16,
};

MV_ENUM(MvRestartMode, 32) {
  MV_RESTARTMODE_AUTOAPPLYUPDATE = 0,
};

MV_ENUM(MvWifiConfigMode, 8) {
  MV_WIFICONFIGMODE_APPLYNOW = 0,
  MV_WIFICONFIGMODE_CLEARNOW = 1,
};

/* ---- Handles: numbers that the kernel gives out; 0 is none ---- */

typedef uint32_t MvNotificationHandle;
typedef uint32_t MvNetworkHandle;
typedef uint32_t MvChannelHandle;
typedef uint32_t MvSystemEventHandle;
typedef uint32_t MvExternalFlashHandle;

/* ---- Structs ---- */

struct MvNotification {
  uint64_t microseconds;
  enum MvEventType event_type;
  uint32_t tag;
};

struct MvNotificationSetup {
  uint32_t irq;
  struct MvNotification *buffer;
  uint32_t buffer_size;
};

struct MvRequestNetworkParams {
  uint32_t version;
  struct {
    MvNotificationHandle notification_handle;
    uint32_t notification_tag;
  } v1;
};

struct MvSizedString {
  const uint8_t *data;
  uint32_t length;
};

struct MvOpenChannelParams {
  uint32_t version;
  struct {
    MvNotificationHandle notification_handle;
    uint32_t notification_tag;
    MvNetworkHandle network_handle;
    uint8_t *receive_buffer;
    uint32_t receive_buffer_len;
    uint8_t *send_buffer;
    uint32_t send_buffer_len;
    enum MvChannelType channel_type;
    struct MvSizedString endpoint;
  } v1;
};

struct MvHttpHeader {
  uint32_t length;
  const uint8_t *data;
};

struct MvHttpRequest {
  struct MvSizedString method;
  struct MvSizedString url;
  uint32_t num_headers;
  const struct MvHttpHeader *headers;
  struct MvSizedString body;
  uint32_t timeout_ms;
};

struct MvHttpResponseData {
  enum MvHttpResult result;
  uint32_t status_code;
  uint32_t num_headers;
  uint32_t body_length;
};

struct MvConfigKeyToFetch {
  enum MvConfigKeyFetchScope scope;
  enum MvConfigKeyFetchStore store;
  struct MvSizedString key;
};

struct MvConfigKeyFetchParams {
  uint32_t num_items;
  const struct MvConfigKeyToFetch *keys_to_fetch;
};

struct MvConfigResponseData {
  enum MvConfigFetchResult result;
  uint32_t num_items;
};

struct MvSizedStringBuffer {
  uint8_t *data;
  uint32_t size;
  uint32_t *length;
};

struct MvConfigResponseReadItemParams {
  uint32_t item_index;
  enum MvConfigKeyFetchResult *result;
  struct MvSizedStringBuffer buf;
};

struct MvUsernamePassword {
  struct MvSizedString username;
  struct MvSizedString password;
};

struct MvMqttAuthentication {
  enum MvMqttAuthenticationMethod method;
  struct MvUsernamePassword username_password;
};

struct MvTlsCertificateChain {
  uint32_t num_certs;
  const struct MvSizedString *certs;
};

struct MvOwnTlsCertificateChain {
  struct MvTlsCertificateChain chain;
  struct MvSizedString key;
};

struct MvTlsCredentials {
  struct MvTlsCertificateChain cacert;
  struct MvOwnTlsCertificateChain clientcert;
};

struct MvMqttWill {
  struct MvSizedString topic;
  struct MvSizedString payload;
  uint32_t qos;
  uint8_t retain;
};

struct MvMqttConnectRequest {
  enum MvMqttProtocolVersion protocol_version;
  struct MvSizedString host;
  uint16_t port;
  struct MvSizedString clientid;
  struct MvMqttAuthentication authentication;
  const struct MvTlsCredentials *tls_credentials;
  uint32_t keepalive;
  uint8_t clean_start;
  const struct MvMqttWill *will;
};

struct MvMqttConnectResponse {
  enum MvMqttRequestState request_state;
  uint32_t reason_code;
};

struct MvMqttSubscription {
  struct MvSizedString topic;
  uint32_t desired_qos;
  uint32_t nl;
  uint32_t rap;
  uint32_t rh;
};

struct MvMqttSubscribeRequest {
  uint32_t correlation_id;
  const struct MvMqttSubscription *subscriptions;
  uint32_t num_subscriptions;
};

struct MvMqttSubscribeResponse {
  enum MvMqttRequestState *request_state;
  uint32_t *correlation_id;
  uint32_t *reason_codes;
  uint32_t reason_codes_size;
  uint32_t *reason_codes_len;
};

struct MvMqttUnsubscribeRequest {
  uint32_t correlation_id;
  const struct MvSizedString *topics;
  uint32_t num_topics;
};

struct MvMqttUnsubscribeResponse {
  enum MvMqttRequestState *request_state;
  uint32_t *correlation_id;
  uint32_t *reason_codes;
  uint32_t reason_codes_size;
  uint32_t *reason_codes_len;
};

struct MvMqttPublishRequest {
  uint32_t correlation_id;
  struct MvSizedString topic;
  struct MvSizedString payload;
  uint32_t desired_qos;
  uint32_t retain;
};

struct MvMqttPublishResponse {
  enum MvMqttRequestState request_state;
  uint32_t correlation_id;
  uint32_t reason_code;
};

struct MvMqttMessage {
  uint32_t *correlation_id;
  struct MvSizedStringBuffer topic;
  struct MvSizedStringBuffer payload;
  uint32_t *qos;
  uint8_t *retain;
};

struct MvMqttLostMessageInfo {
  enum MvMqttLostMessageReason *reason;
  struct MvSizedStringBuffer topic;
  uint32_t *message_len;
};

struct MvMqttDisconnectResponse {
  enum MvMqttRequestState request_state;
  uint32_t disconnect_code;
};

struct MvOpenSystemNotificationParams {
  MvNotificationHandle notification_handle;
  uint32_t notification_tag;
  enum MvSystemNotificationSource notification_source;
};

struct MvExternalFlashInfo {
  uint32_t version;
  struct {
    uint32_t chip_id;
    uint32_t size;
    uint32_t num_handles;
  } v1;
};

struct MvWifiConfig {
  uint32_t version;
  struct {
    enum MvWifiConfigMode config_mode;
    struct MvSizedString wifi_ssid;
    struct MvSizedString wifi_password;
  } v1;
};

struct MvWifiConfigOut {
  uint32_t version;
  struct {
    struct MvSizedStringBuffer ssid;
    uint8_t *has_encryption;
  } v1;
};

/* ---- Layout ---- */

MV_ASSERT(sizeof(enum MvStatus) == 4);
MV_ASSERT((enum MvStatus)0xffffffffu > (enum MvStatus)0);
MV_ASSERT(sizeof(enum MvEventType) == 4);
MV_ASSERT((enum MvEventType)0xffffffffu > (enum MvEventType)0);
MV_ASSERT(sizeof(enum MvNetworkStatus) == 4);
MV_ASSERT((enum MvNetworkStatus)0xffffffffu > (enum MvNetworkStatus)0);
MV_ASSERT(sizeof(enum MvNetworkReason) == 4);
MV_ASSERT((enum MvNetworkReason)0xffffffffu > (enum MvNetworkReason)0);
MV_ASSERT(sizeof(enum MvChannelType) == 4);
MV_ASSERT((enum MvChannelType)0xffffffffu > (enum MvChannelType)0);
MV_ASSERT(sizeof(enum MvClosureReason) == 4);
MV_ASSERT((enum MvClosureReason)0xffffffffu > (enum MvClosureReason)0);
MV_ASSERT(sizeof(enum MvHttpResult) == 4);
MV_ASSERT((enum MvHttpResult)0xffffffffu > (enum MvHttpResult)0);
MV_ASSERT(sizeof(enum MvConfigKeyFetchScope) == 4);
MV_ASSERT((enum MvConfigKeyFetchScope)0xffffffffu > (enum MvConfigKeyFetchScope)0);
MV_ASSERT(sizeof(enum MvConfigKeyFetchStore) == 4);
MV_ASSERT((enum MvConfigKeyFetchStore)0xffffffffu > (enum MvConfigKeyFetchStore)0);
MV_ASSERT(sizeof(enum MvConfigFetchResult) == 4);
MV_ASSERT((enum MvConfigFetchResult)0xffffffffu > (enum MvConfigFetchResult)0);
MV_ASSERT(sizeof(enum MvConfigKeyFetchResult) == 4);
MV_ASSERT((enum MvConfigKeyFetchResult)0xffffffffu > (enum MvConfigKeyFetchResult)0);
MV_ASSERT(sizeof(enum MvMqttReadableDataType) == 4);
MV_ASSERT((enum MvMqttReadableDataType)0xffffffffu > (enum MvMqttReadableDataType)0);
MV_ASSERT(sizeof(enum MvMqttProtocolVersion) == 4);
MV_ASSERT((enum MvMqttProtocolVersion)0xffffffffu > (enum MvMqttProtocolVersion)0);
MV_ASSERT(sizeof(enum MvMqttAuthenticationMethod) == 1);
MV_ASSERT((enum MvMqttAuthenticationMethod)0xffu > (enum MvMqttAuthenticationMethod)0);
MV_ASSERT(sizeof(enum MvMqttRequestState) == 4);
MV_ASSERT((enum MvMqttRequestState)0xffffffffu > (enum MvMqttRequestState)0);
MV_ASSERT(sizeof(enum MvMqttLostMessageReason) == 4);
MV_ASSERT((enum MvMqttLostMessageReason)0xffffffffu > (enum MvMqttLostMessageReason)0);
MV_ASSERT(sizeof(enum MvPowerSavingMode) == 1);
MV_ASSERT((enum MvPowerSavingMode)0xffu > (enum MvPowerSavingMode)0);
MV_ASSERT(sizeof(enum MvSystemNotificationSource) == 4);
MV_ASSERT((enum MvSystemNotificationSource)0xffffffffu > (enum MvSystemNotificationSource)0);
MV_ASSERT(sizeof(enum MvDeepSleepMode) == 1);
MV_ASSERT((enum MvDeepSleepMode)0xffu > (enum MvDeepSleepMode)0);
MV_ASSERT(sizeof(enum MvWakeReason) == 1);
MV_ASSERT((enum MvWakeReason)0xffu > (enum MvWakeReason)0);
MV_ASSERT(sizeof(enum MvRestartMode) == 4);
MV_ASSERT((enum MvRestartMode)0xffffffffu > (enum MvRestartMode)0);
MV_ASSERT(sizeof(enum MvWifiConfigMode) == 1);
MV_ASSERT((enum MvWifiConfigMode)0xffu > (enum MvWifiConfigMode)0);

#if UINTPTR_MAX == 0xffffffffu
MV_ASSERT(sizeof(struct MvNotification) == 16);
MV_ASSERT(offsetof(struct MvNotification, microseconds) == 0);
MV_ASSERT(offsetof(struct MvNotification, event_type) == 8);
MV_ASSERT(offsetof(struct MvNotification, tag) == 12);
MV_ASSERT(sizeof(struct MvNotificationSetup) == 12);
MV_ASSERT(offsetof(struct MvNotificationSetup, irq) == 0);
MV_ASSERT(offsetof(struct MvNotificationSetup, buffer) == 4);
MV_ASSERT(offsetof(struct MvNotificationSetup, buffer_size) == 8);
MV_ASSERT(sizeof(struct MvRequestNetworkParams) == 12);
MV_ASSERT(offsetof(struct MvRequestNetworkParams, version) == 0);
MV_ASSERT(offsetof(struct MvRequestNetworkParams, v1.notification_handle) == 4);
MV_ASSERT(offsetof(struct MvRequestNetworkParams, v1.notification_tag) == 8);
MV_ASSERT(sizeof(struct MvSizedString) == 8);
MV_ASSERT(offsetof(struct MvSizedString, data) == 0);
MV_ASSERT(offsetof(struct MvSizedString, length) == 4);
MV_ASSERT(sizeof(struct MvOpenChannelParams) == 44);
MV_ASSERT(offsetof(struct MvOpenChannelParams, version) == 0);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.notification_handle) == 4);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.notification_tag) == 8);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.network_handle) == 12);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.receive_buffer) == 16);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.receive_buffer_len) == 20);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.send_buffer) == 24);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.send_buffer_len) == 28);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.channel_type) == 32);
MV_ASSERT(offsetof(struct MvOpenChannelParams, v1.endpoint) == 36);
MV_ASSERT(sizeof(struct MvHttpHeader) == 8);
MV_ASSERT(offsetof(struct MvHttpHeader, length) == 0);
MV_ASSERT(offsetof(struct MvHttpHeader, data) == 4);
MV_ASSERT(sizeof(struct MvHttpRequest) == 36);
MV_ASSERT(offsetof(struct MvHttpRequest, method) == 0);
MV_ASSERT(offsetof(struct MvHttpRequest, url) == 8);
MV_ASSERT(offsetof(struct MvHttpRequest, num_headers) == 16);
MV_ASSERT(offsetof(struct MvHttpRequest, headers) == 20);
MV_ASSERT(offsetof(struct MvHttpRequest, body) == 24);
MV_ASSERT(offsetof(struct MvHttpRequest, timeout_ms) == 32);
MV_ASSERT(sizeof(struct MvHttpResponseData) == 16);
MV_ASSERT(offsetof(struct MvHttpResponseData, result) == 0);
MV_ASSERT(offsetof(struct MvHttpResponseData, status_code) == 4);
MV_ASSERT(offsetof(struct MvHttpResponseData, num_headers) == 8);
MV_ASSERT(offsetof(struct MvHttpResponseData, body_length) == 12);
MV_ASSERT(sizeof(struct MvConfigKeyToFetch) == 16);
MV_ASSERT(offsetof(struct MvConfigKeyToFetch, scope) == 0);
MV_ASSERT(offsetof(struct MvConfigKeyToFetch, store) == 4);
MV_ASSERT(offsetof(struct MvConfigKeyToFetch, key) == 8);
MV_ASSERT(sizeof(struct MvConfigKeyFetchParams) == 8);
MV_ASSERT(offsetof(struct MvConfigKeyFetchParams, num_items) == 0);
MV_ASSERT(offsetof(struct MvConfigKeyFetchParams, keys_to_fetch) == 4);
MV_ASSERT(sizeof(struct MvConfigResponseData) == 8);
MV_ASSERT(offsetof(struct MvConfigResponseData, result) == 0);
MV_ASSERT(offsetof(struct MvConfigResponseData, num_items) == 4);
MV_ASSERT(sizeof(struct MvSizedStringBuffer) == 12);
MV_ASSERT(offsetof(struct MvSizedStringBuffer, data) == 0);
MV_ASSERT(offsetof(struct MvSizedStringBuffer, size) == 4);
MV_ASSERT(offsetof(struct MvSizedStringBuffer, length) == 8);
MV_ASSERT(sizeof(struct MvConfigResponseReadItemParams) == 20);
MV_ASSERT(offsetof(struct MvConfigResponseReadItemParams, item_index) == 0);
MV_ASSERT(offsetof(struct MvConfigResponseReadItemParams, result) == 4);
MV_ASSERT(offsetof(struct MvConfigResponseReadItemParams, buf) == 8);
MV_ASSERT(sizeof(struct MvUsernamePassword) == 16);
MV_ASSERT(offsetof(struct MvUsernamePassword, username) == 0);
MV_ASSERT(offsetof(struct MvUsernamePassword, password) == 8);
MV_ASSERT(sizeof(struct MvMqttAuthentication) == 20);
MV_ASSERT(offsetof(struct MvMqttAuthentication, method) == 0);
MV_ASSERT(offsetof(struct MvMqttAuthentication, username_password) == 4);
MV_ASSERT(sizeof(struct MvTlsCertificateChain) == 8);
MV_ASSERT(offsetof(struct MvTlsCertificateChain, num_certs) == 0);
MV_ASSERT(offsetof(struct MvTlsCertificateChain, certs) == 4);
MV_ASSERT(sizeof(struct MvOwnTlsCertificateChain) == 16);
MV_ASSERT(offsetof(struct MvOwnTlsCertificateChain, chain) == 0);
MV_ASSERT(offsetof(struct MvOwnTlsCertificateChain, key) == 8);
MV_ASSERT(sizeof(struct MvTlsCredentials) == 24);
MV_ASSERT(offsetof(struct MvTlsCredentials, cacert) == 0);
MV_ASSERT(offsetof(struct MvTlsCredentials, clientcert) == 8);
MV_ASSERT(sizeof(struct MvMqttWill) == 24);
MV_ASSERT(offsetof(struct MvMqttWill, topic) == 0);
MV_ASSERT(offsetof(struct MvMqttWill, payload) == 8);
MV_ASSERT(offsetof(struct MvMqttWill, qos) == 16);
MV_ASSERT(offsetof(struct MvMqttWill, retain) == 20);
MV_ASSERT(sizeof(struct MvMqttConnectRequest) == 60);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, protocol_version) == 0);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, host) == 4);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, port) == 12);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, clientid) == 16);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, authentication) == 24);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, tls_credentials) == 44);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, keepalive) == 48);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, clean_start) == 52);
MV_ASSERT(offsetof(struct MvMqttConnectRequest, will) == 56);
MV_ASSERT(sizeof(struct MvMqttConnectResponse) == 8);
MV_ASSERT(offsetof(struct MvMqttConnectResponse, request_state) == 0);
MV_ASSERT(offsetof(struct MvMqttConnectResponse, reason_code) == 4);
MV_ASSERT(sizeof(struct MvMqttSubscription) == 24);
MV_ASSERT(offsetof(struct MvMqttSubscription, topic) == 0);
MV_ASSERT(offsetof(struct MvMqttSubscription, desired_qos) == 8);
MV_ASSERT(offsetof(struct MvMqttSubscription, nl) == 12);
MV_ASSERT(offsetof(struct MvMqttSubscription, rap) == 16);
MV_ASSERT(offsetof(struct MvMqttSubscription, rh) == 20);
MV_ASSERT(sizeof(struct MvMqttSubscribeRequest) == 12);
MV_ASSERT(offsetof(struct MvMqttSubscribeRequest, correlation_id) == 0);
MV_ASSERT(offsetof(struct MvMqttSubscribeRequest, subscriptions) == 4);
MV_ASSERT(offsetof(struct MvMqttSubscribeRequest, num_subscriptions) == 8);
MV_ASSERT(sizeof(struct MvMqttSubscribeResponse) == 20);
MV_ASSERT(offsetof(struct MvMqttSubscribeResponse, request_state) == 0);
MV_ASSERT(offsetof(struct MvMqttSubscribeResponse, correlation_id) == 4);
MV_ASSERT(offsetof(struct MvMqttSubscribeResponse, reason_codes) == 8);
MV_ASSERT(offsetof(struct MvMqttSubscribeResponse, reason_codes_size) == 12);
MV_ASSERT(offsetof(struct MvMqttSubscribeResponse, reason_codes_len) == 16);
MV_ASSERT(sizeof(struct MvMqttUnsubscribeRequest) == 12);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeRequest, correlation_id) == 0);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeRequest, topics) == 4);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeRequest, num_topics) == 8);
MV_ASSERT(sizeof(struct MvMqttUnsubscribeResponse) == 20);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeResponse, request_state) == 0);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeResponse, correlation_id) == 4);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeResponse, reason_codes) == 8);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeResponse, reason_codes_size) == 12);
MV_ASSERT(offsetof(struct MvMqttUnsubscribeResponse, reason_codes_len) == 16);
MV_ASSERT(sizeof(struct MvMqttPublishRequest) == 28);
MV_ASSERT(offsetof(struct MvMqttPublishRequest, correlation_id) == 0);
MV_ASSERT(offsetof(struct MvMqttPublishRequest, topic) == 4);
MV_ASSERT(offsetof(struct MvMqttPublishRequest, payload) == 12);
MV_ASSERT(offsetof(struct MvMqttPublishRequest, desired_qos) == 20);
MV_ASSERT(offsetof(struct MvMqttPublishRequest, retain) == 24);
MV_ASSERT(sizeof(struct MvMqttPublishResponse) == 12);
MV_ASSERT(offsetof(struct MvMqttPublishResponse, request_state) == 0);
MV_ASSERT(offsetof(struct MvMqttPublishResponse, correlation_id) == 4);
MV_ASSERT(offsetof(struct MvMqttPublishResponse, reason_code) == 8);
MV_ASSERT(sizeof(struct MvMqttMessage) == 36);
MV_ASSERT(offsetof(struct MvMqttMessage, correlation_id) == 0);
MV_ASSERT(offsetof(struct MvMqttMessage, topic) == 4);
MV_ASSERT(offsetof(struct MvMqttMessage, payload) == 16);
MV_ASSERT(offsetof(struct MvMqttMessage, qos) == 28);
MV_ASSERT(offsetof(struct MvMqttMessage, retain) == 32);
MV_ASSERT(sizeof(struct MvMqttLostMessageInfo) == 20);
MV_ASSERT(offsetof(struct MvMqttLostMessageInfo, reason) == 0);
MV_ASSERT(offsetof(struct MvMqttLostMessageInfo, topic) == 4);
MV_ASSERT(offsetof(struct MvMqttLostMessageInfo, message_len) == 16);
MV_ASSERT(sizeof(struct MvMqttDisconnectResponse) == 8);
MV_ASSERT(offsetof(struct MvMqttDisconnectResponse, request_state) == 0);
MV_ASSERT(offsetof(struct MvMqttDisconnectResponse, disconnect_code) == 4);
MV_ASSERT(sizeof(struct MvOpenSystemNotificationParams) == 12);
MV_ASSERT(offsetof(struct MvOpenSystemNotificationParams, notification_handle) == 0);
MV_ASSERT(offsetof(struct MvOpenSystemNotificationParams, notification_tag) == 4);
MV_ASSERT(offsetof(struct MvOpenSystemNotificationParams, notification_source) == 8);
MV_ASSERT(sizeof(struct MvExternalFlashInfo) == 16);
MV_ASSERT(offsetof(struct MvExternalFlashInfo, version) == 0);
MV_ASSERT(offsetof(struct MvExternalFlashInfo, v1.chip_id) == 4);
MV_ASSERT(offsetof(struct MvExternalFlashInfo, v1.size) == 8);
MV_ASSERT(offsetof(struct MvExternalFlashInfo, v1.num_handles) == 12);
MV_ASSERT(sizeof(struct MvWifiConfig) == 24);
MV_ASSERT(offsetof(struct MvWifiConfig, version) == 0);
MV_ASSERT(offsetof(struct MvWifiConfig, v1.config_mode) == 4);
MV_ASSERT(offsetof(struct MvWifiConfig, v1.wifi_ssid) == 8);
MV_ASSERT(offsetof(struct MvWifiConfig, v1.wifi_password) == 16);
MV_ASSERT(sizeof(struct MvWifiConfigOut) == 20);
MV_ASSERT(offsetof(struct MvWifiConfigOut, version) == 0);
MV_ASSERT(offsetof(struct MvWifiConfigOut, v1.ssid) == 4);
MV_ASSERT(offsetof(struct MvWifiConfigOut, v1.has_encryption) == 16);
#endif

/* ---- Time, clocks and identity ---- */

/*
 * Does nothing.
 */
MV_IMPORT("mvNoOp") enum MvStatus mvNoOp(void);

/*
 * Microseconds since the device booted. Fails with PARAMETERFAULT.
 */
MV_IMPORT("mvGetMicroseconds") enum MvStatus mvGetMicroseconds(uint64_t *ms);

/*
 * Microseconds since 1970; TIMENOTSET until the first connection has set the clock. Fails with PARAMETERFAULT,
 * TIMENOTSET.
 */
MV_IMPORT("mvGetWallTime") enum MvStatus mvGetWallTime(uint64_t *usec);

/*
 * The frequency of SYSCLK. Fails with PARAMETERFAULT.
 */
MV_IMPORT("mvGetSysClk") enum MvStatus mvGetSysClk(uint32_t *hz);

/*
 * The frequency of HCLK. Fails with PARAMETERFAULT.
 */
MV_IMPORT("mvGetHClk") enum MvStatus mvGetHClk(uint32_t *hz);

/*
 * The frequency of PCLK1. Fails with PARAMETERFAULT.
 */
MV_IMPORT("mvGetPClk1") enum MvStatus mvGetPClk1(uint32_t *hz);

/*
 * The frequency of PCLK2. Fails with PARAMETERFAULT.
 */
MV_IMPORT("mvGetPClk2") enum MvStatus mvGetPClk2(uint32_t *hz);

/*
 * The device's SID: exactly 34 characters without a terminating zero. Fails with PARAMETERFAULT, INVALIDBUFFERSIZE.
 */
MV_IMPORT("mvGetDeviceId") enum MvStatus mvGetDeviceId(uint8_t *buf, uint32_t len);

/* ---- Notifications ---- */

/*
 * Creates a notification centre: a ring of records in your memory, and an interrupt. Fails with PARAMETERFAULT,
 * INVALIDBUFFERSIZE, BUFFERALREADYINUSE, INVALIDINTERRUPT, TOOMANYNOTIFICATIONBUFFERS.
 */
MV_IMPORT("mvSetupNotifications") enum MvStatus mvSetupNotifications(const struct MvNotificationSetup *notifications, MvNotificationHandle *handle_out);

/*
 * Closes a notification centre; what still reports to it is dropped. Fails with PARAMETERFAULT, INVALIDHANDLE.
 */
MV_IMPORT("mvCloseNotifications") enum MvStatus mvCloseNotifications(MvNotificationHandle *handle_in_out);

/*
 * Writes a record of your own choice to a centre, for tests. Fails with INVALIDHANDLE.
 */
MV_IMPORT("mvTempTriggerNotification") enum MvStatus mvTempTriggerNotification(MvNotificationHandle handle, enum MvEventType type, uint32_t tag);

/*
 * Reports the device's own events (network changes, updates) to a centre. Fails with UNAVAILABLE, PARAMETERFAULT,
 * INVALIDHANDLE.
 */
MV_IMPORT("mvOpenSystemNotification") enum MvStatus mvOpenSystemNotification(const struct MvOpenSystemNotificationParams *params, MvSystemEventHandle *handle);

/*
 * Ends such reports. Fails with UNAVAILABLE, INVALIDHANDLE, PARAMETERFAULT.
 */
MV_IMPORT("mvCloseSystemNotification") enum MvStatus mvCloseSystemNotification(MvSystemEventHandle *handle);

/* ---- Network ---- */

/*
 * Asks for the network; the outcome is a notification. Fails with PARAMETERFAULT, UNSUPPORTEDSTRUCTUREVERSION,
 * INVALIDHANDLE.
 */
MV_IMPORT("mvRequestNetwork") enum MvStatus mvRequestNetwork(const struct MvRequestNetworkParams *params, MvNetworkHandle *handle);

/*
 * Gives the network back; without any request left the device goes offline. Fails with PARAMETERFAULT, INVALIDHANDLE,
 * UNSUPPORTEDSTRUCTUREVERSION.
 */
MV_IMPORT("mvReleaseNetwork") enum MvStatus mvReleaseNetwork(MvNetworkHandle *handle);

/*
 * Whether the network is there. Fails with PARAMETERFAULT, INVALIDHANDLE.
 */
MV_IMPORT("mvGetNetworkStatus") enum MvStatus mvGetNetworkStatus(MvNetworkHandle handle, enum MvNetworkStatus *status);

/*
 * Why the device is connected (a set of bits), and how many requests there are. Fails with PARAMETERFAULT.
 */
MV_IMPORT("mvGetNetworkReasons") enum MvStatus mvGetNetworkReasons(enum MvNetworkReason *reasons, uint32_t *request_ref_count);

/* ---- Channels ---- */

/*
 * Opens a channel of one of four types on two buffers that belong to the kernel until it closes. Fails with
 * PARAMETERFAULT, INVALIDHANDLE, INVALIDBUFFERALIGNMENT, INVALIDBUFFERSIZE, UNKNOWNCHANNELENDPOINT,
 * UNKNOWNCHANNELTYPE, NETWORKNOTCONNECTED, RATELIMITED, UNAVAILABLE, TOOMANYCHANNELS, BUFFERALREADYINUSE,
 * UNSUPPORTEDSTRUCTUREVERSION.
 */
MV_IMPORT("mvOpenChannel") enum MvStatus mvOpenChannel(const struct MvOpenChannelParams *params, MvChannelHandle *handle);

/*
 * Closes a channel, an open or a dead one, and gives its buffers back. Fails with PARAMETERFAULT, INVALIDHANDLE.
 */
MV_IMPORT("mvCloseChannel") enum MvStatus mvCloseChannel(MvChannelHandle *handle);

/*
 * Why a channel is closed; works for dead and for closed channels. Fails with PARAMETERFAULT, INVALIDHANDLE.
 */
MV_IMPORT("mvGetChannelClosureReason") enum MvStatus mvGetChannelClosureReason(MvChannelHandle handle, enum MvClosureReason *reason_out);

/*
 * Opaque bytes: where the received bytes are, and how many. Fails with PARAMETERFAULT, INVALIDHANDLE, CHANNELCLOSED.
 */
MV_IMPORT("mvReadChannel") enum MvStatus mvReadChannel(MvChannelHandle handle, uint8_t **read_pointer_out, uint32_t *length_out);

/*
 * Opaque bytes: gives back that many of the received bytes. Fails with INVALIDHANDLE, CHANNELCLOSED.
 */
MV_IMPORT("mvReadChannelComplete") enum MvStatus mvReadChannelComplete(MvChannelHandle handle, uint32_t consumed);

/*
 * Opaque bytes: sends all of the data or nothing. Fails with INVALIDBUFFERSIZE, INVALIDHANDLE, PARAMETERFAULT,
 * LATEFAULT, CHANNELCLOSED.
 */
MV_IMPORT("mvWriteChannel") enum MvStatus mvWriteChannel(MvChannelHandle handle, const uint8_t *data, uint32_t len, uint32_t *available);

/*
 * Opaque bytes: sends as much of the data as there is room for. Fails with INVALIDHANDLE, PARAMETERFAULT, LATEFAULT,
 * CHANNELCLOSED.
 */
MV_IMPORT("mvWriteChannelStream") enum MvStatus mvWriteChannelStream(MvChannelHandle handle, const uint8_t *data, uint32_t len, uint32_t *written);

/* ---- Config fetch ---- */

/*
 * Asks for up to 32 configs and secrets: one request a channel. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE,
 * INVALIDBUFFERSIZE, CHANNELCLOSED, REQUESTALREADYSENT, REQUIREDELEMENTMISSING, TOOMANYCONFIGKEYS, UNKNOWNCONFIGSCOPE,
 * UNKNOWNCONFIGSTORE, INVALIDCONFIGKEY.
 */
MV_IMPORT("mvSendConfigFetchRequest") enum MvStatus mvSendConfigFetchRequest(MvChannelHandle handle, const struct MvConfigKeyFetchParams *request);

/*
 * The response as a whole: whether it succeeded, and how many items it has. Fails with PARAMETERFAULT, CHANNELCLOSED,
 * INVALIDHANDLE, RESPONSENOTPRESENT.
 */
MV_IMPORT("mvReadConfigFetchResponseData") enum MvStatus mvReadConfigFetchResponseData(MvChannelHandle handle, struct MvConfigResponseData *response_data);

/*
 * One item of the response: its result and its value. Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT,
 * CHANNELCLOSED, INDEXINVALID, REQUESTUNSUCCESSFUL.
 */
MV_IMPORT("mvReadConfigResponseItem") enum MvStatus mvReadConfigResponseItem(MvChannelHandle handle, const struct MvConfigResponseReadItemParams *params);

/* ---- HTTP ---- */

/*
 * Sends an HTTP request: one a channel. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, INVALIDBUFFERSIZE,
 * TOOMANYELEMENTS, CHANNELCLOSED, REQUESTALREADYSENT.
 */
MV_IMPORT("mvSendHttpRequest") enum MvStatus mvSendHttpRequest(MvChannelHandle handle, const struct MvHttpRequest *request);

/*
 * The response as a whole: result, status code, number of headers, length of the body. Fails with PARAMETERFAULT,
 * INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED.
 */
MV_IMPORT("mvReadHttpResponseData") enum MvStatus mvReadHttpResponseData(MvChannelHandle handle, struct MvHttpResponseData *response_data);

/*
 * One header of the response. Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED,
 * INDEXINVALID.
 */
MV_IMPORT("mvReadHttpResponseHeader") enum MvStatus mvReadHttpResponseHeader(MvChannelHandle handle, uint32_t header_index, uint8_t *buf, uint32_t size);

/*
 * A part of the response's body. Fails with PARAMETERFAULT, INVALIDHANDLE, RESPONSENOTPRESENT, CHANNELCLOSED,
 * OFFSETINVALID.
 */
MV_IMPORT("mvReadHttpResponseBody") enum MvStatus mvReadHttpResponseBody(MvChannelHandle handle, uint32_t offset, uint8_t *buf, uint32_t size);

/* ---- MQTT ---- */

/*
 * What is to be read next. Fails with PARAMETERFAULT, INVALIDHANDLE, CHANNELCLOSED.
 */
MV_IMPORT("mvMqttGetNextReadableDataType") enum MvStatus mvMqttGetNextReadableDataType(MvChannelHandle handle, enum MvMqttReadableDataType *data_type);

/*
 * Connects to a broker. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, REQUESTALREADYSENT,
 * INVALIDAUTHENTICATION, TOOMANYELEMENTS, REQUIREDELEMENTMISSING.
 */
MV_IMPORT("mvMqttRequestConnect") enum MvStatus mvMqttRequestConnect(MvChannelHandle handle, const struct MvMqttConnectRequest *request);

/*
 * The broker's answer to a connect request. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED.
 */
MV_IMPORT("mvMqttReadConnectResponse") enum MvStatus mvMqttReadConnectResponse(MvChannelHandle handle, struct MvMqttConnectResponse *response_data);

/*
 * Subscribes to topics. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, RATELIMITED,
 * TOOMANYELEMENTS.
 */
MV_IMPORT("mvMqttRequestSubscribe") enum MvStatus mvMqttRequestSubscribe(MvChannelHandle handle, const struct MvMqttSubscribeRequest *request);

/*
 * The broker's answer to a subscribe request. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED,
 * INVALIDBUFFERSIZE.
 */
MV_IMPORT("mvMqttReadSubscribeResponse") enum MvStatus mvMqttReadSubscribeResponse(MvChannelHandle handle, const struct MvMqttSubscribeResponse *response_data);

/*
 * Unsubscribes from topics. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, RATELIMITED,
 * TOOMANYELEMENTS.
 */
MV_IMPORT("mvMqttRequestUnsubscribe") enum MvStatus mvMqttRequestUnsubscribe(MvChannelHandle handle, const struct MvMqttUnsubscribeRequest *request);

/*
 * The broker's answer to an unsubscribe request. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED,
 * INVALIDBUFFERSIZE.
 */
MV_IMPORT("mvMqttReadUnsubscribeResponse") enum MvStatus mvMqttReadUnsubscribeResponse(MvChannelHandle handle, const struct MvMqttUnsubscribeResponse *response_data);

/*
 * Publishes a message. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED, RATELIMITED.
 */
MV_IMPORT("mvMqttRequestPublish") enum MvStatus mvMqttRequestPublish(MvChannelHandle handle, const struct MvMqttPublishRequest *request);

/*
 * The broker's answer to a publish request. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED.
 */
MV_IMPORT("mvMqttReadPublishResponse") enum MvStatus mvMqttReadPublishResponse(MvChannelHandle handle, struct MvMqttPublishResponse *response_data);

/*
 * Reads a message that has arrived. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED,
 * INVALIDBUFFERSIZE.
 */
MV_IMPORT("mvMqttReceiveMessage") enum MvStatus mvMqttReceiveMessage(MvChannelHandle handle, const struct MvMqttMessage *message_data);

/*
 * Reads about a message that was too large for the receive buffer. Fails with PARAMETERFAULT, LATEFAULT,
 * INVALIDHANDLE, CHANNELCLOSED, INVALIDBUFFERSIZE.
 */
MV_IMPORT("mvMqttReceiveLostMessageInfo") enum MvStatus mvMqttReceiveLostMessageInfo(MvChannelHandle handle, const struct MvMqttLostMessageInfo *lost_message_info);

/*
 * Acknowledges a message. Fails with INVALIDHANDLE, CHANNELCLOSED, RATELIMITED.
 */
MV_IMPORT("mvMqttAcknowledgeMessage") enum MvStatus mvMqttAcknowledgeMessage(MvChannelHandle handle, uint32_t correlation_id);

/*
 * Disconnects from the broker. Fails with INVALIDHANDLE, CHANNELCLOSED, RATELIMITED.
 */
MV_IMPORT("mvMqttRequestDisconnect") enum MvStatus mvMqttRequestDisconnect(MvChannelHandle handle);

/*
 * The outcome of a disconnection. Fails with PARAMETERFAULT, LATEFAULT, INVALIDHANDLE, CHANNELCLOSED.
 */
MV_IMPORT("mvMqttReadDisconnectResponse") enum MvStatus mvMqttReadDisconnectResponse(MvChannelHandle handle, struct MvMqttDisconnectResponse *response_data);

/* ---- Logging and test runs ---- */

/*
 * Gives the log its buffer. Fails with PARAMETERFAULT, INVALIDBUFFERALIGNMENT, INVALIDBUFFERSIZE, BUFFERALREADYINUSE.
 */
MV_IMPORT("mvServerLoggingInit") enum MvStatus mvServerLoggingInit(uint8_t *buffer, uint32_t length_bytes);

/*
 * Logs a message to the server. Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDBUFFERSIZE, LOGMESSAGETOOLONG,
 * LOGGINGDISABLEDBYSERVER.
 */
MV_IMPORT("mvServerLog") enum MvStatus mvServerLog(const uint8_t *message, uint16_t length_bytes);

/*
 * Test mode: gives the test log its buffer. Fails with PARAMETERFAULT, INVALIDBUFFERALIGNMENT, INVALIDBUFFERSIZE,
 * UNAVAILABLE, BUFFERALREADYINUSE.
 */
MV_IMPORT("mvTestLoggingInit") enum MvStatus mvTestLoggingInit(uint8_t *buffer, uint32_t length_bytes);

/*
 * Test mode: logs a message. Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDBUFFERSIZE, LOGMESSAGETOOLONG.
 */
MV_IMPORT("mvTestLog") enum MvStatus mvTestLog(const uint8_t *message, uint16_t length_bytes);

/*
 * Test mode: ends the run with a status. Fails with UNAVAILABLE.
 */
MV_IMPORT("mvTestingComplete") enum MvStatus mvTestingComplete(uint32_t status);

/* ---- Power and restart ---- */

/*
 * Sleeps until an interrupt, in a mode that saves power. Fails with UNAVAILABLE, PARAMETERFAULT, MICROVISORBUSY.
 */
MV_IMPORT("mvPowerSave") enum MvStatus mvPowerSave(enum MvPowerSavingMode mode);

/*
 * Switches off until an alarm or a check-in; RAM is lost. Fails with UNAVAILABLE, PARAMETERFAULT, MICROVISORBUSY.
 */
MV_IMPORT("mvDeepSleep") enum MvStatus mvDeepSleep(enum MvDeepSleepMode mode);

/*
 * Why the device booted. Fails with UNAVAILABLE, PARAMETERFAULT.
 */
MV_IMPORT("mvGetWakeReason") enum MvStatus mvGetWakeReason(enum MvWakeReason *mode);

/*
 * Boots again, and applies an update that is there. Fails with UNAVAILABLE, PARAMETERFAULT, MICROVISORBUSY.
 */
MV_IMPORT("mvRestart") enum MvStatus mvRestart(enum MvRestartMode mode);

/*
 * Leaves the system LED to the kernel (1) or switches it off (0). Fails with UNAVAILABLE.
 */
MV_IMPORT("mvSystemLedEnable") enum MvStatus mvSystemLedEnable(uint32_t enable);

/* ---- Peripherals and fast interrupts ---- */

/*
 * Reads a register that the application can't reach itself. Fails with PERIPHERALACCESSFAULT, PARAMETERFAULT.
 */
MV_IMPORT("mvPeriphPeek32") enum MvStatus mvPeriphPeek32(uint32_t reg, uint32_t *output);

/*
 * Changes such a register to (old & ~mask) ^ xorvalue, in the bits that are the application's. Fails with
 * PERIPHERALACCESSFAULT.
 */
MV_IMPORT("mvPeriphPoke32") enum MvStatus mvPeriphPoke32(uint32_t reg, uint32_t mask, uint32_t xorvalue);

/*
 * Makes an interrupt a fast one: it comes before everything else. Fails with INVALIDINTERRUPT, INVALIDVECTOR,
 * UNAVAILABLE.
 */
MV_IMPORT("mvSetFastInterrupt") enum MvStatus mvSetFastInterrupt(uint32_t irqn);

/*
 * Makes a fast interrupt an ordinary one again. Fails with INVALIDINTERRUPT, UNAVAILABLE.
 */
MV_IMPORT("mvClearFastInterrupt") enum MvStatus mvClearFastInterrupt(uint32_t irqn);

/*
 * Enables a fast interrupt. Fails with INVALIDINTERRUPT, UNAVAILABLE.
 */
MV_IMPORT("mvEnableFastInterrupt") enum MvStatus mvEnableFastInterrupt(uint32_t irqn);

/*
 * Disables a fast interrupt. Fails with INVALIDINTERRUPT, UNAVAILABLE.
 */
MV_IMPORT("mvDisableFastInterrupt") enum MvStatus mvDisableFastInterrupt(uint32_t irqn);

/*
 * Unmasks the enabled fast interrupts.
 */
MV_IMPORT("mvEnableAllFastInterrupts") enum MvStatus mvEnableAllFastInterrupts(void);

/*
 * Masks the enabled fast interrupts.
 */
MV_IMPORT("mvDisableAllFastInterrupts") enum MvStatus mvDisableAllFastInterrupts(void);

/* ---- External flash ---- */

/*
 * Opens the external flash. Fails with UNAVAILABLE, PARAMETERFAULT, TOOMANYCHANNELS.
 */
MV_IMPORT("mvExternalFlashOpen") enum MvStatus mvExternalFlashOpen(MvExternalFlashHandle *handle);

/*
 * Chip id, size and number of open handles. Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE,
 * UNSUPPORTEDSTRUCTUREVERSION.
 */
MV_IMPORT("mvExternalFlashGetInfo") enum MvStatus mvExternalFlashGetInfo(MvExternalFlashHandle handle, struct MvExternalFlashInfo *info);

/*
 * Reads bytes. Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, ADDRESSOUTOFRANGE.
 */
MV_IMPORT("mvExternalFlashReadBlocking") enum MvStatus mvExternalFlashReadBlocking(MvExternalFlashHandle handle, uint32_t address, uint32_t length, uint8_t *buffer);

/*
 * Writes bytes; writing can only clear bits. Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, ADDRESSOUTOFRANGE.
 */
MV_IMPORT("mvExternalFlashWriteBlocking") enum MvStatus mvExternalFlashWriteBlocking(MvExternalFlashHandle handle, uint32_t address, uint32_t length, const uint8_t *buffer);

/*
 * Erases blocks of 4096 bytes. Fails with UNAVAILABLE, PARAMETERFAULT, INVALIDHANDLE, ADDRESSOUTOFRANGE,
 * INVALIDBUFFERALIGNMENT.
 */
MV_IMPORT("mvExternalFlashEraseBlocking") enum MvStatus mvExternalFlashEraseBlocking(MvExternalFlashHandle handle, uint32_t address, uint32_t length);

/*
 * Closes the external flash. Fails with UNAVAILABLE, INVALIDHANDLE, PARAMETERFAULT.
 */
MV_IMPORT("mvExternalFlashClose") enum MvStatus mvExternalFlashClose(MvExternalFlashHandle *handle);

/* ---- Wi-Fi ---- */

/*
 * Stores or clears the Wi-Fi network to use.
 */
MV_IMPORT("mvSetWifiConfig") enum MvStatus mvSetWifiConfig(const struct MvWifiConfig *params);

/*
 * The Wi-Fi network in use.
 */
MV_IMPORT("mvGetWifiConfig") enum MvStatus mvGetWifiConfig(const struct MvWifiConfigOut *params);

/* ---- Handlers and entry points ---- */

#ifdef __wasm__
MV_EXPORT("Reset_Handler") void Reset_Handler(void);
MV_EXPORT("NMI_Handler") void NMI_Handler(void);
MV_EXPORT("HardFault_Handler") void HardFault_Handler(void);
MV_EXPORT("MemManage_Handler") void MemManage_Handler(void);
MV_EXPORT("BusFault_Handler") void BusFault_Handler(void);
MV_EXPORT("UsageFault_Handler") void UsageFault_Handler(void);
MV_EXPORT("SecureFault_Handler") void SecureFault_Handler(void);
MV_EXPORT("SVC_Handler") void SVC_Handler(void);
MV_EXPORT("DebugMon_Handler") void DebugMon_Handler(void);
MV_EXPORT("PendSV_Handler") void PendSV_Handler(void);
MV_EXPORT("SysTick_Handler") void SysTick_Handler(void);
MV_EXPORT("WWDG_IRQHandler") void WWDG_IRQHandler(void);
MV_EXPORT("PVD_PVM_IRQHandler") void PVD_PVM_IRQHandler(void);
MV_EXPORT("RTC_IRQHandler") void RTC_IRQHandler(void);
MV_EXPORT("RTC_S_IRQHandler") void RTC_S_IRQHandler(void);
MV_EXPORT("TAMP_IRQHandler") void TAMP_IRQHandler(void);
MV_EXPORT("RAMCFG_IRQHandler") void RAMCFG_IRQHandler(void);
MV_EXPORT("FLASH_IRQHandler") void FLASH_IRQHandler(void);
MV_EXPORT("FLASH_S_IRQHandler") void FLASH_S_IRQHandler(void);
MV_EXPORT("GTZC_IRQHandler") void GTZC_IRQHandler(void);
MV_EXPORT("RCC_IRQHandler") void RCC_IRQHandler(void);
MV_EXPORT("RCC_S_IRQHandler") void RCC_S_IRQHandler(void);
MV_EXPORT("EXTI0_IRQHandler") void EXTI0_IRQHandler(void);
MV_EXPORT("EXTI1_IRQHandler") void EXTI1_IRQHandler(void);
MV_EXPORT("EXTI2_IRQHandler") void EXTI2_IRQHandler(void);
MV_EXPORT("EXTI3_IRQHandler") void EXTI3_IRQHandler(void);
MV_EXPORT("EXTI4_IRQHandler") void EXTI4_IRQHandler(void);
MV_EXPORT("EXTI5_IRQHandler") void EXTI5_IRQHandler(void);
MV_EXPORT("EXTI6_IRQHandler") void EXTI6_IRQHandler(void);
MV_EXPORT("EXTI7_IRQHandler") void EXTI7_IRQHandler(void);
MV_EXPORT("EXTI8_IRQHandler") void EXTI8_IRQHandler(void);
MV_EXPORT("EXTI9_IRQHandler") void EXTI9_IRQHandler(void);
MV_EXPORT("EXTI10_IRQHandler") void EXTI10_IRQHandler(void);
MV_EXPORT("EXTI11_IRQHandler") void EXTI11_IRQHandler(void);
MV_EXPORT("EXTI12_IRQHandler") void EXTI12_IRQHandler(void);
MV_EXPORT("EXTI13_IRQHandler") void EXTI13_IRQHandler(void);
MV_EXPORT("EXTI14_IRQHandler") void EXTI14_IRQHandler(void);
MV_EXPORT("EXTI15_IRQHandler") void EXTI15_IRQHandler(void);
MV_EXPORT("IWDG_IRQHandler") void IWDG_IRQHandler(void);
MV_EXPORT("SAES_IRQHandler") void SAES_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel0_IRQHandler") void GPDMA1_Channel0_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel1_IRQHandler") void GPDMA1_Channel1_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel2_IRQHandler") void GPDMA1_Channel2_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel3_IRQHandler") void GPDMA1_Channel3_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel4_IRQHandler") void GPDMA1_Channel4_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel5_IRQHandler") void GPDMA1_Channel5_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel6_IRQHandler") void GPDMA1_Channel6_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel7_IRQHandler") void GPDMA1_Channel7_IRQHandler(void);
MV_EXPORT("ADC1_IRQHandler") void ADC1_IRQHandler(void);
MV_EXPORT("DAC1_IRQHandler") void DAC1_IRQHandler(void);
MV_EXPORT("FDCAN1_IT0_IRQHandler") void FDCAN1_IT0_IRQHandler(void);
MV_EXPORT("FDCAN1_IT1_IRQHandler") void FDCAN1_IT1_IRQHandler(void);
MV_EXPORT("TIM1_BRK_IRQHandler") void TIM1_BRK_IRQHandler(void);
MV_EXPORT("TIM1_UP_IRQHandler") void TIM1_UP_IRQHandler(void);
MV_EXPORT("TIM1_TRG_COM_IRQHandler") void TIM1_TRG_COM_IRQHandler(void);
MV_EXPORT("TIM1_CC_IRQHandler") void TIM1_CC_IRQHandler(void);
MV_EXPORT("TIM2_IRQHandler") void TIM2_IRQHandler(void);
MV_EXPORT("TIM3_IRQHandler") void TIM3_IRQHandler(void);
MV_EXPORT("TIM4_IRQHandler") void TIM4_IRQHandler(void);
MV_EXPORT("TIM5_IRQHandler") void TIM5_IRQHandler(void);
MV_EXPORT("TIM6_IRQHandler") void TIM6_IRQHandler(void);
MV_EXPORT("TIM7_IRQHandler") void TIM7_IRQHandler(void);
MV_EXPORT("TIM8_BRK_IRQHandler") void TIM8_BRK_IRQHandler(void);
MV_EXPORT("TIM8_UP_IRQHandler") void TIM8_UP_IRQHandler(void);
MV_EXPORT("TIM8_TRG_COM_IRQHandler") void TIM8_TRG_COM_IRQHandler(void);
MV_EXPORT("TIM8_CC_IRQHandler") void TIM8_CC_IRQHandler(void);
MV_EXPORT("I2C1_EV_IRQHandler") void I2C1_EV_IRQHandler(void);
MV_EXPORT("I2C1_ER_IRQHandler") void I2C1_ER_IRQHandler(void);
MV_EXPORT("I2C2_EV_IRQHandler") void I2C2_EV_IRQHandler(void);
MV_EXPORT("I2C2_ER_IRQHandler") void I2C2_ER_IRQHandler(void);
MV_EXPORT("SPI1_IRQHandler") void SPI1_IRQHandler(void);
MV_EXPORT("SPI2_IRQHandler") void SPI2_IRQHandler(void);
MV_EXPORT("USART1_IRQHandler") void USART1_IRQHandler(void);
MV_EXPORT("USART2_IRQHandler") void USART2_IRQHandler(void);
MV_EXPORT("USART3_IRQHandler") void USART3_IRQHandler(void);
MV_EXPORT("UART4_IRQHandler") void UART4_IRQHandler(void);
MV_EXPORT("UART5_IRQHandler") void UART5_IRQHandler(void);
MV_EXPORT("LPUART1_IRQHandler") void LPUART1_IRQHandler(void);
MV_EXPORT("LPTIM1_IRQHandler") void LPTIM1_IRQHandler(void);
MV_EXPORT("LPTIM2_IRQHandler") void LPTIM2_IRQHandler(void);
MV_EXPORT("TIM15_IRQHandler") void TIM15_IRQHandler(void);
MV_EXPORT("TIM16_IRQHandler") void TIM16_IRQHandler(void);
MV_EXPORT("TIM17_IRQHandler") void TIM17_IRQHandler(void);
MV_EXPORT("COMP_IRQHandler") void COMP_IRQHandler(void);
MV_EXPORT("OTG_FS_IRQHandler") void OTG_FS_IRQHandler(void);
MV_EXPORT("CRS_IRQHandler") void CRS_IRQHandler(void);
MV_EXPORT("FMC_IRQHandler") void FMC_IRQHandler(void);
MV_EXPORT("OCTOSPI1_IRQHandler") void OCTOSPI1_IRQHandler(void);
MV_EXPORT("PWR_S3WU_IRQHandler") void PWR_S3WU_IRQHandler(void);
MV_EXPORT("SDMMC1_IRQHandler") void SDMMC1_IRQHandler(void);
MV_EXPORT("SDMMC2_IRQHandler") void SDMMC2_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel8_IRQHandler") void GPDMA1_Channel8_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel9_IRQHandler") void GPDMA1_Channel9_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel10_IRQHandler") void GPDMA1_Channel10_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel11_IRQHandler") void GPDMA1_Channel11_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel12_IRQHandler") void GPDMA1_Channel12_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel13_IRQHandler") void GPDMA1_Channel13_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel14_IRQHandler") void GPDMA1_Channel14_IRQHandler(void);
MV_EXPORT("GPDMA1_Channel15_IRQHandler") void GPDMA1_Channel15_IRQHandler(void);
MV_EXPORT("I2C3_EV_IRQHandler") void I2C3_EV_IRQHandler(void);
MV_EXPORT("I2C3_ER_IRQHandler") void I2C3_ER_IRQHandler(void);
MV_EXPORT("SAI1_IRQHandler") void SAI1_IRQHandler(void);
MV_EXPORT("SAI2_IRQHandler") void SAI2_IRQHandler(void);
MV_EXPORT("TSC_IRQHandler") void TSC_IRQHandler(void);
MV_EXPORT("AES_IRQHandler") void AES_IRQHandler(void);
MV_EXPORT("RNG_IRQHandler") void RNG_IRQHandler(void);
MV_EXPORT("FPU_IRQHandler") void FPU_IRQHandler(void);
MV_EXPORT("HASH_IRQHandler") void HASH_IRQHandler(void);
MV_EXPORT("PKA_IRQHandler") void PKA_IRQHandler(void);
MV_EXPORT("LPTIM3_IRQHandler") void LPTIM3_IRQHandler(void);
MV_EXPORT("SPI3_IRQHandler") void SPI3_IRQHandler(void);
MV_EXPORT("I2C4_ER_IRQHandler") void I2C4_ER_IRQHandler(void);
MV_EXPORT("I2C4_EV_IRQHandler") void I2C4_EV_IRQHandler(void);
MV_EXPORT("MDF1_FLT0_IRQHandler") void MDF1_FLT0_IRQHandler(void);
MV_EXPORT("MDF1_FLT1_IRQHandler") void MDF1_FLT1_IRQHandler(void);
MV_EXPORT("MDF1_FLT2_IRQHandler") void MDF1_FLT2_IRQHandler(void);
MV_EXPORT("MDF1_FLT3_IRQHandler") void MDF1_FLT3_IRQHandler(void);
MV_EXPORT("UCPD1_IRQHandler") void UCPD1_IRQHandler(void);
MV_EXPORT("ICACHE_IRQHandler") void ICACHE_IRQHandler(void);
MV_EXPORT("OTFDEC1_IRQHandler") void OTFDEC1_IRQHandler(void);
MV_EXPORT("OTFDEC2_IRQHandler") void OTFDEC2_IRQHandler(void);
MV_EXPORT("LPTIM4_IRQHandler") void LPTIM4_IRQHandler(void);
MV_EXPORT("DCACHE1_IRQHandler") void DCACHE1_IRQHandler(void);
MV_EXPORT("ADF1_IRQHandler") void ADF1_IRQHandler(void);
MV_EXPORT("ADC4_IRQHandler") void ADC4_IRQHandler(void);
MV_EXPORT("LPDMA1_Channel0_IRQHandler") void LPDMA1_Channel0_IRQHandler(void);
MV_EXPORT("LPDMA1_Channel1_IRQHandler") void LPDMA1_Channel1_IRQHandler(void);
MV_EXPORT("LPDMA1_Channel2_IRQHandler") void LPDMA1_Channel2_IRQHandler(void);
MV_EXPORT("LPDMA1_Channel3_IRQHandler") void LPDMA1_Channel3_IRQHandler(void);
MV_EXPORT("DMA2D_IRQHandler") void DMA2D_IRQHandler(void);
MV_EXPORT("DCMI_PSSI_IRQHandler") void DCMI_PSSI_IRQHandler(void);
MV_EXPORT("OCTOSPI2_IRQHandler") void OCTOSPI2_IRQHandler(void);
MV_EXPORT("MDF1_FLT4_IRQHandler") void MDF1_FLT4_IRQHandler(void);
MV_EXPORT("MDF1_FLT5_IRQHandler") void MDF1_FLT5_IRQHandler(void);
MV_EXPORT("CORDIC_IRQHandler") void CORDIC_IRQHandler(void);
MV_EXPORT("FMAC_IRQHandler") void FMAC_IRQHandler(void);

#ifndef __wasi__
MV_EXPORT("_start") void _start(void);
#ifdef __cplusplus
} /* main has C++'s own linkage */
MV_EXPORT("main") int main(void);
extern "C" {
#else
MV_EXPORT("main") int main(void);
#endif
#endif
#endif

#ifdef __cplusplus
}
#endif

#endif
