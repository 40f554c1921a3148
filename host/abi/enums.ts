/**
 * Every enum of the ABI: its size in memory, the prefix of its values' names, and the values. `MvStatus.OKAY` here is
 * `MV_STATUS_OKAY` in C and AssemblyScript.
 */

interface EnumDeclaration<Values> {
  /** Bytes in memory; one-byte enums occupy one byte on Arm. */
  readonly bytes: 1 | 4;
  readonly prefix: string;
  readonly values: Values;
}

function declare<const Values extends { readonly [name: string]: number }>(
  bytes: 1 | 4,
  prefix: string,
  values: Values,
): EnumDeclaration<Values> {
  return { bytes, prefix, values };
}

export const enums = {
  MvStatus: declare(4, "MV_STATUS_", {
    OKAY: 0,
    TIMENOTSET: 1,
    PARAMETERFAULT: 2,
    INVALIDBUFFERSIZE: 3,
    PERIPHERALACCESSFAULT: 4,
    BUFFERALREADYINUSE: 5,
    INVALIDINTERRUPT: 6,
    INVALIDHANDLE: 7,
    TOOMANYNOTIFICATIONBUFFERS: 8,
    INVALIDVECTOR: 9,
    UNAVAILABLE: 10,
    UNSUPPORTEDSTRUCTUREVERSION: 11,
    TOOMANYCHANNELS: 12,
    UNKNOWNCHANNELENDPOINT: 13,
    UNKNOWNCHANNELTYPE: 14,
    CHANNELCLOSED: 15,
    NETWORKNOTCONNECTED: 16,
    RATELIMITED: 17,
    INVALIDBUFFERALIGNMENT: 18,
    LATEFAULT: 19,
    RESPONSENOTPRESENT: 20,
    INDEXINVALID: 21,
    OFFSETINVALID: 22,
    REQUESTALREADYSENT: 23,
    REQUESTUNSUCCESSFUL: 24,
    LOGMESSAGETOOLONG: 25,
    LOGGINGDISABLEDBYSERVER: 26,
    TOOMANYCONFIGKEYS: 27,
    UNKNOWNCONFIGSTORE: 28,
    UNKNOWNCONFIGSCOPE: 29,
    INVALIDCONFIGKEY: 30,
    INVALIDAUTHENTICATION: 31,
    WRONGDATAREQUESTED: 32,
    INTERNALERROR: 33,
    TOOMANYELEMENTS: 34,
    REQUIREDELEMENTMISSING: 35,
    MICROVISORBUSY: 36,
    ADDRESSOUTOFRANGE: 37,
    INPUTTOOLONG: 38,
  }),
  MvEventType: declare(4, "MV_EVENTTYPE_", {
    NOEVENT: 0,
    NETWORKSTATUSCHANGED: 1,
    CHANNELDATAREADABLE: 2,
    CHANNELDATAWRITESPACE: 3,
    CHANNELNOTCONNECTED: 4,
    UPDATEDOWNLOADED: 5,
  }),
  MvNetworkStatus: declare(4, "MV_NETWORKSTATUS_", {
    DELIBERATELYOFFLINE: 0,
    CONNECTED: 1,
    CONNECTING: 2,
    DISCONNECTEDWITHLINKUP: 3,
  }),
  MvNetworkReason: declare(4, "MV_NETWORKREASON_", {
    NOTCONNECTING: 0,
    USINGNETWORK: 1,
    NEVERUSEDNETWORKAPI: 2,
    MINIMUMCHECKINEXPIRED: 4,
    RTCNOTSET: 8,
    KERNELERROR: 16,
    APPLICATIONERROR: 32,
    COLDBOOTCONNECTION: 64,
    FETCHINGUPDATE: 128,
    DEBUGGERATTACHED: 256,
    NOAPPLICATIONCODE: 512,
    ENHANCECALM: 2048,
  }),
  MvChannelType: declare(4, "MV_CHANNELTYPE_", {
    OPAQUEBYTES: 0,
    MQTT: 1,
    HTTP: 2,
    CONFIGFETCH: 3,
  }),
  MvClosureReason: declare(4, "MV_CLOSUREREASON_", {
    NONE: 0,
    CHANNELCLOSEDBYSERVER: 1,
    CHANNELRESETBYSERVER: 2,
    NETWORKDISCONNECTED: 3,
    CONNECTIONTERMINATED: 4,
    NOTYETOPEN: 5,
    CLOSEDBYAPPLICATION: 6,
    UNEXPECTEDLYTERMINATED: 7,
  }),
  MvHttpResult: declare(4, "MV_HTTPRESULT_", {
    OK: 0,
    UNSUPPORTEDURISCHEME: 1,
    UNSUPPORTEDMETHOD: 2,
    INVALIDHEADERS: 3,
    INVALIDTIMEOUT: 4,
    REQUESTFAILED: 5,
    RESPONSETOOLARGE: 6,
  }),
  MvConfigKeyFetchScope: declare(4, "MV_CONFIGKEYFETCHSCOPE_", {
    ACCOUNT: 0,
    DEVICE: 1,
  }),
  MvConfigKeyFetchStore: declare(4, "MV_CONFIGKEYFETCHSTORE_", {
    SECRET: 0,
    CONFIG: 1,
  }),
  MvConfigFetchResult: declare(4, "MV_CONFIGFETCHRESULT_", {
    OK: 0,
    RESPONSETOOLARGE: 1,
  }),
  MvConfigKeyFetchResult: declare(4, "MV_CONFIGKEYFETCHRESULT_", {
    OK: 0,
    KEYNOTFOUND: 1,
    SERVERERROR: 2,
  }),
  MvMqttReadableDataType: declare(4, "MV_MQTTREADABLEDATATYPE_", {
    NONE: 0,
    MESSAGERECEIVED: 1,
    MESSAGELOST: 2,
    CONNECTRESPONSE: 3,
    SUBSCRIBERESPONSE: 4,
    UNSUBSCRIBERESPONSE: 5,
    PUBLISHRESPONSE: 6,
    DISCONNECTRESPONSE: 7,
  }),
  MvMqttProtocolVersion: declare(4, "MV_MQTTPROTOCOLVERSION_", {
    V3_1_1: 0,
    V5: 1,
  }),
  MvMqttAuthenticationMethod: declare(1, "MV_MQTTAUTHENTICATIONMETHOD_", {
    NONE: 0,
    USERNAMEPASSWORD: 1,
  }),
  MvMqttRequestState: declare(4, "MV_MQTTREQUESTSTATE_", {
    REQUESTCOMPLETED: 0,
    INVALIDPARAMETERS: 1,
    ALREADYCONNECTED: 2,
    NOTCONNECTED: 3,
    NXDOMAIN: 4,
    UNKNOWNCA: 5,
    CERTIFICATEEXPIRED: 6,
    SOCKETERROR: 7,
    CONNECTIONCIRCUITBREAKER: 8,
  }),
  MvMqttLostMessageReason: declare(4, "MV_MQTTLOSTMESSAGEREASON_", {
    DEVICERECEIVEBUFFERTOOSMALL: 0,
  }),
  MvPowerSavingMode: declare(1, "MV_POWERSAVINGMODE_", {
    SLEEP: 0,
    STOP0: 1,
    STOP1: 2,
    STOP2: 3,
    STOP3: 4,
  }),
  MvSystemNotificationSource: declare(4, "MV_SYSTEMNOTIFICATIONSOURCE_", {
    NETWORK: 0,
    UPDATE: 1,
  }),
  MvDeepSleepMode: declare(1, "MV_DEEPSLEEPMODE_", {
    STANDBY: 0,
    SHUTDOWN: 1,
  }),
  MvWakeReason: declare(1, "MV_WAKEREASON_", {
    COLDBOOT: 0,
    REMOTEMICROVISORRESTART: 1,
    REMOTEAPPLICATIONRESTART: 2,
    DEBUGGERRESTART: 3,
    MICROVISORCRASH: 4,
    MICROVISORWATCHDOG: 5,
    MICROVISOROUTOFMEMORY: 6,
    MICROVISORERROR: 7,
    APPLICATIONCRASH: 8,
    APPLICATIONUPDATE: 9,
    MICROVISORUPDATE: 10,
    OPTIONBYTES: 11,
    DEEPSLEEPCHECKIN: 12,
    DEEPSLEEPAPPLICATION: 13,
    DEEPSLEEPMODEM: 14,
    DEEPSLEEPAPPLICATIONRTC: 15,
    DEEPSLEEPOTHER: 16,
  }),
  MvRestartMode: declare(4, "MV_RESTARTMODE_", {
    AUTOAPPLYUPDATE: 0,
  }),
  MvWifiConfigMode: declare(1, "MV_WIFICONFIGMODE_", {
    APPLYNOW: 0,
    CLEARNOW: 1,
  }),
} as const;

export type EnumName = keyof typeof enums;
/** The short names of an enum's values: `MemberOf<"MvStatus">` is `"OKAY" | "TIMENOTSET" | …`. */
export type MemberOf<Name extends EnumName> = keyof (typeof enums)[Name]["values"] & string;
export type Status = MemberOf<"MvStatus">;

const namesByValue = new Map<string, Map<number, string>>();
for (const [name, { values }] of Object.entries(enums)) {
  namesByValue.set(name, new Map(Object.entries(values).map(([member, number]) => [number, member])));
}

/** The short name of a value, or undefined when the enum has no such value. */
export function memberName<Name extends EnumName>(name: Name, number: number): MemberOf<Name> | undefined {
  return namesByValue.get(name)?.get(number) as MemberOf<Name> | undefined;
}

export function memberValue<Name extends EnumName>(name: Name, member: MemberOf<Name>): number {
  return (enums[name].values as unknown as Record<string, number>)[member] as number;
}
