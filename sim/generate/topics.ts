/**
 * The system calls by subject, each with one sentence on what it does: the order and the prose of everything that is
 * generated from the ABI.
 */

import type { SyscallName } from "../../host/abi/syscalls.ts";

export interface Topic {
  readonly title: string;
  readonly calls: { readonly [Name in SyscallName]?: string };
}

export const topics: readonly Topic[] = [
  {
    title: "Time, clocks and identity",
    calls: {
      mvNoOp: "Does nothing.",
      mvGetMicroseconds: "Microseconds since the device booted.",
      mvGetWallTime: "Microseconds since 1970; TIMENOTSET until the first connection has set the clock.",
      mvGetSysClk: "The frequency of SYSCLK.",
      mvGetHClk: "The frequency of HCLK.",
      mvGetPClk1: "The frequency of PCLK1.",
      mvGetPClk2: "The frequency of PCLK2.",
      mvGetDeviceId: "The device's SID: exactly 34 characters without a terminating zero.",
    },
  },
  {
    title: "Notifications",
    calls: {
      mvSetupNotifications: "Creates a notification centre: a ring of records in your memory, and an interrupt.",
      mvCloseNotifications: "Closes a notification centre; what still reports to it is dropped.",
      mvTempTriggerNotification: "Writes a record of your own choice to a centre, for tests.",
      mvOpenSystemNotification: "Reports the device's own events (network changes, updates) to a centre.",
      mvCloseSystemNotification: "Ends such reports.",
    },
  },
  {
    title: "Network",
    calls: {
      mvRequestNetwork: "Asks for the network; the outcome is a notification.",
      mvReleaseNetwork: "Gives the network back; without any request left the device goes offline.",
      mvGetNetworkStatus: "Whether the network is there.",
      mvGetNetworkReasons: "Why the device is connected (a set of bits), and how many requests there are.",
    },
  },
  {
    title: "Channels",
    calls: {
      mvOpenChannel: "Opens a channel of one of four types on two buffers that belong to the kernel until it closes.",
      mvCloseChannel: "Closes a channel, an open or a dead one, and gives its buffers back.",
      mvGetChannelClosureReason: "Why a channel is closed; works for dead and for closed channels.",
      mvReadChannel: "Opaque bytes: where the received bytes are, and how many.",
      mvReadChannelComplete: "Opaque bytes: gives back that many of the received bytes.",
      mvWriteChannel: "Opaque bytes: sends all of the data or nothing.",
      mvWriteChannelStream: "Opaque bytes: sends as much of the data as there is room for.",
    },
  },
  {
    title: "Config fetch",
    calls: {
      mvSendConfigFetchRequest: "Asks for up to 32 configs and secrets: one request a channel.",
      mvReadConfigFetchResponseData: "The response as a whole: whether it succeeded, and how many items it has.",
      mvReadConfigResponseItem: "One item of the response: its result and its value.",
    },
  },
  {
    title: "HTTP",
    calls: {
      mvSendHttpRequest: "Sends an HTTP request: one a channel.",
      mvReadHttpResponseData: "The response as a whole: result, status code, number of headers, length of the body.",
      mvReadHttpResponseHeader: "One header of the response.",
      mvReadHttpResponseBody: "A part of the response's body.",
    },
  },
  {
    title: "MQTT",
    calls: {
      mvMqttGetNextReadableDataType: "What is to be read next.",
      mvMqttRequestConnect: "Connects to a broker.",
      mvMqttReadConnectResponse: "The broker's answer to a connect request.",
      mvMqttRequestSubscribe: "Subscribes to topics.",
      mvMqttReadSubscribeResponse: "The broker's answer to a subscribe request.",
      mvMqttRequestUnsubscribe: "Unsubscribes from topics.",
      mvMqttReadUnsubscribeResponse: "The broker's answer to an unsubscribe request.",
      mvMqttRequestPublish: "Publishes a message.",
      mvMqttReadPublishResponse: "The broker's answer to a publish request.",
      mvMqttReceiveMessage: "Reads a message that has arrived.",
      mvMqttReceiveLostMessageInfo: "Reads about a message that was too large for the receive buffer.",
      mvMqttAcknowledgeMessage: "Acknowledges a message.",
      mvMqttRequestDisconnect: "Disconnects from the broker.",
      mvMqttReadDisconnectResponse: "The outcome of a disconnection.",
    },
  },
  {
    title: "Logging and test runs",
    calls: {
      mvServerLoggingInit: "Gives the log its buffer.",
      mvServerLog: "Logs a message to the server.",
      mvTestLoggingInit: "Test mode: gives the test log its buffer.",
      mvTestLog: "Test mode: logs a message.",
      mvTestingComplete: "Test mode: ends the run with a status.",
    },
  },
  {
    title: "Power and restart",
    calls: {
      mvPowerSave: "Sleeps until an interrupt, in a mode that saves power.",
      mvDeepSleep: "Switches off until an alarm or a check-in; RAM is lost.",
      mvGetWakeReason: "Why the device booted.",
      mvRestart: "Boots again, and applies an update that is there.",
      mvSystemLedEnable: "Leaves the system LED to the kernel (1) or switches it off (0).",
    },
  },
  {
    title: "Peripherals and fast interrupts",
    calls: {
      mvPeriphPeek32: "Reads a register that the application can't reach itself.",
      mvPeriphPoke32: "Changes such a register to (old & ~mask) ^ xorvalue, in the bits that are the application's.",
      mvSetFastInterrupt: "Makes an interrupt a fast one: it comes before everything else.",
      mvClearFastInterrupt: "Makes a fast interrupt an ordinary one again.",
      mvEnableFastInterrupt: "Enables a fast interrupt.",
      mvDisableFastInterrupt: "Disables a fast interrupt.",
      mvEnableAllFastInterrupts: "Unmasks the enabled fast interrupts.",
      mvDisableAllFastInterrupts: "Masks the enabled fast interrupts.",
    },
  },
  {
    title: "External flash",
    calls: {
      mvExternalFlashOpen: "Opens the external flash.",
      mvExternalFlashGetInfo: "Chip id, size and number of open handles.",
      mvExternalFlashReadBlocking: "Reads bytes.",
      mvExternalFlashWriteBlocking: "Writes bytes; writing can only clear bits.",
      mvExternalFlashEraseBlocking: "Erases blocks of 4096 bytes.",
      mvExternalFlashClose: "Closes the external flash.",
    },
  },
  {
    title: "Wi-Fi",
    calls: {
      mvSetWifiConfig: "Stores or clears the Wi-Fi network to use.",
      mvGetWifiConfig: "The Wi-Fi network in use.",
    },
  },
];

/** Every system call in the order of the topics. */
export function callsByTopic(): [SyscallName, string][] {
  return topics.flatMap((topic) => Object.entries(topic.calls) as [SyscallName, string][]);
}
