/**
 * The system calls.
 * Generated from host/abi by `npm run generate`: do not edit.
 */

import {
  MvStatus,
  MvEventType,
  MvPowerSavingMode,
  MvDeepSleepMode,
  MvRestartMode,
} from "./enums";
import {
  MvNotificationHandle,
  MvNetworkHandle,
  MvChannelHandle,
  MvExternalFlashHandle,
  MvNotificationSetup,
  MvRequestNetworkParams,
  MvOpenChannelParams,
  MvHttpRequest,
  MvHttpResponseData,
  MvConfigKeyFetchParams,
  MvConfigResponseData,
  MvConfigResponseReadItemParams,
  MvMqttConnectRequest,
  MvMqttConnectResponse,
  MvMqttSubscribeRequest,
  MvMqttSubscribeResponse,
  MvMqttUnsubscribeRequest,
  MvMqttUnsubscribeResponse,
  MvMqttPublishRequest,
  MvMqttPublishResponse,
  MvMqttMessage,
  MvMqttLostMessageInfo,
  MvMqttDisconnectResponse,
  MvOpenSystemNotificationParams,
  MvExternalFlashInfo,
  MvWifiConfig,
  MvWifiConfigOut,
} from "./structs";

/** Does nothing. `mvNoOp(void)` */
// @ts-ignore: decorator
@external("env", "mvNoOp")
export declare function mvNoOp(): MvStatus;

/** Microseconds since the device booted. `mvGetMicroseconds(uint64_t *ms)` */
// @ts-ignore: decorator
@external("env", "mvGetMicroseconds")
export declare function mvGetMicroseconds(ms: usize): MvStatus;

/** Microseconds since 1970; TIMENOTSET until the first connection has set the clock. `mvGetWallTime(uint64_t *usec)` */
// @ts-ignore: decorator
@external("env", "mvGetWallTime")
export declare function mvGetWallTime(usec: usize): MvStatus;

/** The frequency of SYSCLK. `mvGetSysClk(uint32_t *hz)` */
// @ts-ignore: decorator
@external("env", "mvGetSysClk")
export declare function mvGetSysClk(hz: usize): MvStatus;

/** The frequency of HCLK. `mvGetHClk(uint32_t *hz)` */
// @ts-ignore: decorator
@external("env", "mvGetHClk")
export declare function mvGetHClk(hz: usize): MvStatus;

/** The frequency of PCLK1. `mvGetPClk1(uint32_t *hz)` */
// @ts-ignore: decorator
@external("env", "mvGetPClk1")
export declare function mvGetPClk1(hz: usize): MvStatus;

/** The frequency of PCLK2. `mvGetPClk2(uint32_t *hz)` */
// @ts-ignore: decorator
@external("env", "mvGetPClk2")
export declare function mvGetPClk2(hz: usize): MvStatus;

/** The device's SID: exactly 34 characters without a terminating zero. `mvGetDeviceId(uint8_t *buf, uint32_t len)` */
// @ts-ignore: decorator
@external("env", "mvGetDeviceId")
export declare function mvGetDeviceId(buf: usize, len: u32): MvStatus;

/** Creates a notification centre: a ring of records in your memory, and an interrupt. `mvSetupNotifications(const struct MvNotificationSetup *notifications, MvNotificationHandle *handle_out)` */
// @ts-ignore: decorator
@external("env", "mvSetupNotifications")
export declare function mvSetupNotifications(notifications: MvNotificationSetup, handle_out: usize): MvStatus;

/** Closes a notification centre; what still reports to it is dropped. `mvCloseNotifications(MvNotificationHandle *handle_in_out)` */
// @ts-ignore: decorator
@external("env", "mvCloseNotifications")
export declare function mvCloseNotifications(handle_in_out: usize): MvStatus;

