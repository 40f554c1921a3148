/**
 * Every system call of the ABI: its number (its place in the device's call page, for the later Cortex-M33 core), what
 * it does with each parameter, the statuses that the vendor documents, and those that our contract adds. OKAY goes
 * without saying. From this table come dispatch, trace names, the SDK bindings, the C header and the ABI page.
 */

import type { Status } from "./enums.ts";
import {
  bytesIn,
  bytesOut,
  enumeration,
  handle,
  inOut,
  input,
  output,
  type Parameter,
  pointer,
  struct,
  u8,
  u16,
  u32,
  u64,
  value,
} from "./types.ts";

export interface Syscall<Parameters = Readonly<Record<string, Parameter>>> {
  readonly number: number;
  readonly parameters: Parameters;
  readonly documentedStatuses: readonly Status[];
  readonly contractStatuses: readonly Status[];
}

function syscall<const Parameters extends Readonly<Record<string, Parameter>>>(
  number: number,
  parameters: Parameters,
  documentedStatuses: readonly Status[],
  contractStatuses: readonly Status[] = [],
): Syscall<Parameters> {
  return { number, parameters, documentedStatuses, contractStatuses };
}

export const syscalls = {
  mvNoOp: syscall(27, {}, []),
  mvGetMicroseconds: syscall(2, { ms: output(u64) }, ["PARAMETERFAULT"]),
  mvGetSysClk: syscall(3, { hz: output(u32) }, ["PARAMETERFAULT"]),
  mvGetHClk: syscall(23, { hz: output(u32) }, ["PARAMETERFAULT"]),
  mvGetPClk1: syscall(17, { hz: output(u32) }, ["PARAMETERFAULT"]),
  mvGetPClk2: syscall(18, { hz: output(u32) }, ["PARAMETERFAULT"]),
  mvGetWallTime: syscall(7, { usec: output(u64) }, ["PARAMETERFAULT", "TIMENOTSET"]),
  mvGetDeviceId: syscall(5, { buf: bytesOut("len"), len: value(u32) }, ["PARAMETERFAULT", "INVALIDBUFFERSIZE"]),
  mvPeriphPeek32: syscall(30, { reg: value(u32), output: output(u32) }, ["PERIPHERALACCESSFAULT"], ["PARAMETERFAULT"]),
  mvPeriphPoke32: syscall(21, { reg: value(u32), mask: value(u32), xorvalue: value(u32) }, ["PERIPHERALACCESSFAULT"]),
  mvSetupNotifications: syscall(
    16,
    { notifications: input("MvNotificationSetup"), handle_out: output(handle("MvNotificationHandle")) },
    ["PARAMETERFAULT", "INVALIDBUFFERSIZE", "BUFFERALREADYINUSE", "INVALIDINTERRUPT", "TOOMANYNOTIFICATIONBUFFERS"],
  ),
  mvCloseNotifications: syscall(10, { handle_in_out: inOut(handle("MvNotificationHandle")) }, [
    "PARAMETERFAULT",
    "INVALIDHANDLE",
  ]),
  mvTempTriggerNotification: syscall(
    28,
    { handle: value(handle("MvNotificationHandle")), type: value(enumeration("MvEventType")), tag: value(u32) },
    ["INVALIDHANDLE"],
  ),
  mvSetFastInterrupt: syscall(11, { irqn: value(u32) }, ["INVALIDINTERRUPT", "INVALIDVECTOR", "UNAVAILABLE"]),
  mvClearFastInterrupt: syscall(15, { irqn: value(u32) }, ["INVALIDINTERRUPT", "UNAVAILABLE"]),
  mvEnableFastInterrupt: syscall(0, { irqn: value(u32) }, ["INVALIDINTERRUPT", "UNAVAILABLE"]),
  mvDisableFastInterrupt: syscall(13, { irqn: value(u32) }, ["INVALIDINTERRUPT", "UNAVAILABLE"]),
  mvDisableAllFastInterrupts: syscall(4, {}, []),
  mvEnableAllFastInterrupts: syscall(19, {}, []),
  mvRequestNetwork: syscall(
    8,
    { params: input("MvRequestNetworkParams"), handle: output(handle("MvNetworkHandle")) },
    ["PARAMETERFAULT", "UNSUPPORTEDSTRUCTUREVERSION"],
    ["INVALIDHANDLE"],
  ),
  mvReleaseNetwork: syscall(26, { handle: inOut(handle("MvNetworkHandle")) }, [
    "PARAMETERFAULT",
    "INVALIDHANDLE",
    "UNSUPPORTEDSTRUCTUREVERSION",
  ]),
  mvGetNetworkStatus: syscall(
    29,
    { handle: value(handle("MvNetworkHandle")), status: output(enumeration("MvNetworkStatus")) },
    ["PARAMETERFAULT", "INVALIDHANDLE"],
  ),
  mvGetNetworkReasons: syscall(
    25,
    { reasons: output(enumeration("MvNetworkReason")), request_ref_count: output(u32) },
    ["PARAMETERFAULT"],
  ),
  mvOpenChannel: syscall(
    24,
    { params: input("MvOpenChannelParams"), handle: output(handle("MvChannelHandle")) },
    [
      "PARAMETERFAULT",
      "INVALIDHANDLE",
      "INVALIDBUFFERALIGNMENT",
      "INVALIDBUFFERSIZE",
      "UNKNOWNCHANNELENDPOINT",
      "UNKNOWNCHANNELTYPE",
      "NETWORKNOTCONNECTED",
      "RATELIMITED",
      "UNAVAILABLE",
      "TOOMANYCHANNELS",
    ],
    ["BUFFERALREADYINUSE", "UNSUPPORTEDSTRUCTUREVERSION"],
  ),
  mvReadChannel: syscall(
    22,
    { handle: value(handle("MvChannelHandle")), read_pointer_out: output(pointer(u8)), length_out: output(u32) },
    ["PARAMETERFAULT", "INVALIDHANDLE", "CHANNELCLOSED"],
  ),
  mvReadChannelComplete: syscall(14, { handle: value(handle("MvChannelHandle")), consumed: value(u32) }, [
    "INVALIDHANDLE",
    "CHANNELCLOSED",
  ]),
  mvWriteChannelStream: syscall(
    1,
    { handle: value(handle("MvChannelHandle")), data: bytesIn("len"), len: value(u32), written: output(u32) },
    ["INVALIDHANDLE", "PARAMETERFAULT", "LATEFAULT", "CHANNELCLOSED"],
  ),
  mvWriteChannel: syscall(
    6,
    { handle: value(handle("MvChannelHandle")), data: bytesIn("len"), len: value(u32), available: output(u32) },
    ["INVALIDBUFFERSIZE", "INVALIDHANDLE", "PARAMETERFAULT", "LATEFAULT", "CHANNELCLOSED"],
  ),
  mvCloseChannel: syscall(31, { handle: inOut(handle("MvChannelHandle")) }, ["PARAMETERFAULT", "INVALIDHANDLE"]),
  mvGetChannelClosureReason: syscall(
    9,
    { handle: value(handle("MvChannelHandle")), reason_out: output(enumeration("MvClosureReason")) },
    ["PARAMETERFAULT", "INVALIDHANDLE"],
  ),
  mvSendHttpRequest: syscall(
    32,
    { handle: value(handle("MvChannelHandle")), request: input("MvHttpRequest", { late: true }) },
    [
      "PARAMETERFAULT",
      "LATEFAULT",
      "INVALIDHANDLE",
      "INVALIDBUFFERSIZE",
      "TOOMANYELEMENTS",
      "CHANNELCLOSED",
      "REQUESTALREADYSENT",
    ],
  ),
  mvReadHttpResponseData: syscall(
    35,
    { handle: value(handle("MvChannelHandle")), response_data: output(struct("MvHttpResponseData")) },
    ["PARAMETERFAULT", "INVALIDHANDLE", "RESPONSENOTPRESENT", "CHANNELCLOSED"],
  ),
  mvReadHttpResponseHeader: syscall(
    34,
    { handle: value(handle("MvChannelHandle")), header_index: value(u32), buf: bytesOut("size"), size: value(u32) },
    ["PARAMETERFAULT", "INVALIDHANDLE", "RESPONSENOTPRESENT", "CHANNELCLOSED", "INDEXINVALID"],
  ),
  mvReadHttpResponseBody: syscall(
    33,
    { handle: value(handle("MvChannelHandle")), offset: value(u32), buf: bytesOut("size"), size: value(u32) },
    ["PARAMETERFAULT", "INVALIDHANDLE", "RESPONSENOTPRESENT", "CHANNELCLOSED", "OFFSETINVALID"],
  ),
  mvServerLoggingInit: syscall(
    36,
    { buffer: bytesOut("length_bytes"), length_bytes: value(u32) },
    ["PARAMETERFAULT", "INVALIDBUFFERALIGNMENT", "INVALIDBUFFERSIZE"],
    ["BUFFERALREADYINUSE"],
  ),
  mvServerLog: syscall(37, { message: bytesIn("length_bytes"), length_bytes: value(u16) }, [
    "UNAVAILABLE",
    "PARAMETERFAULT",
    "INVALIDBUFFERSIZE",
    "LOGMESSAGETOOLONG",
    "LOGGINGDISABLEDBYSERVER",
  ]),
  mvSendConfigFetchRequest: syscall(
    38,
    { handle: value(handle("MvChannelHandle")), request: input("MvConfigKeyFetchParams", { late: true }) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "INVALIDBUFFERSIZE", "CHANNELCLOSED", "REQUESTALREADYSENT"],
    ["REQUIREDELEMENTMISSING", "TOOMANYCONFIGKEYS", "UNKNOWNCONFIGSCOPE", "UNKNOWNCONFIGSTORE", "INVALIDCONFIGKEY"],
  ),
  mvReadConfigFetchResponseData: syscall(
    39,
    { handle: value(handle("MvChannelHandle")), response_data: output(struct("MvConfigResponseData")) },
    ["PARAMETERFAULT", "CHANNELCLOSED"],
    ["INVALIDHANDLE", "RESPONSENOTPRESENT"],
  ),
  mvReadConfigResponseItem: syscall(
    40,
    { handle: value(handle("MvChannelHandle")), params: input("MvConfigResponseReadItemParams") },
    ["PARAMETERFAULT", "INVALIDHANDLE", "RESPONSENOTPRESENT", "CHANNELCLOSED", "INDEXINVALID"],
    ["REQUESTUNSUCCESSFUL"],
  ),
  mvMqttGetNextReadableDataType: syscall(
    51,
    { handle: value(handle("MvChannelHandle")), data_type: output(enumeration("MvMqttReadableDataType")) },
    ["PARAMETERFAULT", "INVALIDHANDLE", "CHANNELCLOSED"],
  ),
  mvMqttRequestConnect: syscall(
    53,
    { handle: value(handle("MvChannelHandle")), request: input("MvMqttConnectRequest", { late: true }) },
    [
      "PARAMETERFAULT",
      "LATEFAULT",
      "INVALIDHANDLE",
      "CHANNELCLOSED",
      "REQUESTALREADYSENT",
      "INVALIDAUTHENTICATION",
      "TOOMANYELEMENTS",
      "REQUIREDELEMENTMISSING",
    ],
  ),
  mvMqttReadConnectResponse: syscall(
    45,
    { handle: value(handle("MvChannelHandle")), response_data: output(struct("MvMqttConnectResponse")) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED"],
  ),
  mvMqttRequestSubscribe: syscall(
    47,
    { handle: value(handle("MvChannelHandle")), request: input("MvMqttSubscribeRequest", { late: true }) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "RATELIMITED", "TOOMANYELEMENTS"],
  ),
  mvMqttReadSubscribeResponse: syscall(
    54,
    { handle: value(handle("MvChannelHandle")), response_data: input("MvMqttSubscribeResponse") },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "INVALIDBUFFERSIZE"],
  ),
  mvMqttRequestUnsubscribe: syscall(
    52,
    { handle: value(handle("MvChannelHandle")), request: input("MvMqttUnsubscribeRequest", { late: true }) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "RATELIMITED", "TOOMANYELEMENTS"],
  ),
  mvMqttReadUnsubscribeResponse: syscall(
    41,
    { handle: value(handle("MvChannelHandle")), response_data: input("MvMqttUnsubscribeResponse") },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "INVALIDBUFFERSIZE"],
  ),
  mvMqttRequestPublish: syscall(
    46,
    { handle: value(handle("MvChannelHandle")), request: input("MvMqttPublishRequest", { late: true }) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "RATELIMITED"],
  ),
  mvMqttReadPublishResponse: syscall(
    48,
    { handle: value(handle("MvChannelHandle")), response_data: output(struct("MvMqttPublishResponse")) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED"],
  ),
  mvMqttReceiveMessage: syscall(
    50,
    { handle: value(handle("MvChannelHandle")), message_data: input("MvMqttMessage") },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "INVALIDBUFFERSIZE"],
  ),
  mvMqttReceiveLostMessageInfo: syscall(
    49,
    { handle: value(handle("MvChannelHandle")), lost_message_info: input("MvMqttLostMessageInfo") },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED", "INVALIDBUFFERSIZE"],
  ),
  mvMqttAcknowledgeMessage: syscall(42, { handle: value(handle("MvChannelHandle")), correlation_id: value(u32) }, [
    "INVALIDHANDLE",
    "CHANNELCLOSED",
    "RATELIMITED",
  ]),
  mvMqttRequestDisconnect: syscall(44, { handle: value(handle("MvChannelHandle")) }, [
    "INVALIDHANDLE",
    "CHANNELCLOSED",
    "RATELIMITED",
  ]),
  mvMqttReadDisconnectResponse: syscall(
    43,
    { handle: value(handle("MvChannelHandle")), response_data: output(struct("MvMqttDisconnectResponse")) },
    ["PARAMETERFAULT", "LATEFAULT", "INVALIDHANDLE", "CHANNELCLOSED"],
  ),
  mvTestingComplete: syscall(55, { status: value(u32) }, ["UNAVAILABLE"]),
  mvTestLoggingInit: syscall(
    57,
    { buffer: bytesOut("length_bytes"), length_bytes: value(u32) },
    ["PARAMETERFAULT", "INVALIDBUFFERALIGNMENT", "INVALIDBUFFERSIZE", "UNAVAILABLE"],
    ["BUFFERALREADYINUSE"],
  ),
  mvTestLog: syscall(56, { message: bytesIn("length_bytes"), length_bytes: value(u16) }, [
    "UNAVAILABLE",
    "PARAMETERFAULT",
    "INVALIDBUFFERSIZE",
    "LOGMESSAGETOOLONG",
  ]),
  mvPowerSave: syscall(58, { mode: value(enumeration("MvPowerSavingMode")) }, [
    "UNAVAILABLE",
    "PARAMETERFAULT",
    "MICROVISORBUSY",
  ]),
  mvSystemLedEnable: syscall(59, { enable: value(u32) }, ["UNAVAILABLE"]),
  mvOpenSystemNotification: syscall(
    60,
    { params: input("MvOpenSystemNotificationParams"), handle: output(handle("MvSystemEventHandle")) },
    ["UNAVAILABLE", "PARAMETERFAULT", "INVALIDHANDLE"],
  ),
  mvCloseSystemNotification: syscall(
    61,
    { handle: inOut(handle("MvSystemEventHandle")) },
    ["UNAVAILABLE", "INVALIDHANDLE"],
    ["PARAMETERFAULT"],
  ),
  mvDeepSleep: syscall(62, { mode: value(enumeration("MvDeepSleepMode")) }, [
    "UNAVAILABLE",
    "PARAMETERFAULT",
    "MICROVISORBUSY",
  ]),
  mvGetWakeReason: syscall(63, { mode: output(enumeration("MvWakeReason")) }, ["UNAVAILABLE", "PARAMETERFAULT"]),
  mvRestart: syscall(64, { mode: value(enumeration("MvRestartMode")) }, [
    "UNAVAILABLE",
    "PARAMETERFAULT",
    "MICROVISORBUSY",
  ]),
  mvExternalFlashOpen: syscall(68, { handle: output(handle("MvExternalFlashHandle")) }, [
    "UNAVAILABLE",
    "PARAMETERFAULT",
    "TOOMANYCHANNELS",
  ]),
  mvExternalFlashClose: syscall(
    65,
    { handle: inOut(handle("MvExternalFlashHandle")) },
    ["UNAVAILABLE", "INVALIDHANDLE"],
    ["PARAMETERFAULT"],
  ),
  mvExternalFlashReadBlocking: syscall(
    70,
    {
      handle: value(handle("MvExternalFlashHandle")),
      address: value(u32),
      length: value(u32),
      buffer: bytesOut("length"),
    },
    ["UNAVAILABLE", "PARAMETERFAULT", "INVALIDHANDLE", "ADDRESSOUTOFRANGE"],
  ),
  mvExternalFlashEraseBlocking: syscall(
    69,
    { handle: value(handle("MvExternalFlashHandle")), address: value(u32), length: value(u32) },
    ["UNAVAILABLE", "PARAMETERFAULT", "INVALIDHANDLE", "ADDRESSOUTOFRANGE", "INVALIDBUFFERALIGNMENT"],
  ),
  mvExternalFlashWriteBlocking: syscall(
    67,
    {
      handle: value(handle("MvExternalFlashHandle")),
      address: value(u32),
      length: value(u32),
      buffer: bytesIn("length"),
    },
    ["UNAVAILABLE", "PARAMETERFAULT", "INVALIDHANDLE", "ADDRESSOUTOFRANGE"],
  ),
  mvExternalFlashGetInfo: syscall(
    66,
    { handle: value(handle("MvExternalFlashHandle")), info: inOut(struct("MvExternalFlashInfo")) },
    ["UNAVAILABLE", "PARAMETERFAULT", "INVALIDHANDLE", "UNSUPPORTEDSTRUCTUREVERSION"],
  ),
  mvSetWifiConfig: syscall(72, { params: input("MvWifiConfig") }, []),
  mvGetWifiConfig: syscall(73, { params: input("MvWifiConfigOut") }, []),
} as const;

export type SyscallName = keyof typeof syscalls;