/** Writes a record of your own choice to a centre, for tests. `mvTempTriggerNotification(MvNotificationHandle handle, enum MvEventType type, uint32_t tag)` */
// @ts-ignore: decorator
@external("env", "mvTempTriggerNotification")
export declare function mvTempTriggerNotification(handle: MvNotificationHandle, type: MvEventType, tag: u32): MvStatus;

/** Reports the device's own events (network changes, updates) to a centre. `mvOpenSystemNotification(const struct MvOpenSystemNotificationParams *params, MvSystemEventHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvOpenSystemNotification")
export declare function mvOpenSystemNotification(params: MvOpenSystemNotificationParams, handle: usize): MvStatus;

/** Ends such reports. `mvCloseSystemNotification(MvSystemEventHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvCloseSystemNotification")
export declare function mvCloseSystemNotification(handle: usize): MvStatus;

/** Asks for the network; the outcome is a notification. `mvRequestNetwork(const struct MvRequestNetworkParams *params, MvNetworkHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvRequestNetwork")
export declare function mvRequestNetwork(params: MvRequestNetworkParams, handle: usize): MvStatus;

/** Gives the network back; without any request left the device goes offline. `mvReleaseNetwork(MvNetworkHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvReleaseNetwork")
export declare function mvReleaseNetwork(handle: usize): MvStatus;

/** Whether the network is there. `mvGetNetworkStatus(MvNetworkHandle handle, enum MvNetworkStatus *status)` */
// @ts-ignore: decorator
@external("env", "mvGetNetworkStatus")
export declare function mvGetNetworkStatus(handle: MvNetworkHandle, status: usize): MvStatus;

/** Why the device is connected (a set of bits), and how many requests there are. `mvGetNetworkReasons(enum MvNetworkReason *reasons, uint32_t *request_ref_count)` */
// @ts-ignore: decorator
@external("env", "mvGetNetworkReasons")
export declare function mvGetNetworkReasons(reasons: usize, request_ref_count: usize): MvStatus;

/** Opens a channel of one of four types on two buffers that belong to the kernel until it closes. `mvOpenChannel(const struct MvOpenChannelParams *params, MvChannelHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvOpenChannel")
export declare function mvOpenChannel(params: MvOpenChannelParams, handle: usize): MvStatus;

/** Closes a channel, an open or a dead one, and gives its buffers back. `mvCloseChannel(MvChannelHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvCloseChannel")
export declare function mvCloseChannel(handle: usize): MvStatus;

/** Why a channel is closed; works for dead and for closed channels. `mvGetChannelClosureReason(MvChannelHandle handle, enum MvClosureReason *reason_out)` */
// @ts-ignore: decorator
@external("env", "mvGetChannelClosureReason")
export declare function mvGetChannelClosureReason(handle: MvChannelHandle, reason_out: usize): MvStatus;

/** Opaque bytes: where the received bytes are, and how many. `mvReadChannel(MvChannelHandle handle, uint8_t **read_pointer_out, uint32_t *length_out)` */
// @ts-ignore: decorator
@external("env", "mvReadChannel")
export declare function mvReadChannel(handle: MvChannelHandle, read_pointer_out: usize, length_out: usize): MvStatus;

/** Opaque bytes: gives back that many of the received bytes. `mvReadChannelComplete(MvChannelHandle handle, uint32_t consumed)` */
// @ts-ignore: decorator
@external("env", "mvReadChannelComplete")
export declare function mvReadChannelComplete(handle: MvChannelHandle, consumed: u32): MvStatus;

/** Opaque bytes: sends all of the data or nothing. `mvWriteChannel(MvChannelHandle handle, const uint8_t *data, uint32_t len, uint32_t *available)` */
// @ts-ignore: decorator
@external("env", "mvWriteChannel")
export declare function mvWriteChannel(handle: MvChannelHandle, data: usize, len: u32, available: usize): MvStatus;

/** Opaque bytes: sends as much of the data as there is room for. `mvWriteChannelStream(MvChannelHandle handle, const uint8_t *data, uint32_t len, uint32_t *written)` */
// @ts-ignore: decorator
@external("env", "mvWriteChannelStream")
export declare function mvWriteChannelStream(handle: MvChannelHandle, data: usize, len: u32, written: usize): MvStatus;

/** Asks for up to 32 configs and secrets: one request a channel. `mvSendConfigFetchRequest(MvChannelHandle handle, const struct MvConfigKeyFetchParams *request)` */
// @ts-ignore: decorator
@external("env", "mvSendConfigFetchRequest")
export declare function mvSendConfigFetchRequest(handle: MvChannelHandle, request: MvConfigKeyFetchParams): MvStatus;

/** The response as a whole: whether it succeeded, and how many items it has. `mvReadConfigFetchResponseData(MvChannelHandle handle, struct MvConfigResponseData *response_data)` */
// @ts-ignore: decorator
@external("env", "mvReadConfigFetchResponseData")
export declare function mvReadConfigFetchResponseData(handle: MvChannelHandle, response_data: MvConfigResponseData): MvStatus;

/** One item of the response: its result and its value. `mvReadConfigResponseItem(MvChannelHandle handle, const struct MvConfigResponseReadItemParams *params)` */
// @ts-ignore: decorator
@external("env", "mvReadConfigResponseItem")
export declare function mvReadConfigResponseItem(handle: MvChannelHandle, params: MvConfigResponseReadItemParams): MvStatus;

/** Sends an HTTP request: one a channel. `mvSendHttpRequest(MvChannelHandle handle, const struct MvHttpRequest *request)` */
// @ts-ignore: decorator
@external("env", "mvSendHttpRequest")
export declare function mvSendHttpRequest(handle: MvChannelHandle, request: MvHttpRequest): MvStatus;

/** The response as a whole: result, status code, number of headers, length of the body. `mvReadHttpResponseData(MvChannelHandle handle, struct MvHttpResponseData *response_data)` */
// @ts-ignore: decorator
@external("env", "mvReadHttpResponseData")
export declare function mvReadHttpResponseData(handle: MvChannelHandle, response_data: MvHttpResponseData): MvStatus;

/** One header of the response. `mvReadHttpResponseHeader(MvChannelHandle handle, uint32_t header_index, uint8_t *buf, uint32_t size)` */
// @ts-ignore: decorator
@external("env", "mvReadHttpResponseHeader")
export declare function mvReadHttpResponseHeader(handle: MvChannelHandle, header_index: u32, buf: usize, size: u32): MvStatus;

/** A part of the response's body. `mvReadHttpResponseBody(MvChannelHandle handle, uint32_t offset, uint8_t *buf, uint32_t size)` */
// @ts-ignore: decorator
@external("env", "mvReadHttpResponseBody")
export declare function mvReadHttpResponseBody(handle: MvChannelHandle, offset: u32, buf: usize, size: u32): MvStatus;

/** What is to be read next. `mvMqttGetNextReadableDataType(MvChannelHandle handle, enum MvMqttReadableDataType *data_type)` */
// @ts-ignore: decorator
@external("env", "mvMqttGetNextReadableDataType")
export declare function mvMqttGetNextReadableDataType(handle: MvChannelHandle, data_type: usize): MvStatus;

/** Connects to a broker. `mvMqttRequestConnect(MvChannelHandle handle, const struct MvMqttConnectRequest *request)` */
// @ts-ignore: decorator
@external("env", "mvMqttRequestConnect")
export declare function mvMqttRequestConnect(handle: MvChannelHandle, request: MvMqttConnectRequest): MvStatus;

/** The broker's answer to a connect request. `mvMqttReadConnectResponse(MvChannelHandle handle, struct MvMqttConnectResponse *response_data)` */
// @ts-ignore: decorator
@external("env", "mvMqttReadConnectResponse")
export declare function mvMqttReadConnectResponse(handle: MvChannelHandle, response_data: MvMqttConnectResponse): MvStatus;

/** Subscribes to topics. `mvMqttRequestSubscribe(MvChannelHandle handle, const struct MvMqttSubscribeRequest *request)` */
// @ts-ignore: decorator
@external("env", "mvMqttRequestSubscribe")
export declare function mvMqttRequestSubscribe(handle: MvChannelHandle, request: MvMqttSubscribeRequest): MvStatus;

/** The broker's answer to a subscribe request. `mvMqttReadSubscribeResponse(MvChannelHandle handle, const struct MvMqttSubscribeResponse *response_data)` */
// @ts-ignore: decorator
@external("env", "mvMqttReadSubscribeResponse")
export declare function mvMqttReadSubscribeResponse(handle: MvChannelHandle, response_data: MvMqttSubscribeResponse): MvStatus;

/** Unsubscribes from topics. `mvMqttRequestUnsubscribe(MvChannelHandle handle, const struct MvMqttUnsubscribeRequest *request)` */
// @ts-ignore: decorator
@external("env", "mvMqttRequestUnsubscribe")
export declare function mvMqttRequestUnsubscribe(handle: MvChannelHandle, request: MvMqttUnsubscribeRequest): MvStatus;

/** The broker's answer to an unsubscribe request. `mvMqttReadUnsubscribeResponse(MvChannelHandle handle, const struct MvMqttUnsubscribeResponse *response_data)` */
// @ts-ignore: decorator
@external("env", "mvMqttReadUnsubscribeResponse")
export declare function mvMqttReadUnsubscribeResponse(handle: MvChannelHandle, response_data: MvMqttUnsubscribeResponse): MvStatus;

/** Publishes a message. `mvMqttRequestPublish(MvChannelHandle handle, const struct MvMqttPublishRequest *request)` */
// @ts-ignore: decorator
@external("env", "mvMqttRequestPublish")
export declare function mvMqttRequestPublish(handle: MvChannelHandle, request: MvMqttPublishRequest): MvStatus;

/** The broker's answer to a publish request. `mvMqttReadPublishResponse(MvChannelHandle handle, struct MvMqttPublishResponse *response_data)` */
// @ts-ignore: decorator
@external("env", "mvMqttReadPublishResponse")
export declare function mvMqttReadPublishResponse(handle: MvChannelHandle, response_data: MvMqttPublishResponse): MvStatus;

/** Reads a message that has arrived. `mvMqttReceiveMessage(MvChannelHandle handle, const struct MvMqttMessage *message_data)` */
// @ts-ignore: decorator
@external("env", "mvMqttReceiveMessage")
export declare function mvMqttReceiveMessage(handle: MvChannelHandle, message_data: MvMqttMessage): MvStatus;

/** Reads about a message that was too large for the receive buffer. `mvMqttReceiveLostMessageInfo(MvChannelHandle handle, const struct MvMqttLostMessageInfo *lost_message_info)` */
// @ts-ignore: decorator
@external("env", "mvMqttReceiveLostMessageInfo")
export declare function mvMqttReceiveLostMessageInfo(handle: MvChannelHandle, lost_message_info: MvMqttLostMessageInfo): MvStatus;

/** Acknowledges a message. `mvMqttAcknowledgeMessage(MvChannelHandle handle, uint32_t correlation_id)` */
// @ts-ignore: decorator
@external("env", "mvMqttAcknowledgeMessage")
export declare function mvMqttAcknowledgeMessage(handle: MvChannelHandle, correlation_id: u32): MvStatus;

/** Disconnects from the broker. `mvMqttRequestDisconnect(MvChannelHandle handle)` */
// @ts-ignore: decorator
@external("env", "mvMqttRequestDisconnect")
export declare function mvMqttRequestDisconnect(handle: MvChannelHandle): MvStatus;

/** The outcome of a disconnection. `mvMqttReadDisconnectResponse(MvChannelHandle handle, struct MvMqttDisconnectResponse *response_data)` */
// @ts-ignore: decorator
@external("env", "mvMqttReadDisconnectResponse")
export declare function mvMqttReadDisconnectResponse(handle: MvChannelHandle, response_data: MvMqttDisconnectResponse): MvStatus;

/** Gives the log its buffer. `mvServerLoggingInit(uint8_t *buffer, uint32_t length_bytes)` */
// @ts-ignore: decorator
@external("env", "mvServerLoggingInit")
export declare function mvServerLoggingInit(buffer: usize, length_bytes: u32): MvStatus;

/** Logs a message to the server. `mvServerLog(const uint8_t *message, uint16_t length_bytes)` */
// @ts-ignore: decorator
@external("env", "mvServerLog")
export declare function mvServerLog(message: usize, length_bytes: u16): MvStatus;

/** Test mode: gives the test log its buffer. `mvTestLoggingInit(uint8_t *buffer, uint32_t length_bytes)` */
// @ts-ignore: decorator
@external("env", "mvTestLoggingInit")
export declare function mvTestLoggingInit(buffer: usize, length_bytes: u32): MvStatus;

/** Test mode: logs a message. `mvTestLog(const uint8_t *message, uint16_t length_bytes)` */
// @ts-ignore: decorator
@external("env", "mvTestLog")
export declare function mvTestLog(message: usize, length_bytes: u16): MvStatus;

/** Test mode: ends the run with a status. `mvTestingComplete(uint32_t status)` */
// @ts-ignore: decorator
@external("env", "mvTestingComplete")
export declare function mvTestingComplete(status: u32): MvStatus;

/** Sleeps until an interrupt, in a mode that saves power. `mvPowerSave(enum MvPowerSavingMode mode)` */
// @ts-ignore: decorator
@external("env", "mvPowerSave")
export declare function mvPowerSave(mode: MvPowerSavingMode): MvStatus;

/** Switches off until an alarm or a check-in; RAM is lost. `mvDeepSleep(enum MvDeepSleepMode mode)` */
// @ts-ignore: decorator
@external("env", "mvDeepSleep")
export declare function mvDeepSleep(mode: MvDeepSleepMode): MvStatus;

/** Why the device booted. `mvGetWakeReason(enum MvWakeReason *mode)` */
// @ts-ignore: decorator
@external("env", "mvGetWakeReason")
export declare function mvGetWakeReason(mode: usize): MvStatus;

/** Boots again, and applies an update that is there. `mvRestart(enum MvRestartMode mode)` */
// @ts-ignore: decorator
@external("env", "mvRestart")
export declare function mvRestart(mode: MvRestartMode): MvStatus;

/** Leaves the system LED to the kernel (1) or switches it off (0). `mvSystemLedEnable(uint32_t enable)` */
// @ts-ignore: decorator
@external("env", "mvSystemLedEnable")
export declare function mvSystemLedEnable(enable: u32): MvStatus;

/** Reads a register that the application can't reach itself. `mvPeriphPeek32(uint32_t reg, uint32_t *output)` */
// @ts-ignore: decorator
@external("env", "mvPeriphPeek32")
export declare function mvPeriphPeek32(reg: u32, output: usize): MvStatus;

/** Changes such a register to (old & ~mask) ^ xorvalue, in the bits that are the application's. `mvPeriphPoke32(uint32_t reg, uint32_t mask, uint32_t xorvalue)` */
// @ts-ignore: decorator
@external("env", "mvPeriphPoke32")
export declare function mvPeriphPoke32(reg: u32, mask: u32, xorvalue: u32): MvStatus;

/** Makes an interrupt a fast one: it comes before everything else. `mvSetFastInterrupt(uint32_t irqn)` */
// @ts-ignore: decorator
@external("env", "mvSetFastInterrupt")
export declare function mvSetFastInterrupt(irqn: u32): MvStatus;

/** Makes a fast interrupt an ordinary one again. `mvClearFastInterrupt(uint32_t irqn)` */
// @ts-ignore: decorator
@external("env", "mvClearFastInterrupt")
export declare function mvClearFastInterrupt(irqn: u32): MvStatus;

/** Enables a fast interrupt. `mvEnableFastInterrupt(uint32_t irqn)` */
// @ts-ignore: decorator
@external("env", "mvEnableFastInterrupt")
export declare function mvEnableFastInterrupt(irqn: u32): MvStatus;

/** Disables a fast interrupt. `mvDisableFastInterrupt(uint32_t irqn)` */
// @ts-ignore: decorator
@external("env", "mvDisableFastInterrupt")
export declare function mvDisableFastInterrupt(irqn: u32): MvStatus;

/** Unmasks the enabled fast interrupts. `mvEnableAllFastInterrupts(void)` */
// @ts-ignore: decorator
@external("env", "mvEnableAllFastInterrupts")
export declare function mvEnableAllFastInterrupts(): MvStatus;

/** Masks the enabled fast interrupts. `mvDisableAllFastInterrupts(void)` */
// @ts-ignore: decorator
@external("env", "mvDisableAllFastInterrupts")
export declare function mvDisableAllFastInterrupts(): MvStatus;

/** Opens the external flash. `mvExternalFlashOpen(MvExternalFlashHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvExternalFlashOpen")
export declare function mvExternalFlashOpen(handle: usize): MvStatus;

/** Chip id, size and number of open handles. `mvExternalFlashGetInfo(MvExternalFlashHandle handle, struct MvExternalFlashInfo *info)` */
// @ts-ignore: decorator
@external("env", "mvExternalFlashGetInfo")
export declare function mvExternalFlashGetInfo(handle: MvExternalFlashHandle, info: MvExternalFlashInfo): MvStatus;

/** Reads bytes. `mvExternalFlashReadBlocking(MvExternalFlashHandle handle, uint32_t address, uint32_t length, uint8_t *buffer)` */
// @ts-ignore: decorator
@external("env", "mvExternalFlashReadBlocking")
export declare function mvExternalFlashReadBlocking(handle: MvExternalFlashHandle, address: u32, length: u32, buffer: usize): MvStatus;

/** Writes bytes; writing can only clear bits. `mvExternalFlashWriteBlocking(MvExternalFlashHandle handle, uint32_t address, uint32_t length, const uint8_t *buffer)` */
// @ts-ignore: decorator
@external("env", "mvExternalFlashWriteBlocking")
export declare function mvExternalFlashWriteBlocking(handle: MvExternalFlashHandle, address: u32, length: u32, buffer: usize): MvStatus;

/** Erases blocks of 4096 bytes. `mvExternalFlashEraseBlocking(MvExternalFlashHandle handle, uint32_t address, uint32_t length)` */
// @ts-ignore: decorator
@external("env", "mvExternalFlashEraseBlocking")
export declare function mvExternalFlashEraseBlocking(handle: MvExternalFlashHandle, address: u32, length: u32): MvStatus;

/** Closes the external flash. `mvExternalFlashClose(MvExternalFlashHandle *handle)` */
// @ts-ignore: decorator
@external("env", "mvExternalFlashClose")
export declare function mvExternalFlashClose(handle: usize): MvStatus;

/** Stores or clears the Wi-Fi network to use. `mvSetWifiConfig(const struct MvWifiConfig *params)` */
// @ts-ignore: decorator
@external("env", "mvSetWifiConfig")
export declare function mvSetWifiConfig(params: MvWifiConfig): MvStatus;

/** The Wi-Fi network in use. `mvGetWifiConfig(const struct MvWifiConfigOut *params)` */
// @ts-ignore: decorator
@external("env", "mvGetWifiConfig")
export declare function mvGetWifiConfig(params: MvWifiConfigOut): MvStatus;
